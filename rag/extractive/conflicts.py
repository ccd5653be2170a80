"""Documents that disagree: the same sentence with another number, or another binding word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.messages.message import Message
from rag.extractive.evidence import Unit
from rag.question.parse import Kind, Question
from rag.verification.lexicon import Sense
from rag.verification.wording import Symbol, symbols

ALIKE = 0.75  # of two sentences, numbers and binding words aside, for them to be of one thing
MOST_SIDES = 2  # different things said; where it is three, nothing tells which of them counts
LOOKED_AT = 20  # sentences of other documents compared with the best
LONGEST = 400  # symbols of a sentence that is compared; a longer one is a paragraph
# A list or a reason may well stand in two documents in different words.
_ONE_ANSWER = frozenset((Kind.NUMBER, Kind.DATE, Kind.YES_NO, Kind.OTHER, Kind.PLACE))
_DENYING = (
    {Sense.PERMISSION, Sense.PROHIBITION},
    {Sense.DUTY, Sense.PROHIBITION},
    {Sense.DUTY, Sense.PERMISSION},
    {Sense.AT_LEAST, Sense.AT_MOST},
    {Sense.MORE, Sense.LESS},
    {Sense.BEFORE, Sense.AFTER},
)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the sentences that disagree, and the words in which it does."""

    unit: Unit
    words: str


def conflicting(question: Question, ranked: Sequence[Unit]) -> list[Side]:
    """Return the best sentence and those of other documents that deny it, each value once.

    Empty where none does. ``ranked`` are sentences, likeliest first.
    """
    if question.kind not in _ONE_ANSWER or not ranked:
        return []
    best = ranked[0]
    others = [one for one in ranked[1:] if one.document.id != best.document.id][:LOOKED_AT]
    sides: list[Side] = []
    for other in others:
        if other.covered != best.covered:
            continue  # of something else the question asks about
        words = difference(best.text, other.text)
        if words is None:
            continue
        if not sides:
            sides.append(Side(best, words[0]))
        if words[1] not in {side.words for side in sides}:
            sides.append(Side(other, words[1]))
    return sides


def difference(one: str, other: str) -> tuple[str, str] | None:
    """Return the first number or binding word in which two like sentences differ, else None."""
    mine, theirs = symbols(one), symbols(other)
    if max(len(mine), len(theirs)) > LONGEST:
        return None
    matcher = SequenceMatcher(None, _shapes(mine), _shapes(theirs), autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    for block in matcher.get_matching_blocks():
        for at in range(block.size):
            here, there = mine[block.a + at], theirs[block.b + at]
            if here.key != there.key and _deny(here, there):
                return one[here.start : here.end], other[there.start : there.end]
    return None


def _deny(here: Symbol, there: Symbol) -> bool:
    """Whether two of a kind cannot both be said of one thing: two numbers, 可以 and 不得."""
    if here.sense is None or there.sense is None:
        return True
    return {here.sense, there.sense} in _DENYING


def _shapes(some: Sequence[Symbol]) -> list[str]:
    """Return symbols as they are compared: every number alike, every binding word alike."""
    return [_shape(one) for one in some]


def _shape(symbol: Symbol) -> str:
    if symbol.number:
        return "#" + symbol.key.lstrip("<0123456789./").rstrip(">")  # its unit
    return "@" if symbol.sense else symbol.key


def told(sides: Sequence[Side]) -> list[Message]:
    """Return who says what, for people."""
    return [
        Message("rag.said_otherwise", title=side.unit.document.title, words=side.words)
        for side in sides
    ]
