"""Styles and numbering of Word: what makes a heading, and what number stands ahead of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.readers.xml_package import attribute, child, children, is_on, number

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre)\s*([1-9])$", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题|標題)$", re.IGNORECASE)
_DEEPEST = 20  # styles based on each other; a loop of them ends there
TITLE_LEVEL = 0

_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LEVELS = 9
_FULL_WIDTH = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list."""

    start: int = 1
    form: str = "decimal"
    text: str = "%1."
    suffix: str = "tab"
    restart: int | None = None  # restarts after a level above this one; 0: never; None: any above
    legal: bool = False  # shows all numbers in Arabic figures


@dataclass(slots=True)
class _Counts:
    values: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the lists of one document as its paragraphs go by."""

    def __init__(self, root: Element | None) -> None:
        abstract = {
            attribute(one, "abstractNumId"): one
            for one in (children(root, "abstractNum") if root is not None else ())
        }
        styled = {
            attribute(child(one, "styleLink")): one
            for one in abstract.values()
            if child(one, "styleLink") is not None
        }
        self._levels: dict[str, dict[int, Level]] = {}
        self._list_of: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        for one in children(root, "num") if root is not None else ():
            number_id, of = attribute(one, "numId"), attribute(child(one, "abstractNumId"))
            base = abstract.get(of)
            if number_id is None or base is None:
                continue
            link = attribute(child(base, "numStyleLink"))
            base = styled.get(link, base) if link else base
            levels = {number(x, "ilvl") or 0: _level(x) for x in children(base, "lvl")}
            overrides: dict[int, int] = {}
            for override in children(one, "lvlOverride"):
                depth = number(override, "ilvl") or 0
                own = child(override, "lvl")
                if own is not None:
                    levels[depth] = _level(own)
                start = number(child(override, "startOverride"))
                if start is not None:
                    overrides[depth] = start
            self._levels[number_id] = levels
            self._list_of[number_id] = of or number_id
            self._overrides[number_id] = overrides
        self._counts: dict[str, _Counts] = {}
        self._begun: set[tuple[str, int]] = set()

    def next(self, number_id: str, depth: int) -> str:
        """Return the label of the next paragraph of a list, with what stands behind it."""
        levels = self._levels.get(number_id)
        if levels is None or number_id == "0":
            return ""
        counts = self._counts.setdefault(self._list_of[number_id], _Counts()).values
        level = levels.get(depth, Level())
        override = self._overrides[number_id].get(depth)
        if override is not None and (number_id, depth) not in self._begun:
            counts[depth] = override
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        self._begun.add((number_id, depth))
        for deeper in range(depth + 1, _LEVELS):
            restart = levels.get(deeper, Level()).restart
            if restart is None or (restart and depth < restart):
                counts.pop(deeper, None)
        return self._shown(levels, counts, level)

    def _shown(self, levels: dict[int, Level], counts: dict[int, int], level: Level) -> str:
        if level.form == "bullet":
            label = "•" if level.text.strip() else ""
        elif level.form == "none":
            label = _PLACE.sub("", level.text)
        else:

            def value(match: re.Match[str]) -> str:
                at = int(match[1]) - 1
                of = levels.get(at, Level())
                form = "decimal" if level.legal else of.form
                return formatted(counts.get(at, of.start), form)

            label = _PLACE.sub(value, level.text)
        behind = {"nothing": "", "space": " ", "tab": " "}[level.suffix]
        return label + behind if label else ""


def formatted(value: int, form: str) -> str:
    """Return a number as a numbering format (ST_NumberFormat) writes it; figures for others."""
    counted = _SERIES.get(form)
    if counted is not None:
        return counted[value - 1] if 1 <= value <= len(counted) else str(value)
    if form.startswith("chineseLegal"):
        return _chinese(value, _FORMAL, "拾佰仟", keep_one=True)
    if form in _SPOKEN:
        return _chinese(value, "零一二三四五六七八九", "十百千", keep_one=False)
    if value > 0 and form in ("upperLetter", "lowerLetter", "upperRoman", "lowerRoman"):
        letters = _roman(value) if form.endswith("Roman") else _letters(value)
        return letters.upper() if form.startswith("upper") else letters
    return _FIGURES.get(form, str)(value)


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


_SERIES = {
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
}
_SPOKEN = frozenset(
    ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
     "taiwaneseCountingThousand")
)  # fmt: skip
_FIGURES: dict[str, Callable[[int], str]] = {
    "decimalZero": "{:02}".format,
    "decimalEnclosedParen": "({})".format,
    "decimalFullWidth": lambda value: str(value).translate(_FULL_WIDTH),
    "ideographDigital": lambda value: "".join(_DIGITS[int(one)] for one in str(value)),
}


def _level(element: Element) -> Level:
    return Level(
        start=number(child(element, "start")) or 0 if child(element, "start") is not None else 1,
        form=attribute(child(element, "numFmt")) or "decimal",
        text=attribute(child(element, "lvlText")) or "",
        suffix=attribute(child(element, "suff")) or "tab",
        restart=number(child(element, "lvlRestart")),
        legal=is_on(child(element, "isLgl")),
    )


def _chinese(value: int, digits: str, units: str, *, keep_one: bool) -> str:
    if not 0 < value < 10_000:
        return str(value)
    words, gap, rest = "", False, value
    for size, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit, rest = divmod(rest, size)
        if digit:
            words += (digits[0] if gap and words else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return words if keep_one or not 10 <= value < 20 else words[1:]


def _roman(value: int) -> str:
    words = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        words += letters * count
    return words


@dataclass(frozen=True, slots=True)
class Style:
    """What of a paragraph style matters here, with what it inherits."""

    level: int | None = None  # of the heading, from 1; TITLE_LEVEL for the document's title
    numbering: str | None = None  # numId
    depth: int | None = None  # ilvl
    hidden: bool = False


class Styles:
    """The paragraph styles of a document by id."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self.default = ""
        for style in children(root, "style") if root is not None else ():
            identifier = attribute(style, "styleId") or ""
            self._elements[identifier] = style
            if attribute(style, "type") == "paragraph" and attribute(style, "default") == "1":
                self.default = identifier

    def of(self, properties: Element | None) -> Style:
        """Return the style of a paragraph with these properties (w:pPr)."""
        identifier = attribute(child(properties, "pStyle")) or self.default
        level: int | None = None
        numbering: str | None = None
        depth: int | None = None
        for _ in range(_DEEPEST):
            style = self._elements.get(identifier)
            if style is None:
                break
            own = child(style, "pPr")
            if level is None:
                level = _heading_level(attribute(child(style, "name")) or "", identifier, own)
            if numbering is None:
                numbering = attribute(child(own, "numPr", "numId"))
            if depth is None:
                depth = number(child(own, "numPr", "ilvl"))
            identifier = attribute(child(style, "basedOn")) or ""
        outline = number(child(properties, "outlineLvl"))
        if outline is not None:
            level = outline + 1 if outline < 9 else None
        return Style(level, numbering, depth)


def _heading_level(name: str, identifier: str, properties: Element | None) -> int | None:
    for said in (name, identifier):
        heading = _HEADING.match(said.strip())
        if heading is not None:
            return int(heading[1])
        if _TITLE.match(said.strip()):
            return TITLE_LEVEL
    outline = number(child(properties, "outlineLvl"))
    return outline + 1 if outline is not None and outline < 9 else None
