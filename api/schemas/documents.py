"""The JSON of documents: lists, facts, receipts, what adding came to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.citations import FactOut, In, Out, Share, Text
from corpus.types import AddState


class DocumentSummaryOut(Out):
    """One line of the library's list."""

    id: str
    title: str
    source: str
    media_type: str
    revision: str
    characters: int
    paragraphs: int
    passages: int
    encoding: str
    added_at: str


class DocumentsOut(Out):
    """The library's list."""

    documents: list[DocumentSummaryOut]
    index_version: str


class ReceiptOut(Out):
    """How the bytes became text."""

    size: int
    digest: str
    encoding: str
    runner_up: str | None
    confidence: Share
    private_use: int
    cleaned: dict[str, int]
    notes: tuple[str, ...]


class DocumentOut(Out):
    """A document with its canonical text, which all positions count in."""

    id: str
    revision: str
    title: str
    source: str
    media_type: str
    text: str
    metadata: dict[str, FactOut]
    receipt: ReceiptOut


class AddOutcomeOut(Out):
    """What adding one file came to."""

    source: str
    state: AddState
    document_id: str | None
    title: str | None
    paragraphs: int
    reason: str | None
    notes: tuple[str, ...]


class OutcomesOut(Out):
    """One outcome per file, in the order sent."""

    outcomes: list[AddOutcomeOut]
    index_version: str


class QuarantinedOut(Out):
    """A file that could not be read for certain."""

    source: str
    reason: str
    size: int
    digest: str
    seen_at: str


class QuarantineOut(Out):
    """Every file in quarantine."""

    quarantined: list[QuarantinedOut]


class FactsIn(In):
    """Facts to be set by hand, and those to go back to what was found."""

    metadata: Annotated[
        dict[Text, Text | tuple[Text, ...]],
        Field(
            default_factory=dict,
            description="number, issued, tags…; an empty value says that nothing is known.",
        ),
    ]
    undo: Annotated[
        tuple[Text, ...], Field(description="Keys whose hand-set value is taken back.")
    ] = ()
