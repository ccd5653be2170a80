"""Sentences rewritten at random: so that they say the same, and so that they say something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from corpus.legal.clauses import chinese
from corpus.text.numbers import Number, find_numbers
from corpus.text.numerals import parse_numeral
from corpus.text.script import is_han

_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_PLAIN = re.compile(rf"第?([0-9]{{1,8}}|[{_NUMERAL}]{{1,9}})(?![{_NUMERAL}0-9.])")
_AROUND = re.compile(r"[0-9A-Za-z.,‰%“《+/-]")
Rewriter = Callable[[str, Random], str]


def numerals(text: str, form: Callable[[int], str]) -> str:
    """Return a text with its whole numbers in another form, their units kept.

    Left alone: what is part of a name, a quotation, a code (4S) or a fraction.
    """
    pieces, at = [], 0
    for number in find_numbers(text):
        said = text[number.start : number.end]
        found = _PLAIN.match(said)
        if found is None or not _free(text, number, found):
            continue
        start = number.start + found.start(1)
        pieces += [text[at:start], form(int(number.value))]
        at = start + len(found[1])
    return "".join([*pieces, text[at:]])


def _free(text: str, number: Number, found: re.Match[str]) -> bool:
    whole = parse_numeral(found[1]) == number.value and 0 < number.value < 10_000
    end = number.start + found.end(1)
    around = text[number.start - 1 : number.start], text[end : end + 1]
    quoted = text[: number.start].count("“") > text[: number.start].count("”")
    named = text[: number.start].count("《") > text[: number.start].count("》")
    listed = end < len(text) and text[end] in "、．.)）" and number.start == 0
    positional = number.kind == "year" or "-" in text[number.start : number.end]
    codes = any(_AROUND.match(mark) for mark in around) or (around[1] == "后" and quoted)
    return whole and not (codes or quoted or named or listed or positional)


def full_width(value: int) -> str:
    """Return a number in full-width digits."""
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))


def mixed(value: int) -> str:
    """Return a number as 12百 or 3千 where it is whole hundreds or thousands, else in digits."""
    for scale, sign in ((1000, "千"), (100, "百")):
        if value >= scale and value % scale == 0:
            return f"{value // scale}{sign}"
    return str(value)


FORMS: dict[str, Callable[[int], str]] = {
    "digits": str,
    "chinese": chinese,
    "full-width": full_width,
    "mixed": mixed,
}


def _swap(pattern: str, replacement: str) -> Rewriter:
    def rewrite(text: str, chosen: Random) -> str:
        places = list(re.finditer(pattern, text))
        if not places:
            return text
        place = chosen.choice(places)
        return text[: place.start()] + replacement + text[place.end() :]

    return rewrite


def _traditional(text: str, chosen: Random) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(text))


def _half_width(text: str, chosen: Random) -> str:
    return text.translate(str.maketrans("，；：（）？！", ",;:()?!"))


_MOST_CHINESE = 9_999  # what corpus.legal.clauses.chinese writes


def _other_number(text: str, chosen: Random) -> str:
    """Change one number, sometimes into another numeral as well."""
    numbers = [
        (number, found)
        for number in find_numbers(text)
        if number.value <= _MOST_CHINESE
        and (found := _PLAIN.match(text[number.start : number.end]))
        and _free(text, number, found)
    ]
    if not numbers:
        return text
    number, found = chosen.choice(numbers)
    value = int(number.value)
    others = (value + 1, value + 10, value * 2, value // 2)
    other = chosen.choice([v for v in others if v not in (0, value) and v <= _MOST_CHINESE])
    form = chosen.choice(list(FORMS.values()))
    start = number.start + found.start(1)
    return text[:start] + form(other) + text[start + len(found[1]) :]


def _without_clause(pattern: str) -> Rewriter:
    def rewrite(text: str, chosen: Random) -> str:
        shorter = re.sub(pattern, "", text, count=1)
        return shorter if len(shorter) > 8 else text

    return rewrite


def _of_kind(pairs: tuple[tuple[str, str], ...]) -> Rewriter:
    def rewrite(text: str, chosen: Random) -> str:
        fitting = [pair for pair in pairs if re.search(pair[0], text)]
        return _swap(*chosen.choice(fitting))(text, chosen) if fitting else text

    return rewrite


_ORGANS = (
    "国务院",
    "人民法院",
    "人民检察院",
    "公安机关",
    "税务机关",
    "海关",
    "仲裁委员会",
    "居民委员会",
    "教育部",
    "财政部",
)
_PLACES = (
    "北京",
    "上海",
    "广州",
    "深圳",
    "香港",
    "澳门",
    "台湾",
    "重庆",
    "天津",
    "南京",
    "武汉",
    "日本",
    "美国",
    "法国",
    "德国",
    "英国",
    "伦敦",
    "巴黎",
)


def _other_of(names: tuple[str, ...]) -> Rewriter:
    def rewrite(text: str, chosen: Random) -> str:
        here = [name for name in names if name in text]
        others = [name for name in names if name not in text]
        return text.replace(chosen.choice(here), chosen.choice(others)) if here else text

    return rewrite


def _in_form(form: Callable[[int], str]) -> Rewriter:
    return lambda text, _: numerals(text, form)


FAITHFUL: dict[str, Rewriter] = {
    **{f"numerals {name}": _in_form(form) for name, form in FORMS.items()},
    "traditional": _traditional,
    "half-width marks": _half_width,
    "spaces": lambda text, _: re.sub(r"(?<=[，；])", " ", text),
    "no full stop": lambda text, _: text.rstrip("。；"),
    "应当 as 必须": _swap("应当", "必须"),
    "必须 as 应当": _swap("必须", "应当"),
    "可以 as 可": _swap("可以(?=[处由向给责])", "可"),
    "不得 as 不可以": _swap("不得(?![不超少低高大])", "不可以"),
    "依照 as 按照": _swap("依照|依据", "按照"),
    "或者 as 或": _swap("或者", "或"),
    "如果 as 若": _swap("如果", "若"),
    "的 dropped": _swap("的(?=罚款|规定)", ""),
    "leading word dropped": _swap("^(?:但是|但|因此|同时|此外)，?", ""),
}  # fmt: skip
FALSE: dict[str, Rewriter] = {
    "应当 → 可以": _swap("应当", "可以"),
    "应当 → 不得": _swap("应当", "不得"),
    "应当 → 无需": _swap("应当", "无需"),
    "可以 → 应当": _swap("(?<!不)可以", "应当"),
    "可以 → 不得": _swap("(?<!不)可以", "不得"),
    "必须 → 可以": _swap("必须", "可以"),
    "不得 → 可以": _swap("不得(?!超过|少于|低于|高于)", "可以"),
    "不得 → 应当": _swap("不得(?!超过|少于|低于|高于)", "应当"),
    "禁止 → 允许": _swap("禁止", "允许"),
    "must/shall ↔ may": _of_kind((("\\bmust\\b(?! not)", "may"), ("\\bshall\\b(?! not)", "may"), ("\\bmay\\b(?! not)", "must"))),  # noqa: E501
    "not dropped": _swap(r" not\b|n't\b", ""),
    "number": _other_number,
    "bound": _of_kind((("以上", "以下"), ("以下(?!简称|[各列])", "以上"), ("不超过|不得超过", "超过"), ("超过", "不足"), ("不少于", "不多于"), ("以内", "以上"), ("之前", "之后"), ("日前", "日后"))),  # noqa: E501
    "unit": _of_kind((("(?<=[十五二三0-9])日内", "个月内"), ("个月", "日"), ("万元", "元"), ("(?<=[三五一十0-9])年(?=以上|以下|内)", "个月"))),  # noqa: E501
    "不 dropped": _swap("不(?=[予能履执符足服按依])", ""),
    "不 added": _swap("(?<=[，的])(?=予以|给予|适用|承担)", "不"),
    "exception dropped": _without_clause("[，；]但[^。；]*除外|，?除[^，。；]{2,40}外，"),
    "condition dropped": _without_clause("(?:(?<=[，；])|^)(?!或者)[^，。；：]{3,40}的，"),
    "organ": _other_of(_ORGANS),
    "place": _other_of(_PLACES),
    "opposite": _of_kind((("增加", "减少"), ("减少", "增加"), ("合法", "非法"), ("无效", "有效"), ("有效", "无效"), ("同意", "反对"), ("提高", "降低"), ("全部", "部分"), ("\\bincreased\\b", "decreased"), ("\\bfirst\\b", "last"), ("\\bmost\\b", "few"))),  # noqa: E501
}  # fmt: skip


def rewritten(
    text: str, rewriters: dict[str, Rewriter], chosen: Random
) -> Iterator[tuple[str, str]]:
    """Yield each rewriting of a text that differs from it, with its kind."""
    for kind, rewrite in rewriters.items():
        other = rewrite(text, chosen)
        if other != text and any(map(is_han, other)) == any(map(is_han, text)):
            yield kind, other
