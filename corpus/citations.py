"""Citation ids, read: they describe their place, as `corpus.types.place_id` writes it.

Nothing has to be written when a question is asked, and an id resolves for as long as the revision
is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.errors import UnknownCitation
from corpus.messages.message import Message

_ID = re.compile(r"([0-9a-f]{12})-([0-9a-f]{12})-(0|[1-9]\d{0,9})-([1-9]\d{0,9})")


@dataclass(frozen=True, slots=True)
class PlaceId:
    """A citation id taken apart."""

    document_id: str
    revision_prefix: str
    start: int
    end: int


def is_place_id(text: str) -> bool:
    """Whether a text is a citation id: ``parse_place_id`` takes it apart."""
    return _matched(text) is not None


def parse_place_id(text: str) -> PlaceId:
    """Take an id apart. Raises UnknownCitation when it is not one."""
    found = _matched(text)
    if found is None:
        raise UnknownCitation(Message("corpus.no_citation_id", text=text[:80]))
    return PlaceId(found[1], found[2], int(found[3]), int(found[4]))


def _matched(text: str) -> re.Match[str] | None:
    found = _ID.fullmatch(text.strip())
    return found if found is not None and int(found[3]) < int(found[4]) else None
