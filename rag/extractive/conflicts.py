"""Documents that disagree: clauses of one thing that answer with other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.messages.message import Message
from corpus.text.document_numbers import is_letter
from corpus.text.numbers import normalised_numbers
from rag.extractive.judging import Judged
from rag.question.parse import Kind, Question, letters_of
from rag.verification.lexicon import Sense
from rag.verification.wording import Symbol, symbols

ALIKE = 0.75  # of two sentences, numbers and binding words aside, for them to be of one thing
AROUND = 0.6  # of the words around two answers, for them to answer the same
MOST_SIDES = 3  # different things said, all of them quoted; of more nothing is
LONGEST_TOLD = 40  # characters of an answer that is told as a side
LOOKED_AT = 20  # clauses of other documents compared with the best
LONGEST = 400  # symbols of a clause that is compared; a longer one is a page
SURE_SPAN = 0.3  # chance of the words that answer, from which they are compared
# A list or a reason may well stand in two documents in different words.
_ONE_ANSWER = frozenset((Kind.NUMBER, Kind.DATE, Kind.YES_NO, Kind.OTHER, Kind.PLACE, Kind.PERSON))
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
    """One of the clauses that disagree, and the words in which it does."""

    judged: Judged
    words: str


def conflicting(question: Question, judged: Sequence[Judged], threshold: float) -> list[Side]:
    """Return the best clause and those of other documents that deny it, each value once.

    Empty where none does. ``judged`` are clauses, best first; those under the threshold are not
    looked at.
    """
    if question.kind not in _ONE_ANSWER or not judged:
        return []
    best = judged[0]
    others = [
        one
        for one in judged[1:]
        if one.candidate.document.id != best.candidate.document.id
        and (one.chance >= threshold or _asked_alike(best, one))
    ]
    sides: list[Side] = []
    for other in others[:LOOKED_AT]:
        words = (
            difference(best.text, other.text)
            or _other_answer(best, other)
            or _to_one_question(best, other)
        )
        if words is None:
            continue
        if not sides:
            sides.append(Side(best, words[0]))
        if words[1] not in {side.words for side in sides}:
            sides.append(Side(other, words[1]))
    return later_first(sides)


def later_first(sides: Sequence[Side]) -> list[Side]:
    """Return those of a later date first where all are dated; a letter (函) binds fewer: last."""
    kept = list(sides)
    if all(_fact(side, "issued") for side in sides):
        kept.sort(key=lambda side: _fact(side, "issued"), reverse=True)
    return sorted(kept, key=lambda side: is_letter(_fact(side, "number")))


def _fact(side: Side, key: str) -> str:
    """Return what is known of a side's document; "" for nothing, or for several values."""
    fact = side.judged.candidate.document.metadata.get(key)
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


def _other_answer(one: Judged, other: Judged) -> tuple[str, str] | None:
    """Return the words with which two clauses answer, where they differ and what is around not."""
    if min(one.reading.span_chance, other.reading.span_chance) < SURE_SPAN:
        return None
    mine, theirs = letters_of(one.span), letters_of(other.span)
    if not mine or not theirs or mine in theirs or theirs in mine:
        return None
    if normalised_numbers(one.span) and normalised_numbers(one.span) == normalised_numbers(
        other.span
    ):
        return None
    around = [letters_of(each.text.replace(each.span, "")) for each in (one, other)]
    alike = SequenceMatcher(None, around[0], around[1], autojunk=False).ratio()
    return (one.span, other.span) if alike >= AROUND else None


def _asked_alike(one: Judged, other: Judged) -> bool:
    """Say whether two clauses stand under the very same question, however sure the second is."""
    asked = letters_of(one.candidate.unit.asked)
    return bool(asked) and asked == letters_of(other.candidate.unit.asked)


def _to_one_question(one: Judged, other: Judged) -> tuple[str, str] | None:
    """Return how two pages answer the very same question, where neither has the other's words."""
    mine, theirs = letters_of(one.text), letters_of(other.text)
    if not _asked_alike(one, other) or mine in theirs or theirs in mine:
        return None
    return one.text[:LONGEST_TOLD], other.text[:LONGEST_TOLD]


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
    """Return who says what, for people, with number and date where they are known."""
    return [_told(side) for side in sides]


def _told(side: Side) -> Message:
    title = side.judged.candidate.document.title
    about = " ".join(filter(None, (_fact(side, "number"), _fact(side, "issued"))))
    if not about:
        return Message("rag.said_otherwise", title=title, words=side.words)
    return Message("rag.said_otherwise_in", title=title, about=about, words=side.words)
