"""Plain data of evaluation. Positions are code points, half-open ``[start, end)``.

Values of one question are floats; sums over questions are rounded once (``math.fsum``), so they do
not depend on the order of the questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

Values = Mapping[str, float | None]  # measure -> value of one question; None: does not apply


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


class GoldKind(StrEnum):
    """How a set says where the evidence is."""

    QUOTE = "quote"  # words of the text, exact
    CLAUSE = "clause"  # an address: 民法典第1084条第3款
    PASSAGE = "passage"  # the id of a passage or of a citation
    DOCUMENT = "document"  # a record's id, a source, a file's name or a title


class GoldName(NamedTuple):
    """What a set calls one piece of evidence; equal names are one piece."""

    kind: GoldKind
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set, with what a good answer to it holds."""

    id: str
    text: str
    kind: str = ""
    musts: tuple[str, ...] = ()  # every one must occur in the answer
    gold_quotes: tuple[str, ...] = ()  # what a good answer rests on, word for word
    answers: tuple[str, ...] = ()  # reference answers, any of which is right
    unanswerable: bool = False  # the library does not say: the right answer is an abstention
    tags: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)  # fields this program does not know
    gold_clauses: tuple[str, ...] = ()
    gold_passages: tuple[str, ...] = ()
    gold_documents: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)  # of gold documents; 1 if not given
    forbidden: tuple[str, ...] = ()  # none may occur in the answer: planted lies, orders obeyed
    as_of: date | None = None  # the day the question is asked about; None: today

    @property
    def golds(self) -> tuple[GoldName, ...]:
        """Every piece of evidence, quotes first."""
        return (
            *(GoldName(GoldKind.QUOTE, each) for each in self.gold_quotes),
            *(GoldName(GoldKind.CLAUSE, each) for each in self.gold_clauses),
            *(GoldName(GoldKind.PASSAGE, each) for each in self.gold_passages),
            *(GoldName(GoldKind.DOCUMENT, each) for each in self.gold_documents),
        )


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Questions in the order of their file."""

    name: str
    digest: str  # SHA-256 of the file's bytes, hexadecimal
    questions: tuple[Question, ...]
    warnings: tuple[str, ...] = ()  # what is odd in the file but does not stop a run, for people
    data: bytes = field(default=b"", repr=False)  # the file, kept with every run


@dataclass(frozen=True, slots=True)
class Gold:
    """A piece of evidence and where the library has it; no places: it is nowhere."""

    name: str
    places: tuple[Place, ...]
    paragraphs: tuple[Place, ...] = ()  # the paragraphs that those places lie in
    kind: GoldKind = GoldKind.QUOTE
    grade: int = 1
    thing: str = (
        ""  # what it is ranked as: evidence in one passage is one; see eval.measures.ranking
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge made of one claim and the text it cites."""

    claim: int  # position in the answer's claims
    label: str  # supported, partial, unsupported or contradicted
    support: float  # 0 to 1
    reasons: tuple[str, ...]
    useful: tuple[bool, ...]  # of each of the claim's citations: it counts for ALCE's precision


@dataclass(frozen=True, slots=True)
class Record:
    """What one question came to. Equal inputs give equal records."""

    question: Question
    hits: tuple[tuple[str, float], ...]  # passage id and score, best first
    answer: Mapping[str, object] | None  # plain data without timings; None when it failed
    values: Values
    missing: tuple[str, ...]  # musts that the answer does not hold
    uncited: tuple[str, ...]  # evidence that no citation covers
    nowhere: tuple[str, ...]  # evidence that the library does not have
    error: str | None = None  # why the question failed
    ranking: tuple[
        str, ...
    ] = ()  # what was ranked, as in qrels and run files; see eval.measures.ranking
    judgements: tuple[Judgement, ...] = ()  # by the run's judge
    qrels: Mapping[str, int] = field(default_factory=dict)  # grade of each thing to be found


@dataclass(frozen=True, slots=True)
class QuestionTiming:
    """How long one question took, in milliseconds."""

    id: str
    search_ms: float | None  # of a search deeper than the answer's; None: none, or not so far
    answer_ms: float | None  # None: it did not get that far
    stages: Mapping[str, float]  # as the answer states them
    scoring_ms: float = 0.0  # what evaluation itself took


@dataclass(frozen=True, slots=True)
class Timings:
    """The part of a run that differs between equal runs."""

    started: str  # ISO 8601, UTC
    questions: tuple[QuestionTiming, ...]
    seconds: float = 0.0  # of the run, or of its last part if it was resumed
    peak_mb: float = 0.0  # resident memory of the process at its highest, in 10^6 bytes
    workers: int = 1  # questions asked at once: of two, each takes longer


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

    value: float | None  # None when it applies to none
    n: int
