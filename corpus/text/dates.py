"""Dates in every form official documents write them, as ISO 8601: 2023-03-05, 2023-03 or 2023."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.text.numerals import parse_numeral
from corpus.text.script import fold

_D = "0-9〇○零一二三四五六七八九十廿卅"
_WRITTEN = re.compile(
    rf"(?P<republic>民国)?\s*(?P<year>[0-9]{{1,4}}|[〇○零一二三四五六七八九十]{{2,4}})\s*年"
    rf"(?:\s*(?P<month>[{_D}]{{1,3}})\s*月(?:\s*(?P<day>[{_D}]{{1,3}})\s*[日号])?)?"
)
_NUMERIC = re.compile(
    r"(?<![0-9])(?P<year>[12][0-9]{3})(?P<gap>[-/.])(?P<month>[0-9]{1,2})"
    r"(?:(?P=gap)(?P<day>[0-9]{1,2}))?(?![0-9]|[-/.][0-9])"
)
_COMPACT = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9])"
)
_YEAR = re.compile(r"[12][0-9]{3}")
_FIRST_YEAR_OF_THE_REPUBLIC = 1912


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text, at code points ``[start, end)``."""

    start: int
    end: int
    iso: str


def parse_date(text: str) -> str | None:
    """Return a text that is one date, as ISO 8601 to the precision it has; None when it is none."""
    stripped = fold(text.strip()).removesuffix("起").strip()
    if _YEAR.fullmatch(stripped):
        return stripped
    # Of a time stamp only the day is meant.
    stripped = re.sub(r"[t\s][0-9]{1,2}:[0-9]{2}.*$", "", stripped, flags=re.IGNORECASE)
    for pattern in (_WRITTEN, _NUMERIC, _COMPACT):
        match = pattern.fullmatch(stripped)
        if match is not None:
            return _iso(match)
    return None


def find_dates(text: str) -> Iterator[FoundDate]:
    """Yield the full dates of a text, as written with 年月日 or with hyphens, in order."""
    folded = fold(text)
    found = [m for pattern in (_WRITTEN, _NUMERIC) for m in pattern.finditer(folded)]
    for match in sorted(found, key=lambda m: m.start()):
        iso = _iso(match)
        if iso is not None and len(iso) == len("2023-03-05"):
            yield FoundDate(match.start(), match.end(), iso)


def as_day(iso: str) -> date:
    """Return the first day an ISO date of any precision names. Raises ValueError."""
    parts = [int(part) for part in iso.split("-")]
    return date(*[*parts, 1, 1][:3])


def _iso(match: re.Match[str]) -> str | None:
    said = match.groupdict()
    numbers = [
        parse_numeral(said[part]) if said.get(part) else None for part in ("year", "month", "day")
    ]
    year, month, day = numbers
    if year is None:
        return None
    if said.get("republic"):
        year += _FIRST_YEAR_OF_THE_REPUBLIC - 1
    if not 1000 <= year <= 2999:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    parts = [f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)]
    return "-".join(parts)
