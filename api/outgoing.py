"""From plain data to the JSON that every door gives out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from api.schemas.answers import AnswerOut
from api.schemas.citations import (
    CitationOut,
    CitedPlaceOut,
    FormsOut,
    FoundClauseOut,
)
from corpus.tracking.citation_styles import Forms, forms_of
from corpus.types import Citation, CitedPlace, DocumentFacts
from index.catalogue import FoundClause
from rag.types import Answer

FactsOf = Callable[[str], DocumentFacts | None]


def answer_json(answer: Answer) -> dict[str, object]:
    """Return an answer as plain JSON data: the same by HTTP and by the command line."""
    return AnswerOut.model_validate(answer).model_dump(mode="json")


def place_out(place: CitedPlace) -> CitedPlaceOut:
    """Return a cited place as it goes out, with its forms."""
    plain = {name: getattr(place, name) for name in place.__dataclass_fields__}
    forms = FormsOut.model_validate(place_forms(place))
    return CitedPlaceOut.model_validate({**plain, "forms": forms}, from_attributes=True)


def place_json(place: CitedPlace) -> dict[str, object]:
    """Return a cited place as plain JSON data."""
    return place_out(place).model_dump(mode="json")


def clause_out(found: FoundClause, facts: FactsOf) -> FoundClauseOut:
    """Return a resolved address as it goes out."""
    resolution = found.resolution
    return FoundClauseOut(
        state=resolution.state,
        title=resolution.title,
        citations=tuple(CitationOut.model_validate(one) for one in found.citations),
        forms=tuple(FormsOut.model_validate(clause_forms(c, facts)) for c in found.citations),
        reason=resolution.reason,
        suggestions=resolution.suggestions,
    )


def clause_json(found: FoundClause, facts: FactsOf) -> dict[str, object]:
    """Return a resolved address as plain JSON data: the same by every door."""
    return clause_out(found, facts).model_dump(mode="json")


def place_forms(place: CitedPlace) -> Forms:
    """Return the forms of a place as cited: facts of its revision, not of a later one."""
    cited = place.citation
    facts = DocumentFacts(
        cited.document_id, cited.revision, cited.title, place.source, "", place.metadata
    )
    return forms_of(cited, facts, date.today())


def clause_forms(citation: Citation, facts: FactsOf) -> Forms:
    """Return the forms of a citation of a present text."""
    known = facts(citation.document_id)
    if known is None:  # removed since
        known = DocumentFacts(citation.document_id, citation.revision, citation.title, "", "", {})
    return forms_of(citation, known, date.today())
