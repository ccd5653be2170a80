"""The characters of a PDF page as PDFium finds them, each where a reader sees it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.readers.layout.characters import REPLACEMENT, is_wide

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage
    from pypdfium2.raw import FS_RECTF

_BOLD = 600  # weight
_BOLD_NAMES = ("bold", "black", "heavy", "simhei", "黑体")
_NEAR_WHITE = 250  # of 255, in each colour
_STRAIGHT = math.radians(8)  # scans of straight pages lean less, watermarks more
_BEARING = 0.01  # em; less is rounding
_HYPHEN = "\x02"  # what PDFium makes of a hyphen that ends a line

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """What all characters of one text object share."""

    size: float  # em across the line of writing, in points
    em: float  # em along it
    bold: bool
    quarter: int | None  # turns of 90° clockwise of the writing, on the page as seen; None: slanted
    invisible: bool
    white: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A character with its style, in the frame of the page as seen."""

    text: str
    origin: Point
    width: float
    style: Style
    spaced: bool
    item: int  # number of its text object on the page


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box of a page in PDF coordinates, and how the page is turned."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int  # of 90° clockwise

    def place(self, x: float, y: float) -> Point:
        """Where a point of the PDF is seen, from the upper left corner, y down."""
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        if self.turns == 3:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def size(self) -> Point:
        """Width and height as seen."""
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turns % 2 else (wide, high)


def printed_on(textpage: PdfTextPage, count: int, frame: Frame) -> Iterator[Printed]:
    """Yield the characters PDFium finds, without those it made up."""
    import pypdfium2.raw as pdfium

    styles: dict[int, Style] = {}
    items: dict[int, int] = {}
    spaced = False
    high = ""  # first half of a surrogate pair
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            spaced = spaced or code == 0x20
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
        extent = _extent(box, frame)
        if code in (0x20, 0xA0) and extent == 0:  # a gap within a text object, no blank glyph
            spaced = True
            continue
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        text = _character(textpage, index, code, high)
        high = ""
        if not text:
            continue
        item = pdfium.FPDFText_GetTextObject(textpage, index)
        address = ctypes.cast(item, ctypes.c_void_p).value or 0
        if address not in styles:
            items[address] = len(items)
            styles[address] = _style(textpage, index, item, frame)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        origin = frame.place(x.value, y.value)
        style = styles[address]
        wide = extent if style.quarter is None or style.quarter % 2 == 0 else _height(box, frame)
        if is_wide(text[0]) and _is_tight(box, (x.value, y.value), style, frame):
            wide = max(wide, style.em)
        yield Printed(text, origin, wide, style, spaced, items[address])
        spaced = False


def _is_tight(box: FS_RECTF, origin: Point, style: Style, frame: Frame) -> bool:
    """Whether PDFium gives the ink's edges for the advance, as it does for Type 3 fonts.

    The box of a glyph begins at its origin otherwise.
    """
    if style.quarter is None:
        return False
    edges = ((box.left, 0), (box.top, 1), (box.right, 0), (box.bottom, 1))
    edge, axis = edges[(style.quarter - frame.turns) % 4]
    return bool(abs(edge - origin[axis]) > _BEARING * style.em)


def _extent(box: FS_RECTF, frame: Frame) -> float:
    return float(box.top - box.bottom if frame.turns % 2 else box.right - box.left)


def _height(box: FS_RECTF, frame: Frame) -> float:
    return float(box.right - box.left if frame.turns % 2 else box.top - box.bottom)


def _character(textpage: PdfTextPage, index: int, code: int, high: str) -> str:
    """Return what is read for a glyph: U+FFFD where nobody could tell, "" for controls."""
    import pypdfium2.raw as pdfium

    if 0xDC00 <= code < 0xE000:
        if not high:
            return REPLACEMENT
        return (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16")
    char = chr(code) if 0 < code <= 0x10FFFF else REPLACEMENT
    if char == _HYPHEN:
        return "-"
    if pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1 or 0xFFFE <= code <= 0xFFFF:
        return REPLACEMENT
    if char in "\t\r\n\v\f\x85\u2028\u2029":
        return " "
    return "" if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 else char


def _style(textpage: PdfTextPage, index: int, item: object, frame: Frame) -> Style:
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(textpage, index, found)
    scale = abs(pdfium.FPDFText_GetFontSize(textpage, index))
    size = scale * math.hypot(found.c, found.d)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(item) if item else pdfium.FPDF_TEXTRENDERMODE_FILL
    colour = [ctypes.c_uint() for _ in range(4)]
    known = pdfium.FPDFText_GetFillColor(textpage, index, *colour)
    red, green, blue, alpha = (part.value for part in colour)
    filled = mode == pdfium.FPDF_TEXTRENDERMODE_FILL
    stroked = mode == pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
    return Style(
        size=size,
        em=scale * math.hypot(found.a, found.b),
        bold=stroked or _is_bold(pdfium.FPDFText_GetFontWeight(textpage, index), item),
        quarter=_quarter(found.a, found.b, frame),
        invisible=mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
        or (filled and bool(known) and alpha == 0),
        white=filled and bool(known) and min(red, green, blue) >= _NEAR_WHITE,
    )


def _is_bold(weight: int, item: object) -> bool:
    import pypdfium2.raw as pdfium

    if weight >= _BOLD or not item:
        return weight >= _BOLD
    font = pdfium.FPDFTextObj_GetFont(item)
    if not font:
        return False
    buffer = ctypes.create_string_buffer(256)
    length = pdfium.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.raw[: min(length, 256)].decode("utf-8", "replace").lower()
    return any(mark in name for mark in _BOLD_NAMES)


def _quarter(a: float, b: float, frame: Frame) -> int | None:
    """Return by how many quarter turns clockwise the writing runs on the page as seen."""
    angle = -math.atan2(b, a) + frame.turns * math.pi / 2  # y is down: clockwise is positive
    turns = round(angle / (math.pi / 2))
    return turns % 4 if abs(angle - turns * math.pi / 2) <= _STRAIGHT else None
