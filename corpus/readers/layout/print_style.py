"""What holds for the print of a whole document: its size, its distances, its ways with lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.readers.layout.frames import Placed

SET_IN = 1.2  # em; a first line is set in by two, and mirrored margins shift less
HYPHENATED = re.compile(r"[^\W\d_]-$")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HYPHENATES = 0.03  # of its Latin lines; compounds alone end one in three hundred with a hyphen
_SETS_IN_SHARE = 0.06  # of the lines of a text whose paragraphs are set in


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
