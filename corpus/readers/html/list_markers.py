"""Markers of lists in a web page, as a browser writes them (CSS Counter Styles Level 3, 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.readers.html.tree import tag_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BULLET = "• "

_MAX_ALPHABETIC = 26**4  # beyond, and below 1, a browser too falls back to digits
_MAX_ROMAN = 3999
_MAX_CHINESE = 9999
_WHOLE_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,9})")
_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:([^;]*)", re.I)
_TYPES: dict[str, str] = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
}
_STYLE_NAMES = """
    none decimal decimal-leading-zero lower-alpha lower-latin upper-alpha upper-latin lower-roman
    upper-roman cjk-decimal cjk-ideographic simp-chinese-informal trad-chinese-informal disc circle
    square
"""
_STYLES = frozenset(_STYLE_NAMES.split())
_BULLETS = frozenset({"disc", "circle", "square"})
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(slots=True)
class OpenList:
    """A list whose items are being read."""

    style: str  # a name of _STYLES
    number: int  # of the next item
    step: int = 1

    def marker(self, item: HtmlElement) -> str:
        """Return what stands before the item, with a blank behind it; the count goes on."""
        stated = _WHOLE_NUMBER.match(item.get("value", ""))
        if stated:
            self.number = int(stated[1])
        style = _stated_style(item) or self.style
        number = self.number
        self.number += self.step
        return _marker(style, number)


def open_list(element: HtmlElement) -> OpenList:
    """Return the state of a list at its first item."""
    ordered = tag_of(element) == "ol"
    style = _stated_style(element) or ("decimal" if ordered else "disc")
    reverse = ordered and "reversed" in element.attrib
    start = _WHOLE_NUMBER.match(element.get("start", "")) if ordered else None
    items = sum(tag_of(child) == "li" for child in element) if reverse else 1
    return OpenList(style, int(start[1]) if start else items, -1 if reverse else 1)


def _stated_style(element: HtmlElement) -> str | None:
    said = _STYLE.search(element.get("style", ""))
    if said:
        named = next((word for word in said[1].lower().split() if word in _STYLES), None)
        if named is not None:
            return named
    stated = element.get("type", "").strip()
    return stated.lower() if stated.lower() in _BULLETS else _TYPES.get(stated)


def _marker(style: str, number: int) -> str:
    if style == "none":
        return ""
    if style in _BULLETS:
        return BULLET
    if style in ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"):
        return f"{_chinese(number)}、" if 0 < number <= _MAX_CHINESE else f"{number}. "
    if style == "cjk-decimal":
        return f"{''.join('〇一二三四五六七八九'[int(digit)] for digit in str(abs(number)))}、"
    return f"{_counted(style, number)}. "


def _counted(style: str, number: int) -> str:
    if style == "decimal-leading-zero":
        return f"{number:02d}"
    text = str(number)
    if style.endswith(("alpha", "latin")) and 0 < number <= _MAX_ALPHABETIC:
        text = _alphabetic(number)
    elif style.endswith("roman") and 0 < number <= _MAX_ROMAN:
        text = _roman(number)
    return text.upper() if style.startswith("upper") else text


def _alphabetic(number: int) -> str:
    text = ""
    while number:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        text += sign * times
    return text


def _chinese(number: int) -> str:
    text = ""
    for digit, unit in zip(f"{number:04d}", "千百十 ", strict=True):
        text += "零一二三四五六七八九"[int(digit)] + (unit.strip() if digit != "0" else "")
    text = re.sub("零+", "零", text).strip("零")
    return text.removeprefix("一") if text.startswith("一十") else text
