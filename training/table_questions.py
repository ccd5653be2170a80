"""Questions on tables, each row a line with its headers, as the readers write them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.readers.tables import Cell, render_table
from rag.reading.encoding import Clause
from training.groups import TRAIN, Group, share_of
from training.texts import row_of

SHARE = 0.9  # of the questions on one cell
NEGATIVES = 3  # other rows of the same table


def table_questions() -> Iterator[Group]:
    """Yield questions whose answer is one cell: the row that holds it, and other rows."""
    folder = TRAIN / "imtqa"
    tables = {
        one["table_id"]: one
        for one in json.loads((folder / "train_tables.json").read_text(encoding="utf-8"))
    }
    for one in json.loads((folder / "train_questions.json").read_text(encoding="utf-8")):
        name = one["question_id"]
        if one["question_type"] != "single_cell" or share_of(name) >= SHARE:
            continue
        table = tables[one["table_id"]]
        values = table["chinese_cell_value_list"]
        answer = " ".join(values[one["answer_cell_list"][0]].split())
        lines = render_table(_cells(table))
        holding = [line for line in lines if answer and answer in line]
        if len(holding) != 1 or len(holding[0]) > 400:
            continue
        line = holding[0]
        at = line.rfind(answer)
        others = [each for each in lines if each != line and len(each) < 400]
        others.sort(key=lambda each: share_of(name + each))
        rows = [row_of(Clause(line), answers=True, short=answer, at=at)]
        rows += [row_of(Clause(each)) for each in others[:NEGATIVES]]
        yield Group(name, "table", one["chinese_question"], tuple(rows))


def _cells(table: Mapping[str, Any]) -> list[Cell]:
    """Return the cells with what they span, from a matrix of their ids."""
    places: dict[int, list[tuple[int, int]]] = {}
    for row, line in enumerate(table["cell_ID_matrix"]):
        for column, cell in enumerate(line):
            places.setdefault(cell, []).append((row, column))
    cells = []
    for cell, found in places.items():
        rows = [row for row, _ in found]
        columns = [column for _, column in found]
        cells.append(
            Cell(
                table["chinese_cell_value_list"][cell],
                min(rows),
                min(columns),
                max(rows) - min(rows) + 1,
                max(columns) - min(columns) + 1,
            )
        )
    return cells
