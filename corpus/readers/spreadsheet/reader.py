"""Spreadsheets: each row with the headers it stands under, each sheet under its name."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.ole import SIGNATURE
from corpus.readers.reader import counted_notes, headings_at
from corpus.readers.spreadsheet.cell_blocks import SheetLine, lines_of
from corpus.readers.spreadsheet.ods import read_ods
from corpus.readers.spreadsheet.sheet import Sheet
from corpus.readers.spreadsheet.xls import read_by_calamine
from corpus.readers.spreadsheet.xlsx import read_xlsx
from corpus.text.clean import clean
from corpus.types import Heading, ReadResult, Receipt, SourceFile

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLS = "application/vnd.ms-excel"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_ENCODINGS = {_XLSX: "xlsx", _XLS: "xls", _ODS: "ods"}

_ODS_MARK = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_DEFAULT_NAME = re.compile(r"(?:Sheet|工作表|表|Table|Feuille?|Tabelle|Лист)\s*\d*", re.IGNORECASE)
_LONGEST_TITLE = 80  # characters; what is longer above a table is a remark

_NOTES = (
    *("reader.hidden_sheets", "reader.hidden_cells", "reader.formulas", "reader.comments"),
    *("reader.charts", "reader.pictures", "reader.text_boxes", "reader.unformatted"),
)


class SpreadsheetReader:
    """Reads XLSX, XLS and ODS."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text, a row a line; raises UnreadableSource."""
        media_type = _media_type(file.data)
        if media_type == _XLSX:
            sheets, stated = read_xlsx(file.data)
        else:
            read = read_ods if media_type == _ODS else read_by_calamine
            sheets, stated = read(file.data), ""
        text = _SheetsText(sheets)
        if not text.lines:
            raise UnreadableSource(Message("reader.no_text"))
        return ReadResult(
            text="\n".join(text.lines),
            title=text.title or stated or None,
            headings=text.headings(),
            metadata={},
            media_type=media_type,
            receipt=Receipt(
                size=len(file.data),
                digest=hashlib.sha256(file.data).hexdigest(),
                encoding=_ENCODINGS[media_type],
                cleaned=dict(text.removed),
                notes=_notes(sheets),
            ),
            lines_are_paragraphs=True,
        )


def _media_type(data: bytes) -> str:
    if data.startswith(SIGNATURE):
        return _XLS
    return _ODS if _ODS_MARK in data[:200] else _XLSX


class _SheetsText:
    """Lines of all sheets, which of them are headings, and the title above the first table."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.lines: list[str] = []
        self.removed: Counter[str] = Counter()
        self.title = ""
        self._levels: dict[int, int] = {}
        filled = [sheet for sheet in sheets if sheet.cells]
        for sheet in filled:
            telling = _DEFAULT_NAME.fullmatch(sheet.name.strip()) is None
            lines = lines_of(sheet.cells)
            if (len(filled) > 1 or telling) and sheet.name.strip() != _first(lines):
                self._add(sheet.name, level=1)
            self._add_sheet(lines, alone=len(filled) == 1)

    def headings(self) -> tuple[Heading, ...]:
        """Headings with their offsets in the lines joined by line feeds."""
        return headings_at(self.lines, self._levels)

    def _add_sheet(self, lines: Sequence[SheetLine], *, alone: bool) -> None:
        for line in lines:
            is_title = line.title and len(lines) > 1 and len(line.text) <= _LONGEST_TITLE
            self._add(line.text, level=(1 if alone and not self.lines else 2) if is_title else 0)
            if is_title and alone:
                self.title = self.lines[-1] if self.lines else ""

    def _add(self, text: str, *, level: int = 0) -> None:
        cleaned = clean(text)
        self.removed.update(cleaned.removed)
        line = " ".join(cleaned.text.split())
        if not line:
            return
        if level:
            self._levels[len(self.lines)] = level
        self.lines.append(line)


def _first(lines: Sequence[SheetLine]) -> str:
    return lines[0].text if lines else ""


def _notes(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    left_out: Counter[str] = Counter()
    for sheet in sheets:
        left_out.update(sheet.left_out)
    return counted_notes(_NOTES, left_out)
