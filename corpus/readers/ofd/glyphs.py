"""Where the characters of an OFD's text objects stand (GB/T 33190-2016, 11.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.readers.layout.characters import is_wide
from corpus.readers.layout.page import Glyph
from corpus.readers.ofd.package import numbers
from corpus.readers.xml_package import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NARROW = 0.5  # em; what a Latin letter takes where nothing says it

Spot = tuple[str, float, float]  # a character and where it stands


def spots_of(element: Element) -> Iterator[Spot]:
    """Yield each character with its place in the object; deltas count from the one before."""
    x = y = 0.0
    size = (numbers(element.get("Size")) or [0.0])[0]
    for code in element:
        if local(code) != "TextCode":
            continue
        text = code.text or ""
        x = (numbers(code.get("X")) or [x])[0]
        y = (numbers(code.get("Y")) or [y])[0]
        across, down = (
            _deltas(code.get("DeltaX"), len(text)),
            _deltas(code.get("DeltaY"), len(text)),
        )
        at_x, at_y = x, y
        for at, character in enumerate(text):
            yield character, at_x, at_y
            # Where no distance is stated, writers leave it to the width of the font's glyphs.
            alone = not across and not down
            at_x += _advance(character) * size if alone else _nth(across, at)
            at_y += _nth(down, at)


def _advance(character: str) -> float:
    return 1.0 if is_wide(character) else _NARROW


def _nth(deltas: Sequence[float], at: int) -> float:
    return deltas[min(at, len(deltas) - 1)] if deltas else 0.0


def _deltas(stated: str | None, count: int) -> list[float]:
    """Return distances between characters; ``g 3 4.5`` says 4.5 three times."""
    parts = (stated or "").split()
    found: list[float] = []
    at = 0
    while at < len(parts) and len(found) < count:
        if parts[at] == "g" and at + 2 < len(parts):
            times, value = numbers(parts[at + 1]), numbers(parts[at + 2])
            if not times or not value:
                return found
            found.extend(value * max(0, min(int(times[0]), count)))
            at += 3
        else:
            value = numbers(parts[at])
            if not value:
                return found
            found.extend(value)
            at += 1
    return found


def runs_down(placed: Sequence[Spot]) -> bool:
    """Whether the characters stand below each other: writing in columns."""
    if len(placed) < 2:
        return False
    across = sum(abs(b[1] - a[1]) for a, b in pairwise(placed))
    down = sum(abs(b[2] - a[2]) for a, b in pairwise(placed))
    return down > across


def glyphs_of(placed: Sequence[Spot], em: float, stretch: float, *, bold: bool) -> list[Glyph]:
    """Return the characters as glyphs of the size ``em``, as wide as they seem to be."""
    glyphs: list[Glyph] = []
    for at, (character, x, y) in enumerate(placed):
        width = _advance(character) * em * stretch
        gap = placed[at + 1][1] - x if at + 1 < len(placed) else 0.0
        # Letters differ in width, and the distance to the next tells it unless a blank is in it.
        if 0 < gap < (width if is_wide(character) else 0.9 * em):
            width = gap
        glyphs.append(Glyph(character, x, x + width, y, em, bold))
    return glyphs


def turned_upright(glyphs: Sequence[Glyph], width: float) -> list[Glyph]:
    """Return characters that stand below each other as a line, columns from the right downwards."""
    return [
        Glyph(g.text, g.y - g.size, g.y, width - g.left, g.size, g.bold, g.spaced) for g in glyphs
    ]
