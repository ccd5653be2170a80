"""A sheet of any spreadsheet, before anything is made of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.tables import Cell

# Cells with something in them, over all sheets; each takes some 300 bytes until it is text.
MAX_CELLS = 2_000_000
MAX_SHEETS = 1_000


@dataclass(slots=True)
class Sheet:
    """What a person sees on one sheet, and what else it has."""

    name: str
    cells: list[Cell] = field(default_factory=list)  # filled ones, in rows from 0
    left_out: Counter[str] = field(default_factory=Counter)  # kind -> how many; see the notes


def refuse_too_many(cells: int) -> None:
    """Raise UnreadableSource where a workbook has more filled cells than are read."""
    if cells > MAX_CELLS:
        raise UnreadableSource(Message("reader.cells_many", limit=MAX_CELLS))
