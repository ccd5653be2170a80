"""The words of one paragraph of Word, as accepted: insertions in, deletions out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpus.readers.xml_package import attribute, child, children, is_on, local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DROPPED = frozenset(("del", "moveFrom", "rt", "instrText", "delText", "delInstrText", "fldData"))
_SILENT = frozenset(
    ("pPr", "rPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "sdtPr",
     "sdtEndPr", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd", "rubyPr",
     "smartTagPr", "softHyphen", "annotationRef", "footnoteRef", "endnoteRef", "separator",
     "continuationSeparator", "ctrlPr", "customXmlPr")
)  # fmt: skip
_COUNTED = {
    "del": "deleted",
    "moveFrom": "deleted",
    "ins": "inserted",
    "rt": "ruby",
    "drawing": "pictures",
    "pict": "pictures",
    "object": "objects",
    "altChunk": "objects",
    "commentReference": "comments",
}
# Symbol fonts at private-use places whose meaning is known; others stay and are counted.
_SYMBOLS = {
    "F0B7": "•",
    "F0A7": "▪",
    "F0D8": "➢",
    "F0FC": "✓",
    "F0FE": "☑",
    "F0A8": "□",
    "F052": "☑",
}
_CODE = re.compile("[0-9A-F]{4}")
_PLAIN = {"tab": "\t", "noBreakHyphen": "-", "br": "\n", "cr": "\n", "ptab": "\t"}

Boxes = list["Element"]  # text boxes met on the way: their paragraphs follow


class Words:
    """Reads paragraphs, and keeps count of what is not in their words."""

    def __init__(self, note: Callable[[str, str], str]) -> None:
        """``note`` gives the mark of a footnote or endnote: (kind, id) -> words."""
        self.left_out: Counter[str] = Counter()
        self._note = note

    def of(self, paragraph: Element, boxes: Boxes) -> str:
        """Return the paragraph's words; text boxes in it are put into ``boxes``."""
        parts: list[str] = []
        self._collect(paragraph, parts, boxes)
        return "".join(parts)

    def _collect(self, element: Element, parts: list[str], boxes: Boxes) -> None:
        for one in element:
            name = local(one)
            if name in _COUNTED:
                self._count(name, one)
            if name in _DROPPED or name in _SILENT or not name:
                continue
            words = self._own(one, name)
            if words is not None:
                parts.append(words)
            elif name == "AlternateContent":
                chosen = child(one, "Choice")
                chosen = child(one, "Fallback") if chosen is None else chosen
                if chosen is not None:
                    self._collect(chosen, parts, boxes)
            elif name == "txbxContent":
                boxes.append(one)
            else:
                self._collect(one, parts, boxes)

    def _own(self, element: Element, name: str) -> str | None:
        """Return the words an element is by itself; None for one that holds others."""
        if name == "t":
            return element.text or ""
        if name == "r" and is_on(child(element, "rPr", "vanish")):
            self.left_out["hidden"] += sum(len(t.text or "") for t in element if local(t) == "t")
            return ""
        if name in _PLAIN:
            return _PLAIN[name]
        if name == "sym":
            code = (attribute(element, "char") or "").upper()
            return _SYMBOLS.get(code) or (chr(int(code, 16)) if _CODE.fullmatch(code) else "")
        if name in ("footnoteReference", "endnoteReference"):
            return self._note(name.removesuffix("Reference"), attribute(element, "id") or "")
        return None

    def _count(self, name: str, element: Element) -> None:
        kind = _COUNTED[name]
        if kind == "pictures" and any(local(inner) == "txbxContent" for inner in element.iter()):
            return
        self.left_out[kind] += 1


def paragraph_is_deleted(paragraph: Element) -> bool:
    """Whether the paragraph's own mark was deleted: what follows is joined to it."""
    mark = child(paragraph, "pPr", "rPr")
    return mark is not None and any(True for _ in children(mark, "del", "moveFrom"))
