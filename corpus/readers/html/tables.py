"""Tables of a web page: which of them hold data, and the cells of those that do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.html.tree import size_of, tag_of
from corpus.readers.tables import Cell

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_COLUMN_SPAN = 1000  # HTML Standard, 4.9.11
MAX_ROW_SPAN = 65_534  # the same place
# Places of a grid; spans alone can claim millions of them in a page of a few bytes.
MAX_PLACES = 2_000_000

_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_CELLS = frozenset({"td", "th"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# A cell of a list of powers or penalties runs to a few hundred characters; one that holds more than
# half of what a page says is the page's frame.
_FRAME_CELL = 1500


def is_data(table: HtmlElement) -> bool:
    """Whether a table's rows and columns mean something; else it only places things on the page."""
    if table.get("role", "").lower() in ("presentation", "none"):
        return False
    if size_of(table) != _size_in_cells(table):
        return False  # words outside of the cells would be lost
    marked = any(tag_of(each) in ("thead", "caption", "th") for each in _own(table))
    if marked:
        return True
    cells = [cell for row in _rows(table) for cell in _cells(row)]
    for cell in cells:
        tags = {tag_of(each) for each in cell.iterdescendants()}
        if "table" in tags or tags & _HEADINGS or size_of(cell) > _FRAME_CELL:
            return False
    return any(len(_cells(row)) > 1 for row in _rows(table))


def _size_in_cells(table: HtmlElement) -> int:
    caption = caption_of(table)
    cells = sum(size_of(cell) for row in _rows(table) for cell in _cells(row))
    return cells + (size_of(caption) if caption is not None else 0)


def caption_of(table: HtmlElement) -> HtmlElement | None:
    """Return the element that names the table; None where there is none."""
    return next((child for child in table if tag_of(child) == "caption"), None)


def cells_of(table: HtmlElement, read: Callable[[HtmlElement], str]) -> list[Cell]:
    """Return the cells where a browser puts them; ``read`` gives the words of one.

    Raises UnreadableSource where the spans claim more places than any table has.
    """
    cells: list[Cell] = []
    first = 0
    places = 0
    for rows in _row_groups(table):
        covered: set[tuple[int, int]] = set()
        for at, row in enumerate(rows):
            column = 0
            header = _is_in_head(row)
            for element in _cells(row):
                while (at, column) in covered:
                    column += 1
                height = _row_span(element, len(rows) - at)
                width = _span(element.get("colspan", ""), MAX_COLUMN_SPAN) or 1
                places += height * width
                _check(places)
                covered.update(
                    (at + down, column + right) for down in range(height) for right in range(width)
                )
                marked = header or tag_of(element) == "th"
                cells.append(Cell(read(element), first + at, column, height, width, marked))
                column += width
        first += len(rows)
    return cells


def _check(places: int) -> None:
    if places > MAX_PLACES:
        raise UnreadableSource(Message("reader.html_table", limit=MAX_PLACES))


def _own(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the table's groups, rows and cells, not those of tables inside it."""
    for child in table:
        yield child
        if tag_of(child) in _GROUPS:
            yield from child
    for row in _rows(table):
        yield from row


def _rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for rows in _row_groups(table) for row in rows]


def _row_groups(table: HtmlElement) -> list[list[HtmlElement]]:
    """Return the rows by group as they are shown: thead first, tfoot last."""
    heads: list[list[HtmlElement]] = []
    bodies: list[list[HtmlElement]] = []
    feet: list[list[HtmlElement]] = []
    for loose, run in groupby(table, key=lambda child: tag_of(child) == "tr"):
        if loose:
            bodies.append(list(run))
            continue
        for child in run:
            target = {"thead": heads, "tbody": bodies, "tfoot": feet}.get(tag_of(child))
            if target is not None:
                target.append([row for row in child if tag_of(row) == "tr"])
    return [*heads, *bodies, *feet]


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [child for child in row if tag_of(child) in _CELLS]


def _is_in_head(row: HtmlElement) -> bool:
    parent = row.getparent()
    return parent is not None and tag_of(parent) == "thead"


def _row_span(cell: HtmlElement, rows_left: int) -> int:
    span = _span(cell.get("rowspan", ""), MAX_ROW_SPAN)
    if span == 0:  # to the end of its group
        return rows_left
    return min(span or 1, rows_left)


def _span(stated: str, most: int) -> int | None:
    """Return the number a span attribute states; None for none."""
    stated = stated.strip()
    if not stated.isascii() or not stated.isdecimal() or len(stated) > 9:
        return None
    return min(int(stated), most)
