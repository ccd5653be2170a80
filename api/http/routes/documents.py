"""The library over HTTP: list, upload, read, remove, quarantine."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, UploadFile

from api.http.problems import NothingAdded
from api.schemas.models import out
from api.schemas.requests import FactsIn
from api.schemas.shapes import DocumentsOut, OutcomesOut, QuarantineOut
from api.services import Services
from corpus.messages.message import Message
from corpus.sources import is_under
from corpus.types import AddOutcome, AddState, Document, DocumentSummary, SourceFile, Value

UPLOAD_SCHEME = "upload:"


def document_routes(services: Services) -> APIRouter:
    """Return the routes over documents. All work is blocking, so plain functions."""
    routes = APIRouter(prefix="/v1", tags=["documents"])
    library = services.library

    @routes.get("/documents", response_model=out(DocumentsOut))
    def list_documents() -> DocumentsOut:
        """Return every document of the library."""
        return DocumentsOut(library.documents(), library.version)

    @routes.post("/documents", response_model=out(OutcomesOut))
    def add_documents(
        files: list[UploadFile],
        collection: Annotated[str | None, Form()] = None,
        tag: Annotated[list[str] | None, Form()] = None,
    ) -> OutcomesOut:
        """Add or update documents, perhaps to a collection; each has its own outcome.

        The source of each is "upload:NAME", so the same name again is an edit of the same
        document. When every file is refused the reply is a problem with status 422.
        """
        outcomes = add_uploads(services, files, given_options(collection, tag))
        if all(outcome.state is AddState.REFUSED for outcome in outcomes):
            raise NothingAdded(outcomes)
        return OutcomesOut(outcomes, library.version)

    @routes.get("/documents/{document_id}", response_model=out(Document))
    def read_document(document_id: str) -> Document:
        """Return a document with its canonical text."""
        return library.document(document_id)

    @routes.patch("/documents/{document_id}", response_model=out(Document))
    def set_facts(document_id: str, asked: FactsIn) -> Document:
        """Set facts of a document by hand; what was found before stays beside them."""
        return library.set_facts(document_id, asked.metadata, asked.undo)

    @routes.delete("/documents/{document_id}", response_model=out(DocumentSummary))
    def remove_document(document_id: str) -> DocumentSummary:
        """Remove a document; no answer quotes it from now on. Return what it was."""
        return library.remove(document_id)

    @routes.get("/quarantine", response_model=out(QuarantineOut))
    def list_quarantine() -> QuarantineOut:
        """Return every file that could not be read for certain, with the reason."""
        return QuarantineOut(library.quarantined())

    return routes


def given_options(collection: str | None, tags: Sequence[str] | None) -> dict[str, Value]:
    """Return the facts that an upload gives all its files; blank ones are none."""
    options: dict[str, Value] = {}
    if collection and collection.strip():
        options["collection"] = collection.strip()
    said = tuple(tag.strip() for tag in tags or () if tag.strip())
    return {**options, "tags": said} if said else options


def add_uploads(
    services: Services, uploads: Sequence[UploadFile], options: Mapping[str, Value]
) -> list[AddOutcome]:
    """Add what can be added; return the outcomes in the order sent, members of archives each."""
    names = [base_name(upload.filename or "") for upload in uploads]
    refused = refusals(names)
    files = (
        SourceFile(source=UPLOAD_SCHEME + name, name=name, data=upload.file.read())
        for position, (name, upload) in enumerate(zip(names, uploads, strict=True))
        if position not in refused
    )
    # A generator: one file is in memory at a time, the others wait where the form parser put them.
    added = services.library.add(files, options=options) if len(refused) < len(names) else []
    told: list[AddOutcome] = []
    for position, name in enumerate(names):
        if position in refused:
            told.append(refused[position])
            continue
        source = UPLOAD_SCHEME + name
        told.extend(one for one in added if is_under(one.source, source))
    return told


def refusals(names: Sequence[str]) -> dict[int, AddOutcome]:
    """Return what is refused by its name alone: position -> outcome.

    Two files of one name would silently become one document: the second is refused.
    """
    refused: dict[int, AddOutcome] = {}
    seen: set[str] = set()
    for position, name in enumerate(names):
        outcome = AddOutcome(source=UPLOAD_SCHEME + name, state=AddState.REFUSED)
        if not name:
            refused[position] = replace(outcome, reason=Message("http.no_name"))
        elif name in seen:
            refused[position] = replace(outcome, reason=Message("http.same_name"))
        seen.add(name)
    return refused


def base_name(filename: str) -> str:
    """Return the last part of a file name as any system writes it, "" where there is none.

    NFC, because macOS sends the same name decomposed; control characters have no place in a name.
    """
    last = filename.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    printable = "".join(one for one in last if unicodedata.category(one) != "Cc")
    name = unicodedata.normalize("NFC", printable).strip()
    return "" if name in {".", ".."} else name
