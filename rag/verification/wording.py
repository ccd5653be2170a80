"""The wording of a text as symbols: what two sentences are compared by, word for word.

A number is one symbol however it is written (一千二百, 1200, １２００), a word that binds is one
(必须 and 应当 bind alike, 可以 otherwise), so are words of one meaning (按照, 依照); every other
Han character or word stands for itself. Marks of punctuation are no symbols; each symbol knows
whether a clause begins or ends with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.text.numbers import Number, find_numbers
from corpus.text.script import fold, is_han, to_simplified
from index.segments.tokens import tokenize
from rag.verification.lexicon import BINDING, FILLERS, LEXICAL, MONTHS, SAME, WEEKDAYS, Sense

_BINDER = re.compile(
    f"(?P<lexical>{LEXICAL})|"
    + "|".join(f"(?P<s{at}>{words})" for at, (_, words) in enumerate(BINDING))
    + "|"
    + "|".join(f"(?P<w{at}>{words})" for at, words in enumerate(SAME))
)
_WORD = re.compile(
    r"[^\W\d_\u3005\u3007\u3400-\u9fff][^\W_\u3005\u3007\u3400-\u9fff'’-]*(?:['’-]\w+)*"
)
_HALVES = {"半年": "<6个月>", "半小时": "<30分钟>", "半个小时": "<30分钟>"}
_CALENDAR = re.compile(
    f"(?P<weekday>{WEEKDAYS})|(?P<half>(?:{'|'.join(_HALVES)})(?!度))|"
    + "|".join(f"(?P<m{number}>{name})" for number, name in enumerate(MONTHS, 1))
)
_CLAUSE_MARKS = frozenset('。；！？，：,.;!?:\n“”"()（）《》〈〉…—|#')
_LISTING = frozenset("、/")
# Of measures like these a change is a change of what is said; 名 人 个 所 only count.
_MEASURED = frozenset(
    ("元", "米", "公里", "公斤", "公顷", "平方米", "平方公里", "吨", "亩", "倍", "克", "页")
)
_MONTHS_A_YEAR = 12
_LONE_DIGITS = {digit: at for at, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_LONE = re.compile("[一二两三四五六七八九十](?:个月|小时|分钟|[年月日天周岁])")
_CURRENCIES = frozenset("$€£¥₩฿")


class Part(StrEnum):
    """What a symbol is compared as."""

    WORD = "word"
    NUMBER = "number"
    BINDING = "binding"
    FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One unit of wording at ``text[start:end]``."""

    key: str  # equal for equal wording
    start: int
    end: int
    opens: bool  # a clause begins with it
    closes: bool  # a clause ends with it
    listed: bool  # 、 stands in front of it
    part: Part = Part.WORD
    sense: Sense | None = None

    @property
    def number(self) -> bool:
        """Whether it is a number."""
        return self.part is Part.NUMBER

    @property
    def numeral(self) -> bool:
        """Whether it is a number, or a digit that may be one: 一审, 七时."""
        return self.key.startswith("<")

    @property
    def filler(self) -> bool:
        """Whether it may come or go without a change of meaning."""
        return self.part is Part.FILLER

    @property
    def weight(self) -> int:
        """What it counts, in hundredths of one Han character."""
        if self.filler:
            return 25
        return 100 if self.part is Part.WORD and len(self.key) == 1 else 200


@dataclass(frozen=True, slots=True)
class _Raw:
    key: str
    start: int
    end: int
    part: Part = Part.WORD
    sense: Sense | None = None


def symbols(text: str) -> list[Symbol]:
    """Return the symbols of a text, in order."""
    # Words of Traditional script that no single character tells: 答覆, 瞭解.
    simplified = to_simplified(text)
    folded = fold(simplified if len(simplified) == len(text) else text)
    raw = list(_raw(text, folded))
    found: list[Symbol] = []
    opens, last = True, 0
    for at, one in enumerate(raw):
        following = raw[at + 1].start if at + 1 < len(raw) else len(folded)
        binds = one.sense is not None
        closes = at + 1 == len(raw) or _parts(folded, one.end, following, binds=binds)
        listed = not _LISTING.isdisjoint(folded[last : one.start])
        found.append(
            Symbol(one.key, one.start, one.end, opens, closes, listed, one.part, one.sense)
        )
        opens, last = closes, one.end
    return found


def _parts(folded: str, end: int, start: int, *, binds: bool) -> bool:
    """Say whether what stands between two symbols parts clauses.

    White space does so beside Chinese (第三条　国家实行…), unless a binding word stands before it:
    不得 转让 in a text taken from justified lines is one clause.
    """
    between = folded[end:start]
    if not _CLAUSE_MARKS.isdisjoint(between):
        return True
    return between.isspace() and not binds and is_han(folded[end - 1]) and is_han(folded[start])


def _raw(text: str, folded: str) -> Iterator[_Raw]:
    at = 0
    for number in find_numbers(text):
        start, end = number.start, number.end
        if start < at or folded[start:end] in FILLERS:
            continue
        yield from _words(folded, at, start)
        key = number_key(number)
        if number.unit == "年" and key.endswith("个月") and folded[end : end + 1] == "半":
            key, end = f"{int(key[:-2]) + _MONTHS_A_YEAR // 2}个月", end + 1
        yield _Raw(f"<{key}>", start, end, Part.NUMBER)
        at = end
    yield from _words(folded, at, len(folded))


def number_key(number: Number) -> str:
    """Return what a number is compared by: 两年 as 24个月, 3公里 and 3米 apart."""
    if number.kind == "number" and number.unit in ("年", "year") and number.value < 1000:
        months = number.canonical.removesuffix("年")
        if months.isdecimal():
            return f"{int(months) * _MONTHS_A_YEAR}个月"
    return number.canonical + (number.unit if number.unit in _MEASURED else "")


def _words(folded: str, start: int, end: int) -> Iterator[_Raw]:
    at = start
    while at < end:
        one = _calendar(folded, at, end) or _bound(folded, at, end) or _plain(folded, at, end)
        if one is None:
            at += 1
            continue
        yield one
        at = one.end


def _calendar(folded: str, at: int, end: int) -> _Raw | None:
    """Read a weekday or the English name of a month, which are numbers in other words."""
    found = _CALENDAR.match(folded, at)
    if found is None or found.end() > end:
        return None
    if found["half"]:
        return _Raw(_HALVES[found[0]], at, found.end(), Part.NUMBER)
    if found["weekday"]:
        day = found[0][-1].replace("天", "日")
        return _Raw(f"<星期{day}>", at, found.end(), Part.NUMBER)
    month = str(found.lastgroup).removeprefix("m")
    return _Raw(f"<{month}月>", at, found.end(), Part.NUMBER)


def _bound(folded: str, at: int, end: int) -> _Raw | None:
    """Read a word that binds, one of several of the same meaning, or one that looks like such."""
    found = _BINDER.match(folded, at)
    if found is None or found.lastgroup is None or found.end() > end:
        return None
    if found.lastgroup == "lexical":
        return _Raw(found[0], at, found.end())
    index = int(found.lastgroup[1:])
    if found.lastgroup.startswith("s"):
        sense = BINDING[index][0]
        return _Raw(f"{{{sense}}}", at, found.end(), Part.BINDING, sense)
    part = Part.FILLER if index == 0 else Part.WORD
    return _Raw(f"~{index}", at, found.end(), part)


def _plain(folded: str, at: int, end: int) -> _Raw | None:
    word = _WORD.match(folded, at, end)
    if word is not None:
        key = " ".join(tokenize(word[0])) or word[0]
        part = Part.FILLER if word[0] in FILLERS else Part.WORD
        return _Raw(key if len(key) > 1 else f"{key} ", at, word.end(), part)
    if folded[at] in _LONE_DIGITS:
        return _lone_numeral(folded, at, end)
    if is_han(folded[at]) or folded[at].isalnum() or folded[at] in _CURRENCIES:
        part = Part.FILLER if folded[at] in FILLERS else Part.WORD
        return _Raw(folded[at], at, at + 1, part)
    return None


def _lone_numeral(folded: str, at: int, end: int) -> _Raw:
    """Read a single Chinese digit that may be a number (每六个月) or part of a word (统一)."""
    said = _LONE.match(folded, at, end)
    read = find_numbers(folded[at : said.end()]) if said is not None else []
    if said is not None and read and read[0].end == said.end() - at:
        part = Part.NUMBER if folded[at - 1 : at] == "每" else Part.WORD
        return _Raw(f"<{number_key(read[0])}>", at, said.end(), part)
    return _Raw(f"<{_LONE_DIGITS[folded[at]]}>", at, at + 1)


def shown(text: str, some: Sequence[Symbol]) -> str:
    """Return what a run of symbols looks like in its text."""
    return text[some[0].start : some[-1].end] if some else ""
