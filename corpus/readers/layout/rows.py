"""Glyphs become segments, and segments become rows: what stands on one baseline.

Positions decide, not the order in which the file draws things. Blanks that a producer leaves out
are put back where the gap tells one: Chinese is set without gaps, Latin words with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from corpus.readers.layout.characters import is_ideograph, is_wide
from corpus.readers.layout.page import Glyph, Line, Segment

# Gaps in em.
WIDE_GAP = 1.0  # a wider one may part columns or cells; a full-width blank is no wider
_HAN_BLANK = 0.24  # between Han, above the gap usual in the line; the narrowest blank is 0.25
_MARK_BLANK = 0.6  # beside a full-width mark: typesetters let lines out there
_MIXED_BLANK = 0.29  # between Han and Latin: word processors put 0.25 there by themselves
_LATIN_BLANK = 0.16  # between Latin letters; a blank is 0.2 to 0.33
_LATIN_HINTED = 0.08  # the same where PDFium takes it for a blank too
_SAME_LINE = 0.35  # em by which the baseline of a raised or lowered mark may be off
_FEWEST_GAPS = 4  # gaps a line's usual gap can be told from
_CLOSERS = "，。、；：！？）》」』】”’…—,.;:!?)]}%"


def rows_of(glyphs: Sequence[Glyph]) -> list[list[Segment]]:
    """Return the rows of a page from top to bottom, each with its segments from left to right."""
    visible = [glyph for glyph in glyphs if glyph.size > 0]
    emits_blanks = any(
        not glyph.text.strip() and following.text.strip() and abs(following.y - glyph.y) < 1
        for glyph, following in pairwise(visible)
    )
    rows: list[list[Segment]] = []
    for row in _baselines(visible):
        segments = [_segment(run, emits_blanks) for run in _runs(row)]
        filled = [segment for segment in segments if segment.text]
        if filled:
            rows.append(filled)
    return rows


def group_segments(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Return rows of segments that stand on one baseline, such as a recogniser finds."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda each: each.y):
        row = rows[-1] if rows else []
        if row and segment.y - row[0].y < 0.5 * min(segment.size, row[0].size):
            row.append(segment)
        else:
            rows.append([segment])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _baselines(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return the glyphs by baseline; raised and lowered marks go with the line they touch."""
    rows: list[list[Glyph]] = []
    levels: list[tuple[float, float]] = []  # baseline and size of each row's first glyph
    for glyph in sorted(glyphs, key=lambda each: (each.y, each.left)):
        if levels and glyph.y - levels[-1][0] <= 0.15 * min(glyph.size, levels[-1][1]):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            levels.append((glyph.y, glyph.size))
    merged: list[list[Glyph]] = []
    for row in rows:
        if merged and _touches(merged[-1], row):
            merged[-1].extend(row)
        else:
            merged.append(row)
    return [_in_order(row) for row in merged]


def _in_order(row: list[Glyph]) -> list[Glyph]:
    """From left to right; a character drawn twice in one place, for weight, is taken once.

    The parts of a ligature stand in one place too, but one text object draws them.
    """
    ordered: list[Glyph] = []
    for glyph in sorted(row, key=lambda each: each.left):
        twins = (t for t in ordered[-3:] if t.text == glyph.text and t.item != glyph.item)
        if not any(abs(twin.left - glyph.left) < 0.1 * glyph.size for twin in twins):
            ordered.append(glyph)
    return ordered


def _touches(upper: Sequence[Glyph], lower: Sequence[Glyph]) -> bool:
    """Whether one of two rows is marks raised or lowered beside the other's characters."""
    (y, size), (other_y, other) = _level(upper), _level(lower)
    if other_y - y > _SAME_LINE * max(size, other):
        return False
    small, large = (upper, lower) if size < other else (lower, upper)
    if min(size, other) > 0.8 * max(size, other):
        # Fonts of one size whose baselines differ a little: one line if nothing overlaps.
        return other_y - y <= 0.25 * max(size, other) and not _overlap(small, large)
    return not _overlap(small, large) and _beside(small, large)


def _level(row: Sequence[Glyph]) -> tuple[float, float]:
    return median(glyph.y for glyph in row), max(glyph.size for glyph in row)


def _overlap(small: Sequence[Glyph], large: Sequence[Glyph]) -> bool:
    spans = [(glyph.left, glyph.right) for glyph in large if glyph.text.strip()]
    middles = [(glyph.left + glyph.right) / 2 for glyph in small if glyph.text.strip()]
    return any(left < middle < right for middle in middles for left, right in spans)


def _beside(small: Sequence[Glyph], large: Sequence[Glyph]) -> bool:
    size = max(glyph.size for glyph in large)
    ends = [edge for glyph in large for edge in (glyph.left, glyph.right)]
    return any(abs(glyph.left - end) < size for glyph in small for end in ends)


def _runs(row: Sequence[Glyph]) -> list[list[Glyph]]:
    """Cut a row at its wide gaps; blanks do not bridge one that no text would have."""
    runs: list[list[Glyph]] = []
    right = 0.0
    for glyph in row:
        size = max(glyph.size, runs[-1][-1].size if runs else 0)
        if not runs or glyph.left - right > WIDE_GAP * size:
            runs.append([])
            right = glyph.right
        runs[-1].append(glyph)
        right = max(right, glyph.right)
    return runs


def _segment(run: Sequence[Glyph], emits_blanks: bool) -> Segment:
    inked = [glyph for glyph in run if glyph.text.strip()]
    if not inked:
        return Segment("", run[0].left, run[0].right, run[0].y, run[0].size, False, 0.0)
    usual = _usual_gap(inked)
    parts: list[str] = []
    last: Glyph | None = None
    blank = ""
    for glyph in run[run.index(inked[0]) : len(run) - run[::-1].index(inked[-1])]:
        if not glyph.text.strip():
            blank += glyph.text
            continue
        if last is not None and not blank and _is_blank(last, glyph, usual, emits_blanks):
            blank = " "
        parts.append(blank + glyph.text)
        blank, last = "", glyph
    sizes = [glyph.size for glyph in inked]
    size = median(sizes)
    return Segment(
        text="".join(parts),
        left=inked[0].left,
        right=max(glyph.right for glyph in inked),
        y=median(glyph.y for glyph in inked),
        size=size,
        bold=sum(glyph.bold for glyph in inked) > 0.9 * len(inked),
        lead=_lead(inked),
    )


def _usual_gap(inked: Sequence[Glyph]) -> float:
    """Return the gap between Han that a justified or letter-spaced line has everywhere, in em."""
    gaps = sorted(
        (glyph.left - last.right) / glyph.size
        for last, glyph in pairwise(inked)
        if is_ideograph(last.text[-1]) and is_ideograph(glyph.text[0])
    )
    return max(gaps[len(gaps) // 4], 0.0) if len(gaps) >= _FEWEST_GAPS else 0.0


def _is_blank(last: Glyph, glyph: Glyph, usual: float, emits_blanks: bool) -> bool:
    """Whether the gap between two glyphs without a blank between them stands for one."""
    gap = (glyph.left - last.right) / max(glyph.size, last.size) - usual
    before, after = last.text[-1], glyph.text[0]
    if not is_wide(before) and not is_wide(after):
        return gap > (_LATIN_HINTED if glyph.spaced else _LATIN_BLANK)
    if is_ideograph(before) and is_ideograph(after):
        return gap > _HAN_BLANK
    if is_ideograph(before) or is_ideograph(after):
        mixed = not is_wide(before) or not is_wide(after)
        return gap > (_MIXED_BLANK if mixed and not emits_blanks else _MARK_BLANK)
    return gap > _MARK_BLANK


def _lead(inked: Sequence[Glyph]) -> float:
    """Return the width of the first word, or of the first Han with the marks that follow it."""
    end = inked[0].right
    for last, glyph in pairwise(inked):
        parted = glyph.spaced or glyph.left - last.right > _LATIN_BLANK * glyph.size
        in_word = not is_wide(last.text[-1]) and not is_wide(glyph.text[0]) and not parted
        if not in_word and glyph.text[0] not in _CLOSERS and last.text[0] not in "（《“「『【〔(":
            break
        end = glyph.right
    return end - inked[0].left


def line_of(row: Sequence[Segment], *, cells: bool = False) -> Line:
    """Return a row as a line; ``cells`` keeps its segments apart with bars."""
    joint = " | " if cells else _joint(row)
    return Line(
        text=_collapsed(joint.join(segment.text for segment in row)),
        left=row[0].left,
        right=max(segment.right for segment in row),
        y=median(segment.y for segment in row),
        size=max(segment.size for segment in row),
        bold=all(segment.bold for segment in row),
        lead=row[0].lead,
        row=cells,
        table=row[0].table,
    )


def _joint(row: Sequence[Segment]) -> str:
    """No blank between single Han set far apart, as titles are: 目　　录 stays two words of one."""
    spread = len(row) >= 3 and all(len(each.text) == 1 and is_wide(each.text) for each in row)
    return "" if spread else " "


def _collapsed(text: str) -> str:
    return re.sub(r" {2,}", " ", text).strip()
