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
    """Whether a text has the form of a citation id."""
    return _ID.fullmatch(text.strip()) is not None


def parse_place_id(text: str) -> PlaceId:
    """Take an id apart. Raises UnknownCitation when it is not one."""
    found = _ID.fullmatch(text.strip())
    if found is None or int(found[3]) >= int(found[4]):
        raise UnknownCitation(Message("corpus.no_citation_id", text=text[:80]))
    return PlaceId(found[1], found[2], int(found[3]), int(found[4]))
