"""Filled cells become lines: titles and remarks as they stand, rows with their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.readers.tables import Cell, table_lines

# A header says in a few words what stands below it; 40 take in 单位（万元）and the like.
_LONGEST_HEADER = 40
_HEADER_SHARE = 0.8  # of a table's columns that its header names
_SPANS = 0.5  # of a table's columns that a line of its own is merged over
_MOST_HEADER_ROWS = 6
_FEWEST_COLUMNS = 3  # two may be labels and values

_NUMBER = re.compile(r"[-+(（]?[¥$€￥]?[\d,，.．]+[%％)）]?(?:[:/-][\d:/.-]+)*|[-—–]+")

_REMARK = re.compile(r"(?:备注|注|说明|附注|资料来源|来源|填表|Note|Source)")

Row = list[Cell]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a sheet, and whether it stands above all others as a title does."""

    text: str
    title: bool = False


@dataclass(frozen=True, slots=True)
class _Header:
    """The rows at the top of a table that name its columns."""

    cells: tuple[Cell, ...]  # marked as header, in rows from 0
    height: int  # rows of the sheet
    count: int  # rows with a cell of their own
    columns: frozenset[int]  # it names


def lines_of(cells: Sequence[Cell]) -> list[SheetLine]:
    """Return a sheet's lines in order; every filled cell is in them.

    Tables are parted by blank rows, and by rows that one cell fills over half of their width. A
    table without a header of its own has that of the table before it, if its columns are the same.
    """
    lines: list[SheetLine] = []
    header: _Header | None = None
    for rows in _blocks(cells):
        opening, body, closing = _parted(rows)
        lines.extend(SheetLine(row[0].text, title=not lines) for row in opening)
        own = _header_of(body)
        if own is not None:
            header, body = own, body[own.count :]
        elif opening or not _goes_on(body, header):
            header = None
        lines.extend(SheetLine(text) for text in _body_lines(body, header))
        lines.extend(SheetLine(row[0].text) for row in closing)
    return lines


def _blocks(cells: Sequence[Cell]) -> Iterator[list[Row]]:
    """Yield rows of filled cells, in order, parted by rows that nothing is in."""
    by_row: dict[int, Row] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    block: list[Row] = []
    reach = -1  # the last row that a cell of the block covers
    for number in sorted(by_row):
        if block and number > reach + 1:
            yield block
            block = []
        row = sorted(by_row[number], key=lambda cell: cell.column)
        block.append(row)
        reach = max(reach, *(cell.row + cell.rows - 1 for cell in row))
    if block:
        yield block


def _parted(rows: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the lines above a table, its rows, and the remarks below it."""
    if max(len(row) for row in rows) < 2:
        return ([], rows, []) if len(rows) > 1 else (rows, [], [])
    first, last = 0, len(rows)
    while len(rows[first]) == 1 and rows[first][0].rows == 1:
        first += 1
    while last > first and _is_remark(rows[last - 1]):
        last -= 1
    return rows[:first], rows[first:last], rows[last:]


def _is_remark(row: Row) -> bool:
    if len(row) > 1:
        return False
    cell = row[0]
    return (
        cell.columns > 1 or len(cell.text) > _LONGEST_HEADER or _REMARK.match(cell.text) is not None
    )


def _width(rows: Sequence[Row]) -> int:
    """Return the columns that most rows have; a cell too many in one row makes no wider table."""
    first = min((row[0].column for row in rows), default=0)
    ends = sorted(row[-1].column + row[-1].columns for row in rows)
    return ends[len(ends) // 2] - first if ends else 0


def _header_of(rows: list[Row]) -> _Header | None:
    """Return the header of a table where there is one for certain; rendering looks further."""
    if not rows:
        return None
    start = rows[0][0].row
    end = start + max(cell.rows for cell in rows[0])
    width = _width(rows)
    if end == start + 1 and any(1 < cell.columns < width for cell in rows[0]):
        end += 1  # what a name over several columns is parted into stands below it
    top = [row for row in rows if row[0].row < end]
    if len(top) == len(rows) or len(top) > _MOST_HEADER_ROWS or width < 2:
        return None
    cells = [cell for row in top for cell in row]
    if any(_NUMBER.fullmatch(cell.text) or len(cell.text) > _LONGEST_HEADER for cell in cells):
        return None
    named = frozenset(cell.column + at for cell in cells for at in range(cell.columns))
    distinct = len({(cell.text, cell.column if len(top) > 1 else 0) for cell in cells}) == len(
        cells
    )
    if width < _FEWEST_COLUMNS or len(named) < _HEADER_SHARE * width or not distinct:
        return None
    marked = tuple(replace(cell, row=cell.row - start, header=True) for cell in cells)
    return _Header(marked, end - start, len(top), named)


def _goes_on(rows: list[Row], header: _Header | None) -> bool:
    """Whether rows behind a blank one are of the table before: its columns, and a number in one."""
    used = {cell.column for row in rows for cell in row}
    if header is None or len(used) < 2 or not used <= header.columns:
        return False
    return any(_NUMBER.fullmatch(cell.text) for cell in rows[0])


def _body_lines(rows: list[Row], header: _Header | None) -> Iterator[str]:
    """Yield the lines of a table's rows; those that one cell goes over stand between its parts."""
    if header is None:
        yield from table_lines([cell for row in rows for cell in row])
        return
    width = max(len(header.columns), 2)
    part: list[Row] = []
    for row in rows:
        if len(row) == 1 and row[0].columns >= max(2, _SPANS * width):
            yield from _rendered(part, header)
            yield row[0].text
            part = []
        else:
            part.append(row)
    yield from _rendered(part, header)


def _rendered(rows: list[Row], header: _Header) -> list[str]:
    if not rows:
        return []
    shift = header.height - rows[0][0].row
    end = rows[-1][0].row
    body = (
        replace(cell, row=cell.row + shift, rows=min(cell.rows, end - cell.row + 1))
        for row in rows
        for cell in row
    )
    return table_lines([*header.cells, *body])
