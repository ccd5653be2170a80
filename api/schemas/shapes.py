"""What goes out in another shape than the program's own: lists, and what is joined or renamed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from api.schemas.json_data import shaped
from corpus.legal.resolver import ResolutionState
from corpus.tracking.citation_styles import Forms, forms_of
from corpus.types import (
    AddOutcome,
    Citation,
    CitedPlace,
    DocumentFacts,
    DocumentSummary,
    Quarantined,
)
from index.catalogue import FoundClause
from index.types import Hit

FactsOf = Callable[[str], DocumentFacts | None]


@dataclass(frozen=True, slots=True)
class HitsOut:
    """Hits, best first."""

    hits: Sequence[Hit]
    index_version: str


@dataclass(frozen=True, slots=True)
class DocumentsOut:
    """The library's list."""

    documents: Sequence[DocumentSummary]
    index_version: str


@dataclass(frozen=True, slots=True)
class OutcomesOut:
    """One outcome per file, in the order sent."""

    outcomes: Sequence[AddOutcome]
    index_version: str


@dataclass(frozen=True, slots=True)
class QuarantineOut:
    """Every file in quarantine."""

    quarantined: Sequence[Quarantined]


@dataclass(frozen=True, slots=True)
class HealthOut:
    """A word was embedded and searched for just now."""

    status: str
    index_version: str


@dataclass(frozen=True, slots=True)
class InfoOut:
    """What runs here, over which library."""

    name: str
    version: str
    python: str
    index_version: str
    library: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPlaceOut(CitedPlace):
    """A citation looked up today."""

    forms: Forms


@dataclass(frozen=True, slots=True)
class FoundClauseOut:
    """Where an address leads."""

    state: ResolutionState
    title: Annotated[str, "Of the law; as asked for where it is not here."]
    citations: Annotated[
        tuple[Citation, ...], "Each the clause: several for copies, or an address not exact."
    ]
    forms: Annotated[tuple[Forms, ...], "Of the citations, one by one."]
    reason: Annotated[str, "Why there is none, for people; else empty."]
    suggestions: tuple[str, ...]


def place_out(place: CitedPlace) -> CitedPlaceOut:
    """Return a cited place as it goes out, with its forms."""
    cited = place.citation
    facts = DocumentFacts(  # those of its revision, not of a later one
        cited.document_id, cited.revision, cited.title, place.source, "", place.metadata
    )
    return shaped(CitedPlaceOut, place, forms=forms_of(cited, facts, date.today()))


def clause_out(found: FoundClause, facts: FactsOf) -> FoundClauseOut:
    """Return a resolved address as it goes out."""
    forms = tuple(forms_of(one, facts(one.document_id), date.today()) for one in found.citations)
    return shaped(FoundClauseOut, found.resolution, citations=found.citations, forms=forms)
