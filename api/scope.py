"""From what an interface was given to the scope of a question: day, filters, collections, tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.errors import BadFilter
from corpus.facts.filters import Filter, parse_where
from corpus.messages.message import Message
from corpus.text.dates import as_day, parse_date
from index.catalogue import Scope


def scope_of(
    as_of: str | None,
    where: Sequence[str] = (),
    collections: Sequence[str] = (),
    tags: Sequence[str] = (),
) -> Scope:
    """Return the scope. Raises BadFilter saying what is expected."""
    conditions = tuple(parse_where(one) for one in where)
    return Scope(day_of(as_of), Filter(conditions, tuple(collections), tuple(tags)))


def day_of(text: str | None) -> date | None:
    """Return a day as given by a person; None for none. Raises BadFilter."""
    if text is None:
        return None
    iso = parse_date(text)
    if iso is None or len(iso) != len("2015-06-01"):
        raise BadFilter(Message("http.not_a_day", given=text[:40]))
    return as_day(iso)
