"""Conditions a question states in closed languages: laws, document numbers, years, places.

A text that does not meet one answers another question. Which documents a question names decides
where it is searched; years, countries and provinces are held against what a clause is of. What is
open (a county, a company, a meeting) the answer model reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.legal.instrument_names import folded_name, is_rule
from corpus.messages.message import Message
from corpus.text.dates import find_dates
from corpus.text.document_numbers import find_numbers
from corpus.text.numerals import parse_numeral
from corpus.text.script import fold
from index.catalogue import Catalogue
from rag.extractive.judging import OFFERED, Judged, weighed
from rag.extractive.places import Place, places_in
from rag.messages import abstention_message
from rag.question.parse import Question
from rag.types import AbstentionReason

_RULE_ENDS = re.compile(
    "法典|条例|规定|办法|细则|规则|解释|章程|准则|规程|通则|公约|宪法|(?<![办方做看说想])法"
    # 公司法定代表人 names no law, 公司法规定 does.
    "(?!定|人|院|律|官|规(?!定)|庭|制|学|医|警|治|务)"
)
_YEAR = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2}(?=年|[^0-9]|$)"
    r"|[一二][九〇零○][一二三四五六七八九〇零○]{2}(?=年))"
)
MOST_NAMED = 3  # titles told where a condition is not met


@dataclass(frozen=True, slots=True)
class Unmet:
    """Why nothing that was found is of what is asked about."""

    reason: AbstentionReason
    message: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an answer has to be of."""

    chinese: bool
    documents: frozenset[str] | None = None  # those the question names; None: it names none
    names: tuple[str, ...] = ()  # by which it names documents, here or not
    unmet: Unmet | None = None  # it names one that is not here
    years: frozenset[int] = frozenset()
    places: frozenset[Place] = frozenset()

    def told_of(self, text: str) -> bool:
        """Say whether a text of another document speaks of one that the question names."""
        folded = folded_name(text)
        return any(name in folded for name in self.names) or bool(
            set(self.names) & set(find_numbers(text))
        )

    def kept(
        self, judged: Sequence[Judged], catalogue: Catalogue
    ) -> tuple[list[Judged], Unmet | None]:
        """Return the clauses that meet them; if one that does not would have answered, why."""
        if not self.years and not self.places:
            return list(judged), None
        meets = [self._met(one, catalogue) for one in judged]
        kept = weighed([one for one, met in zip(judged, meets, strict=True) if met])
        dropped = [one for one, met in zip(judged, meets, strict=True) if not met]
        likely = [one for one in dropped if one.chance >= OFFERED]
        best = max((one.chance for one in kept), default=0.0)
        if not likely or best >= OFFERED:
            return kept, None
        titles = dict.fromkeys(f"《{one.candidate.document.title}》" for one in likely)
        asked = "、".join([*(f"{year}年" for year in sorted(self.years)), *sorted(self.places)])
        return kept, _not_met(self.chinese, asked, list(titles)[:MOST_NAMED])

    def _met(self, one: Judged, catalogue: Catalogue) -> bool:
        candidate = one.candidate
        title = candidate.document.title
        identity = " ".join((title, *candidate.unit.path))
        said = f"{identity} {candidate.text}"
        if self.places and not self._placed(identity, said):
            return False
        if not self.years or is_rule(folded_name(title)):
            return True  # a law holds in the years after it; the day asked about is the scope's
        facts = catalogue.facts(candidate.document.id)
        issued = facts.value("issued") if facts else None
        own = years_in(f"{identity} {issued or ''}")
        every = own | years_in(candidate.text)
        return not every or bool(self.years & every)

    def _placed(self, identity: str, said: str) -> bool:
        """Say whether a text speaks of the places asked about, or is of none."""
        if self.places & places_in(said):
            return True
        foreign = any(place.foreign for place in self.places)
        return not foreign and not places_in(identity)


def conditions_of(question: Question, catalogue: Catalogue) -> Conditions:
    """Return the conditions that a question states."""
    text = question.text
    documents = _numbered(text, catalogue)
    if documents is not None and not documents:
        number = next(iter(find_numbers(text)))
        similar = _like(number, catalogue)
        unmet = _not_met(question.chinese, number, similar)
        return Conditions(question.chinese, None, tuple(find_numbers(text)), unmet)
    names = tuple(find_numbers(text))
    if not documents:
        documents, names = _of_laws(text, catalogue)
    years = frozenset() if documents else years_in(text)
    return Conditions(question.chinese, documents or None, names, None, years, places_in(text))


def years_in(text: str) -> frozenset[int]:
    """Return the calendar years that a text names: 2023年, 二〇二三年, 2023-01-05."""
    found = {year for one in find_dates(text) if (year := int(one.iso[:4])) >= 1900}
    for match in _YEAR.finditer(fold(text)):
        said = match["year"]
        number = int(said) if said.isascii() else parse_numeral(said)
        if number is not None and 1900 <= number < 2100:
            found.add(number)
    return frozenset(found)


def _numbered(text: str, catalogue: Catalogue) -> frozenset[str] | None:
    """Return the documents of the numbers a question names; None where it names none."""
    asked = find_numbers(text)
    if not asked:
        return None
    own = ((one.id, one.value("number")) for one in catalogue.all_facts())
    # Words before a number read like its agency: 请问云教发〔2024〕7号.
    return frozenset(
        name for name, number in own if number and any(one.endswith(number) for one in asked)
    )


def _of_laws(text: str, catalogue: Catalogue) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the documents of the laws that a question names, in full or short, and the names."""
    instruments = catalogue.instruments()
    found: set[str] = set()
    names: list[str] = []
    for match in _RULE_ENDS.finditer(text):
        named = instruments.ending(text[: match.end()])
        for one in instruments.named(named[1]) if named else ():
            found.update(name for version in one.versions for name in version.documents)
            names.append(folded_name(one.title))
    return frozenset(found), tuple(names)


def _like(number: str, catalogue: Catalogue) -> list[str]:
    """Return document numbers of the same agency and year, for people."""
    agency = number.partition("〔")[0][-2:]
    own = (one.value("number") for one in catalogue.all_facts())
    return sorted({each for each in own if each and agency in each})[:MOST_NAMED]


def _not_met(chinese: bool, asked: str, instead: Iterable[str]) -> Unmet:
    reason = AbstentionReason.CONDITION_NOT_MET
    there_is = list(instead)
    code = "rag.condition_instead" if there_is else "rag.condition_nothing"
    what = Message(code, instead=there_is) if there_is else Message(code)
    return Unmet(reason, abstention_message(reason, chinese=chinese, asked=asked, what=what))
