"""A table's lines with all that its header says, of columns too that no row fills."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.tables import Cell, render_table

_TOP_ROWS = 6  # no header is longer


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
