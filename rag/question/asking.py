"""What kind of thing a question asks for, told from its asking words, Chinese and English."""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.text.numerals import parse_numeral


class Kind(StrEnum):
    """The kind of thing asked for; it decides what evidence must contain."""

    LIST = "list"
    NUMBER = "number"
    DATE = "date"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"
    MANNER = "manner"  # how something is done, under what conditions
    YES_NO = "yes_no"
    OTHER = "other"


_NUMERAL = "一二两三四五六七八九十0-9"
_SEVERAL = "二两三四五六七八九十2-9"  # what 哪 must be followed by to ask for several
_MEASURE = "个项条款件种类点方面步位名家所人次级"
_COUNTED = re.compile(rf"(?:哪|是|有|这|那)?([{_NUMERAL}]{{1,3}})(?:大|个)?[{_MEASURE}]")
_ENGLISH_COUNT = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b"
)
_ENGLISH_COUNTS = (
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_UNITS = (
    "分钟|小时|个月|学时|平方米|公里|百分点"
    "|[个项条款件种类人名所次年月日天周元万亿岁倍章节层号篇届级位家台辆户吨米]"
)
NUMBER = re.compile(
    rf"(?:多少|几)(?P<unit>{_UNITS})?|多[大久长高远重]"
    r"|\bhow (?:many|much|long|old|far|large|big|high|tall|fast)\b"
    r"|what (?:percentage|number|share|proportion|fraction)"
)
# In order: the first that is found decides. 几 has a pattern of its own above.
_KINDS = (
    (
        Kind.LIST,
        re.compile(
            rf"哪些|哪几|哪[{_SEVERAL}][{_NUMERAL}]*|哪1[0-9]|有哪(?!一)|包括什么|包含什么"
            rf"|(?<![第{_NUMERAL}])[{_SEVERAL}][{_NUMERAL}]*(?:大|个)?[{_MEASURE}][^,。?？]{{0,10}}[是为]什么"
            r"|分别(?:是|为)|有什么(?:要求|条件|内容|任务|措施|情形)"
            r"|\bwhat are\b|\bwhich (?:\w+ )?(?:things|items|tasks|steps|kinds|types|areas"
            r"|conditions)\b|\blist\b|\bname (?:the|all)\b"
        ),
    ),
    (
        Kind.DATE,
        re.compile(
            r"何时|什么时候|什么时间|哪一?年|哪一?天|哪一?日|几月|几号|何年|何日|\bwhen\b"
            r"|\b(?:what|which) (?:year|date|day|month|century|decade)\b"
        ),
    ),
    (Kind.NUMBER, NUMBER),
    (
        Kind.PERSON,
        re.compile(r"谁|哪一?位|何人|什么人|\b(?:who|whom|whose)\b"),
    ),
    (
        Kind.PLACE,
        re.compile(
            r"哪里|哪儿|何地|何处|什么地方|在哪"
            r"|哪一?[个座]?(?:城市|市|省份?|县|国家?|地区|地方|大学|学校)"
            r"|\bwhere\b|\b(?:which|what) (?:city|province|country|place|state|region)\b"
        ),
    ),
    (Kind.REASON, re.compile(r"为什么|为何|什么原因|原因是|\bwhy\b")),
    (
        Kind.MANNER,
        re.compile(r"如何|怎么|怎样|\bhow\b|\bunder what (?:conditions|circumstances)\b"),
    ),
    (
        Kind.YES_NO,
        re.compile(
            r"是否|能否|可否|是不是|能不能|可不可以|有没有|要不要|需不需要|会不会|算不算|(?:吗|(?<![什怎那这多要])么)(?:[?？]|$)"
            r"|^(?:is|are|was|were|does|do|did|can|may|must|should|shall|will|has|have)\b"
        ),
    ),
)

# Words that ask, say nothing of the topic, and never stand in a passage that answers.
ASKING = re.compile(
    r"请问|请(?:介绍|说明|列举|回答)?|为什么|为何|什么时候|什么时间|什么样|什么|哪些|哪几[个项条件种]?"
    rf"|哪[{_NUMERAL}]+[{_MEASURE}]?|哪一?[个项条件种里儿位座年天日]?|多少|多久|几[个项条件种位月号]|怎么样|怎么|怎样|如何"
    r"|是否|能否|可否|何时|何地|谁|有没有|是不是|吗|呢|[?]"
)
ENGLISH_ASKING = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|be|been|do|does|did|can"
    r"|could|should|would|will|shall|may|must|the|a|an|of|to|in|on|at|by|for|with|from|as|and|or"
    r"|that|this|these|those|it|its|there|many|much|please|has|have|had|not|if|i|you|we|they)\b"
)
_ENGLISH_CORE = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b(?: many| much)?")
# 几 is also part of words that count nothing.
_NOT_ASKING = re.compile(r"几乎|几率|几何|茶几")
_LEFT, _RIGHT = 4, 4  # characters beside the asking word that say what of the topic is asked for
_ENGLISH_RIGHT = 24


def masked(folded: str) -> str:
    """Return a folded question, blank where 几 and the like ask for nothing."""
    return _NOT_ASKING.sub(lambda found: " " * len(found[0]), folded)


def kind_of(question: str) -> Kind:
    """Return what a folded and masked question asks for."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), Kind.OTHER)


def count_of(question: str) -> int | None:
    """Return how many items are asked for: 哪四件事 and "which four things" ask for four."""
    found = re.search(rf"哪([{_SEVERAL}][{_NUMERAL}]*|1[0-9])", question)
    found = found or _COUNTED.search(question)
    if found:
        return parse_numeral(found[1])
    english = _ENGLISH_COUNT.search(question)
    if english is None:
        return None
    if english[1] in _ENGLISH_COUNTS:
        return _ENGLISH_COUNTS.index(english[1]) + 2
    return parse_numeral(english[1])


def core_of(question: str, *, chinese: bool) -> tuple[int, int] | None:
    """Return where the word stands that asks (什么, 谁, which), or None for one without."""
    pattern = ASKING if chinese else _ENGLISH_CORE
    found = [one for one in pattern.finditer(question) if not one[0].startswith("请")]
    words = [one for one in found if one[0] not in "?吗呢"]
    return (words or found)[0].span() if found else None


def beside(question: str, core: tuple[int, int], *, chinese: bool) -> tuple[str, str]:
    """Return what stands left and right of the asking word, as far as it says what is asked for.

    义务教育突出什么 has 教育突出 to the left, 什么大学 has 大学 to the right.
    """
    left, right = question[: core[0]], question[core[1] :]
    if chinese:
        return left[-_LEFT:], right[:_RIGHT]
    return "", right[:_ENGLISH_RIGHT]
