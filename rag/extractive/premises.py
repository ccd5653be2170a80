"""What a question takes for granted and the cited text denies: 哪五件事 where there are four."""

from __future__ import annotations

from corpus.text.numbers import Number, find_numbers
from corpus.text.script import fold
from rag.question.asking import ASKING, ENGLISH_ASKING
from rag.question.parse import Kind, Question
from rag.types import Label
from rag.verification.lexicon import Sense
from rag.verification.mechanical import verify_text
from rag.verification.wording import symbols

_CONTEXT = 2  # characters beside a number that must be the same for it to count the same thing
_DATED = frozenset("年月日")
_COUNTS = frozenset(("number", "percent"))


def denied_premise(question: Question, text: str) -> tuple[str, str] | None:
    """Return what a question says and what the text says instead, or None where they agree."""
    return _number(question, text) or _statement(question, text)


def _number(question: Question, text: str) -> tuple[str, str] | None:
    said = find_numbers(text)
    known = {one.canonical for one in said}
    for asked in find_numbers(question.text):
        if asked.canonical in known or not _counts(asked):
            continue
        for one in said:
            same_thing = one.unit == asked.unit and _beside(question.text, asked, text, one)
            if _counts(one) and same_thing:
                return question.text[asked.start : asked.end], text[one.start : one.end]
    return None


def _counts(number: Number) -> bool:
    if number.kind == "ordinal":  # 第七十次 is another than 第三十次; 第一 alone counts nothing
        return number.unit is not None
    return number.kind in _COUNTS and number.unit not in _DATED


def _beside(question: str, asked: Number, text: str, said: Number) -> bool:
    """Say whether the same words follow two numbers, or stand before them."""
    behind = fold(question[asked.end : asked.end + 1]), fold(text[said.end : said.end + 1])
    before = (
        fold(question[max(0, asked.start - _CONTEXT) : asked.start]),
        fold(text[max(0, said.start - _CONTEXT) : said.start]),
    )
    same_behind = behind[0] == behind[1] and behind[0].isalnum()
    return same_behind or (before[0] == before[1] and len(before[0]) == _CONTEXT)


def _statement(question: Question, text: str) -> tuple[str, str] | None:
    """Hold a question without its asking words against the text; what binds may differ."""
    if question.kind is not Kind.REASON:
        return None
    pattern = ASKING if question.chinese else ENGLISH_ASKING
    statement = pattern.sub("", question.text).strip(" ?？，,")
    # 能 beside 得以 is no denial: one of the two must forbid what the other does not.
    forbids = [any(one.sense is Sense.PROHIBITION for one in symbols(t)) for t in (statement, text)]
    if forbids[0] == forbids[1]:
        return None
    check = verify_text(statement, [text])
    return (statement, text) if check.label is Label.CONTRADICTED else None
