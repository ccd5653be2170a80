"""Word documents (.docx, ECMA-376), with headings, numbering, tables, notes and text boxes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.docx.numbering import TITLE_LEVEL, Numbering, Styles
from corpus.readers.docx.runs import Words, paragraph_is_deleted
from corpus.readers.reader import counted_notes
from corpus.readers.tables import Cell, render_table
from corpus.readers.xml_package import (
    XmlPackage,
    attribute,
    child,
    children,
    is_on,
    local,
    number,
    open_package,
    resolve,
)
from corpus.text.clean import clean
from corpus.types import Heading, ReadResult, Receipt, SourceFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WIDEST = 1_000  # columns a cell may claim; Word allows 63

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DEEPEST = 30  # tables in tables; the parser itself stops at 256 levels of XML
_NOTES = (
    *("reader.deleted", "reader.inserted", "reader.hidden", "reader.ruby", "reader.pictures"),
    *("reader.objects", "reader.comments", "reader.heads", "reader.orphan_notes"),
)


class DocxReader:
    """Reads Word's XML format, transitional or strict."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text, a paragraph a line; raises UnreadableSource."""
        with open_package(file.data) as package:
            story = _Story(package)
            lines = list(story.lines())
        text, headings, title = _assembled(lines)
        if not text.strip():
            raise UnreadableSource(Message("reader.no_text"))
        notes = counted_notes(_NOTES, story.left_out())
        digest = hashlib.sha256(file.data).hexdigest()
        return ReadResult(
            text=text,
            title=title,
            headings=headings,
            metadata={},
            media_type=MEDIA_TYPE,
            receipt=Receipt(len(file.data), digest, "docx", notes=notes),
            lines_are_paragraphs=True,
        )


_Line = tuple[str, int | None]  # words, and the level of the heading they are


def _assembled(lines: list[_Line]) -> tuple[str, tuple[Heading, ...], str | None]:
    texts: list[str] = []
    headings: list[Heading] = []
    title: str | None = None
    at = 0
    # A title above headings of level 1 makes these its second level.
    shift = 1 if any(level == TITLE_LEVEL for _, level in lines) else 0
    for words, level in lines:
        parts = [part.strip() for part in clean(words).text.split("\n")]
        shown = [part for part in parts if part]
        if level is not None and shown:
            shown = [" ".join(shown)]
            headings.append(Heading(at, at + len(shown[0]), max(level + shift, 1)))
            if title is None and level <= 1 and not any(h.start < at for h in headings):
                title = shown[0]
        for part in shown:
            texts.append(part)
            at += len(part) + 1
    return "\n".join(texts), tuple(headings), title


class _Story:
    """Goes through the main part, with the notes and text boxes where they stand."""

    def __init__(self, package: XmlPackage) -> None:
        self._package = package
        self._main = _main_part(package)
        related = _relations(package, self._main)
        self._styles = Styles(_part(package, related.get("styles")))
        self._numbering = Numbering(_part(package, related.get("numbering")))
        self._words = Words(self._mark)
        self._bodies = {
            kind: {
                attribute(one, "id") or "": one
                for one in children(root, kind)
                if attribute(one, "type") in (None, "normal")
            }
            for kind in ("footnote", "endnote")
            if (root := _part(package, related.get(f"{kind}s"))) is not None
        }
        self._marks: dict[tuple[str, str], int] = {}
        self._waiting: list[tuple[str, str]] = []
        self._heads = sum(kind in ("header", "footer") for kind in related)
        self._joined = ""

    def left_out(self) -> Mapping[str, int]:
        """Return how much of each kind is not in the lines."""
        found = dict(self._words.left_out)
        found["heads"] = self._heads
        cited = len(self._marks)
        found["orphan_notes"] = max(sum(len(one) for one in self._bodies.values()) - cited, 0)
        return found

    def lines(self) -> Iterator[_Line]:
        """Yield the lines of the document in the order they are read."""
        body = child(self._package.parse(self._main), "body")
        if body is None:
            raise UnreadableSource(Message("reader.docx_no_body"))
        yield from self._blocks(body, 0)
        if self._joined:
            yield self._joined, None

    def _blocks(self, element: Element, depth: int) -> Iterator[_Line]:
        if depth > _DEEPEST:
            raise UnreadableSource(Message("reader.docx_tables_deep"))
        for one in element:
            name = local(one)
            if name == "p":
                yield from self._paragraph(one, depth)
            elif name == "tbl":
                yield from self._table(one, depth)
            elif name == "altChunk":
                self._words.left_out["objects"] += 1
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
                yield from self._blocks(one, depth)

    def _paragraph(self, paragraph: Element, depth: int) -> Iterator[_Line]:
        properties = child(paragraph, "pPr")
        style = self._styles.of(properties)
        boxes: list[Element] = []
        words = self._words.of(paragraph, boxes)
        label = self._label(properties, style.numbering, style.depth) if words.strip() else ""
        if paragraph_is_deleted(paragraph):
            self._joined += label + words
        elif words.strip() or self._joined:
            yield self._joined + label + words, style.level
            self._joined = ""
        for box in boxes:
            yield from self._blocks(box, depth + 1)
        yield from self._notes(depth)

    def _label(self, properties: Element | None, styled: str | None, depth: int | None) -> str:
        own = child(properties, "numPr")
        number_id = attribute(child(own, "numId")) or styled
        if number_id is None:
            return ""
        level = number(child(own, "ilvl"))
        return self._numbering.next(number_id, level if level is not None else depth or 0)

    def _table(self, table: Element, depth: int) -> Iterator[_Line]:
        for line in render_table(cells_of(table, lambda cell: self._cell(cell, depth + 1))):
            yield line, None
        yield from self._notes(depth)

    def _cell(self, cell: Element, depth: int) -> str:
        waiting, self._waiting = self._waiting, []
        text = "\n".join(words for words, _ in self._blocks(cell, depth))
        self._waiting = waiting + self._waiting
        return text

    def _mark(self, kind: str, identifier: str) -> str:
        """Return the mark of a note, 〔1〕: its words follow the paragraph, with the same mark."""
        if identifier not in self._bodies.get(kind, {}):
            return ""
        key = (kind, identifier)
        if key not in self._marks:
            self._marks[key] = len(self._marks) + 1
            self._waiting.append(key)
        return f"〔注{self._marks[key]}〕"

    def _notes(self, depth: int) -> Iterator[_Line]:
        waiting, self._waiting = self._waiting, []
        for key in waiting:
            lines = [words for words, _ in self._blocks(self._bodies[key[0]][key[1]], depth + 1)]
            for at, words in enumerate(lines):
                yield (f"〔注{self._marks[key]}〕{words.lstrip()}" if at == 0 else words), None


def _main_part(package: XmlPackage) -> str:
    related = _relations(package, "")
    name = related.get("officeDocument", "word/document.xml")
    if name not in package:
        raise UnreadableSource(Message("reader.docx_no_main"))
    return name


def _relations(package: XmlPackage, part: str) -> dict[str, str]:
    """Return the parts that a part refers to, by the last word of the relation's type."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if rels not in package:
        return {}
    found: dict[str, str] = {}
    for one in package.parse(rels):
        kind = (attribute(one, "Type") or "").rsplit("/", 1)[-1]
        target = attribute(one, "Target")
        if target and attribute(one, "TargetMode") != "External":
            found.setdefault(kind, resolve(part, target))
    return found


def _part(package: XmlPackage, name: str | None) -> Element | None:
    return package.parse(name) if name and name in package else None


def cells_of(table: Element, text_of: Callable[[Element], str]) -> list[Cell]:
    """Return the cells of a table; those merged downwards are one, with their rows."""
    cells: list[Cell] = []
    above: dict[int, int] = {}  # column -> place in ``cells`` of what goes on downwards
    for row, element in enumerate(_inside(table, "tr")):
        if child(element, "trPr", "del") is not None:  # a row deleted with changes tracked
            continue
        is_header = is_on(child(element, "trPr", "tblHeader"))
        column = number(child(element, "trPr", "gridBefore")) or 0
        for part in _inside(element, "tc"):
            properties = child(part, "tcPr")
            width = min(max(number(child(properties, "gridSpan")) or 1, 1), _WIDEST)
            merge = child(properties, "vMerge")
            goes_on = merge is not None and attribute(merge) != "restart"
            if goes_on and column in above:
                at = above[column]
                cells[at] = replace(cells[at], rows=row - cells[at].row + 1)
            else:
                cells.append(Cell(text_of(part), row, column, 1, width, is_header))
                above.pop(column, None)
                if merge is not None:
                    above[column] = len(cells) - 1
            column += width
    return cells


def _inside(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows or cells of a table, also those in content controls."""
    for one in element:
        found = local(one)
        if found == name:
            yield one
        elif found in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _inside(one, name)
