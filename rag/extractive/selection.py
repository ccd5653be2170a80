"""Which sentences are quoted: the likeliest, and so many more as it takes to be sure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.text.script import fold
from corpus.text.sentences import split_units
from corpus.tracking.near_duplicates import Statement
from corpus.types import Paragraph
from rag.extractive.evidence import Read, Unit
from rag.extractive.sentence_ranking import chances, score_of
from rag.question.parse import Question

MOST_SENTENCES = 4  # of an answer that is no list, where no few of them are sure
SURE = 0.85  # chance, of all chosen together, at which no further sentence is needed
WORTH_SAYING = 0.05  # chance under which a further sentence is not worth reading
SAME_DOCUMENT = 0.08  # the same for one of a document that is quoted already: rather another
SPEAKS_FOR_ITSELF = 0.8  # share of the question a sentence has, beyond which it needs no subject

# A sentence that opens so speaks of what stands before it.
_CARRIED_ON = re.compile(
    r"(?:其|该|此|这|它|他|她|两者|二者|上述|前述|前款|前项|前两款|同时|因此|所以|但是?|然而|不过)"
    r"|(?:it|its|they|their|this|these|those|he|she|his|her|such|but|however|therefore)\b"
)
_BUT = re.compile(r"但(?!凡)|不过|然而|(?:but|however|provided|except|unless)\b")
_PARAGRAPH_BEFORE = re.compile("前款|前项|前两款|上述")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Sentences to quote, best first, and how likely the best one answers."""

    units: tuple[Unit, ...]
    chances: tuple[float, ...]  # of each, 0 to 1, over all sentences looked at


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a document to quote."""

    unit: Unit  # the chosen sentence it is of, or that it gives a subject to
    paragraph: Paragraph
    start: int
    end: int

    def holds(self, unit: Unit, start: int, end: int) -> bool:
        """Tell whether a span of a sentence's document lies within this one."""
        same = self.unit.document.id == unit.document.id
        return same and self.start <= start and end <= self.end


def rank(question: Question, units: Sequence[Unit]) -> Chosen:
    """Return all sentences, likeliest first, with their chances."""
    scores = [score_of(unit, question) for unit in units]
    odds = chances(scores)
    order = sorted(range(len(units)), key=lambda at: -scores[at])
    return Chosen(tuple(units[at] for at in order), tuple(odds[at] for at in order))


def choose(ranked: Chosen) -> Chosen:
    """Return the sentences to quote.

    What is said in several places is quoted once: the answer names the others.
    """
    units, odds = [ranked.units[0]], [ranked.chances[0]]
    said = [Statement(ranked.units[0].text)]
    for unit, chance in zip(ranked.units[1:], ranked.chances[1:], strict=True):
        enough = len(units) == MOST_SENTENCES or sum(odds) >= SURE
        if enough or chance < WORTH_SAYING:
            break
        quoted = {one.document.id for one in units}
        if unit.document.id in quoted and chance < SAME_DOCUMENT:
            continue
        if unit.text in {one.text for one in units}:
            continue
        if any(one.is_made_in(unit.text) for one in said):
            continue
        units.append(unit)
        odds.append(chance)
        said.append(Statement(unit.text))
    return Chosen(tuple(units), tuple(odds))


def in_reading_order(units: Sequence[Unit], read: Read) -> list[Quote]:
    """Return what to quote in reading order, documents in the order they were chosen.

    A sentence whose subject stands in the one before is quoted with it, and so is what excepts
    from it behind a semicolon.
    """
    order = {unit.document.id: at for at, unit in reversed(list(enumerate(units)))}
    quotes: list[Quote] = []
    for unit in units:
        own = Quote(unit, unit.paragraph, unit.start, _end_with_exception(unit))
        leading = subject_of(unit, read)
        quotes += [leading, own] if leading else [own]
    quotes.sort(key=lambda one: (order[one.unit.document.id], one.start))
    places = {(one.unit.document.id, one.start): one for one in reversed(quotes)}
    kept = [one for one in quotes if places[one.unit.document.id, one.start] is one]
    return [
        one
        for one in kept
        if not any(o.start < one.start and o.holds(one.unit, one.start, one.end) for o in kept)
    ]


def place_of(unit: Unit, quotes: Sequence[Quote]) -> int:
    """Return which quote a chosen sentence stands in: its own, or one it takes something back of.

    Raises ValueError if it stands in none.
    """
    for at, one in enumerate(quotes):
        if one.holds(unit, unit.start, unit.end):
            return at
    raise ValueError(f"{unit.start}-{unit.end} is in no quote")


def _end_with_exception(unit: Unit) -> int:
    """Return where a sentence ends, or what follows its semicolon and takes some of it back."""
    end, text = unit.end, unit.paragraph.text
    while text[: end - unit.paragraph.start].endswith(("；", ";")):
        behind = text[end - unit.paragraph.start :]
        said = behind.lstrip()
        following = split_units(said)
        if not following or not _BUT.match(fold(said[:20])):
            break
        end += len(behind) - len(said) + following[0][1]
    return end


def subject_of(unit: Unit, read: Read) -> Quote | None:
    """Return the sentence before, where that has what a sentence speaks of; else None."""
    opening = _CARRIED_ON.match(fold(unit.text[:20]))
    if opening is None or unit.direct >= SPEAKS_FOR_ITSELF:
        return None
    paragraph = unit.paragraph
    within = split_units(paragraph.text[: unit.start - paragraph.start])
    if _PARAGRAPH_BEFORE.match(unit.text):
        within = []
        paragraphs = read(unit.document.id)[1]
        if paragraph.ordinal == 0 or paragraphs[paragraph.ordinal - 1].path != paragraph.path:
            return None
        paragraph = paragraphs[paragraph.ordinal - 1]
        within = split_units(paragraph.text)
    if not within:
        return None
    start, end = within[-1]
    return Quote(unit, paragraph, paragraph.start + start, paragraph.start + end)
