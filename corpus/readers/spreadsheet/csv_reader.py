"""CSV and its like: each row with its headers; nothing in a cell is more than text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.plain import decode_clean
from corpus.readers.spreadsheet.cell_blocks import lines_of
from corpus.readers.spreadsheet.sheet import refuse_too_many
from corpus.readers.tables import Cell
from corpus.text.clean import clean
from corpus.types import Heading, ReadResult, SourceFile

_DELIMITERS = (",", "\t", ";", "|", "，", "；")
_SAMPLE_ROWS = 1_000
_SAMPLE_CHARACTERS = 200_000
# A quotation mark without its end takes all that follows into one cell. Addresses and remarks have
# a few lines; the longest cell of a catalogue of penalties had 40.
_MOST_LINES = 200
_STATED_DELIMITER = re.compile(r"sep=(.)\n", re.IGNORECASE)  # what Excel asks for on a first line


class CsvReader:
    """Reads ``.csv``, ``.tsv`` and ``.tab``, whatever parts their cells."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text, a row a line; raises UnreadableSource."""
        text, receipt = decode_clean(file.data, keep_trailing_blanks=True)
        rows = _read_rows(text)
        cells = list(_cells(rows.rows))
        removed: Counter[str] = Counter(receipt.cleaned)
        lines: list[str] = []
        title = None
        for line in lines_of(cells):
            cleaned = clean(line.text)
            removed.update(cleaned.removed)
            lines.append(" ".join(cleaned.text.split()))
            if line.title:
                title = lines[-1]
        if not any(lines):
            raise UnreadableSource(Message("reader.no_text"))
        heading = title is not None and len(lines) > 1
        return ReadResult(
            text="\n".join(lines),
            title=title if heading else None,
            headings=(Heading(0, len(lines[0]), 1),) if heading else (),
            metadata={},
            media_type="text/tab-separated-values" if rows.delimiter == "\t" else "text/csv",
            receipt=replace(receipt, cleaned=dict(removed), notes=(*receipt.notes, *rows.notes)),
            lines_are_paragraphs=True,
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    rows: list[list[str]]
    delimiter: str
    notes: tuple[str, ...] = ()


def _read_rows(text: str) -> _Rows:
    """Return the rows, with what parts their cells told by what makes them alike."""
    stated = _STATED_DELIMITER.match(text)
    if stated:
        text = text[stated.end() :]
    delimiter = stated[1] if stated else _delimiter(text)
    try:
        rows = _parse(text, delimiter, strict=True)
    except csv.Error:
        return _read_loosely(text, delimiter)
    if _swallowed(rows):
        return _read_loosely(text, delimiter)
    return _Rows(rows, delimiter)


def _read_loosely(text: str, delimiter: str) -> _Rows:
    """Read quotation marks that do not pair: as ends of cells where that goes, else as text."""
    try:
        rows = _parse(text + "\n", delimiter, strict=False)
        closed = not _swallowed(rows) and text.count('"') % 2 == 0
    except csv.Error:
        closed = False
    if closed:
        return _Rows(rows, delimiter)
    try:
        unpaired = Message("reader.csv_quotes")
        return _Rows(_parse(text, delimiter, quoted=False), delimiter, (unpaired,))
    except csv.Error as error:
        raise UnreadableSource(Message("reader.csv_damaged", why=str(error))) from error


def _parse(
    text: str, delimiter: str, *, strict: bool = False, quoted: bool = True
) -> list[list[str]]:
    rows: list[list[str]] = []
    count = 0
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=delimiter,
        strict=strict,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
    )
    for row in reader:
        count += len(row)
        refuse_too_many(count)
        rows.append(row)
    return rows


def _swallowed(rows: Iterable[list[str]]) -> bool:
    return any(cell.count("\n") > _MOST_LINES for row in rows for cell in row)


def _delimiter(text: str) -> str:
    """Return the delimiter under which most rows have one number of cells, and the most of them."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS:
        sample = sample.rpartition("\n")[0] or sample
    best = ","
    best_score = (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            rows = _parse(sample, delimiter)[:_SAMPLE_ROWS]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if row)
        parted = Counter({width: times for width, times in widths.items() if width > 1})
        if not parted:
            continue
        width, times = max(parted.items(), key=lambda item: (item[1], item[0]))
        score = (times / max(sum(widths.values()), 1), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _cells(rows: Iterable[list[str]]) -> Iterable[Cell]:
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if text.strip():
                yield Cell(" ".join(text.split()), number, column)
