"""Citation ids describe their place.

An id is ``{document}-{revision[:12]}-{start}-{end}``, offsets in code points. Nothing has to be
written when a question is asked, and an id resolves for as long as the revision is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import UnknownCitation
from corpus.spans import paragraphs_within
from corpus.types import Citation, Paragraph

REVISION_PREFIX = 12  # hexadecimal digits: 48 bits among the few revisions of one document

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


def is_place_id(text: str) -> bool:
    """Whether a text has the form of a citation id."""
    return _ID.fullmatch(text.strip()) is not None


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


def cite(
    document_id: str,
    revision: str,
    title: str,
    text: str,
    span: tuple[int, int],
    paragraphs: Sequence[Paragraph],
    *,
    clause: str = "",
) -> Citation:
    """Return the citation of a span; its path and page are those of the paragraph it begins in.

    It is marked as recognised from a picture when any paragraph it touches was.
    """
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
        clause,
        any(touched.ocr for touched in paragraphs_within(paragraphs, span)),
    )
