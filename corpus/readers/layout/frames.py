"""Lines in their columns, and what holds for the print of the whole document they make up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.readers.layout.page import Block, Line

SET_IN = 1.2  # em; a first line is set in by two, and mirrored margins shift less
HYPHENATED = re.compile(r"[^\W\d_]-$")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATES = 0.03  # of its Latin lines; compounds alone end one in three hundred with a hyphen
_SETS_IN_SHARE = 0.06  # of the lines of a text whose paragraphs are set in

_FEW_LINES = 6  # with fewer, a block's own edges say little: it takes those of its like
_NEAR = 3.0  # em by which a block's edge may be off from the column it stands in
_SAME_EDGE = 0.4  # em
_MARGINS = 8.0  # em by which the margins of a page may differ
_FULL_LINES = 0.4  # of the lines at the commonest end; marks that hang out of the column are fewer


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in its column."""

    line: Line
    page: int  # from 0
    block: int  # number of its block in the document
    indent: float  # points from the left edge of the column
    room: float  # points left behind it


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    right: float
    lines: int
    in_columns: bool


def place_lines(pages: Sequence[Sequence[Block]], widths: Sequence[float]) -> list[list[Placed]]:
    """Return the lines of each page in reading order, each with where it stands in its column."""
    own = [
        [_own_frame(block, width) for block in blocks]
        for blocks, width in zip(pages, widths, strict=True)
    ]
    known = [frame for frames in own for frame in frames if frame.lines >= _FEW_LINES]
    usual = _usual(known)
    placed: list[list[Placed]] = []
    number = 0
    for page, (blocks, frames) in enumerate(zip(pages, own, strict=True)):
        lines: list[Placed] = []
        for block, frame in zip(blocks, frames, strict=True):
            left, right = _edges(block, frame, usual)
            number += 1
            lines.extend(
                Placed(line, page, number, line.left - left, right - line.right)
                for line in block.lines
            )
        placed.append(lines)
    return placed


def _own_frame(block: Block, width: float) -> _Frame:
    lines = [line for line in block.lines if not line.row and line.table < 0]
    if not lines:
        left = min(line.left for line in block.lines)
        return _Frame(left, max(line.right for line in block.lines), 0, block.in_columns)
    size = sorted(line.size for line in lines)[len(lines) // 2]
    lefts = sorted(line.left for line in lines)
    rights = sorted((line.right for line in lines), reverse=True)
    enough = max(2, len(lines) // 8)
    left = next((x for x in lefts if _near(lefts, x, _SAME_EDGE * size) >= enough), lefts[0])
    ends = [_near(rights, x, _SAME_EDGE * size) for x in rights]
    least = _FULL_LINES * max(ends)
    right = next((x for x, count in zip(rights, ends, strict=True) if count >= least), rights[0])
    if not block.in_columns and right < width - left - _MARGINS * size:
        right = width - left  # short lines only: the column reaches as far as on the left
    return _Frame(left, right, len(lines), block.in_columns)


def _near(values: Sequence[float], value: float, tolerance: float) -> int:
    return sum(abs(each - value) <= tolerance for each in values)


def _usual(frames: Sequence[_Frame]) -> list[_Frame]:
    """Return the frames by how many lines stand in their like, most first."""
    weights = [
        sum(
            other.lines
            for other in frames
            if other.in_columns == frame.in_columns and abs(other.left - frame.left) < _FEW_LINES
        )
        for frame in frames[:500]
    ]
    order = sorted(range(len(weights)), key=lambda at: -weights[at])
    return [frames[at] for at in order]


def _edges(block: Block, own: _Frame, usual: Sequence[_Frame]) -> tuple[float, float]:
    """Return the edges of a block's column; one of few lines takes those of its like."""
    size = max(line.size for line in block.lines)
    left = min(line.left for line in block.lines)
    right = max(line.right for line in block.lines)
    for frame in usual:
        inside = frame.left - size <= left and right <= frame.right + size
        if frame.in_columns != own.in_columns or not inside:
            continue
        if own.lines < _FEW_LINES and (left - frame.left < _NEAR * size or not own.in_columns):
            return min(own.left, frame.left), max(own.right, frame.right)
        shift = (own.left - frame.left) / size
        if abs(shift) < _SAME_EDGE or 1.5 < shift < 2.5:
            return min(own.left, frame.left), max(own.right, frame.right)
    return own.left, own.right


@dataclass(frozen=True, slots=True)
class Style:
    """What holds for the lines of the whole document."""

    body: float  # size of most of its print
    sets_in: bool  # first lines of its paragraphs are set in
    leadings: dict[int, float]  # size in half points -> usual distance of lines
    words: frozenset[str]  # that occur within lines, in small letters
    hyphenates: bool  # its lines are broken within words


def body_size(pages: Sequence[Sequence[Placed]]) -> float:
    """Return the size that most characters have."""
    counts: Counter[float] = Counter()
    for lines in pages:
        for each in lines:
            counts[round(each.line.size * 2) / 2] += len(each.line.text)
    return counts.most_common(1)[0][0] if counts else 0.0


def style_of(pages: Sequence[Sequence[Placed]], body: float) -> Style:
    """Return what holds for all lines; ``body`` is the size of most of them."""
    lines = [each for page in pages for each in page if each.line.table < 0]
    gaps: dict[int, list[float]] = {}
    for last, each in pairwise(lines):
        if last.block == each.block and each.line.y > last.line.y:
            gaps.setdefault(half_points(each), []).append(each.line.y - last.line.y)
    leadings = {size: sorted(found)[len(found) // 4] for size, found in gaps.items()}
    set_in = sum(SET_IN < each.indent / each.line.size < 3 * SET_IN for each in lines)
    text = "\n".join(each.line.text for each in lines)
    words = frozenset(map(str.lower, _WORDS.findall(text)))
    latin = [each for each in lines if each.line.text[-1:].isascii()]
    broken = sum(bool(HYPHENATED.search(each.line.text)) for each in latin)
    hyphenates = broken >= _HYPHENATES * len(latin)
    return Style(body, set_in > _SETS_IN_SHARE * len(lines), leadings, words, hyphenates)


def is_hyphenation(word: str, style: Style) -> bool:
    """Whether the hyphen of a word broken at a line's end is no part of it: as others print it."""
    if word in style.words:
        return False
    return word.replace("-", "") in style.words or style.hyphenates


def half_points(each: Placed) -> int:
    """Return the size of a line in half points, as printers count."""
    return round(each.line.size * 2)
