"""Running heads, feet and page numbers: told by their places over all pages, and taken out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.legal.structure import division
from corpus.messages.message import Message
from corpus.readers.layout.page import Segment

Row = Sequence[Segment]

_DEEPEST = 3  # rows of a head or foot
_SAME_PLACE = 4.0  # points by which a head may shift between pages
_MARGIN = 0.14  # of the page's height, at top and bottom; a head stands there or nowhere
_MOST = 0.6  # share of the pages that have a row in this place
_FEWEST_PAGES = 3  # on fewer, two equal lines may well be words of the text
_SETTLED = 0.6  # share of page numbers that must count with the pages

_BLANKS = re.compile(r"\s+")
_NUMBER = r"(?:\d{1,5}|[ivxlcIVXLC]{1,7}|[〇零一二三四五六七八九十百]{1,6})"
_DASH = r"[-–—―－─~～·•.|/]"
# A number in dress of a page number needs no other witness.
_DRESSED = re.compile(
    rf"{_DASH}+{_NUMBER}{_DASH}+"
    rf"|第{_NUMBER}[页頁](?:[，,/|(（]?共{_NUMBER}[页頁][)）]?)?|共{_NUMBER}[页頁][，,]?第{_NUMBER}[页頁]"
    rf"|{_NUMBER}/{_NUMBER}|[Pp]age{_NUMBER}(?:of{_NUMBER}|/{_NUMBER})?|[Pp]\.{_NUMBER}"
)
_BARE = re.compile(r"\d{1,5}|[ivxlcIVXLC]{1,7}")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Furniture:
    """Which rows of which pages are no words of the text, and what they said."""

    rows: set[tuple[int, int]] = field(default_factory=set)  # (page, row), both from 0
    heads: Counter[str] = field(default_factory=Counter)  # running head or foot -> times
    numbers: int = 0  # page numbers taken out

    def notes(self) -> tuple[str, ...]:
        """Say what was taken out, for people."""
        said: list[str] = []
        if self.heads:
            texts = [f"“{text}”×{times}" for text, times in self.heads.most_common(5)]
            said.append(Message("reader.running_heads", count=self.heads.total(), texts=texts))
        if self.numbers:
            said.append(Message("reader.page_numbers", count=self.numbers))
        return tuple(said)


def find_furniture(pages: Sequence[Sequence[Row]], heights: Sequence[float]) -> Furniture:
    """Return the heads, feet and page numbers of a document's pages."""
    found = Furniture()
    for from_top in (True, False):
        for depth in range(_DEEPEST):
            places = _places(pages, heights, depth, from_top, found)
            if not _take(places, len([page for page in pages if page]), found):
                break
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A row at the edge of a page."""

    page: int
    row: int
    y: float  # from the edge it stands at
    text: str  # without blanks
    in_margin: bool
    apart: bool  # farther from the next row than rows of the text are from each other


def _places(
    pages: Sequence[Sequence[Row]],
    heights: Sequence[float],
    depth: int,
    from_top: bool,
    found: Furniture,
) -> list[_Place]:
    places: list[_Place] = []
    for page, rows in enumerate(pages):
        order = range(len(rows)) if from_top else range(len(rows) - 1, -1, -1)
        left = [row for row in order if (page, row) not in found.rows]
        if not left or (depth and left[0] == order[0]):
            continue  # a second row is looked at where the first was taken
        if any(segment.table >= 0 for segment in rows[left[0]]):
            continue
        at = left[0]
        y = rows[at][0].y if from_top else heights[page] - rows[at][0].y
        text = _BLANKS.sub("", " ".join(segment.text for segment in rows[at]))
        gap = abs(rows[left[1]][0].y - rows[at][0].y) if len(left) > 1 else heights[page]
        apart = gap > 1.5 * _leading(rows)
        places.append(_Place(page, at, y, text, y < _MARGIN * heights[page], apart))
    return places


def _leading(rows: Sequence[Row]) -> float:
    gaps = sorted(b[0].y - a[0].y for a, b in pairwise(rows))
    return gaps[len(gaps) // 2] if gaps else 0.0


def _take(places: list[_Place], pages: int, found: Furniture) -> bool:
    """Take out what of these rows is a head, a foot or a page number; whether there was any."""
    before = len(found.rows)
    in_step = _in_step(places)
    for place in places:
        if not place.in_margin:
            continue
        if _DRESSED.fullmatch(place.text) or (
            place.page in in_step and _BARE.fullmatch(place.text)
        ):
            found.rows.add((place.page, place.row))
            found.numbers += 1
    for group in _slots(places):
        for place in _repeated(group, in_step, pages):
            if (place.page, place.row) not in found.rows:
                found.rows.add((place.page, place.row))
                found.heads[place.text] += 1
    return len(found.rows) > before


def _slots(places: list[_Place]) -> Iterator[list[_Place]]:
    """Yield groups of rows that stand at the same distance from the edge."""
    group: list[_Place] = []
    for place in sorted(places, key=lambda each: each.y):
        if group and place.y - group[-1].y > _SAME_PLACE:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _repeated(group: list[_Place], in_step: set[int], pages: int) -> list[_Place]:
    """Return the rows of one place that say the same on several pages, numbers in step aside."""
    names: dict[str, list[_Place]] = defaultdict(list)
    for place in group:
        numbered = place.page in in_step and division(place.text + " ") is None
        name = _DIGITS.sub("#", place.text) if numbered else place.text
        names[name].append(place)
    repeated = [place for same in names.values() if len(same) > 1 for place in same]
    if pages == 2:
        return [place for place in repeated if place.in_margin and place.apart]
    if pages < _FEWEST_PAGES or len(repeated) < _MOST * len(group):
        return []
    enough = len(repeated) >= max(0.3 * pages, _FEWEST_PAGES)
    distinct = sum(len(same) > 1 for same in names.values())
    if not enough or distinct * 2 > len(repeated):
        return []
    return [place for place in repeated if place.in_margin]


def _in_step(places: list[_Place]) -> set[int]:
    """Return the pages whose row here has a number that counts with the pages."""
    differences: dict[int, set[int]] = defaultdict(set)
    for place in places:
        for digits in _DIGITS.findall(place.text):
            if len(digits) <= 5:
                differences[int(digits) - place.page].add(place.page)
    if not differences:
        return set()
    best = max(differences.values(), key=len)
    alone = len(places) == 1 and any(
        _BARE.fullmatch(place.text) and place.text == str(place.page + 1) and place.apart
        for place in places
    )
    settled = len(best) >= 2 and len(best) >= _SETTLED * len(places)
    return best if settled or alone else set()
