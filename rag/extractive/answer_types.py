"""Whether a text contains the kind of thing a question asks for: a number, a day."""

from __future__ import annotations

import re

from corpus.text.numbers import find_numbers, normalised_numbers
from corpus.text.script import fold
from rag.question.parse import Kind, Question

# Asked with the spoken word, written with the official one.
_SAME_UNITS = (("天", "日"), ("周", "星期"), ("个", "名", "人"), ("元", "圆"), ("月", "个月"))

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
    if question.kind is Kind.REASON:
        return _REASON.search(fold(text)) is not None
    if question.kind is Kind.LIST:
        return text.count("、") + text.count(";") + text.count("；") >= SEVERAL
    return None


def must_fit(question: Question) -> bool:
    """Say whether a text without the kind of thing asked for cannot be the answer."""
    return question.kind in (Kind.NUMBER, Kind.DATE)


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
