"""A PDF page as a reader sees it: writing of each direction upright, what nobody sees set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.characters import REPLACEMENT, is_private
from corpus.readers.layout.page import Drawing, Glyph, PageContent, Region, Rule
from corpus.readers.pdf.drawing import read_drawing
from corpus.readers.pdf.glyphs import Frame, Point, Printed, printed_on

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

# The fullest page of a gazette has 6,000 characters; more than this was made to be hostile.
MAX_CHARACTERS = 200_000
_SMALLEST = 1.5  # points; print below it is not for reading
_PICTURE_PAGE = 0.5  # share of the page a picture covers where invisible text is its OCR
_DESCENT = 0.12  # em below the baseline of Han, by the fonts of East Asia
_QUOTED = 40  # characters of a hidden text that a note shows


def read_page(page: PdfPage) -> PageContent:
    """Return what is printed on an open page; raises UnreadableSource when it is without bound."""
    left, bottom, right, top = page.get_bbox()
    frame = Frame(left, bottom, right, top, (page.get_rotation() // 90) % 4)
    drawing = read_drawing(page, frame.place)
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        if count > MAX_CHARACTERS:
            raise UnreadableSource(Message("reader.page_characters", limit=MAX_CHARACTERS))
        printed = list(printed_on(textpage, count, frame))
    finally:
        textpage.close()
    return _content(printed, drawing, frame)


def _content(printed: list[Printed], drawing: Drawing, frame: Frame) -> PageContent:
    width, height = frame.size()
    covered = max((image.area for image in drawing.images), default=0.0)
    pictured = covered >= _PICTURE_PAGE * width * height
    shown: list[Printed] = []
    unseen: list[str] = []
    slanted: list[str] = []
    for each in printed:
        if not each.text.strip():
            shown.append(each)
        elif _is_hidden(each, drawing, pictured, (width, height)):
            unseen.append(each.text)
        elif each.style.quarter is None:
            slanted.append(each.text)
        else:
            shown.append(each)
    groups = _groups(_sideways(shown), width, height)
    quarter = groups[0][0] if groups else 0
    if quarter:
        drawing = _turned_drawing(drawing, quarter, width, height)
        if quarter % 2:
            width, height = height, width
    kept = [each for each in shown if each.text.strip()]
    invisible = sum(each.style.invisible for each in kept)
    return PageContent(
        width=width,
        height=height,
        groups=tuple(tuple(glyphs) for _, glyphs in groups),
        drawing=drawing,
        ocr_layer=pictured and invisible * 2 > len(kept),
        unmapped=sum(each.text == REPLACEMENT for each in kept),
        private=sum(is_private(char) for each in kept for char in each.text),
        hidden=_quoted(unseen),
        slanted=_quoted(slanted),
    )


def _quoted(characters: list[str]) -> tuple[str, ...]:
    text = "".join(characters)
    return (text[:_QUOTED] + ("…" if len(text) > _QUOTED else ""),) if text else ()


def _is_hidden(
    each: Printed, drawing: Drawing, pictured: bool, page_size: tuple[float, float]
) -> bool:
    (x, y), style = each.origin, each.style
    outside = not (-style.size < x < page_size[0] and 0 < y < page_size[1] + style.size)
    if outside or style.size < _SMALLEST or (style.invisible and not pictured):
        return True
    if not style.white or style.invisible:
        return False
    middle = (x + each.width / 2, y - style.size / 3)
    return not any(area.holds(*middle) for area in (*drawing.fills, *drawing.images))


# --- directions of writing -----------------------------------------------------------------------


def _turn(quarter: int, width: float, height: float) -> Callable[[float, float], Point]:
    """Map the page as seen to one where writing turned by ``quarter`` stands upright."""
    if quarter == 1:
        return lambda x, y: (y, width - x)
    if quarter == 2:
        return lambda x, y: (width - x, height - y)
    if quarter == 3:
        return lambda x, y: (height - y, x)
    return lambda x, y: (x, y)


def _groups(printed: list[Printed], width: float, height: float) -> list[tuple[int, list[Glyph]]]:
    """Return the glyphs by their direction of writing, each group upright, the commonest first."""
    counts = Counter(each.style.quarter for each in printed if each.text.strip())
    groups: list[tuple[int, list[Glyph]]] = []
    for quarter, _ in counts.most_common():
        if quarter is None:
            continue
        turn = _turn(quarter, width, height)
        same = [each for each in printed if each.style.quarter == quarter]
        groups.append((quarter, [_upright(each, turn(*each.origin)) for each in same]))
    return groups


def _sideways(printed: list[Printed]) -> list[Printed]:
    """Return the characters of a page set in columns as if each line of them lay on its side.

    直排: from top to bottom, columns from right to left. Turned a quarter, that is writing from
    left to right, lines from top to bottom, and Latin words within it lie that way already.
    """
    steps = [_steps_down(last, each) for last, each in pairwise(printed)]
    down = [a or b for a, b in zip([False, *steps], [*steps, False], strict=True)]
    if 2 * sum(down) <= len(printed):
        return printed
    return [
        _turned(p) if d and p.style.quarter == 0 else p for p, d in zip(printed, down, strict=True)
    ]


def _steps_down(last: Printed, each: Printed) -> bool:
    """Whether a character stands right below the one before, as in 直排."""
    size = each.style.size
    across, down = each.origin[0] - last.origin[0], each.origin[1] - last.origin[1]
    same = last.style.quarter == each.style.quarter == 0
    return same and abs(across) < 0.3 * size and 0.7 * size < down < 1.3 * size


def _turned(each: Printed) -> Printed:
    (x, y), size = each.origin, each.style.size
    origin = (x + _DESCENT * size, y - (1 - _DESCENT) * size)
    return replace(each, origin=origin, width=size, style=replace(each.style, quarter=1))


def _upright(each: Printed, origin: Point) -> Glyph:
    style = each.style
    return Glyph(
        text=each.text,
        left=origin[0],
        right=origin[0] + each.width,
        y=origin[1],
        size=style.size,
        bold=style.bold,
        spaced=each.spaced,
        item=each.item,
    )


def _turned_drawing(drawing: Drawing, quarter: int, width: float, height: float) -> Drawing:
    turn = _turn(quarter, width, height)

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = turn(x0, y0), turn(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)

    def regions(all_of: tuple[Region, ...]) -> tuple[Region, ...]:
        return tuple(Region(*box(r.left, r.top, r.right, r.bottom)) for r in all_of)

    return replace(
        drawing,
        rules=tuple(Rule(*box(r.x0, r.y0, r.x1, r.y1)) for r in drawing.rules),
        fills=regions(drawing.fills),
        images=regions(drawing.images),
    )
