"""Measures of what an answer cites, compared with its set's evidence and against the library.

Recall is the share of gold that the citations cover, precision the share of citations that touch
gold; so a sound citation of a place that is no gold counts as wrong. ALCE's measures of the same
names ask a judge instead whether the citations support their sentence: ``eval.measures.grounding``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from corpus.types import Citation, Document
from eval.types import Gold, GoldKind, Place
from rag.types import Answer, Claim


def quotes_exact(answer: Answer, documents: Mapping[str, Document]) -> bool:
    """Tell whether every quote is the text at its place, and, if extractive, nothing else is said.

    An extractive answer is one no language model wrote: each claim must stand in a quote it cites.
    An answer without citations has no exact quotes.
    """
    exact = bool(answer.citations) and all(_is_exact(each, documents) for each in answer.citations)
    return exact and (
        answer.llm_generated or all(_is_quoted(each, answer.citations) for each in answer.claims)
    )


def gold_recall(gold: Sequence[Gold], citations: Sequence[Citation]) -> Fraction:
    """Return the share of gold that the citations cover; see ``uncited``."""
    return Fraction(len(gold) - len(uncited(gold, citations)), len(gold))


def uncited(gold: Sequence[Gold], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return the names of the gold that the citations do not cover.

    A quote is covered if a place of it lies within the cited spans (spans that touch count as one,
    as ALCE reads the citations of a sentence together), or if its text stands in a citation's
    quote. A clause, a passage or a document is covered if a citation lies in a place of it.
    """
    spans = _joined(citations)
    return tuple(each.name for each in gold if not _covered(each, citations, spans))


def _covered(gold: Gold, citations: Sequence[Citation], spans: Sequence[Place]) -> bool:
    if gold.kind is not GoldKind.QUOTE:
        return any(span.overlaps(place) for place in gold.places for span in spans)
    return any(gold.name in each.quote for each in citations) or any(
        span.holds(place) for place in gold.places for span in spans
    )


def gold_precision(gold: Sequence[Gold], citations: Sequence[Citation]) -> Fraction:
    """Return the share of citations that touch gold; 0 without citations.

    One touches gold if it overlaps a place of it; or, of a quote, if it holds its text or stands
    in it.
    """
    if not citations:
        return Fraction(0)
    good = sum(any(_touches(each, citation) for each in gold) for citation in citations)
    return Fraction(good, len(citations))


def _is_exact(citation: Citation, documents: Mapping[str, Document]) -> bool:
    document = documents.get(citation.document_id)
    return (
        document is not None
        and citation.revision == document.revision
        and 0 <= citation.start < citation.end
        and document.text[citation.start : citation.end] == citation.quote
    )


def _is_quoted(claim: Claim, citations: Sequence[Citation]) -> bool:
    cited = (citations[each].quote for each in claim.citations if 0 <= each < len(citations))
    return any(claim.text in quote for quote in cited)


def _joined(citations: Sequence[Citation]) -> list[Place]:
    """Return the cited spans, those that overlap or touch made one."""
    joined: list[Place] = []
    for span in sorted(Place(each.document_id, each.start, each.end) for each in citations):
        last = joined[-1] if joined else None
        if last and last.document_id == span.document_id and span.start <= last.end:
            joined[-1] = last._replace(end=max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def _touches(gold: Gold, citation: Citation) -> bool:
    span = Place(citation.document_id, citation.start, citation.end)
    if any(span.overlaps(place) for place in gold.places):
        return True
    quote = citation.quote.strip()
    if gold.kind is not GoldKind.QUOTE or not quote:
        return False
    return gold.name in quote or quote in gold.name
