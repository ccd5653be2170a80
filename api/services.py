"""What the front doors stand on: a library, an answerer, and how to serve them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from corpus.types import (
    AddOutcome,
    CitedPlace,
    Document,
    DocumentFacts,
    DocumentSummary,
    Quarantined,
    SourceFile,
    Value,
)
from index.catalogue import FoundClause, Scope
from index.types import Hit
from rag.defaults import DEFAULT_PASSAGES
from rag.events import Event
from rag.question.followup import Turn
from rag.types import Answer
from rag.verification.checker import GivenFact, TextReport

if TYPE_CHECKING:
    from api.evaluations.queue import EvalJobs

MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 200 * MEGABYTE  # bytes of one upload, all its files together: a few thousand laws
JSON_LIMIT = 1 * MEGABYTE  # bytes of any other request: a question of 20,000 characters is 80 KB


class LibraryLike(Protocol):
    """Documents, searched and cited."""

    @property
    def version(self) -> str:
        """The index_version."""
        ...

    def add(
        self, files: Iterable[SourceFile], *, options: Mapping[str, Value] | None = None
    ) -> list[AddOutcome]:
        """Return the outcomes of files and of members of containers. Raise LibraryBusy."""
        ...

    def set_facts(
        self, reference: str, given: Mapping[str, Value], undone: Iterable[str] = ()
    ) -> Document:
        """Set facts by hand. Raise BadFact, UnknownDocument, LibraryBusy."""
        ...

    def facts(self, document_id: str) -> DocumentFacts | None:
        """Return what is known of a document, None for one that is not here."""
        ...

    def remove(self, reference: str) -> DocumentSummary:
        """Return what was removed. Raise UnknownDocument, LibraryBusy."""
        ...

    def documents(self) -> list[DocumentSummary]:
        """Return every document of the library."""
        ...

    def quarantined(self) -> list[Quarantined]:
        """Return every source that could not be read for certain."""
        ...

    def document(self, reference: str) -> Document:
        """Return one document, by id, source or title. Raise UnknownDocument."""
        ...

    def search(self, question: str, k: int, scope: Scope = ...) -> list[Hit]:
        """Return up to k hits in a scope, best first."""
        ...

    def clause(
        self, address: str, *, as_of: date | None = None, within: str | None = None
    ) -> FoundClause:
        """Return the clause an address names. Raise BadAddress."""
        ...

    def cite(self, citation_id: str) -> CitedPlace:
        """Return the cited place as it stands today. Raise UnknownCitation."""
        ...

    def check(self) -> None:
        """Embed a word and search for it; raise what is wrong."""
        ...

    def describe(self) -> dict[str, str | int]:
        """Return facts of the library for people: model, engine, passages, documents."""
        ...


class AnswererLike(Protocol):
    """Questions, answered."""

    def answer(
        self,
        question: str,
        *,
        k: int = DEFAULT_PASSAGES,
        scope: Scope = ...,
        history: Sequence[Turn] = ...,
    ) -> Answer:
        """Return an answer or an abstention. Raise BadQuestion."""
        ...

    def stream(
        self,
        question: str,
        *,
        k: int = DEFAULT_PASSAGES,
        scope: Scope = ...,
        history: Sequence[Turn] = ...,
    ) -> Iterator[Event]:
        """Tell the same answer as it is made; closing the iterator stops the work."""
        ...


class CheckerLike(Protocol):
    """Anybody's texts, verified."""

    def check(self, text: str, *, scope: Scope = ...) -> TextReport:
        """Hold a text against the library. Raise BadText."""
        ...

    def check_against(self, text: str, facts: Sequence[GivenFact]) -> TextReport:
        """Hold a text against given facts. Raise BadText."""
        ...


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """What an operator may change about serving."""

    allowed_hosts: tuple[str, ...] = ()  # names beside loopback this server is reached by; "*": any
    upload_limit: int = UPLOAD_LIMIT  # bytes of one upload request
    json_limit: int = JSON_LIMIT  # bytes of any other request


@dataclass(frozen=True, slots=True)
class Services:
    """The object graph as the doors see it."""

    library: LibraryLike
    answerer: AnswererLike
    settings: ServeSettings
    checker: CheckerLike
    evals: EvalJobs | None = None  # None: this door has no evaluations
