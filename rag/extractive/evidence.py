"""Evidence: the sentences of the passages found, and what each shows of being the answer."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.text.numbers import normalised_numbers
from corpus.text.sentences import split_units
from corpus.types import Document, Paragraph
from index.segments.tokens import tokenize
from index.types import Hit
from rag.extractive.answer_types import fits
from rag.extractive.coverage import Coverage
from rag.question.parse import Kind, Question, letters_of

Read = Callable[[str], tuple[Document, Sequence[Paragraph]]]

MOST_UNITS = 240  # sentences looked at for one question; ten passages have some forty
HEADING_SHARE = 0.6  # what a word covered only by title or path counts, against the sentence
PASSAGE_SHARE = 0.4  # what a word covered only by other sentences of the passage counts
_ASKS = re.compile(r"[“‘「『\"'][^“”]*[？?][”’」』\"']+|.*[？?]", re.DOTALL)
LONGEST_RUN = 12  # characters of question and sentence alike beyond which more says no more
LEAST_REST = 0.02  # share of a question beyond the title under which there is no rest to cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One sentence that may answer, with what it covers of the question."""

    document: Document
    paragraph: Paragraph
    start: int
    end: int
    hit: Hit
    covered: frozenset[int]  # terms the sentence itself covers
    direct: float  # their share of the question, 0 to 1
    near: float  # the share with title, path and passage counted in part, 0 to 1
    rest: float  # share covered of what the title does not already say, 0 to 1
    before: float  # share of the question that only the sentence before covers, 0 to 1
    cue: float  # share of the words beside the asking word that it has, 0 to 1
    run: float  # longest run of characters shared with the question, 0 to 1
    fits: bool | None  # it contains the kind of thing asked for; None: cannot be told
    numbers: bool  # the question's numbers stand in it, or in its title, path or passage

    @property
    def text(self) -> str:
        """The exact quote."""
        return self.document.text[self.start : self.end]

    @property
    def first(self) -> bool:
        """Whether its paragraph begins with it."""
        return self.start == self.paragraph.start


def gather(question: Question, hits: Sequence[Hit], coverage: Coverage, read: Read) -> list[Unit]:
    """Return the sentences of the hits' passages, in the order of the hits, each place once."""
    asked = _Asked(question, coverage)
    units: list[Unit] = []
    seen: set[tuple[str, int]] = set()
    for hit in hits:
        document, paragraphs = read(hit.passage.document_id)
        if not hit.is_current(document):
            continue  # edited between search and reading: its new revision is searched next time
        for unit in asked.units_of(hit, document, paragraphs):
            if (document.id, unit.start) not in seen:
                seen.add((document.id, unit.start))
                if not question.fresh or _is_new(question, unit):
                    units.append(unit)
            if len(units) == MOST_UNITS:
                return units
    return units


def _is_new(question: Question, unit: Unit) -> bool:
    """Whether a sentence says what the answer before did not; to 为什么？, a reason."""
    reason = question.kind is not Kind.REASON or unit.fits is True
    return reason and letters_of(unit.text) not in question.said


class _Asked:
    """One question, measured against sentences."""

    def __init__(self, question: Question, coverage: Coverage) -> None:
        self._question = question
        self._coverage = coverage
        self._all = frozenset(range(len(coverage.terms)))
        self._topic = letters_of(question.topic)
        wanted = normalised_numbers(question.text) if question.kind is not Kind.LIST else ()
        self._numbers = frozenset(wanted)
        beside = {*tokenize(question.left), *tokenize(question.right)}
        self._cue = frozenset(beside & set(tokenize(question.topic)))

    def units_of(
        self, hit: Hit, document: Document, paragraphs: Sequence[Paragraph]
    ) -> Iterator[Unit]:
        """Yield the sentences of one passage."""
        passage, coverage = hit.passage, self._coverage
        heading = coverage.covered(set(tokenize(" ".join([hit.title, *passage.path]))))
        around = coverage.covered(set(tokenize(passage.text)))
        known = set(normalised_numbers(f"{hit.title} {passage.path} {passage.text}"))
        numbers = self._numbers <= known
        for paragraph in _overlapping(paragraphs, passage.start, passage.end):
            # Passages are cut at sentence ends: only their own part of a long paragraph counts.
            base = max(paragraph.start, passage.start)
            part = document.text[base : min(paragraph.end, passage.end)]
            before: frozenset[int] = frozenset()
            for start, end in split_units(part):
                text = part[start:end]
                if asks(text):
                    continue  # a question answers none
                tokens = frozenset(tokenize(text))
                covered = coverage.covered(tokens)
                direct = coverage.share(covered)
                near = (
                    direct
                    + HEADING_SHARE * coverage.share(heading - covered)
                    + PASSAGE_SHARE * coverage.share(around - heading - covered)
                )
                yield Unit(
                    document=document,
                    paragraph=paragraph,
                    start=base + start,
                    end=base + end,
                    hit=hit,
                    covered=covered,
                    direct=direct,
                    near=min(near, 1.0),
                    rest=self._rest(covered, heading),
                    before=coverage.share(before - covered),
                    cue=len(self._cue & tokens) / len(self._cue) if self._cue else 0.5,
                    run=longest_run(self._topic, letters_of(text)),
                    fits=fits(self._question, text),
                    numbers=numbers,
                )
                before = covered

    def _rest(self, covered: frozenset[int], heading: frozenset[int]) -> float:
        rest = self._all - heading
        share = self._coverage.share(rest)
        return self._coverage.share(covered & rest) / share if share > LEAST_REST else 1.0


def asks(text: str) -> bool:
    """Whether a sentence asks. One that tells of a question in quotes (他问：“谁？”) does not."""
    return _ASKS.fullmatch(text) is not None


def longest_run(asked: str, text: str) -> float:
    """Return the length of the longest run of characters in both, as a share of LONGEST_RUN."""
    longest = 0
    for at in range(len(asked)):
        while (
            longest < LONGEST_RUN
            and at + longest < len(asked)
            and asked[at : at + longest + 1] in text
        ):
            longest += 1
    return longest / LONGEST_RUN


def _overlapping(paragraphs: Sequence[Paragraph], start: int, end: int) -> Iterator[Paragraph]:
    at = max(0, bisect_right(paragraphs, start, key=lambda p: p.start) - 1)
    for paragraph in paragraphs[at:]:
        if paragraph.start >= end:
            return
        if paragraph.end > start:
            yield paragraph
