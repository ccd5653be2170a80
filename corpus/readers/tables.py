"""Tables as lines of text: each row with the headers it stands under, so that it can be quoted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOP_ROWS = 6  # no header is longer

LONGEST_HEADER = 30  # characters; a longer cell is a sentence, and heads nothing

_NUMERIC = re.compile(r"[\s\d.,%％+\-—–:/年月日元万亿]+")
_BETWEEN = "；"
_PATH = "／"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``row`` and ``column`` count from 0, ``rows`` and ``columns`` are what it spans."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    header: bool = False  # the format marks it as one


def render_table(cells: Sequence[Cell]) -> list[str]:
    """Return a table as lines, one for each row of data: ``列名：值；列名：值``.

    A cell over several rows is said of each of them; one over several columns once, with all their
    headers. A header over others stands before them, ``甲／乙``. Without a header row, cells are
    joined by " | "; a form of labels and values gives ``标签：值``; a single column its texts.
    """
    filled = [_one_line(cell) for cell in cells]
    shown = [cell for cell in filled if cell.text]
    if not shown:
        return []
    rows = sorted({cell.row for cell in shown})
    by_row = {
        row: sorted(
            (cell for cell in shown if cell.row <= row < cell.row + cell.rows),
            key=lambda cell: cell.column,
        )
        for row in rows
    }
    if len({cell.column for cell in shown}) == 1:
        return [cell.text for cell in sorted(shown, key=lambda cell: cell.row)]
    head = _header_rows(rows, by_row)
    if head == 0:
        is_form = _is_form(by_row)
        return [_joined(by_row[row], is_form=is_form) for row in rows]
    names = _names([by_row[row] for row in rows[:head]], rows[:head])
    if head == len(rows):
        return [" | ".join(cell.text for cell in by_row[row]) for row in rows]
    lines = [_named(by_row[row], names) for row in rows[head:]]
    used = {column for row in rows[head:] for cell in by_row[row] for column in _columns(cell)}
    if set(names) - used:  # a column without a value: its name is said once
        lines.insert(0, " | ".join(cell.text for row in rows[:head] for cell in by_row[row]))
    return lines


def _one_line(cell: Cell) -> Cell:
    text = " ".join(cell.text.split())
    return Cell(text, cell.row, cell.column, max(cell.rows, 1), max(cell.columns, 1), cell.header)


def _header_rows(rows: Sequence[int], by_row: Mapping[int, Sequence[Cell]]) -> int:
    """Return how many of the first rows are headers."""
    marked = 0
    while marked < len(rows) and all(cell.header for cell in by_row[rows[marked]]):
        marked += 1
    if marked:
        return marked
    if len(rows) < 2 or _is_form(by_row) or not _could_head(by_row[rows[0]], by_row):
        return 0
    # A header over several columns is told apart by the row below it.
    first = by_row[rows[0]]
    depth = 1
    while depth < len(rows) - 1 and any(
        cell.columns > 1 or cell.row + cell.rows > rows[depth] for cell in first
    ):
        if not _could_head(by_row[rows[depth]], by_row):
            break
        depth += 1
        first = [cell for cell in by_row[rows[depth - 1]] if cell.columns > 1]
    return depth


def _could_head(cells: Sequence[Cell], by_row: Mapping[int, Sequence[Cell]]) -> bool:
    texts = [cell.text for cell in cells]
    width = max(sum(cell.columns for cell in row) for row in by_row.values())
    return (
        sum(cell.columns for cell in cells) >= width
        and len(cells) > 1
        and len(set(texts)) == len(texts)
        and all(len(text) <= LONGEST_HEADER and not _NUMERIC.fullmatch(text) for text in texts)
    )


def _is_form(by_row: Mapping[int, Sequence[Cell]]) -> bool:
    """Tell whether a table is labels (标签：, or marked as headers) with values beside them."""
    pairs = [row for row in by_row.values() if len(row) == 2]
    if len(pairs) != len(by_row):
        return False
    return all(
        (row[0].header and not row[1].header) or row[0].text.endswith(("：", ":")) for row in pairs
    )


def _joined(cells: Sequence[Cell], *, is_form: bool) -> str:
    if is_form:
        return f"{cells[0].text.rstrip('：:')}：{cells[1].text}"
    return " | ".join(cell.text for cell in cells)


def _names(header: Sequence[Sequence[Cell]], rows: Sequence[int]) -> dict[int, str]:
    """Return the header path of each column."""
    paths: dict[int, list[str]] = {}
    for row, cells in zip(rows, header, strict=True):
        for cell in cells:
            if cell.row != row and row != rows[0]:
                continue  # it spans from the row above, where it was taken
            for column in _columns(cell):
                paths.setdefault(column, []).append(cell.text)
    return {column: _PATH.join(dict.fromkeys(path)) for column, path in paths.items()}


def _named(cells: Sequence[Cell], names: Mapping[int, str]) -> str:
    parts: list[str] = []
    for cell in cells:
        name = "、".join(dict.fromkeys(names[one] for one in _columns(cell) if one in names))
        parts.append(f"{name}：{cell.text}" if name else cell.text)
    return _BETWEEN.join(parts)


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.columns)


def table_lines(cells: Sequence[Cell]) -> list[str]:
    """Return ``render_table``'s lines; a header over an empty column makes a line ahead of them.

    Rows carry the headers they stand under, so a header that stands over nothing is in none.
    """
    lines = render_table(cells)
    said = "\n".join(lines)
    top = sorted({cell.row for cell in cells if cell.text.strip()})[:_TOP_ROWS]
    ahead: list[str] = []
    for row in top:
        texts = [" ".join(cell.text.split()) for cell in cells if cell.row == row]
        # A label loses its colon where it becomes 标签：值, and nothing else.
        if any(text.rstrip("：:") not in said for text in texts):
            ahead.append(" | ".join(filter(None, texts)))
    return [*ahead, *lines]
