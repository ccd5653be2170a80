"""Tables with rules: the grid their lines make, and what stands in each cell.

Only a grid that is certain is read as one: every cell a rectangle, closed by rules all around.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.legal.structure import division
from corpus.readers.layout.characters import is_wide
from corpus.readers.layout.page import Glyph, Rule
from corpus.readers.layout.rows import line_of, rows_of
from corpus.readers.tables import Cell, render_table

_SAME_COLUMN = 4.0  # points by which a table's rules may shift from page to page

_SNAP = 3.0  # points; rules that near are one
_OPEN_SIDE = 8.0  # points by which rules run past the last one across them where a side is open
_FEWEST_CELLS = 2
_MOST_RULES = 6_000  # of one page; a drawing has more, and is no table
_MOST_LINES = 300  # columns or rows of one grid
_COVERED = 0.8  # share of a cell's side that rules cover where it is closed


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid: rows and columns from 0, ``[row, row_end)``."""

    row: int
    row_end: int
    column: int
    column_end: int
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as its rules draw it."""

    xs: tuple[float, ...]  # upright rules, from left to right
    ys: tuple[float, ...]  # level rules, from top to bottom
    cells: tuple[GridCell, ...]  # by row, then column


def find_grids(
    glyphs: Sequence[Glyph], rules: Sequence[Rule]
) -> tuple[list[Grid], tuple[Glyph, ...]]:
    """Return the tables of a page from top to bottom, and the glyphs outside of them."""
    if not rules or len(rules) > _MOST_RULES:
        return [], tuple(glyphs)
    grids: list[Grid] = []
    rest = list(glyphs)
    for group in _connected(rules):
        skeleton = _skeleton(group)
        if skeleton is None:
            continue
        xs, ys, rectangles = skeleton
        inside = [glyph for glyph in rest if _within(glyph, xs, ys)]
        if not any(glyph.text.strip() for glyph in inside):
            continue
        cells = _filled(inside, xs, ys, rectangles)
        if sum(any(g.text.strip() for g in cell.glyphs) for cell in cells) < _FEWEST_CELLS:
            continue
        taken = {id(glyph) for glyph in inside}
        rest = [glyph for glyph in rest if id(glyph) not in taken]
        grids.append(Grid(tuple(xs), tuple(ys), tuple(cells)))
    return sorted(grids, key=lambda grid: grid.ys[0]), tuple(rest)


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return groups of rules that touch: each could be one table."""
    ordered = sorted(rules, key=lambda rule: rule.y0)
    parent = list(range(len(ordered)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    active: list[int] = []
    for at, rule in enumerate(ordered):
        active = [other for other in active if ordered[other].y1 >= rule.y0 - _SNAP]
        for other in active:
            near = ordered[other]
            if near.x0 <= rule.x1 + _SNAP and rule.x0 <= near.x1 + _SNAP:
                parent[root(at)] = root(other)
        active.append(at)
    groups: dict[int, list[Rule]] = defaultdict(list)
    for at, rule in enumerate(ordered):
        groups[root(at)].append(rule)
    return list(groups.values())


_Rectangle = tuple[int, int, int, int]  # row, row_end, column, column_end


def _skeleton(rules: list[Rule]) -> tuple[list[float], list[float], list[_Rectangle]] | None:
    """Return the grid's lines and its cells; None where the rules make no certain grid."""
    level = [rule for rule in rules if rule.x1 - rule.x0 >= rule.y1 - rule.y0]
    upright = [rule for rule in rules if rule.x1 - rule.x0 < rule.y1 - rule.y0]
    ys = _snapped([(rule.y0 + rule.y1) / 2 for rule in level])
    xs = _snapped([(rule.x0 + rule.x1) / 2 for rule in upright])
    if not level or not upright:
        return None
    xs = _with_ends(xs, min(rule.x0 for rule in level), max(rule.x1 for rule in level))
    ys = _with_ends(ys, min(rule.y0 for rule in upright), max(rule.y1 for rule in upright))
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < _FEWEST_CELLS:
        return None
    if max(rows, columns) > _MOST_LINES:
        return None
    walls = _Walls(xs, ys, level, upright)
    rectangles = _rectangles(walls, rows, columns)
    return None if rectangles is None or len(rectangles) < _FEWEST_CELLS else (xs, ys, rectangles)


def _with_ends(values: list[float], start: float, end: float) -> list[float]:
    """Close a table that is open at its sides where its rules end."""
    before = [start] if start < values[0] - _OPEN_SIDE else []
    behind = [end] if end > values[-1] + _OPEN_SIDE else []
    return [*before, *values, *behind]


def _snapped(values: list[float]) -> list[float]:
    snapped: list[list[float]] = []
    for value in sorted(values):
        if snapped and value - snapped[-1][-1] <= _SNAP:
            snapped[-1].append(value)
        else:
            snapped.append([value])
    return [sum(group) / len(group) for group in snapped]


class _Walls:
    """Where rules part two neighbouring places of a grid."""

    def __init__(
        self, xs: list[float], ys: list[float], level: list[Rule], upright: list[Rule]
    ) -> None:
        self._xs, self._ys = xs, ys
        self._level: dict[int, list[tuple[float, float]]] = defaultdict(list)
        self._upright: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for rule in level:
            self._level[_nearest(ys, (rule.y0 + rule.y1) / 2)].append((rule.x0, rule.x1))
        for rule in upright:
            self._upright[_nearest(xs, (rule.x0 + rule.x1) / 2)].append((rule.y0, rule.y1))

    def above(self, row: int, column: int) -> bool:
        """Whether a rule closes the place at the top."""
        return _covered(self._level[row], self._xs[column], self._xs[column + 1])

    def left(self, row: int, column: int) -> bool:
        """Whether a rule closes the place on the left."""
        return _covered(self._upright[column], self._ys[row], self._ys[row + 1])


def _nearest(values: list[float], value: float) -> int:
    return min(range(len(values)), key=lambda at: abs(values[at] - value))


def _covered(spans: list[tuple[float, float]], start: float, end: float) -> bool:
    covered, reached = 0.0, start
    for left, right in sorted(spans):
        left, right = max(left, reached), min(right, end)
        if right > left:
            covered += right - left
            reached = right
    return covered >= _COVERED * (end - start)


def _rectangles(walls: _Walls, rows: int, columns: int) -> list[_Rectangle] | None:
    """Join the places that no rule parts; None unless each cell is a closed rectangle."""
    owner: dict[tuple[int, int], int] = {}
    rectangles: list[_Rectangle] = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in owner:
                continue
            column_end = column + 1
            while column_end < columns and not walls.left(row, column_end):
                column_end += 1
            row_end = row + 1
            while row_end < rows and not walls.above(row_end, column):
                row_end += 1
            places = [(r, c) for r in range(row, row_end) for c in range(column, column_end)]
            if any(place in owner for place in places):
                return None
            owner.update(dict.fromkeys(places, len(rectangles)))
            rectangles.append((row, row_end, column, column_end))
    return rectangles if all(_closed(walls, each, rows, columns) for each in rectangles) else None


def _closed(walls: _Walls, rectangle: _Rectangle, rows: int, columns: int) -> bool:
    """Whether no rule crosses a cell and rules part it from its neighbours; an edge may be open."""
    row, row_end, column, column_end = rectangle
    for r in range(row, row_end):
        for c in range(column, column_end):
            if r > row and walls.above(r, c):
                return False
            if c > column and walls.left(r, c):
                return False
    right = all(walls.left(r, column_end) for r in range(row, row_end))
    below = all(walls.above(row_end, c) for c in range(column, column_end))
    return (right or column_end == columns) and (below or row_end == rows)


def _within(glyph: Glyph, xs: list[float], ys: list[float]) -> bool:
    middle = (glyph.left + glyph.right) / 2
    return xs[0] < middle < xs[-1] and ys[0] < glyph.y - 0.3 * glyph.size < ys[-1]


def _filled(
    glyphs: list[Glyph], xs: list[float], ys: list[float], rectangles: list[_Rectangle]
) -> list[GridCell]:
    owner = {
        (r, c): number
        for number, (row, row_end, column, column_end) in enumerate(rectangles)
        for r in range(row, row_end)
        for c in range(column, column_end)
    }
    found: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        row = bisect_right(ys, glyph.y - 0.3 * glyph.size) - 1
        column = bisect_right(xs, (glyph.left + glyph.right) / 2) - 1
        found[owner[row, column]].append(glyph)
    return [
        GridCell(*rectangle, tuple(found[number])) for number, rectangle in enumerate(rectangles)
    ]


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
