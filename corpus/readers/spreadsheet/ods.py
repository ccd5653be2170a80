"""Sheets of an ODS file as people see them: it states each cell's text as shown.

OpenDocument 1.3 part 3, 9 (tables).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.spreadsheet.sheet import MAX_SHEETS, Sheet, refuse_too_many
from corpus.readers.tables import Cell
from corpus.readers.xml_package import XmlPackage, local, open_package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
# A filled row or cell that is said to repeat is written out so often at most; empty ones repeat to
# the sheet's end in every file, and cost nothing.
MAX_REPEATED = 10_000

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_UNSEEN = frozenset({"collapse", "filter"})
_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_NOT_WORDS = frozenset({"annotation", "ruby-text", "frame", "note"})


def read_ods(data: bytes) -> list[Sheet]:
    """Return the sheets; raises UnreadableSource where the file cannot be read for certain."""
    with open_package(data) as package:
        _refuse_locked(package)
        root = package.parse("content.xml")
    hidden_styles = {
        each.get(f"{_STYLE}name", "")
        for each in root.iter(f"{_STYLE}style")
        if any(part.get(f"{_TABLE}display") == "false" for part in each)
    }
    tables = [
        table for sheets in root.iter("{*}spreadsheet") for table in sheets if _is(table, "table")
    ]
    if len(tables) > MAX_SHEETS:
        raise UnreadableSource(Message("reader.sheets_many", count=len(tables), limit=MAX_SHEETS))
    sheets: list[Sheet] = []
    count = 0
    for table in tables:
        sheet = _read_table(table)
        if table.get(f"{_TABLE}style-name", "") in hidden_styles:
            sheet.left_out["hidden_sheets"] += 1
            sheet.left_out["hidden_cells"] += len(sheet.cells)
            sheet.cells = []
        count += len(sheet.cells)
        refuse_too_many(count)
        sheets.append(sheet)
    return sheets


def _refuse_locked(package: XmlPackage) -> None:
    name = "META-INF/manifest.xml"
    if name in package and next(package.parse(name).iter("{*}encryption-data"), None) is not None:
        raise UnreadableSource(Message("reader.sheets_locked"))


def _is(element: Element, name: str) -> bool:
    return local(element) == name


def _read_table(table: Element) -> Sheet:
    sheet = Sheet(table.get(f"{_TABLE}name", ""))
    sheet.left_out["comments"] += sum(1 for _ in table.iter("{*}annotation"))
    sheet.left_out["pictures"] += sum(1 for _ in table.iter("{*}image"))
    sheet.left_out["charts"] += sum(1 for _ in table.iter("{*}object"))
    hidden = _hidden_columns(table)
    row = 0  # among those seen
    for element in _rows(table):
        times = _number(element, "number-rows-repeated", MAX_ROWS)
        cells = list(_cells(element, row))
        seen = [cell for cell in cells if cell.column not in hidden]
        if element.get(f"{_TABLE}visibility") in _UNSEEN:
            sheet.left_out["hidden_cells"] += len(cells)
            continue
        sheet.left_out["hidden_cells"] += len(cells) - len(seen)
        if seen and times > MAX_REPEATED:
            raise UnreadableSource(Message("reader.row_repeated", times=times, limit=MAX_REPEATED))
        for at in range(times if seen else 0):
            sheet.cells.extend(
                Cell(cell.text, row + at, cell.column, cell.rows, cell.columns) for cell in seen
            )
            refuse_too_many(len(sheet.cells))
        row += times
    sheet.cells = _within(sheet.cells)
    return sheet


def _within(cells: list[Cell]) -> list[Cell]:
    """Return the cells with what they cover cut off at the last filled row."""
    end = max((cell.row for cell in cells), default=0) + 1
    return [
        Cell(cell.text, cell.row, cell.column, min(cell.rows, end - cell.row), cell.columns)
        for cell in cells
    ]


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if _is(child, "table-row"):
            yield child
        elif local(child) in _GROUPS:
            yield from _rows(child)


def _hidden_columns(table: Element) -> set[int]:
    hidden: set[int] = set()
    column = 0
    for each in table.iter(f"{_TABLE}table-column"):
        times = _number(each, "number-columns-repeated", MAX_COLUMNS)
        if each.get(f"{_TABLE}visibility") in _UNSEEN:
            hidden.update(range(column, column + times))
        column = min(column + times, MAX_COLUMNS)
    return hidden


def _cells(row: Element, number: int) -> Iterator[Cell]:
    column = 0
    for cell in row:
        if local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = _number(cell, "number-columns-repeated", MAX_COLUMNS)
        text = " ".join(_text(cell).split()) if _is(cell, "table-cell") else ""
        for at in range(times if text else 0):
            rows = _number(cell, "number-rows-spanned", MAX_ROWS)
            columns = _number(cell, "number-columns-spanned", MAX_COLUMNS)
            yield Cell(text, number, column + at, rows, columns)
        column = min(column + times, MAX_COLUMNS)


def _text(cell: Element) -> str:
    return "\n".join("".join(_words(each)) for each in cell if each.tag == f"{_TEXT}p")


def _words(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if local(child) in ("s", "tab", "line-break"):
            yield " "
        elif local(child) not in _NOT_WORDS:
            yield from _words(child)
        yield child.tail or ""


def _number(element: Element, name: str, most: int) -> int:
    stated = element.get(f"{_TABLE}{name}", "1")
    if not stated.isascii() or not stated.isdecimal():
        return 1
    return max(1, min(int(stated[:9]), most))
