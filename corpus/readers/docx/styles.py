"""Word's styles: which make headings, and which carry a numbering."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.readers.docx.elements import attribute, child, children, number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题|標題)$", re.IGNORECASE)
_DEEPEST = 20  # styles based on each other; a loop of them ends there
TITLE_LEVEL = 0


@dataclass(frozen=True, slots=True)
class Style:
    """What of a paragraph style matters here, with what it inherits."""

    level: int | None = None  # of the heading, from 1; TITLE_LEVEL for the document's title
    numbering: str | None = None  # numId
    depth: int | None = None  # ilvl
    hidden: bool = False


class Styles:
    """The paragraph styles of a document by id."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self.default = ""
        for style in children(root, "style") if root is not None else ():
            identifier = attribute(style, "styleId") or ""
            self._elements[identifier] = style
            if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                self.default = identifier

    def of(self, properties: Element | None) -> Style:
        """Return the style of a paragraph with these properties (w:pPr)."""
        identifier = attribute(child(properties, "pStyle")) or self.default
        level: int | None = None
        numbering: str | None = None
        depth: int | None = None
        for _ in range(_DEEPEST):
            style = self._elements.get(identifier)
            if style is None:
                break
            own = child(style, "pPr")
            if level is None:
                level = _level(attribute(child(style, "name")) or "", identifier, own)
            if numbering is None:
                numbering = attribute(child(own, "numPr", "numId"))
            if depth is None:
                depth = number(child(own, "numPr", "ilvl"))
            identifier = attribute(child(style, "basedOn")) or ""
        outline = number(child(properties, "outlineLvl"))
        if outline is not None:
            level = outline + 1 if outline < 9 else None
        return Style(level, numbering, depth)


def _level(name: str, identifier: str, properties: Element | None) -> int | None:
    for said in (name, identifier):
        heading = _HEADING.match(said.strip())
        if heading is not None:
            return int(heading[1])
        if _TITLE.match(said.strip()):
            return TITLE_LEVEL
    outline = number(child(properties, "outlineLvl"))
    return outline + 1 if outline is not None and outline < 9 else None
