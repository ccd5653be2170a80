"""The numbers of a text as official texts write them: Chinese, Arabic, full-width, English, mixed.

`find_numbers` finds them, and `normalised_numbers` gives them as canonical strings, so that a
claim's numbers can be looked for in what it cites.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from corpus.text.numerals import evaluate
from corpus.text.script import fold


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``, its unit included."""

    start: int
    end: int
    value: Decimal | Fraction  # of a document number: its running number; of 85%: 85
    unit: str | None  # as folded: simplified, half-width
    kind: str  # number percent fraction year date clause ordinal plan document_number
    canonical: str  # equal for equal numbers, however written


_D = "零〇○一二两三四五六七八九"
_N = f"[{_D}十百千万亿廿卅]"
_O = _D + "十百千万廿卅"
_DIVISION = "编章节条款项目次批届期号名类级部位"
_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_UNIT = (
    "个百分点|百分点|个月|周岁|小时|分钟|平方米|平方公里|公里|公顷|公斤|次(?!性)|周(?![期边围密知转])"
    "|[个项条款名人年月日天元岁件种类倍届户所位家级章节编台辆架艘套册吨米亩]"
)
# One thing is not another's number: 三年 is not 三个月. Other units stay out of the canonical
# string, since 1200名教师 and 教师1200人 say the same.
_KEPT_UNITS = dict.fromkeys(("年", "月", "日", "个月", "小时", "分钟", "周", "岁")) | {
    "天": "日", "周岁": "岁", "百分点": "个百分点", "个百分点": None,
    "year": "年", "month": "个月", "week": "周", "day": "日", "hour": "小时", "minute": "分钟",
}  # fmt: skip
_PERCENT = frozenset(("%", "percent", "per cent"))
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_WORDS = ["zero", *_ONES, "ten", "eleven", "twelve", *_TEENS]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {w: v for v, w in enumerate(_WORDS)} | {w: v * 10 for v, w in enumerate(_TENS, 2)}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_DIVISIONS = {"article": "条", "chapter": "章", "section": "节", "paragraph": "款", "item": "项"}
# Words no issuer's abbreviation contains: what stands up to the last of them is prose.
_LEAD_IN = re.compile(
    "根据|按照|依据|依照|遵照|参照|执行|落实|贯彻|关于|印发|废止|以及|转发|[的和与及或见由以在是为对将了于]"
)

# Tried in this order at every place; each is one named group, read by the reader of that name.
_PATTERNS = {
    "document": r"([一-鿿]{1,12}) ?[〔\[【({〈] ?((?:19|20)\d\d) ?[〕\]】)}〉] ?第?(\d{1,5}) ?号",
    "share": rf"([百千万])分之 ?({_N}+(?:点[{_D}]+)?|{_ARABIC})",
    "iso_date": (
        r"(?<![\d.])((?:19|20)\d\d)(?P<sep>[-/.])(0?[1-9]|1[0-2])(?P=sep)"
        r"(0?[1-9]|[12]\d|3[01])(?![\d.])"
    ),
    "ordinal": (
        rf"第 ?\(?((?:[{_O}] ?)+(?=\)?[{_DIVISION}])|\d+|[{_O}]+)\)? ?(分编|[{_DIVISION}])?"
        rf"(?:之([一二三四五六七八九十]+)(?![{_D}十分]))?"
    ),
    "tenths": "([一二两三四五六七八九])成(?:([一二三四五六七八九])|(半))?"
    "(?![不员為为本果立效功年品交绩都人分长就套型熟语因见全列系形天])",
    "plan": "十([一二三四五六])五(?![十百千万])",
    "fraction": rf"({_N}+)分之({_N}+)|(?<![\d/.])(\d{{1,3}})/([1-9]\d{{0,2}})(?![\d/.])",
    "arabic": (
        rf"({_ARABIC}(?:[十百千]?[万亿]+(?:\d+[万千]?)?|[十百千](?![克米瓦]))?)"
        r"(?: (hundred|thousand|million|billion)\b)?"
    ),
    "formal": "((?<![队大收])[壹贰叁肆伍陆柒捌玖拾][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)",
    "chinese": rf"({_N}+(?:点[{_D}]+[万亿]*)?)",
    "english": (
        rf"\b(?<!no )(?<!any )(?<!each )({'|'.join(_ENGLISH)})(?:[- ]({'|'.join(_ONES)}))?"
        r"(?: (hundred|thousand|million|billion))?\b(?! another| of\b|'s)"
    ),
    "division": rf"\b({'|'.join(_DIVISIONS)}) (\d{{1,5}})\b",
}

_FINDER = re.compile("|".join(f"(?P<{n}>{p})" for n, p in _PATTERNS.items()), re.ASCII)
_EACH = {name: re.compile(pattern, re.ASCII) for name, pattern in _PATTERNS.items()}
_TAIL = re.compile(
    rf" ?(%|‰|percent|per cent)|[余多]? ?({_UNIT})|[ -](year|month|week|day|hour|minute)s?\b",
    re.ASCII,
)
_HAN_NEXT = re.compile("(?![至到学財财]) ?[一-鿿]")
_DETERMINERS = frozenset("上下这那每某另各任同统唯单逐之万专划归合不")  # 每一个, 同一种, 统一年度

_BOUND = 8  # code points a bound with its unit takes
_BOUND_AHEAD = re.compile(
    r"[0-9一二两三四五六七八九十百千万亿][^、。;,]{0,3}以[上下]\Z"
)  # 一倍以上[五倍]


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of ``text`` in order, none overlapping; idioms (一般, 万一) are none."""
    folded = fold(text.replace("，", "、"))  # a full-width comma separates numbers, never digits
    numbers: list[Number] = []
    position = 0
    while (found := _FINDER.search(folded, position)) is not None:
        name = str(found.lastgroup)
        match = _EACH[name].match(folded, found.start())
        read = _READERS[name](match) if match is not None else []
        numbers.extend(read)
        position = read[-1].end if read else found.end()
    return numbers


def normalised_numbers(text: str) -> list[str]:
    """Return the numbers of ``text`` as canonical strings: "1200", "85%", "2023年", "第39条"."""
    return [number.canonical for number in find_numbers(text)]


def _shown(value: Decimal) -> str:
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _document(match: re.Match[str]) -> list[Number]:
    issuer = match[1]
    for lead in _LEAD_IN.finditer(match[1]):
        issuer = match[1][lead.end() :] or issuer
    number = Decimal(match[3])
    canonical = f"{issuer}〔{match[2]}〕{number}号"
    start = match.start() + len(match[1]) - len(issuer)
    return [Number(start, match.end(), number, "号", "document_number", canonical)]


def _share(match: re.Match[str]) -> list[Number]:
    value = evaluate(match[2])
    if value is None:
        return []
    if match[1] == "百":
        return [Number(*match.span(), value, "%", "percent", f"{_shown(value)}%")]
    parts = Fraction(value) / (1000 if match[1] == "千" else 10000)
    return [Number(*match.span(), parts, None, "fraction", f"{_shown(value)}/{match[1]}")]


def _tenths(match: re.Match[str]) -> list[Number]:
    """三成 is 30%, 两成五 and 两成半 25%."""
    below = Decimal(5) if match[3] else evaluate(match[2] or "零") or Decimal(0)
    value = 10 * (evaluate(match[1]) or Decimal(0)) + below
    return [Number(*match.span(), value, "%", "percent", f"{_shown(value)}%")]


def _iso_date(match: re.Match[str]) -> list[Number]:
    units = ((1, "年", "year"), (3, "月", "date"), (4, "日", "date"))
    return [
        Number(*match.span(group), Decimal(match[group]), unit, kind, f"{int(match[group])}{unit}")
        for group, unit, kind in units
    ]


def _ordinal(match: re.Match[str]) -> list[Number]:
    value = evaluate(match[1].replace(" ", ""))
    if value is None:
        return []
    branch = evaluate(match[3]) if match[3] else None
    canonical = f"第{_shown(value)}{match[2] or ''}" + (f"之{_shown(branch)}" if branch else "")
    kind = "clause" if match[2] and match[2] in "分编章节条款项目" else "ordinal"
    return [Number(*match.span(), value, match[2], kind, canonical)]


def _plan(match: re.Match[str]) -> list[Number]:
    value = evaluate(f"十{match[1]}") or Decimal(0)
    return [Number(*match.span(), value, None, "plan", match[0])]


def _fraction(match: re.Match[str]) -> list[Number]:
    below, above = (match[1], match[2]) if match[1] else (match[4], match[3])
    under, over = evaluate(below), evaluate(above)
    if not under or over is None:
        return []
    value = Fraction(over) / Fraction(under)
    return [Number(*match.span(), value, None, "fraction", f"{_shown(over)}/{_shown(under)}")]


def _arabic(match: re.Match[str]) -> list[Number]:
    value = evaluate(match[1])
    if value is None:  # longer than any number: an identifier, compared as it is written
        return [Number(*match.span(), Decimal(0), None, "number", match[0])]
    value *= _ENGLISH_SCALES.get(match[2] or "", 1)
    return [_with_unit(match, value, year=re.fullmatch("[12][0-9]{3}", match[0]) is not None)]


def _formal(match: re.Match[str]) -> list[Number]:
    value = evaluate(match[1])
    return [] if value is None else [_with_unit(match, value)]


def _chinese(match: re.Match[str]) -> list[Number]:
    numeral, before = match[1], match.string[match.start() - 1 : match.start()]
    tail = _TAIL.match(match.string, match.end())
    positional = numeral.isalpha() and not set(numeral) - set(_D)
    year = positional and len(numeral) == 4 and numeral[0] in "一二"
    if len(numeral) == 1:
        ahead = match.string[max(match.start() - _BOUND, 0) : match.start()]
        determined = before in _DETERMINERS and not _BOUND_AHEAD.search(ahead)
        wanted = tail is not None and numeral not in "零〇○百千万亿" and not determined
    elif positional:
        wanted = bool(set(numeral) & set("〇○零")) or (
            year and tail is not None and tail[2] == "年"
        )
    else:
        wanted = numeral[0] not in "百千万亿" or (tail is not None and numeral[0] in "百千")
    value = evaluate(numeral) if wanted and before not in set("数几") else None
    return [] if value is None else [_with_unit(match, value, year=year)]


def _english(match: re.Match[str]) -> list[Number]:
    value = Decimal(_ENGLISH[match[1]] + _ENGLISH.get(match[2] or "", 0))
    return [_with_unit(match, value * _ENGLISH_SCALES.get(match[3] or "", 1))]


def _division(match: re.Match[str]) -> list[Number]:
    unit, value = _DIVISIONS[match[1]], Decimal(match[2])
    return [Number(*match.span(), value, unit, "clause", f"第{value}{unit}")]


def _with_unit(match: re.Match[str], value: Decimal, *, year: bool = False) -> Number:
    """Add the unit behind a number, which says what kind of number it is."""
    start, text = match.start(), match.string
    tail = _TAIL.match(text, match.end())
    unit = tail[1] or tail[2] or tail[3] if tail is not None else None
    end = tail.end() if tail is not None else match.end()
    if unit in _PERCENT:
        return Number(start, end, value, "%", "percent", f"{_shown(value)}%")
    if unit == "‰":
        return Number(start, end, Fraction(value) / 1000, None, "fraction", f"{_shown(value)}/千")
    if unit is None and year and 1900 <= value < 2100 and not _HAN_NEXT.match(text, end):
        return Number(start, end, value, None, "year", f"{_shown(value)}年")
    kept = _KEPT_UNITS.get(unit, "") if unit else ""
    canonical = _shown(value) + (str(unit) if kept is None else kept)
    dated = {"年": "year" if year else "number", "月": "date", "日": "date"}
    return Number(start, end, value, unit, dated.get(unit or "", "number"), canonical)


_READERS: dict[str, Callable[[re.Match[str]], list[Number]]] = {
    "document": _document,
    "share": _share,
    "tenths": _tenths,
    "iso_date": _iso_date,
    "ordinal": _ordinal,
    "plan": _plan,
    "fraction": _fraction,
    "arabic": _arabic,
    "formal": _formal,
    "chinese": _chinese,
    "english": _english,
    "division": _division,
}
