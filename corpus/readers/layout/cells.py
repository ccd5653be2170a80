"""Tables of a PDF as lines of text, one over several pages with its header on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.legal.structure import division
from corpus.readers.layout.characters import is_wide
from corpus.readers.layout.grids import Grid
from corpus.readers.layout.rows import line_of, rows_of
from corpus.readers.tables import Cell, render_table

_SAME_COLUMN = 4.0  # points by which a table's rules may shift from page to page


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page, its cells as text."""

    xs: tuple[float, ...]  # where its columns are parted
    cells: tuple[Cell, ...]


def table_of(grid: Grid) -> Table:
    """Return the table that a grid's cells make."""
    cells = tuple(
        Cell(
            text=_cell_text([line_of(row).text for row in rows_of(cell.glyphs)]),
            row=cell.row,
            column=cell.column,
            rows=cell.row_end - cell.row,
            columns=cell.column_end - cell.column,
        )
        for cell in grid.cells
    )
    return Table(grid.xs, cells)


def _cell_text(lines: Sequence[str]) -> str:
    """Join the lines of a cell: Han without a blank, but one before a marker of a list."""
    text = ""
    for line in filter(None, lines):
        apart = not text or is_wide(text[-1]) or is_wide(line[0])
        text += line if not text or (apart and division(line) is None) else f" {line}"
    return text


def continues(table: Table, earlier: Table) -> bool:
    """Whether a table on the next page has the columns of the one before."""
    return len(table.xs) == len(earlier.xs) and all(
        abs(x - y) <= _SAME_COLUMN for x, y in zip(table.xs, earlier.xs, strict=True)
    )


def continued(table: Table, earlier: Table) -> tuple[Table, Table]:
    """Return a table's next part under the header of its beginning, and the part before it.

    Rows that only repeat the header are taken once.
    """
    count = header_rows(earlier)
    header = [replace(cell, header=True) for cell in earlier.cells if cell.row < count]
    own = [(c.row, c.column, c.text) for c in table.cells if c.row < count]
    skipped = count if own == [(c.row, c.column, c.text) for c in header] else 0
    table, earlier = carried_over(table, earlier, skipped)
    body = [replace(c, row=c.row - skipped + count) for c in table.cells if c.row >= skipped]
    return Table(table.xs, (*header, *body)), earlier


def carried_over(table: Table, earlier: Table, head: int) -> tuple[Table, Table]:
    """Return a table's two parts with what the page break cut put together.

    ``head`` rows of the later part repeat the header. A cell that spans rows goes on in an empty
    one; a row that was cut leaves a few words at the top of the next page, its first cell empty.
    """
    first = {cell.column: cell for cell in table.cells if cell.row == head}
    bottom = max((cell.row + cell.rows for cell in earlier.cells), default=0)
    last = {cell.column: cell for cell in earlier.cells if cell.row + cell.rows == bottom}
    filled = {column for column, cell in first.items() if cell.text}
    empty_start = 0 in first and not first[0].text
    if empty_start and filled and 2 * len(filled) <= len(first) and filled <= last.keys():
        joined = {id(last[c]): _cell_text([last[c].text, first[c].text]) for c in filled}
        kept = [cell for cell in table.cells if cell.row != head]
        earlier_cells = [replace(c, text=joined.get(id(c), c.text)) for c in earlier.cells]
        return Table(table.xs, tuple(kept)), Table(earlier.xs, tuple(earlier_cells))
    spanning = {
        id(cell): last[column].text
        for column, cell in first.items()
        if not cell.text and column in last and max(cell.rows, last[column].rows) > 1
    }
    cells = tuple(replace(c, text=spanning.get(id(c), c.text)) for c in table.cells)
    return Table(table.xs, cells), earlier


def header_rows(table: Table) -> int:
    """Return how many rows are the header: those the rendered lines do not have."""
    rows = {r for c in table.cells if c.text for r in range(c.row, c.row + c.rows)}
    count = max(len(rows) - len(render_table(table.cells)), 0)
    reach = max((c.row + c.rows for c in table.cells if c.row < count), default=0)
    return count if reach == count and count < len(rows) else 0
