"""Questions that name a clause are answered with that clause, or with why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.legal.clauses import Clause, Clauses
from corpus.legal.resolver import ResolutionState
from corpus.spans import paragraph_at
from corpus.text.numbers import normalised_numbers
from corpus.types import Citation, Document, Paragraph
from corpus.units import units_within
from index.catalogue import Catalogue, FoundClause, Scope
from rag.drafts import Draft, DraftClaim
from rag.extractive.candidates import Read
from rag.types import AbstentionReason

# Sentences quoted of named clauses; the longest article at hand has 30, a chapter hundreds: a
# question about a chapter is answered from within it, not with all of it.
MOST_CLAIMS = 60

_REASONS = {
    ResolutionState.CLAUSE_DOES_NOT_EXIST: AbstentionReason.CLAUSE_DOES_NOT_EXIST,
    ResolutionState.NO_SUCH_LAW: AbstentionReason.NO_SUCH_LAW,
    ResolutionState.NOT_IN_FORCE: AbstentionReason.NOT_IN_FORCE,
}


@dataclass(frozen=True, slots=True)
class NamedClauses:
    """What became of the clauses a question names: a draft of their words, or why there is none."""

    draft: Draft | None
    reason: AbstentionReason | None = None
    message: str = ""
    law: str = ""  # the name of a law that is not here


def answer_clauses(
    question: str, catalogue: Catalogue, read: Read, scope: Scope
) -> NamedClauses | None:
    """Return the clauses a question names by law and number; None when it names none.

    None too where a filter leaves one of them out: what is in scope may still answer.
    """
    named = [one for one in catalogue.addresses(question) if one.name]
    found = [catalogue.resolve(one, as_of=scope.as_of) for one in named]
    cited = [citation for one in found for citation in one.citations]
    facts = [known for one in cited if (known := catalogue.facts(one.document_id))]
    if not found or not all(scope.filter.accepts(one) for one in facts):
        return None
    missing = [one.resolution for one in found if not one.citations]
    if missing:
        worst = missing[0]
        law = worst.title if worst.state is ResolutionState.NO_SUCH_LAW else ""
        return NamedClauses(None, _REASONS[worst.state], worst.reason, law)
    claims = [claim for one in found for claim in _claims(one, catalogue, read)]
    if len(claims) > MOST_CLAIMS:
        return None
    return NamedClauses(Draft(tuple(claims), 1.0))


# A law or rule named in a question, by its marks: 《宠物管理法》.
_NAMED = re.compile("《([^《》]{2,40}(?:法|条例|办法|规定|细则|规则|章程|决定|准则|公约))》")


def missing_law(question: str, catalogue: Catalogue, scope: Scope) -> NamedClauses | None:
    """Return that a law the question names is not here; None when all it names are, or none.

    What other laws say of the matter is no answer to what that one says.
    """
    for name in _NAMED.findall(question):
        # Whether a law is here is known by whether its first article can be looked for.
        for address in catalogue.addresses(f"《{name}》第一条"):
            found = catalogue.resolve(address, as_of=scope.as_of).resolution
            if found.state is ResolutionState.NO_SUCH_LAW:
                reason = AbstentionReason.NO_SUCH_LAW
                return NamedClauses(None, reason, found.reason, name)
    return None


def tell_of(named: NamedClauses, question: str, texts: Iterable[str]) -> bool:
    """Whether one of these texts speaks of what is not here itself: then it may still answer.

    Of a law it must have the name, and of a clause the number too.
    """
    if not named.law:
        return False
    clauses = {one for one in normalised_numbers(question) if one.startswith("第")}
    return any(named.law in text and clauses <= set(normalised_numbers(text)) for text in texts)


def _claims(found: FoundClause, catalogue: Catalogue, read: Read) -> Sequence[DraftClaim]:
    """Return the 款 of a clause as claims; of equal texts one is quoted, the rest named.

    An item says something only with the words that lead in to it: these stand ahead of it.
    """
    claims: list[DraftClaim] = []
    seen: set[str] = set()
    for clause, whole in zip(found.resolution.clauses, found.citations, strict=True):
        text = "".join(whole.quote.split())
        if text in seen:
            continue
        seen.add(text)
        copies = [one for one in found.citations if one is not whole and one.quote == whole.quote]
        document, paragraphs = read(whole.document_id)
        lead = _lead(clause, catalogue.clauses(whole.document_id), paragraphs)
        if lead is not None:
            claims.append(_claim(document, paragraphs, (lead.start, lead.end), breaks=True))
        for span in _spans(document, paragraphs, (whole.start, whole.end)):
            claim = _claim(document, paragraphs, span, breaks=True)
            claims.append(_with_copies(claim, whole, copies, read))
    return claims


def _spans(
    document: Document, paragraphs: Sequence[Paragraph], whole: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield what is quoted of a clause, each a footnote: a 款 with its items, a paragraph."""
    covered = whole[0]
    for unit in units_within(document, paragraphs, *whole):
        begin, end = max(unit.start, covered), min(unit.end, whole[1])
        if begin < end:
            yield begin, end
            covered = end


def _with_copies(
    claim: DraftClaim, whole: Citation, copies: Sequence[Citation], read: Read
) -> DraftClaim:
    """Return the claim with the same words in copies of the clause named."""
    (place,) = claim.citations
    first, last = place.start - whole.start, place.end - whole.start
    repeats: list[Citation] = []
    for copy in copies:
        document, paragraphs = read(copy.document_id)
        span = (copy.start + first, copy.start + last)
        repeats.extend(_claim(document, paragraphs, span, breaks=False).citations)
    return replace(claim, citations=(replace(place, repeats=tuple(repeats)),))


def _lead(clause: Clause, clauses: Clauses, paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """Return the paragraph that leads in to an item: the nearest above that ends with a colon."""
    for kept in range(len(clause.steps) - 1, 0, -1):
        if clause.steps[kept].kind not in ("项", "目"):
            return None
        outer = [one for one in clauses.find(clause.steps[:kept]) if one.start <= clause.start]
        first = paragraph_at(paragraphs, outer[-1].start) if outer else None
        if first is not None and first.text.endswith(("：", ":")):
            return first
    return None


def _claim(
    document: Document, paragraphs: Sequence[Paragraph], span: tuple[int, int], *, breaks: bool
) -> DraftClaim:
    place = document.cite(span, paragraphs)
    return DraftClaim(place.quote, (place,), breaks=breaks)
