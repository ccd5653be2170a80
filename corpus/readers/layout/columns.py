"""Rows become blocks in reading order: columns one after the other, never interleaved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.legal.structure import division
from corpus.readers.layout.page import Block, Line, Segment
from corpus.readers.layout.rows import group_segments, line_of

# A gutter is at least this wide, in em of the print beside it; the usual one is two.
_GUTTER = 0.9
_FEWEST_LINES = 3  # of each column; fewer could be anything
_MOST_SEGMENTS = 3_000  # of a page; more is no page of columns, and would take minutes
_NARROWEST = 7.0  # em of a column of prose
_FULL = 0.8  # of its column; a line of prose that goes on reaches the end
_FULL_SHARE = 0.45  # of a column's lines that do; cells of a table end where they like
_MAX_DEPTH = 3  # columns are looked for within columns: three or four side by side
_SAME_GUTTER = 6.0  # points
_ALIGNED = 1.2  # em by which the left edges of cells of one column may differ
_EVEN = 0.2  # em by which the gaps of a justified line may differ
_JUSTIFIED = 3.0  # em; no typesetter lets words stand farther apart
_FEWEST_ROWS = 2  # rows that make a table


@dataclass(frozen=True, slots=True)
class _Band:
    """A stretch of a page with a gutter at ``x`` through all of it."""

    x: float
    left: list[Segment]
    right: list[Segment]


def blocks_of(
    rows: Sequence[Sequence[Segment]],
    *,
    gutters: Sequence[float] = (),
    depth: int = 0,
    in_columns: bool = False,
) -> list[Block]:
    """Return blocks of lines in the order they are read.

    ``gutters`` are where other pages of the document part their columns: there, a column of a
    line or two is one as well.
    """
    segments = [segment for row in rows for segment in row]
    bands = _best_bands(segments, gutters) if depth < _MAX_DEPTH else []
    if not bands:
        lines = tuple(_lines(rows))
        beside = any(_on_one_side(segments, x) for x in gutters)
        return [Block(lines, in_columns or beside)] if lines else []
    parts: list[tuple[list[Segment], bool]] = []
    rest = list(segments)
    for band in bands:
        inside = {id(each) for each in (*band.left, *band.right)}
        top = min(each.y for each in (*band.left, *band.right))
        above = [each for each in rest if id(each) not in inside and each.y < top]
        rest = [each for each in rest if id(each) not in inside and each.y >= top]
        parts += [(above, in_columns), (band.left, True), (band.right, True)]
    parts.append((rest, in_columns))
    blocks: list[Block] = []
    for part, columned in parts:
        inner = group_segments(part)
        blocks += blocks_of(inner, gutters=gutters, depth=depth + 1, in_columns=columned)
    return blocks


def _on_one_side(segments: Sequence[Segment], x: float) -> bool:
    return all(each.right <= x for each in segments) or all(each.left >= x for each in segments)


def gutters_of(pages: Sequence[Sequence[Block]]) -> tuple[float, ...]:
    """Return where at least two pages part their columns."""
    found: list[float] = []
    for blocks in pages:
        for left, right in pairwise(blocks):
            end = max(line.right for line in left.lines)
            start = min(line.left for line in right.lines)
            if left.in_columns and right.in_columns and end < start:
                found.append((end + start) / 2)
    return tuple(x for x in found if sum(abs(x - y) < _SAME_GUTTER for y in found) > 1)


def _best_bands(segments: list[Segment], gutters: Sequence[float]) -> list[_Band]:
    """Return the stretches of the page that its clearest gutter parts, from top to bottom."""
    if len(segments) < (_FEWEST_LINES + 1 if gutters else 2 * _FEWEST_LINES):
        return []
    if len(segments) > _MOST_SEGMENTS:
        return []
    segments = sorted(segments, key=lambda each: each.y)
    seen = sorted({float(round(each.right + 0.5 * _GUTTER * each.size)) for each in segments})
    known = sorted({float(round(x)) for x in gutters})
    best: list[_Band] = []
    most = 0
    for x in (*known, *seen):
        bands = _bands(segments, x, known=x in known)
        lines = sum(len(band.left) + len(band.right) for band in bands)
        if lines > most:
            best, most = bands, lines
    return best


def _bands(segments: Sequence[Segment], x: float, *, known: bool) -> list[_Band]:
    """Return the stretches of segments, given from top to bottom, that nothing at ``x`` crosses."""
    bands: list[_Band] = []
    left: list[Segment] = []
    right: list[Segment] = []
    crossed = {s.y for s in segments if s.left - _margin(s) < x < s.right + _margin(s)}
    for each in (*segments, None):
        if each is not None and each.y not in crossed:
            (left if each.right <= x else right).append(each)
        else:
            if right and _is_column(left) and (known or _is_column(right)):
                bands.append(_Band(x, left, right))
            left, right = [], []
    return bands


def _margin(segment: Segment) -> float:
    return 0.4 * _GUTTER * segment.size


def _is_column(segments: list[Segment]) -> bool:
    """Whether the segments are prose of one column: enough lines, most of them full."""
    if len(segments) < _FEWEST_LINES:
        return False
    rows = group_segments(segments)
    start, end = min(each.left for each in segments), max(each.right for each in segments)
    size = sorted(each.size for each in segments)[len(segments) // 2]
    if len(rows) < _FEWEST_LINES or end - start < _NARROWEST * size:
        return False
    full = sum(row[-1].right >= start + _FULL * (end - start) for row in rows)
    inside = sum(segment.right - segment.left for segment in segments)
    return full >= _FULL_SHARE * len(rows) and inside >= 0.5 * len(rows) * (end - start)


# --- lines of one column -------------------------------------------------------------------------


def _lines(rows: Sequence[Sequence[Segment]]) -> list[Line]:
    rows = [part for row in rows for part in _parted(row)]
    cells = [False] * len(rows)
    for number in range(len(rows) - _FEWEST_ROWS + 1):
        pair = rows[number], rows[number + 1]
        if not any(map(_is_text, pair)) and _aligned(*pair):
            cells[number] = cells[number + 1] = True
    return [line_of(row, cells=cell) for row, cell in zip(rows, cells, strict=True)]


def _parted(row: Sequence[Segment]) -> list[list[Segment]]:
    """Set tables apart from words beside them."""
    words = [segment for segment in row if segment.table < 0]
    return [*([words] if words else []), *([each] for each in row if each.table >= 0)]


def _is_text(row: Sequence[Segment]) -> bool:
    """Whether a row is a line of text: one segment, or words let out evenly to fill the line."""
    if len(row) < 2:
        return True
    gaps = [right.left - left.right for left, right in pairwise(row)]
    even = max(gaps) - min(gaps) < _EVEN * row[0].size
    return even and max(gaps) < _JUSTIFIED * row[0].size and all(" " not in s.text for s in row)


def _aligned(upper: Sequence[Segment], lower: Sequence[Segment]) -> bool:
    """Whether two rows are cells of the same columns; 第一条 before its words is no cell."""
    if division(upper[0].text + " ") or division(lower[0].text + " "):
        return False
    fewer, more = sorted((upper, lower), key=len)
    tolerance = _ALIGNED * fewer[0].size
    return all(any(_same_column(cell, other, tolerance) for other in more) for cell in fewer)


def _same_column(cell: Segment, other: Segment, tolerance: float) -> bool:
    edges = (
        cell.left - other.left,
        cell.right - other.right,
        (cell.left + cell.right - other.left - other.right) / 2,
    )
    return min(map(abs, edges)) <= tolerance
