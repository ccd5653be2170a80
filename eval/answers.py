"""Measures of one answer: what it says, what it cites, what it rests on.

Citation recall and precision follow ALCE (Gao, Yen, Yu, Chen, *Enabling Large Language Models to
Generate Text with Citations*, EMNLP 2023), where an entailment model says whether the citations of
a sentence support it. Ours need no model: gold quotes say where the evidence is, and places are
compared. Recall is the share of gold quotes that the citations cover, precision the share of
citations that touch gold; so a sound citation of a place that is no gold counts as wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from corpus.types import Citation, Document
from eval.types import Gold, Place
from rag.types import Answer, Claim, Label

MARKER = re.compile(r"\[\^\d+\]")


def missing_musts(
    musts: Iterable[str], answer: Answer, form: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Return the musts that the answer's text, without its markers, does not hold."""
    text = form(MARKER.sub("", answer.text))
    return tuple(must for must in musts if form(must) not in text)


def quotes_exact(answer: Answer, documents: Mapping[str, Document]) -> bool:
    """Tell whether every quote is the text at its place, and, if extractive, nothing else is said.

    An extractive answer is one no language model wrote: each claim must stand in a quote it cites.
    An answer without citations has no exact quotes.
    """
    exact = bool(answer.citations) and all(_is_exact(each, documents) for each in answer.citations)
    return exact and (
        answer.llm_generated or all(_is_quoted(each, answer.citations) for each in answer.claims)
    )


def citation_recall(gold: Sequence[Gold], citations: Sequence[Citation]) -> Fraction:
    """Return the share of gold quotes that the citations cover; see ``uncited``."""
    return Fraction(len(gold) - len(uncited(gold, citations)), len(gold))


def uncited(gold: Sequence[Gold], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return the gold quotes that the citations do not cover.

    One is covered if a place of it lies within the cited spans (spans that touch count as one, as
    ALCE reads the citations of a sentence together), or if its text stands in a citation's quote.
    """
    spans = _joined(citations)
    return tuple(
        each.quote
        for each in gold
        if not any(each.quote in citation.quote for citation in citations)
        and not any(span.holds(place) for place in each.places for span in spans)
    )


def citation_precision(gold: Sequence[Gold], citations: Sequence[Citation]) -> Fraction:
    """Return the share of citations that touch gold; 0 without citations, as in ALCE.

    One touches gold if it overlaps a place of a gold quote, or if its quote holds a gold quote or
    stands in one.
    """
    if not citations:
        return Fraction(0)
    good = sum(any(_touches(each, citation) for each in gold) for citation in citations)
    return Fraction(good, len(citations))


def groundedness(answer: Answer) -> Fraction:
    """Return the share of claims called supported; 0 without claims. No verdict: not supported."""
    supported = {each.claim for each in answer.verdicts if each.label is Label.SUPPORTED}
    claims = range(len(answer.claims))
    return Fraction(len(supported.intersection(claims)), len(claims)) if claims else Fraction(0)


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
    return bool(quote) and (gold.quote in quote or quote in gold.quote)
