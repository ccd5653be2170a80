"""Tables of Word as cells with what they span."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from corpus.readers.docx.elements import attribute, child, is_on, number
from corpus.readers.tables import Cell
from corpus.readers.xml_package import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WIDEST = 1_000  # columns a cell may claim; Word allows 63


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
