"""The wording of a text as symbols: what two sentences are compared by, word for word.

A number is one symbol however it is written (一千二百, 1200, １２００), a word that binds is one
(必须 and 应当 bind alike, 可以 otherwise), every other Han character or word is one. Marks of
punctuation are no symbols; each symbol knows whether a clause begins or ends with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.numbers import Number, find_numbers
from corpus.script import fold, is_han
from index.tokens import tokenize


class Sense(StrEnum):
    """What a word does to the sentence it stands in."""

    DUTY = "duty"
    PERMISSION = "permission"
    PROHIBITION = "prohibition"
    NEGATION = "negation"
    EXCEPTION = "exception"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE = "more than"
    LESS = "less than"
    BEFORE = "before"
    AFTER = "after"


# Longer words first: 不得 is found before 不. What only looks like such a word is passed over by
# what may not stand beside it: 适应, 应急, 可能, 非常, 无锡.
_BINDING = (
    (
        Sense.PROHIBITION,
        "不得|严禁|禁止|不准|不许|不允许|不应当?|不可以|不能(?!力)|不可(?![抗避分缺或])"
        r"|\b(?:must|shall|may|should|can|could|will) ?not\b|\bcannot\b|\b(?:must|can|shan|should)n't"
        r"|\b(?:prohibited|forbidden|prohibits?|forbids?)\b",
    ),
    (
        Sense.AT_LEAST,
        r"以上|不少于|不低于|不小于|至少|不短于|\bat least\b|\bno(?:t)? (?:less|fewer) than\b",
    ),
    (
        Sense.AT_MOST,
        r"以下(?!简称|[各列规统])|不超过|不得超过|不高于|不多于|不大于|不长于|至多|最多|以内"
        r"|\bat most\b|\bup to\b|\bnot? (?:more than|exceed(?:ing)?)\b",
    ),
    (Sense.MORE, r"超过|多于|高于|大于|逾|\bmore than\b|\bexceed(?:s|ing)?\b|\bover(?= \d)"),
    (Sense.LESS, r"不足|不满|少于|低于|小于|\b(?:less|fewer) than\b|\bunder(?= \d)"),
    (Sense.BEFORE, r"之前|以前|\bbefore\b"),
    (Sense.AFTER, r"之后|以后|\bafter\b"),
    (Sense.EXCEPTION, r"除外|除非|\bexcept(?:ing)?\b|\bunless\b"),
    (
        Sense.DUTY,
        r"应当|必须|务必|应该|(?<![适供反相响对效感])应(?![急用对付邀届聘答有征变])"
        r"|(?<![必无])须(?!知)|\b(?:must|shall|should)\b|\b(?:is|are) required to\b",
    ),
    (
        Sense.PERMISSION,
        r"可以|有权|允许|准许|(?<![不许认])可(?![能靠持行见再信观])|\bmay\b|\b(?:is|are) allowed to\b"
        r"|\b(?:is|are) entitled to\b|\bcan\b",
    ),
    (
        Sense.NEGATION,
        r"没有|并非|不是|[不未](?![来断少同仅但论管])|(?<![公私毒])无(?![论锡线])|(?<![除莫])非(?![常洲遗])"
        r"|\b(?:not|no|never|neither|nor|without)\b|\b\w+n't\b",
    ),
)
_BINDER = re.compile("|".join(f"(?P<s{at}>{words})" for at, (_, words) in enumerate(_BINDING)))
_WORD = re.compile(r"[a-z0-9][a-z0-9'’-]*")
_CLAUSE_MARKS = frozenset('。；！？，：,.;!?:\n“”"()（）《》〈〉、…—|#')
# What may come or go without a change of meaning.
FILLERS = frozenset("的了之其也都就则即而且并于在是为由以所该这那此个等及和与") | frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "it",
        "its",
        "this",
        "that",
        "and",
        "in",
        "on",
        "at",
        "by",
        "for",
    ]
)
# Words that narrow what is said: leaving them out says more than the text does.
NARROWING = re.compile(
    r"如果|如(?!何|下|期)|若|倘|经(?![济验营费过历])|[时后]$|情形|情况|条件|之一|的$|仅|只|除|但|特殊|必要|"
    r"\b(?:if|when|where|only|provided|subject|unless|except|but|some|most|few)\b"
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One unit of wording at ``text[start:end]``."""

    key: str  # equal for equal wording
    start: int
    end: int
    opens: bool  # a clause begins with it
    closes: bool  # a clause ends with it
    number: Number | None = None
    sense: Sense | None = None

    @property
    def filler(self) -> bool:
        """Whether it may come or go without a change of meaning."""
        return self.number is None and self.sense is None and self.key in FILLERS


def symbols(text: str) -> list[Symbol]:
    """Return the symbols of a text, in order."""
    folded = fold(text)
    raw = list(_raw(text, folded))
    found: list[Symbol] = []
    opens = True
    for at, (key, start, end, number, sense) in enumerate(raw):
        following = raw[at + 1][1] if at + 1 < len(raw) else len(folded)
        closes = at + 1 == len(raw) or _parts(folded, end, following, binds=sense is not None)
        found.append(Symbol(key, start, end, opens, closes, number, sense))
        opens = closes
    return found


def _parts(folded: str, end: int, start: int, *, binds: bool) -> bool:
    """Say whether what stands between two symbols parts clauses.

    White space does so beside Chinese (第三条　国家实行…), unless a binding word stands before it:
    不得 转让 in a text taken from justified lines is one clause.
    """
    between = folded[end:start]
    if not _CLAUSE_MARKS.isdisjoint(between):
        return True
    return between.isspace() and not binds and (is_han(folded[end - 1]) or is_han(folded[start]))


def _raw(text: str, folded: str) -> Iterator[tuple[str, int, int, Number | None, Sense | None]]:
    at = 0
    for number in find_numbers(text):
        yield from _words(folded, at, number.start)
        yield f"<{number.canonical}>", number.start, number.end, number, None
        at = number.end
    yield from _words(folded, at, len(folded))


def _words(
    folded: str, start: int, end: int
) -> Iterator[tuple[str, int, int, Number | None, Sense | None]]:
    at = start
    while at < end:
        bound = _BINDER.match(folded, at, end)
        if bound is not None and bound.lastgroup is not None:
            sense = _BINDING[int(bound.lastgroup[1:])][0]
            yield f"{{{sense}}}", at, bound.end(), None, sense
            at = bound.end()
            continue
        word = _WORD.match(folded, at, end)
        if word is not None:
            stemmed = tokenize(word[0])
            yield " ".join(stemmed) or word[0], at, word.end(), None, None
            at = word.end()
            continue
        if is_han(folded[at]) or folded[at].isalnum():
            yield folded[at], at, at + 1, None, None
        at += 1


def shown(text: str, some: Sequence[Symbol]) -> str:
    """Return what a run of symbols looks like in its text."""
    return text[some[0].start : some[-1].end] if some else ""
