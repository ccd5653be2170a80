"""Sheets of an XLSX workbook as people see them: values as shown, merges, nothing hidden."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.spreadsheet.number_formats import BUILT_IN, GENERAL, shown
from corpus.readers.spreadsheet.sheet import MAX_SHEETS, Sheet, refuse_too_many
from corpus.readers.tables import Cell
from corpus.readers.xml_package import XmlPackage, local, open_package, resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CORE = "docProps/core.xml"

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_MERGES = 100_000

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TRUE = frozenset({"1", "true", "on"})


def read_xlsx(data: bytes) -> tuple[list[Sheet], str]:
    """Return the sheets with something to see on them, and the stated title ("" for none).

    Raises UnreadableSource for a workbook that is damaged, goes out of bounds or has no sheet.
    """
    with open_package(data) as package:
        workbook = read_workbook(package)
        if not 0 < len(workbook.sheets) <= MAX_SHEETS:
            raise UnreadableSource(
                Message("reader.sheets_many", count=len(workbook.sheets), limit=MAX_SHEETS)
            )
        sheets: list[Sheet] = []
        count = 0
        for part in workbook.sheets:
            sheet = _read_sheet(package, workbook, part)
            count += len(sheet.cells)
            refuse_too_many(count)
            sheets.append(sheet)
        return sheets, workbook.title


def _read_sheet(package: XmlPackage, workbook: Workbook, part: SheetPart) -> Sheet:
    sheet = Sheet(part.name)
    if not part.worksheet:
        sheet.left_out["charts"] += 1
        return sheet
    root = package.parse(part.part)
    rows = _Rows(workbook)
    for child in root:
        if local(child) == "cols":
            rows.add_hidden_columns(child)
        elif local(child) == "sheetData":
            rows.add(child)
        elif local(child) == "mergeCells":
            rows.add_merges(child)
    if part.hidden:
        sheet.left_out["hidden_sheets"] += 1
        sheet.left_out["hidden_cells"] += len(rows.cells)
        return sheet
    sheet.cells = rows.visible()
    sheet.left_out.update(rows.left_out)
    _count_drawn(package, part.part, sheet)
    return sheet


def _count_drawn(package: XmlPackage, part: str, sheet: Sheet) -> None:
    """Count what lies over the cells: charts, pictures, text boxes, comments."""
    for name in related(package, part, "comments"):
        if name in package:
            sheet.left_out["comments"] += sum(1 for _ in package.parse(name).iter("{*}comment"))
    for name in related(package, part, "drawing"):
        if name not in package:
            continue
        root = package.parse(name)
        sheet.left_out["charts"] += sum(1 for _ in root.iter("{*}graphicFrame"))
        sheet.left_out["pictures"] += sum(1 for _ in root.iter("{*}pic"))
        for shape in root.iter("{*}txBody"):
            text = "".join(each.text or "" for each in shape.iter("{*}t"))
            sheet.left_out["text_boxes"] += len("".join(text.split()))


@dataclass(slots=True)
class _Rows:
    """Cells as they are read off a sheet, by place."""

    workbook: Workbook
    cells: dict[tuple[int, int], str] = field(default_factory=dict)  # row and column from 0
    left_out: dict[str, int] = field(default_factory=dict)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last
    hidden_rows: set[int] = field(default_factory=set)
    merges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # rows, columns

    def add_hidden_columns(self, element: Element) -> None:
        for each in element:
            if each.get("hidden") in _TRUE or each.get("width") == "0":
                first, last = _whole(each.get("min"), 1), _whole(each.get("max"), 1)
                self.hidden_columns.append((first - 1, last - 1))
        self.hidden_columns.sort()

    def add(self, data: Element) -> None:
        row = -1
        for each in data:
            row = _whole(each.get("r"), row + 2) - 1
            _check(row, MAX_ROWS)
            if each.get("hidden") in _TRUE or each.get("ht") == "0":
                self.hidden_rows.add(row)
            column = -1
            for cell in each:
                column = _column(cell.get("r"), column + 1)
                _check(column, MAX_COLUMNS)
                text = self._text(cell)
                if text.strip():
                    self.cells[row, column] = " ".join(text.split())
            refuse_too_many(len(self.cells))

    def add_merges(self, element: Element) -> None:
        if len(element) > MAX_MERGES:
            raise UnreadableSource(Message("reader.merges_many", limit=MAX_MERGES))
        for each in element:
            first, _, last = each.get("ref", "").partition(":")
            start, end = _place(first), _place(last or first)
            if start is not None and end is not None and end >= start and end[1] >= start[1]:
                self.merges[start] = (end[0] - start[0] + 1, end[1] - start[1] + 1)

    def visible(self) -> list[Cell]:
        """Return the cells that people see; rows that nobody sees do not count in their places."""
        hidden = sorted(self.hidden_rows)
        last = max((row for row, _ in self.cells), default=0)
        shown: list[Cell] = []
        for (row, column), text in sorted(self.cells.items()):
            # What a merge covers beyond the last filled row is no row of the table.
            rows, columns = self.merges.get((row, column), (1, 1))
            end = min(row + rows, last + 1)
            above = bisect_left(hidden, row)
            rows = end - row - (bisect_left(hidden, end) - above)
            if rows == 0 or self._is_hidden_column(column):
                self._count("hidden_cells")
                continue
            shown.append(Cell(text, row - above, column, rows, columns))
        return shown

    def _is_hidden_column(self, column: int) -> bool:
        at = bisect_right(self.hidden_columns, (column, MAX_COLUMNS)) - 1
        return at >= 0 and self.hidden_columns[at][1] >= column

    def _count(self, kind: str) -> None:
        self.left_out[kind] = self.left_out.get(kind, 0) + 1

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        value = next((each.text or "" for each in cell if local(each) == "v"), None)
        if kind == "inlineStr":
            inline = next((each for each in cell if local(each) == "is"), None)
            return rich_text(inline) if inline is not None else ""
        if value is None or value == "":
            if any(local(each) == "f" for each in cell) and value is None:
                self._count("formulas")
            return ""
        if kind == "s":
            return self._shared(value)
        if kind == "b":
            return "TRUE" if value.strip() in _TRUE else "FALSE"
        if kind in ("str", "e"):
            return unescaped(value)
        if kind == "d":
            return value.replace("T", " ").removesuffix(" 00:00:00")
        return shown(value, self._format(cell), since_1904=self.workbook.since_1904)

    def _shared(self, value: str) -> str:
        at = _whole(value.strip(), -1)
        if not 0 <= at < len(self.workbook.strings):
            raise UnreadableSource(Message("reader.cell_text_missing", value=value[:20]))
        return self.workbook.strings[at]

    def _format(self, cell: Element) -> str:
        at = _whole(cell.get("s"), 0)
        return self.workbook.formats[at] if at < len(self.workbook.formats) else "General"


def _check(at: int, limit: int) -> None:
    if not 0 <= at < limit:
        raise UnreadableSource(Message("reader.cell_outside", place=at + 1))


def _whole(stated: str | None, otherwise: int) -> int:
    if stated is None or not stated.isascii() or not stated.isdecimal():
        return otherwise
    return int(stated[:12])


def _column(reference: str | None, otherwise: int) -> int:
    place = _place(reference) if reference else None
    return place[1] if place is not None else otherwise


def _place(reference: str) -> tuple[int, int] | None:
    """Return row and column, from 0, of a reference such as B12; None for what is none."""
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a sheet is, and whether people see it."""

    name: str
    part: str
    hidden: bool
    worksheet: bool  # False for sheets of charts and macros


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the sheets refer to."""

    sheets: tuple[SheetPart, ...]
    strings: tuple[str, ...]
    formats: tuple[str, ...]  # format code of each cell style
    since_1904: bool
    title: str  # as its properties state it; "" for none


def read_workbook(package: XmlPackage) -> Workbook:
    """Return the shared parts; raises UnreadableSource where one is missing or damaged."""
    part = next(iter(related(package, "", "officeDocument")), "xl/workbook.xml")
    root = package.parse(part)
    strings = next(iter(related(package, part, "sharedStrings")), "")
    styles = next(iter(related(package, part, "styles")), "")
    settings = next((each for each in root if local(each) == "workbookPr"), None)
    return Workbook(
        sheets=_sheets(package, part, root),
        strings=_strings(package.parse(strings)) if strings in package else (),
        formats=_formats(package.parse(styles)) if styles in package else (),
        since_1904=settings is not None and settings.get("date1904") in ("1", "true", "on"),
        title=_title(package),
    )


def relations(package: XmlPackage, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: id -> last word of the type, name of the part meant."""
    folder, _, name = part.rpartition("/")
    file = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if file not in package:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for each in package.parse(file):
        if each.get("TargetMode") == "External" or not each.get("Target"):
            continue
        kind = each.get("Type", "").rsplit("/", 1)[-1]
        found[each.get("Id", "")] = (kind, resolve(part, each.get("Target", "")))
    return found


def related(package: XmlPackage, part: str, kind: str) -> list[str]:
    """Return the parts of one kind that a part refers to."""
    return [name for each, name in relations(package, part).values() if each == kind]


def unescaped(text: str) -> str:
    """Return text with the characters that XML cannot hold, which files write as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def rich_text(item: Element) -> str:
    """Return the text of a shared or inline string: its runs, without phonetic readings."""
    parts: list[str] = []
    for child in item:
        if local(child) == "t":
            parts.append(child.text or "")
        elif local(child) == "r":
            parts.extend(each.text or "" for each in child if local(each) == "t")
    return unescaped("".join(parts))


def _sheets(package: XmlPackage, part: str, root: Element) -> tuple[SheetPart, ...]:
    targets = relations(package, part)
    found: list[SheetPart] = []
    for each in root.iter("{*}sheet"):
        wanted = next((value for key, value in each.attrib.items() if _is_id(str(key))), "")
        kind, name = targets.get(str(wanted), ("", ""))
        title = each.get("name", "")
        if name not in package:
            raise UnreadableSource(Message("reader.sheet_missing", name=title))
        hidden = each.get("state", "visible") != "visible"
        found.append(SheetPart(title, name, hidden, worksheet=kind == "worksheet"))
    return tuple(found)


def _is_id(attribute: str) -> bool:
    return attribute.startswith("{") and attribute.endswith("}id")


def _strings(root: Element) -> tuple[str, ...]:
    return tuple(rich_text(item) for item in root if local(item) == "si")


def _formats(root: Element) -> tuple[str, ...]:
    codes = dict(BUILT_IN)
    for each in root.iter("{*}numFmt"):
        number = each.get("numFmtId", "")
        if number.isascii() and number.isdecimal():
            codes[int(number[:9])] = each.get("formatCode", GENERAL)
    formats: list[str] = []
    for styles in root:
        if local(styles) != "cellXfs":
            continue
        for each in styles:
            number = each.get("numFmtId", "0")
            known = number.isascii() and number.isdecimal()
            formats.append(codes.get(int(number[:9]), GENERAL) if known else GENERAL)
    return tuple(formats)


def _title(package: XmlPackage) -> str:
    if _CORE not in package:
        return ""
    title = next((each for each in package.parse(_CORE) if local(each) == "title"), None)
    return " ".join((title.text or "").split()) if title is not None else ""
