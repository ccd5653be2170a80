"""Enumerations as answers: a question for a list gets the whole list, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from corpus.legal.enumerations import Enumeration, find_enumerations
from corpus.spans import paragraph_at
from corpus.types import Document, Paragraph
from index.segments.tokens import tokenize
from index.types import Hit
from rag.extractive.coverage import Coverage
from rag.extractive.evidence import HEADING_SHARE, PASSAGE_SHARE, Read
from rag.question.parse import Question

HITS = 6  # passages whose lists are looked at
COUNT_BONUS = 0.15  # for the number of items asked for (哪四件事), and as much against another
KEPT_DOCUMENTS = 32  # whose enumerations stay in memory
ONE_SENTENCE = "coordinate"  # A、B、C和D四件事: the sentence itself is the whole list


@dataclass(frozen=True, slots=True)
class AnswerList:
    """A list found near the hits, and how well its lead answers."""

    document: Document
    paragraphs: Sequence[Paragraph]
    lead: tuple[int, int] | None  # the sentence that introduces it; None for a heading
    items: tuple[tuple[int, int], ...]  # heads of the items, markers included
    span: tuple[int, int]  # of lead and items together
    hit: Hit
    direct: float
    near: float


def find_lists(
    question: Question, hits: Sequence[Hit], coverage: Coverage, read: Read
) -> list[AnswerList]:
    """Return the lists that touch the best hits, each once, in the order of the hits."""
    found: list[AnswerList] = []
    seen: set[tuple[str, int]] = set()
    for hit in hits[:HITS]:
        document, paragraphs = read(hit.passage.document_id)
        if not hit.is_current(document):
            continue
        revision = _Revision(document.id, document.revision, document.text, paragraphs)
        for one in _enumerations(revision):
            place = (document.id, one.items[0].start)
            if one.style == ONE_SENTENCE or place in seen or not _touches(one, hit):
                continue
            seen.add(place)
            found.append(_measured(one, hit, document, paragraphs, coverage))
    return found


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


def _touches(one: Enumeration, hit: Hit) -> bool:
    start, end = _span(one)
    return start < hit.passage.end and end > hit.passage.start


def _span(one: Enumeration) -> tuple[int, int]:
    start = one.lead[0] if one.lead else one.items[0].start
    return min(start, one.items[0].start), one.items[-1].end


def _measured(
    one: Enumeration,
    hit: Hit,
    document: Document,
    paragraphs: Sequence[Paragraph],
    coverage: Coverage,
) -> AnswerList:
    text = document.text
    first = paragraph_at(paragraphs, one.items[0].start)
    path = first.path if first else ()
    lead = text[slice(*one.lead)] if one.lead else " ".join(path[-1:])
    direct = coverage.covered(set(tokenize(lead)))
    heading = coverage.covered(set(tokenize(" ".join([document.title, *path])))) - direct
    items = coverage.covered(set(tokenize(text[one.items[0].start : one.items[-1].end])))
    share = coverage.share(direct)
    near = (
        share
        + HEADING_SHARE * coverage.share(heading)
        + PASSAGE_SHARE * coverage.share(items - heading - direct)
    )
    return AnswerList(
        document,
        paragraphs,
        _sentence_lead(one, text, path),
        tuple((item.start, item.head_end) for item in one.items),
        _span(one),
        hit,
        share,
        min(near, 1.0),
    )


def _sentence_lead(one: Enumeration, text: str, path: tuple[str, ...]) -> tuple[int, int] | None:
    """Return the lead to quote: a sentence; a heading is shown by each citation's path."""
    if one.lead is None or text[slice(*one.lead)] in path:
        return None
    return one.lead


def parts(found: AnswerList) -> Iterator[tuple[int, int]]:
    """Yield the spans to quote: the lead, where it is a sentence, then every item's head."""
    if found.lead is not None:
        yield found.lead
    yield from found.items
