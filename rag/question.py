"""What a question asks for, and the words that any evidence must share with it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from corpus.numerals import parse_numeral
from corpus.script import fold, is_han
from index.tokens import tokenize
from rag.errors import BadQuestion

LONGEST_QUESTION = 2_000  # code points; the embedder reads 512 tokens of it, a page is no question


class Kind(StrEnum):
    """The kind of thing asked for; it decides what evidence must contain."""

    LIST = "list"
    NUMBER = "number"
    DATE = "date"
    CITY = "city"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. ``topic`` is what it is about, without its asking words."""

    text: str
    kind: Kind
    topic: str  # folded
    unit: str | None = None  # the measure word asked for: 多少分钟 -> 分钟
    count: int | None = None  # how many items are asked for: 哪四件事 -> 4
    chinese: bool = True


_NUMERAL = "一二两三四五六七八九十0-9"
_SEVERAL = "二两三四五六七八九十2-9"  # what 哪 must be followed by to ask for several
_MEASURE = "个项条款件种类点方面步位名家所人次级"
_COUNTED = re.compile(rf"(?:哪|是|有|这|那)?([{_NUMERAL}]{{1,3}})(?:大|个)?[{_MEASURE}]")
_ENGLISH_COUNT = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b"
)
_LIST = re.compile(
    rf"哪些|哪几|哪[{_SEVERAL}][{_NUMERAL}]*|哪1[0-9]|有哪(?!一)|包括什么|包含什么|分别(?:是|为)|有什么(?:要求|条件|内容|任务|措施|情形)"
    r"|\bwhat are\b|\bwhich (?:\w+ )?(?:things|items|tasks|steps|kinds|types|areas|conditions)\b"
    r"|\blist\b|\bname (?:the|all)\b"
)
_UNITS = (
    "分钟|小时|个月|学时|平方米|公里|百分点"
    "|[个项条款件种类人名所次年月日天周元万亿岁倍章节层号篇届级位家台辆户吨米]"
)
_NUMBER = re.compile(
    rf"(?:多少|几)(?P<unit>{_UNITS})?|多[大久长高远重]"
    r"|\bhow (?:many|much|long|old|far|large|big)\b|what (?:percentage|number|share)"
)
_DATE = re.compile(
    r"何时|什么时候|什么时间|哪一?年|哪一?天|哪一?日|几月|几号|何年|何日|\bwhen\b"
    r"|\b(?:what|which) (?:year|date|day|month)\b"
)
_CITY = re.compile(r"哪一?[个座]?(?:城市|市|省份?|县)|\b(?:which|what) (?:city|province)\b")
# Words that ask, say nothing of the topic, and never stand in a passage that answers.
_ASKING = re.compile(
    r"请问|请(?:介绍|说明|列举|回答)?|为什么|为何|什么时候|什么时间|什么样|什么|哪些|哪几[个项条件种]?"
    rf"|哪[{_NUMERAL}]+[{_MEASURE}]?|哪一?[个项条件种里儿位座年天日]?|多少|多久|几[个项条件种位月号]|怎么样|怎么|怎样|如何"
    r"|是否|能否|可否|何时|何地|谁|有没有|是不是|吗|呢|[?]"
)
_ENGLISH_ASKING = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|be|been|do|does|did|can"
    r"|could|should|would|will|shall|may|must|the|a|an|of|to|in|on|at|by|for|with|from|as|and|or"
    r"|that|this|these|those|it|its|there|many|much|please|has|have|had|not|if|i|you|we|they)\b"
)
# 几 is also part of words that count nothing.
_NOT_ASKING = re.compile(r"几乎|几率|几何|茶几")


def parse_question(text: str) -> Question:
    """Take a question apart. Raises BadQuestion when it cannot be asked as it is."""
    text = checked_text(text)
    folded = fold(text)
    masked = _NOT_ASKING.sub("  ", folded)
    chinese = any(is_han(character) for character in text)
    asking = _ASKING if chinese else _ENGLISH_ASKING
    number = _NUMBER.search(masked)
    return Question(
        text=text,
        kind=_kind(masked, number is not None),
        topic=asking.sub(" ", folded),
        unit=number["unit"] if number else None,
        count=_count(masked),
        chinese=chinese,
    )


def checked_text(text: str) -> str:
    """Return the question without surrounding space. Raises BadQuestion."""
    stripped = text.strip()
    if not stripped:
        raise BadQuestion("问题是空的，请写一个问题。 The question is empty: ask something.")
    if len(stripped) > LONGEST_QUESTION:
        raise BadQuestion(
            f"问题太长：{len(stripped)} 字，上限 {LONGEST_QUESTION} 字。"
            f" The question has {len(stripped)} characters; the limit is {LONGEST_QUESTION}."
        )
    if any(unicodedata.category(character) == "Cs" for character in stripped):
        raise BadQuestion("问题不是有效的文字（编码有误）。 The question is not valid text.")
    if not any(character.isalnum() for character in stripped):
        raise BadQuestion("问题里没有文字。 The question has no words in it.")
    return stripped


def _kind(folded: str, has_number: bool) -> Kind:
    if _LIST.search(folded):
        return Kind.LIST
    if _DATE.search(folded):
        return Kind.DATE
    if has_number:
        return Kind.NUMBER
    return Kind.CITY if _CITY.search(folded) else Kind.OTHER


def _count(folded: str) -> int | None:
    """哪四件事 and "which four things" ask for four items."""
    found = re.search(rf"哪([{_SEVERAL}][{_NUMERAL}]*|1[0-9])", folded) or _COUNTED.search(folded)
    if found:
        return parse_numeral(found[1])
    english = _ENGLISH_COUNT.search(folded)
    if english is None:
        return None
    words = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
    return words.index(english[1]) + 2 if english[1] in words else parse_numeral(english[1])


def topic_tokens(question: Question) -> list[str]:
    """Return the distinct tokens of the topic, in order: characters, bigrams, words, numbers."""
    return list(dict.fromkeys(tokenize(question.topic)))
