"""What a web page shows, as lines: blocks and breaks end them, blanks collapse as in a browser."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.readers.html.list_markers import OpenList, open_list
from corpus.readers.html.tables import caption_of, cells_of, is_data
from corpus.readers.html.tree import tag_of, text_of
from corpus.readers.tables import table_lines
from corpus.text.clean import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Data tables inside a cell of a data table, beyond which they are read as plain blocks.
MAX_TABLES_NESTED = 4

_BLOCKS_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav
    ol p pre search section summary ul table tbody thead tfoot tr td th xmp listing
"""
BLOCKS = frozenset(_BLOCKS_NAMES.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_PREFORMATTED = frozenset({"pre", "xmp", "listing"})
_BLOCK_STYLE = re.compile(r"(?:^|;)\s*display\s*:\s*(?:block|flex|grid|table|list-item)\b", re.I)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_EDGES = " \t\n\r\f\u00a0\u2002\u2003\u3000"  # an indent is seen as layout, not as text
# Quotation marks and dashes are as wide as the Han they stand among.
_AMBIGUOUS_WIDE = "“”‘’…—·"
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


@dataclass(slots=True)
class PageLines:
    """Lines as they are read off the tree, which of them are headings, and what was left out."""

    depth: int = 0  # of data tables around
    lines: list[str] = field(default_factory=list)
    levels: dict[int, int] = field(default_factory=dict)  # line -> heading level
    pictures: list[str] = field(default_factory=list)  # their alternative texts, "" for none
    removed: Counter[str] = field(default_factory=Counter)  # kinds of residue cleaned away
    _parts: list[str] = field(default_factory=list)
    _lists: list[OpenList] = field(default_factory=list)
    _marker: str = ""
    _preformatted: int = 0
    _heading: int = 0  # level of the heading that is open; 0 for none
    _quotes: int = 0

    def read(self, element: HtmlElement) -> None:
        """Append all that the element shows."""
        from lxml import etree

        walk = etree.iterwalk(element, events=("start", "end"))
        for event, each in walk:
            if event == "end":
                self._end(each)
                if each is not element:
                    self._add_text(each.tail)
            elif self._start(each):
                walk.skip_subtree()
        self._break()

    def _start(self, element: HtmlElement) -> bool:
        """Open an element; whether what is inside it has been read already."""
        tag = tag_of(element)
        if tag == "table" and self.depth < MAX_TABLES_NESTED and is_data(element):
            self._break()
            self._add_table(element)
            return True
        if _is_block(element, tag):
            self._break()
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in _LISTS:
            self._lists.append(open_list(element))
        elif tag == "li":
            here = self._lists[-1] if self._lists else OpenList("disc", 1)
            self._marker += here.marker(element)
        elif tag in _PREFORMATTED:
            self._preformatted += 1
        elif tag in ("sup", "sub"):
            shifted = _shifted(element, tag)
            if shifted is not None:
                self._parts.append(shifted)
                return True
        else:
            self._start_inline(element, tag)
        self._add_text(element.text)
        return False

    def _start_inline(self, element: HtmlElement, tag: str) -> None:
        if tag == "br":
            self._parts.append("\n") if self._preformatted else self._break()
        elif tag == "img":
            self.pictures.append(" ".join(element.get("alt", "").split()))
        elif tag == "q":
            self._parts.append("“‘"[self._quotes % 2])
            self._quotes += 1

    def _end(self, element: HtmlElement) -> None:
        tag = tag_of(element)
        if tag == "q":
            self._quotes -= 1
            self._parts.append("”’"[self._quotes % 2])
        if not _is_block(element, tag):
            return
        if tag in _HEADINGS:
            self._end_heading()
        self._break()
        if tag in _PREFORMATTED:
            self._preformatted -= 1
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._end_item()

    def _end_heading(self) -> None:
        level, self._heading = self._heading, 0
        line = " ".join(self._shown())
        if line:
            self.levels[len(self.lines)] = level
            self._write([line])

    def _end_item(self) -> None:
        marker, self._marker = self._marker.rstrip(), ""
        if marker.strip("• "):  # a number without words is still seen
            self._write([marker])

    def _add_text(self, text: str | None) -> None:
        if text:
            self._parts.append(text)

    def _add_table(self, table: HtmlElement) -> None:
        caption = caption_of(table)
        if caption is not None:
            self.read(caption)
        self._write(table_lines(cells_of(table, self._cell)))

    def _cell(self, element: HtmlElement) -> str:
        inner = PageLines(depth=self.depth + 1)
        inner.read(element)
        self.pictures.extend(inner.pictures)
        self.removed.update(inner.removed)
        return " ".join(inner.lines)

    def _break(self) -> None:
        """End the line; within a heading a break is a blank, since a heading is one line."""
        if self._heading:
            self._parts.append(" ")
        elif self._parts:
            self._write(self._shown())

    def _shown(self) -> list[str]:
        """Return the lines of what was gathered, as seen, and begin anew."""
        text = "".join(self._parts)
        self._parts.clear()
        if not self._preformatted:
            text = _BLANKS.sub(_collapsed, text)
        cleaned = clean(text)
        self.removed.update(cleaned.removed)
        lines = cleaned.text.split("\n")
        if self._preformatted:
            return [line.rstrip(_EDGES) for line in lines if line.strip(_EDGES)]
        return [line.strip(_EDGES) for line in lines if line.strip(_EDGES)]

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.lines.append(self._marker + line)
            self._marker = ""


def _is_block(element: HtmlElement, tag: str) -> bool:
    return tag in BLOCKS or _BLOCK_STYLE.search(element.get("style", "")) is not None


def _shifted(element: HtmlElement, tag: str) -> str | None:
    """Return raised or lowered digits as such, so that 10⁵ is not read as 105; else None."""
    text = text_of(element).replace(" ", "")
    shifted = text.translate(_RAISED if tag == "sup" else _LOWERED)
    kept = set(text) & set(shifted)
    return shifted if text and not kept else None


def _collapsed(blanks: re.Match[str]) -> str:
    """Return one blank; none for a line break in the source between two wide characters.

    CSS Text Level 3, 4.1.3: what breaks a line of Chinese in the source is no space in the text.
    """
    if "\n" not in blanks[0] and "\r" not in blanks[0]:
        return " "
    before = blanks.string[blanks.start() - 1 : blanks.start()]
    after = blanks.string[blanks.end() : blanks.end() + 1]
    if not before or not after or (before in _AMBIGUOUS_WIDE and after in _AMBIGUOUS_WIDE):
        return " "
    return "" if _is_wide(before) and _is_wide(after) else " "


def _is_wide(character: str) -> bool:
    if "\uac00" <= character <= "\ud7a3":  # Korean parts its words with blanks
        return False
    return character in _AMBIGUOUS_WIDE or unicodedata.east_asian_width(character) in "WF"
