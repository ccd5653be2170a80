"""Whether a text contains the kind of thing a question asks for: a number, a day, a place."""

from __future__ import annotations

import re

from corpus.text.numbers import find_numbers, normalised_numbers
from corpus.text.script import fold
from rag.question.parse import Kind, Question

# Asked with the spoken word, written with the official one.
_SAME_UNITS = (("天", "日"), ("周", "星期"), ("个", "名", "人"), ("元", "圆"), ("月", "个月"))

_CITY = re.compile(
    "北京|上海|天津|重庆|香港|澳门|台北|广州|深圳|南京|杭州|武汉|成都|西安|沈阳|长春|哈尔滨|济南|青岛|大连|厦门"
    "|福州|郑州|长沙|南昌|合肥|太原|石家庄|昆明|贵阳|南宁|海口|兰州|西宁|银川|乌鲁木齐|拉萨|呼和浩特"
    "|[\u4e00-\u9fff](?<![各全本该每城都超])[市省县](?![级内长值场民政区委])|[\u4e00-\u9fff]{2,8}自治[区州县]"
)
_PLACE = re.compile(
    "[\u4e00-\u9fff](?:省|市|县|区|州|镇|村|国|岛|山|海|洋|湖|河|江|半岛|盆地|地区|大学|学院|中学)"
    "|[于在]|\\b(?:in|at|near|from)\\b"
)
_REASON = re.compile(r"因|由于|为了|所以|故|导致|以致|致使|\b(?:because|due to|since|so that)\b")
SEVERAL = 3  # 、 in a sentence that make it a list beyond doubt


def fits(question: Question, text: str) -> bool | None:
    """Say whether a text contains the kind of thing asked for; None where that cannot be told."""
    if question.kind is Kind.NUMBER:
        return _has_number(question, text)
    if question.kind is Kind.DATE:
        return any(
            n.kind in ("year", "date") or n.unit in ("年", "月", "日") for n in find_numbers(text)
        )
    if question.kind is Kind.CITY:
        return _CITY.search(fold(text)) is not None
    if question.kind is Kind.PLACE:
        return _PLACE.search(fold(text)) is not None
    if question.kind is Kind.REASON:
        return _REASON.search(fold(text)) is not None
    if question.kind is Kind.LIST:
        return text.count("、") + text.count(";") + text.count("；") >= SEVERAL
    return None


def must_fit(question: Question) -> bool:
    """Say whether a text without the kind of thing asked for cannot be the answer."""
    return question.kind in (Kind.NUMBER, Kind.DATE, Kind.CITY)


def _same_units(unit: str) -> tuple[str, ...]:
    """Return the measure words a text may use for the one asked for."""
    return next((same for same in _SAME_UNITS if unit in same), (unit,))


def _has_number(question: Question, text: str) -> bool:
    known = set(normalised_numbers(question.text))
    folded = fold(text)
    for number in find_numbers(text):
        if number.canonical in known:
            continue
        # The measure word may follow a word later than the numeral: 三十周岁 for 岁.
        said = folded[number.start : number.end + 2]
        if question.unit is None or any(unit in said for unit in _same_units(question.unit)):
            return True
    return False
