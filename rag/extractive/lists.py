"""Enumerations as answers: a question for a list gets the whole list, item by item.

A list of a law is a clause already. One that runs through long paragraphs (一是…二是…) or over
several is longer than a clause that is read: where that clause holds some of it, all of it is
quoted, of each item the head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.legal.enumerations import Enumeration, find_enumerations
from corpus.spans import paragraph_at
from corpus.types import Document, Paragraph
from rag.extractive.candidates import Candidate
from rag.question.parse import Kind, Question

KEPT_DOCUMENTS = 32  # whose enumerations stay in memory
ONE_SENTENCE = "coordinate"  # A、B、C和D四件事: the sentence itself is the whole list


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A list of a document."""

    document: Document
    paragraphs: Sequence[Paragraph]
    lead: tuple[int, int] | None  # the sentence that introduces it; None for a heading
    items: tuple[tuple[int, int], ...]  # heads of the items, markers included

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield the spans to quote: the lead, where it is a sentence, then every item's head."""
        if self.lead is not None:
            yield self.lead
        yield from self.items


def list_around(question: Question, candidate: Candidate) -> AnswerList | None:
    """Return the list that a clause is only a part of, where a question asks for a list."""
    if question.kind is not Kind.LIST and not candidate.text.endswith(("：", ":")):
        return None
    document, unit = candidate.document, candidate.unit
    revision = _Revision(document.id, document.revision, document.text, candidate.paragraphs)
    longer = [
        one
        for one in _enumerations(revision)
        if one.style != ONE_SENTENCE
        and _leads_from(one, candidate)
        and one.items[-1].end > unit.end
    ]
    if question.count is not None:
        longer = [one for one in longer if len(one.items) == question.count]
    if not longer:
        return None
    one = max(longer, key=lambda each: each.items[-1].end - each.items[0].start)
    items = tuple((item.start, item.head_end) for item in one.items)
    return AnswerList(document, candidate.paragraphs, _lead(one, candidate), items)


def _leads_from(one: Enumeration, candidate: Candidate) -> bool:
    """Say whether a list begins in a clause, or right behind it, or has most of it in its items."""
    start, end = candidate.unit.start, candidate.unit.end
    first = one.lead[0] if one.lead else one.items[0].start
    return first < end and one.items[-1].end > start


@dataclass(frozen=True, slots=True)
class _Revision:
    """What enumerations are kept by: comparing a whole text would cost more than finding them."""

    document_id: str
    revision: str
    text: str = field(compare=False)
    paragraphs: Sequence[Paragraph] = field(compare=False)


@lru_cache(maxsize=KEPT_DOCUMENTS)
def _enumerations(revision: _Revision) -> tuple[Enumeration, ...]:
    return tuple(find_enumerations(revision.text, revision.paragraphs))


def _lead(one: Enumeration, candidate: Candidate) -> tuple[int, int] | None:
    """Return the lead to quote: a sentence; a heading is shown by each citation's path."""
    first = paragraph_at(candidate.paragraphs, one.items[0].start)
    path = first.path if first else ()
    if one.lead is None or candidate.document.text[slice(*one.lead)] in path:
        return None
    return one.lead
