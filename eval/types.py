"""Plain data of evaluation. Positions are code points, half-open ``[start, end)``.

Values are fractions, so a fold over questions is exact and does not depend on their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

Values = Mapping[str, Fraction | None]  # measure -> value of one question; None: does not apply


class Place(NamedTuple):
    """A stretch of one document's canonical text."""

    document_id: str
    start: int
    end: int

    def overlaps(self, other: Place) -> bool:
        """Tell whether the two share at least one code point."""
        return self.document_id == other.document_id and max(self.start, other.start) < min(
            self.end, other.end
        )

    def holds(self, other: Place) -> bool:
        """Tell whether ``other`` lies within this one."""
        return (
            self.document_id == other.document_id
            and self.start <= other.start
            and other.end <= self.end
        )


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set, with what a good answer to it holds."""

    id: str
    text: str
    kind: str = ""
    musts: tuple[str, ...] = ()  # every one must occur in the answer
    gold_quotes: tuple[str, ...] = ()  # what a good answer rests on, word for word
    answers: tuple[str, ...] = ()  # reference answers, kept for judges; no measure reads them
    unanswerable: bool = False  # the library does not say: the right answer is an abstention
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)  # fields this program does not know


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Questions in the order of their file."""

    name: str
    digest: str  # SHA-256 of the file's bytes, hexadecimal
    questions: tuple[Question, ...]
    warnings: tuple[str, ...] = ()  # what is odd in the file but does not stop a run, for people


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold quote and where the library has it; no places: it is nowhere."""

    quote: str
    places: tuple[Place, ...]
    paragraphs: tuple[Place, ...] = ()  # the paragraphs that those places lie in


@dataclass(frozen=True, slots=True)
class Record:
    """What one question came to. Equal inputs give equal records."""

    question: Question
    hits: tuple[tuple[str, float], ...]  # passage id and score, best first
    answer: Mapping[str, object] | None  # plain data without timings; None when it failed
    values: Values
    missing: tuple[str, ...]  # musts that the answer does not hold
    uncited: tuple[str, ...]  # gold quotes that no citation covers
    nowhere: tuple[str, ...]  # gold quotes that the library does not have
    error: str | None = None  # why the question failed


@dataclass(frozen=True, slots=True)
class QuestionTiming:
    """How long one question took, in milliseconds."""

    id: str
    search_ms: float | None  # None: it did not get that far
    answer_ms: float | None
    stages: Mapping[str, float]  # as the answer states them


@dataclass(frozen=True, slots=True)
class Timings:
    """The part of a run that differs between equal runs."""

    started: str  # ISO 8601, UTC
    questions: tuple[QuestionTiming, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What was measured with what."""

    set_name: str
    set_digest: str
    index_version: str
    program_version: str
    settings: Mapping[str, object]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over a set: its header, a record per question in the set's order, and timings."""

    header: Header
    records: tuple[Record, ...]
    timings: Timings


@dataclass(frozen=True, slots=True)
class Mean:
    """A fold of one measure: its mean over the ``n`` questions it applies to."""

    value: Fraction | None  # None when it applies to none
    n: int
