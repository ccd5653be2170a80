"""XLSX workbooks made by hand, after ECMA-376 part 1, 18."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="{each}" Type="{_RELATED}/{kind}" Target="{target}"/>'
        for each, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'


def sheet_xml(rows: str, *, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def text_rows(rows: Sequence[Sequence[str]]) -> str:
    made = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for at, text in enumerate(row)
            if text
        )
        made += f'<row r="{number}">{cells}</row>' if cells else ""
    return made


def merged(*ranges: str) -> str:
    return (
        "<mergeCells>" + "".join(f'<mergeCell ref="{each}"/>' for each in ranges) + "</mergeCells>"
    )


def workbook(
    sheets: Mapping[str, str],
    *,
    formats: Sequence[str] = (),
    strings: Sequence[str] = (),
    hidden: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
    since_1904: bool = False,
) -> bytes:
    """Return a workbook of sheets by name; ``strings`` are the inner XML of shared strings."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"'
        + (' state="hidden"/>' if name in hidden else "/>")
        for at, name in enumerate(sheets, 1)
    )
    codes = "".join(
        f'<numFmt numFmtId="{170 + at}" formatCode="{escape(code)}"/>'
        for at, code in enumerate(formats)
    )
    styles = "".join(f'<xf numFmtId="{170 + at}"/>' for at in range(len(formats)))
    targets = {
        f"rId{at}": ("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)
    }
    targets |= {
        "rIdA": ("sharedStrings", "sharedStrings.xml"),
        "rIdB": ("styles", "/xl/styles.xml"),
    }
    parts = {
        "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}">'
        f'<workbookPr date1904="{int(since_1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(targets),
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">'
        + "".join(f"<si>{each}</si>" for each in strings)
        + "</sst>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{codes}</numFmts>'
        f'<cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
    }
    parts |= {f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), 1)}
    return zipped(parts | dict(more or {}))


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()
