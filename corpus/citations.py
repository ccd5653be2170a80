"""Citation ids describe their place, and tell what became of it.

An id is ``{document}-{revision[:12]}-{start}-{end}``, offsets in code points. Nothing has to be
written when a question is asked, and an id resolves for as long as the revision is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from corpus.errors import UnknownCitation
from corpus.types import Citation, CitationState, Paragraph

REVISION_PREFIX = 12  # hexadecimal digits: 48 bits among the few revisions of one document
SURROUNDINGS = 30  # code points on each side that tell equal quotes apart
MOST_PLACES = 1_000  # equal quotes compared by their surroundings; bounds a quote of one 的

_ID = re.compile(r"([0-9a-f]{12})-([0-9a-f]{12})-(0|[1-9]\d{0,9})-([1-9]\d{0,9})")


@dataclass(frozen=True, slots=True)
class PlaceId:
    """A citation id taken apart."""

    document_id: str
    revision_prefix: str
    start: int
    end: int


def place_id(document_id: str, revision: str, start: int, end: int) -> str:
    """Return the id of a place in one revision of a document."""
    return f"{document_id}-{revision[:REVISION_PREFIX]}-{start}-{end}"


def parse_place_id(text: str) -> PlaceId:
    """Take an id apart. Raises UnknownCitation when it is not one."""
    found = _ID.fullmatch(text.strip())
    if found is None or int(found[3]) >= int(found[4]):
        raise UnknownCitation(
            f"“{text[:80]}”不是引文编号（形如 0123456789ab-0123456789ab-10-42）。"
            " Not a citation id."
        )
    return PlaceId(found[1], found[2], int(found[3]), int(found[4]))


def paragraph_at(paragraphs: Sequence[Paragraph], offset: int) -> Paragraph | None:
    """Return the paragraph that holds a position, or None between paragraphs."""
    at = bisect_right(paragraphs, offset, key=lambda p: p.start) - 1
    if at < 0 or offset >= paragraphs[at].end:
        return None
    return paragraphs[at]


def locate(quote: str, old_text: str, old_start: int, new_text: str) -> tuple[CitationState, int]:
    """Say where a quote stands in a later text.

    Returns (state, start): VALID when it stands where it stood, MOVED with its new start, CHANGED
    with -1 when its words are no longer there. Among equal quotes the one whose surroundings agree
    best with the old ones is meant; if that is not one alone, the nearest of them.
    """
    if new_text[old_start : old_start + len(quote)] == quote and old_text == new_text:
        return CitationState.VALID, old_start
    places = list(islice(_occurrences(quote, new_text), MOST_PLACES))
    if not places:
        return CitationState.CHANGED, -1
    old = _surroundings(old_text, old_start, len(quote))
    start = max(
        places,
        key=lambda place: (
            _agreement(old, _surroundings(new_text, place, len(quote))),
            -abs(place - old_start),
        ),
    )
    return CitationState.MOVED if start != old_start else CitationState.VALID, start


def _occurrences(quote: str, text: str) -> Iterator[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def cite(
    document_id: str,
    revision: str,
    title: str,
    text: str,
    span: tuple[int, int],
    paragraphs: Sequence[Paragraph],
) -> Citation:
    """Return the citation of a span; its path and page are those of the paragraph it begins in."""
    start, end = span
    paragraph = paragraph_at(paragraphs, start)
    return Citation(
        place_id(document_id, revision, start, end),
        document_id,
        revision,
        start,
        end,
        text[start:end],
        paragraph.path if paragraph else (),
        paragraph.page if paragraph else None,
        title,
    )


def _surroundings(text: str, start: int, length: int) -> tuple[str, str]:
    before = text[max(0, start - SURROUNDINGS) : start]
    return before[::-1], text[start + length : start + length + SURROUNDINGS]


def _agreement(one: tuple[str, str], other: tuple[str, str]) -> int:
    return sum(_common_prefix(a, b) for a, b in zip(one, other, strict=True))


def _common_prefix(a: str, b: str) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length
