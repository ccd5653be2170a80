"""What is drawn on a page of an OFD (GB/T 33190-2016, 8 to 11), as glyphs in points.

A millimetre is 72/25.4 points; positions count from the upper left corner of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.characters import is_private
from corpus.readers.layout.page import Drawing, Glyph, PageContent, Region, Rule
from corpus.readers.ofd.glyphs import glyphs_of, runs_down, spots_of, turned_upright
from corpus.readers.ofd.package import Box, PagePart, box_of, numbers
from corpus.readers.xml_package import XmlPackage, child, local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_COMMAND = re.compile(r"([SMLQBACmlqbac])|([-+0-9.eE]+)")

Segment = tuple[float, float, float, float]  # from x, y to x, y

_POINT = 72 / 25.4  # points in a millimetre
MAX_CHARACTERS = 200_000  # of a page; the fullest of a gazette has 6,000
_MOST_COMMANDS = 200_000  # of the paths of a page; more is a drawing, and no table
_SLANT = 0.1  # of the slope of a line that still reads as level
_SMALLEST = 1.5  # points; print below it is not for reading
_THIN = 1.5  # points; a filled area no thicker is a rule
_PICTURE_PAGE = 0.5  # share of a page a picture covers where invisible text is its OCR
_QUOTED = 40  # characters of a hidden text that a note shows
_FALSE = frozenset({"false", "0"})

Matrix = tuple[float, float, float, float, float, float]
_UNTURNED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class PageDrawing:
    """A page as it is drawn, and the words of each of its text objects."""

    content: PageContent
    words: dict[str, str]  # id of a text object -> its text


@dataclass(slots=True)
class _Canvas:
    """What has been drawn so far."""

    box: Box
    level: list[Glyph] = field(default_factory=list)
    upright: list[Glyph] = field(default_factory=list)  # written downwards, in a frame of its own
    rules: list[Rule] = field(default_factory=list)
    fills: list[Region] = field(default_factory=list)
    images: list[Region] = field(default_factory=list)
    invisible: list[Glyph] = field(default_factory=list)
    white: list[Glyph] = field(default_factory=list)
    slanted: str = ""
    hidden: str = ""
    words: dict[str, str] = field(default_factory=dict)
    characters: int = 0
    commands: int = 0
    paths: int = 0


def read_page(package: XmlPackage, page: PagePart) -> PageDrawing:
    """Return what a page shows, its templates included; raises UnreadableSource."""
    root = package.parse(page.part)
    canvas = _Canvas(box_of(child(root, "Area"), page.box))
    for each in root:
        if local(each) == "Template" and each.get("TemplateID", "") in page.templates:
            _draw_layers(canvas, package.parse(page.templates[each.get("TemplateID", "")]))
    _draw_layers(canvas, root)
    return PageDrawing(_content(canvas), canvas.words)


def _content(canvas: _Canvas) -> PageContent:
    width, height = canvas.box[2] * _POINT, canvas.box[3] * _POINT
    covered = max((image.area for image in canvas.images), default=0.0)
    pictured = covered >= _PICTURE_PAGE * width * height
    level = list(canvas.level)
    if pictured:
        level.extend(canvas.invisible)  # a scan with its OCR under it
    hidden = canvas.hidden + ("" if pictured else _text(canvas.invisible))
    for glyph in canvas.white:
        middle = ((glyph.left + glyph.right) / 2, glyph.y - glyph.size / 3)
        if any(area.holds(*middle) for area in (*canvas.fills, *canvas.images)):
            level.append(glyph)
        else:
            hidden += glyph.text
    shown = [glyph for glyph in level if _is_on_page(glyph, width, height)]
    hidden += _text([glyph for glyph in level if not _is_on_page(glyph, width, height)])
    groups = [tuple(group) for group in (shown, canvas.upright) if group]
    inked = [glyph for group in groups for glyph in group if glyph.text.strip()]
    return PageContent(
        width=width,
        height=height,
        groups=tuple(groups),
        drawing=Drawing(
            tuple(canvas.rules), tuple(canvas.fills), tuple(canvas.images), canvas.paths
        ),
        ocr_layer=pictured and 2 * len(canvas.invisible) > len(inked),
        unmapped=sum(glyph.text == "\ufffd" for glyph in inked),
        private=sum(is_private(glyph.text) for glyph in inked),
        hidden=_quoted(hidden),
        slanted=_quoted(canvas.slanted),
    )


def _text(glyphs: Sequence[Glyph]) -> str:
    return "".join(glyph.text for glyph in glyphs)


def _quoted(text: str) -> tuple[str, ...]:
    text = "".join(text.split())
    return (text[:_QUOTED] + ("…" if len(text) > _QUOTED else ""),) if text else ()


def _is_on_page(glyph: Glyph, width: float, height: float) -> bool:
    on_page = -glyph.size < glyph.left < width and 0 < glyph.y < height + glyph.size
    return on_page and glyph.size >= _SMALLEST


def _draw_layers(canvas: _Canvas, root: Element) -> None:
    """Draw a page's layers; those behind first, as they are listed within each kind."""
    rank = {"Background": 0, "Body": 1, "Foreground": 2}
    content = child(root, "Content")
    layers = [each for each in content if local(each) == "Layer"] if content is not None else []
    for layer in sorted(layers, key=lambda each: rank.get(each.get("Type", "Body"), 1)):
        for element in _objects(layer):
            name = local(element)
            if name == "TextObject":
                _draw_text(canvas, element)
            elif name == "PathObject":
                _draw_path(canvas, element)
            elif name in ("ImageObject", "CompositeObject"):
                canvas.images.append(_region(canvas, element))


def _objects(layer: Element) -> Iterator[Element]:
    """Yield the objects of a layer in order, those of blocks within it too."""
    waiting = list(reversed(layer))
    while waiting:
        element = waiting.pop()
        if local(element) == "PageBlock":
            waiting.extend(reversed(element))
        else:
            yield element


def _boundary(element: Element) -> Box:
    box = numbers(element.get("Boundary"))
    return (box[0], box[1], box[2], box[3]) if len(box) == 4 else (0.0, 0.0, 0.0, 0.0)


def _matrix(element: Element) -> Matrix:
    found = numbers(element.get("CTM"))
    return (
        (found[0], found[1], found[2], found[3], found[4], found[5])
        if len(found) == 6
        else _UNTURNED
    )


def _place(canvas: _Canvas, box: Box, matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a point of an object stands on the page, in points."""
    a, b, c, d, e, f = matrix
    return (
        (a * x + c * y + e + box[0] - canvas.box[0]) * _POINT,
        (b * x + d * y + f + box[1] - canvas.box[1]) * _POINT,
    )


def _region(canvas: _Canvas, element: Element) -> Region:
    x, y, width, height = _boundary(element)
    left, top = (x - canvas.box[0]) * _POINT, (y - canvas.box[1]) * _POINT
    return Region(left, top, left + width * _POINT, top + height * _POINT)


# --- text ----------------------------------------------------------------------------------------


def _draw_text(canvas: _Canvas, element: Element) -> None:
    spots = list(spots_of(element))
    text = "".join(character for character, _, _ in spots)
    canvas.characters += len(text)
    if canvas.characters > MAX_CHARACTERS:
        raise UnreadableSource(Message("reader.page_characters", limit=MAX_CHARACTERS))
    canvas.words[element.get("ID", "")] = text
    matrix = _matrix(element)
    a, b, c, d = matrix[:4]
    if not text.strip():
        return
    if element.get("Visible", "true").lower() in _FALSE:
        canvas.hidden += text
        return
    if abs(b) > _SLANT * abs(a) or abs(c) > _SLANT * abs(d) or a <= 0 or d <= 0:
        canvas.slanted += text
        return
    size = (numbers(element.get("Size")) or [0.0])[0]
    em = size * d * _POINT
    if em <= 0:
        canvas.hidden += text
        return
    stretch = (numbers(element.get("HScale")) or [1.0])[0] * a / d
    box = _boundary(element)
    placed = [(each, *_place(canvas, box, matrix, x, y)) for each, x, y in spots]
    glyphs = glyphs_of(placed, em, stretch, bold=_is_bold(element))
    if runs_down(placed):
        canvas.upright.extend(turned_upright(glyphs, canvas.box[2] * _POINT))
    else:
        _colour(canvas, element).extend(glyphs)


def _is_bold(element: Element) -> bool:
    weight = element.get("Weight", "400")
    return weight.isascii() and weight.isdecimal() and int(weight[:6]) >= 600


def _colour(canvas: _Canvas, element: Element) -> list[Glyph]:
    """Return where glyphs of this colour go: seen, white, or not drawn at all."""
    if element.get("Fill", "true").lower() in _FALSE and element.get("Stroke", "") != "true":
        return canvas.invisible
    colour = child(element, "FillColor")
    if colour is None:
        return canvas.level
    if (numbers(colour.get("Alpha")) or [255.0])[0] == 0 or element.get("Alpha") == "0":
        return canvas.invisible
    values = numbers(colour.get("Value"))
    return canvas.white if len(values) == 3 and min(values) >= 250 else canvas.level


# --- lines ---------------------------------------------------------------------------------------


def _draw_path(canvas: _Canvas, element: Element) -> None:
    if element.get("Visible", "true").lower() in _FALSE:
        return
    canvas.paths += 1
    data = child(element, "AbbreviatedData")
    tokens = tokens_of(data.text or "") if data is not None else []
    canvas.commands += len(tokens)
    if canvas.commands > _MOST_COMMANDS:
        return
    box, matrix = _boundary(element), _matrix(element)
    segments = [
        (*_place(canvas, box, matrix, *start), *_place(canvas, box, matrix, *end))
        for start, end in segments_of(tokens)
    ]
    if element.get("Fill", "false").lower() == "true":
        _add_fill(canvas, segments, child(element, "FillColor"))
    if element.get("Stroke", "true").lower() not in _FALSE:
        canvas.rules.extend(rules_of(segments))


def _add_fill(canvas: _Canvas, segments: Sequence[Segment], colour: Element | None) -> None:
    if not segments:
        return
    xs = [x for each in segments for x in each[::2]]
    ys = [y for each in segments for y in each[1::2]]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    white = colour is not None and min(numbers(colour.get("Value")) or [0.0]) >= 250
    if bottom - top <= _THIN and right - left > _THIN:
        canvas.rules.append(Rule(left, (top + bottom) / 2, right, (top + bottom) / 2))
    elif right - left <= _THIN and bottom - top > _THIN:
        canvas.rules.append(Rule((left + right) / 2, top, (left + right) / 2, bottom))
    elif not white:
        canvas.fills.append(Region(left, top, right, bottom))


def tokens_of(data: str) -> list[tuple[str, str]]:
    """Return the commands and numbers of a path's data."""
    return _COMMAND.findall(data)


def rules_of(segments: Sequence[Segment]) -> Iterator[Rule]:
    """Yield the straight lines that are level or upright."""
    for x0, y0, x1, y1 in segments:
        if abs(y1 - y0) < 0.5 < abs(x1 - x0):
            yield Rule(min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2)
        elif abs(x1 - x0) < 0.5 < abs(y1 - y0):
            yield Rule((x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1))


def segments_of(
    tokens: Sequence[tuple[str, str]],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight parts of a path; of curves only where they end (table 35)."""
    length = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    start = last = (0.0, 0.0)
    at = 0
    while at < len(tokens):
        command = tokens[at][0].upper()
        count = length.get(command, 0)
        values = numbers(" ".join(number for _, number in tokens[at + 1 : at + 1 + count]))
        at += 1
        if command == "C":
            yield last, start
            last = start
        elif count and len(values) == count:
            at += count
            point = (values[-2], values[-1])
            if command == "L":
                yield last, point
            elif command in ("S", "M"):
                start = point
            last = point
