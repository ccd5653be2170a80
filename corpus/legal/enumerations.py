"""Enumerations of a document: lists whose items belong together, with what introduces them.

A question that asks for all of something (哪些, 哪几项) is answered with the whole list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.legal.coordinates import find_coordinates
from corpus.legal.item_marks import AT_START, STYLES, Marker, find_markers
from corpus.text.sentences import split_sentences
from corpus.types import Paragraph

# Paragraphs that may lie between two numbered items: an item of a plan can run over a page.
WIDEST_GAP = 30
# A line up to this long that ends without a full stop reads as a heading.
LONGEST_HEADING = 60
# Lists of one style within each other; bounds the work on text made to nest without end.
DEEPEST_NESTING = 3
# How far back the heading of a list is looked for; keeps a document of many lists linear.
FARTHEST_HEADING = 20_000

_HEADING_MARK = re.compile(r"(?:\n|\A)[# \t\u3000]*\Z")
_PROSE = frozenset(("一是", "一要", "一为", "第一", "首先", "first"))  # sentences, not lines
_NEIGHBOURS_ONLY = frozenset(("1", "bullet"))  # weak marks: every line must carry one


@dataclass(frozen=True, slots=True)
class Item:
    """One item: ``[start, end)`` with its marker, which ends at ``marker_end``."""

    start: int
    end: int
    number: int | None
    marker_end: int
    head_end: int  # end of the first sentence: what a long item says in short


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list of two or more items in order, disjoint; ``lead`` is what introduces it."""

    lead: tuple[int, int] | None
    items: tuple[Item, ...]
    style: str


def find_enumerations(text: str, paragraphs: Sequence[Paragraph]) -> list[Enumeration]:
    """List the enumerations of ``text``, by where their first item begins.

    Numbers run 1, 2, 3 without a gap; the last item ends with its paragraph.
    """
    outline = _Outline(text, paragraphs)
    found: list[Enumeration] = []
    for style in STYLES:
        found.extend(_lists(style, outline))
    found = _end_with_outer_item(found)
    for place, paragraph in enumerate(paragraphs):
        for spans in find_coordinates(paragraph.text):
            base = paragraph.start
            lead = outline.sentence_before(place, base + spans[-1][1])
            items = tuple(
                Item(base + left, base + right, None, base + left, base + right)
                for left, right in spans
            )
            found.append(Enumeration(lead, items, "coordinate"))
    return sorted(found, key=lambda enumeration: enumeration.items[0].start)


class _Outline:
    """A document with its paragraphs; each is split into sentences once, when first asked for."""

    def __init__(self, text: str, paragraphs: Sequence[Paragraph]) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self._sentences: dict[int, list[tuple[int, int]]] = {}

    def sentence_before(self, place: int, offset: int) -> tuple[int, int] | None:
        """Return the last sentence of paragraph ``place`` that begins before ``offset``."""
        start = self.paragraphs[place].start
        if place not in self._sentences:
            self._sentences[place] = split_sentences(self.paragraphs[place].text)
        spans = self._sentences[place]
        index = bisect_left(spans, (offset - start, 0)) - 1
        return (start + spans[index][0], start + spans[index][1]) if index >= 0 else None


def _lists(style: str, outline: _Outline) -> Iterator[Enumeration]:
    runs = list(_runs(style, list(find_markers(style, outline.paragraphs)), outline.paragraphs))
    leads = [_lead(style, run[0], outline) for run in runs]
    starts = sorted((run[0].start, lead) for run, lead in zip(runs, leads, strict=True))
    for run, lead in zip(runs, leads, strict=True):
        last = run[-1]
        limit = outline.paragraphs[last.place].end
        index = bisect_left(starts, (last.start + 1,))
        if index < len(starts) and starts[index][0] < limit:
            # Numbering starts anew in the same paragraph: what introduces that is not this item's.
            limit, other = starts[index]
            if other is not None and last.end < other[0] < limit:
                limit = other[0]
        yield Enumeration(lead, _items(outline.text, run, limit), style)


def _runs(
    style: str, markers: Sequence[Marker], paragraphs: Sequence[Paragraph]
) -> Iterator[list[Marker]]:
    """Yield the unbroken sequences of at least two markers."""
    open_runs: list[list[Marker]] = []  # an inline restart is a list within an item
    for marker in markers:
        if style == "bullet":
            continues = bool(open_runs) and _follows(style, open_runs[-1][-1], marker, paragraphs)
            starts = not continues
        else:
            starts, continues = marker.number == 1, False
        if starts:
            if marker.opens_paragraph:
                yield from _closed(open_runs)
                open_runs = []
            elif len(open_runs) == DEEPEST_NESTING:
                yield from _closed([open_runs.pop(0)])
            open_runs.append([marker])
            continue
        while open_runs and not continues:
            run = open_runs[-1]
            continues = marker.number in (None, len(run) + 1) and _follows(
                style, run[-1], marker, paragraphs
            )
            if not continues:
                yield from _closed([open_runs.pop()])
        if continues:
            open_runs[-1].append(marker)
    yield from _closed(open_runs)


def _closed(runs: Sequence[list[Marker]]) -> Iterator[list[Marker]]:
    return (run for run in runs if len(run) > 1)


def _follows(style: str, before: Marker, marker: Marker, paragraphs: Sequence[Paragraph]) -> bool:
    """Say whether two markers can belong to one list by where they stand."""
    if before.place == marker.place:
        return style not in AT_START
    gap = marker.place - before.place
    if not marker.opens_paragraph or gap > (1 if style in _NEIGHBOURS_ONLY else WIDEST_GAP):
        return False
    return _outer_path(paragraphs[before.place]) == _outer_path(paragraphs[marker.place])


def _outer_path(paragraph: Paragraph) -> tuple[str, ...]:
    """Return the headings above a paragraph, without itself where it is a heading."""
    path = paragraph.path
    return path[:-1] if path and path[-1].strip() == paragraph.text.strip() else path


def _items(text: str, run: Sequence[Marker], end_of_last: int) -> tuple[Item, ...]:
    ends = [*(marker.start for marker in run[1:]), end_of_last]
    items = []
    for marker, limit in zip(run, ends, strict=True):
        end = max(_without_tail(text, marker.start, limit)[1], marker.start + 1)
        head = split_sentences(text[marker.start : end].split("\n", 1)[0])
        head_end = marker.start + head[0][1] if head else end
        items.append(Item(marker.start, end, marker.number, min(marker.end, end), head_end))
    return tuple(items)


def _end_with_outer_item(found: Sequence[Enumeration]) -> list[Enumeration]:
    """Cut the last item of a list within an item where the outer list goes on."""
    starts = sorted((item.start, one.items[0].start) for one in found for item in one.items)
    ended: list[Enumeration] = []
    for one in found:
        first, last = one.items[0], one.items[-1]
        index = bisect_left(starts, (last.marker_end,))
        while index < len(starts) and starts[index][0] < last.end:
            start, began = starts[index]
            if began < first.start:
                last = replace(last, end=start, head_end=min(last.head_end, start))
            index += 1
        ended.append(replace(one, items=(*one.items[:-1], last)))
    return ended


def _lead(style: str, first: Marker, outline: _Outline) -> tuple[int, int] | None:
    """Return the sentence or heading that introduces a list."""
    paragraph = outline.paragraphs[first.place]
    if not first.opens_paragraph:
        inside = outline.sentence_before(first.place, first.start)
        if inside is not None:
            return _without_tail(outline.text, inside[0], min(inside[1], first.start))
    before = outline.paragraphs[first.place - 1] if first.place else None
    if before is not None:
        if before.text.rstrip().endswith(("：", ":")):
            return outline.sentence_before(first.place - 1, before.end)
        if _reads_as_heading(before):
            return before.start, before.end
    heading = (_outer_path(paragraph)[-1:] or ("",))[0]
    at = outline.text.rfind(heading, max(first.start - FARTHEST_HEADING, 0), paragraph.start)
    if heading and at >= 0 and _HEADING_MARK.search(outline.text, max(at - 10, 0), at):
        return at, at + len(heading)
    if before is not None and before.path == paragraph.path and style not in _PROSE:
        return outline.sentence_before(first.place - 1, before.end)
    return None


def _without_tail(text: str, start: int, end: int) -> tuple[int, int]:
    return start, start + len(text[start:end].rstrip(' \t\r\n\u3000“"「'))


def _reads_as_heading(paragraph: Paragraph) -> bool:
    line = paragraph.text.strip()
    return len(line) <= LONGEST_HEADING and not line.endswith(
        ("。", "；", ";", ".", "！", "？", "，")
    )
