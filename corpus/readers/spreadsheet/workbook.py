"""The parts of an XLSX workbook that its sheets share (ECMA-376 part 1, 18; strict or not)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.readers.spreadsheet.number_formats import BUILT_IN, GENERAL
from corpus.readers.xml_package import XmlPackage, local, resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CORE = "docProps/core.xml"


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
            raise UnreadableSource(
                f"工作簿缺少工作表“{title}” / the workbook lacks its sheet {title}"
            )
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
