"""Rules, filled areas and pictures of a PDF page: what tables and hidden words are told by."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.readers.layout.page import Drawing, Region, Rule

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

# A page of a plan or map is drawn with a million strokes, none of them of a table.
MAX_OBJECTS = 50_000  # looked at on one page
MAX_POINTS = 200_000  # of all paths of one page
MAX_DEPTH = 8  # forms within forms; real ones nest two or three deep
THIN = 3.0  # points; a filled box no higher is a rule drawn as a box
_SHORTEST = 4.0  # points; shorter strokes are parts of letters and arrows
_STRAIGHT = 0.7  # points by which a level line may be off
_NEAR_WHITE = 250  # of 255, in each colour

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def multiply(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that applies ``inner``, then ``outer`` (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def read_drawing(page: PdfPage, place: Callable[[float, float], Point]) -> Drawing:
    """Return what is drawn on ``page``; ``place`` maps PDF coordinates to the reader's frame."""
    collected = _Collector(place)
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPage_CountObjects(page)
    for index in range(min(count, MAX_OBJECTS)):
        collected.add(pdfium.FPDFPage_GetObject(page, index), _IDENTITY, 0)
    return Drawing(
        rules=tuple(collected.rules),
        fills=tuple(collected.fills),
        images=tuple(collected.images),
        paths=collected.paths,
    )


@dataclass(slots=True)
class _Collector:
    """Walks the objects of a page, forms included."""

    place: Callable[[float, float], Point]
    rules: list[Rule] = field(default_factory=list)
    fills: list[Region] = field(default_factory=list)
    images: list[Region] = field(default_factory=list)
    paths: int = 0
    seen: int = 0
    points: int = 0

    def add(self, item: object, outer: Matrix, depth: int) -> None:
        """Take in one object of the page."""
        import pypdfium2.raw as pdfium

        self.seen += 1
        if not item or self.seen > MAX_OBJECTS:
            return
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.paths += 1
            self._add_path(item, multiply(_matrix(item), outer))
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            region = self._bounds(item, outer)
            is_image = kind == pdfium.FPDF_PAGEOBJ_IMAGE
            (self.images if is_image else self.fills).append(region)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            inner = multiply(_matrix(item), outer)
            for index in range(min(pdfium.FPDFFormObj_CountObjects(item), MAX_OBJECTS)):
                self.add(pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _bounds(self, item: object, outer: Matrix) -> Region:
        import pypdfium2.raw as pdfium

        sides = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        corners = ((left, bottom), (right, top), (left, top), (right, bottom))
        return _hull([self.place(*_moved(outer, corner)) for corner in corners])

    def _add_path(self, item: object, matrix: Matrix) -> None:
        import pypdfium2.raw as pdfium

        mode, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item, mode, stroked)
        if not (mode.value or stroked.value) or self.points > MAX_POINTS:
            return
        outlines = [
            [self.place(*_moved(matrix, point)) for point in outline] for outline in _outlines(item)
        ]
        self.points += sum(map(len, outlines))
        for outline in outlines:
            if stroked.value:
                self.rules.extend(_edges(outline))
            if mode.value:
                self._add_filled(_hull(outline), _is_white(item), bool(stroked.value))

    def _add_filled(self, box: Region, white: bool, stroked: bool) -> None:
        wide, high = box.right - box.left, box.bottom - box.top
        if not white and not stroked and min(wide, high) <= THIN < max(wide, high):
            x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            across = wide >= high
            rule = Rule(box.left, y, box.right, y) if across else Rule(x, box.top, x, box.bottom)
            self.rules.append(rule)
        elif not white:
            self.fills.append(box)


def _matrix(item: object) -> Matrix:
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return _IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _moved(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def _hull(points: list[Point]) -> Region:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Region(min(xs), min(ys), max(xs), max(ys))


def _outlines(item: object) -> Iterator[list[Point]]:
    """Yield the corners of each part of a path, a closed one with its first corner again."""
    import pypdfium2.raw as pdfium

    outline: list[Point] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium.FPDFPath_CountSegments(item), MAX_POINTS)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and outline:
            yield outline
            outline = []
        outline.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            outline.append(outline[0])
    if outline:
        yield outline


def _edges(outline: list[Point]) -> Iterator[Rule]:
    for (x0, y0), (x1, y1) in pairwise(outline):
        level, upright = abs(y0 - y1) <= _STRAIGHT, abs(x0 - x1) <= _STRAIGHT
        if level != upright and max(abs(x0 - x1), abs(y0 - y1)) >= _SHORTEST:
            yield Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _is_white(item: object) -> bool:
    import pypdfium2.raw as pdfium

    colour = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(item, *colour):
        return False
    red, green, blue, alpha = (part.value for part in colour)
    return alpha == 0 or min(red, green, blue) >= _NEAR_WHITE
