"""Sheets of XLS files, by python-calamine: values, merges, which sheets are hidden.

It does not tell how a number is shown: 12.50% comes as 0.125, which the notes say.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.ole import is_cut_off
from corpus.readers.spreadsheet.number_formats import general
from corpus.readers.spreadsheet.sheet import MAX_SHEETS, Sheet, refuse_too_many
from corpus.readers.tables import Cell

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_Value = int | float | str | bool | time | date | datetime | timedelta


def read_by_calamine(data: bytes) -> list[Sheet]:
    """Return the sheets; raises UnreadableSource where the file is damaged or encrypted."""
    from python_calamine import CalamineError, PasswordError

    if is_cut_off(data):
        raise UnreadableSource(Message("reader.cut_off"))
    try:
        return _read(data)
    except PasswordError as error:
        raise UnreadableSource(Message("reader.sheets_locked")) from error
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableSource(_damaged(error)) from error
    except BaseException as error:
        # What Rust code panics at comes as an exception that no module offers for import.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableSource(_damaged(error)) from error


def _damaged(error: BaseException) -> Message:
    return Message("reader.sheets_damaged", why=str(error))


def _read(data: bytes) -> list[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    kinds = workbook.sheets_metadata
    if len(kinds) > MAX_SHEETS:
        raise UnreadableSource(Message("reader.sheets_many", count=len(kinds), limit=MAX_SHEETS))
    sheets: list[Sheet] = []
    count = 0
    for kind in kinds:
        sheet = Sheet(kind.name)
        sheets.append(sheet)
        if kind.typ is not SheetTypeEnum.WorkSheet:
            sheet.left_out["charts"] += 1
            continue
        cells = _cells(workbook.get_sheet_by_name(kind.name), sheet)
        count += len(cells)
        refuse_too_many(count)
        if kind.visible is SheetVisibleEnum.Visible:
            sheet.cells = cells
        else:
            sheet.left_out["hidden_sheets"] += 1
            sheet.left_out["hidden_cells"] += len(cells)
    return sheets


def _cells(read: CalamineSheet, sheet: Sheet) -> list[Cell]:
    ranges = read.merged_cell_ranges or []
    merges = {start: (end[0] - start[0] + 1, end[1] - start[1] + 1) for start, end in ranges}
    first_row, first_column = read.start or (0, 0)
    cells: list[Cell] = []
    for row, values in enumerate(read.iter_rows(), first_row):
        for column, value in enumerate(values, first_column):
            text = " ".join(_text(value, sheet).split())
            if text:
                rows, columns = merges.get((row, column), (1, 1))
                cells.append(Cell(text, row, column, rows, columns))
        refuse_too_many(len(cells))
    return cells


def _text(value: _Value, sheet: Sheet) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        sheet.left_out["unformatted"] += value != int(value) if abs(value) < 1e300 else 1
        return general(Decimal(repr(value)))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, timedelta):
        return str(value)
    return value.isoformat()
