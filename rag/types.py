"""Plain data of question answering. Positions are code points, half-open ``[start, end)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from corpus.types import Citation, End, Share, Start
from index.types import Hit

Completed = Annotated[str, "The question as completed from the conversation; else empty."]


SURE, LIKELY = 0.75, 0.5  # support, 0 to 1, from which an answer is called sure, and likely


class Certainty(StrEnum):
    """How sure an answer is, for people: its support in words."""

    SURE = "sure"
    LIKELY = "likely"
    OPEN = "open"  # see for yourself

    @classmethod
    def of(cls, support: float) -> Certainty:
        """Return the word for a support, 0 to 1."""
        return cls.SURE if support >= SURE else cls.LIKELY if support >= LIKELY else cls.OPEN


class Label(StrEnum):
    """What checking a claim against its cited text came to."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Claim:
    r"""One sentence: the answer's text at code points ``[start, end)``, without markers.

    A ``[^`` of the document's own stands in the answer's text as ``\[^``, since that is Markdown:
    there alone the two differ.
    """

    text: str
    start: Start
    end: End
    citations: Annotated[
        tuple[int, ...], "Positions in the answer's citations, from 0; the marker of 0 is [^1]."
    ]
    short: Annotated[
        tuple[int, int] | None, "Where in its text the short answer stands, half-open, if it does."
    ] = None
    highlights: Annotated[
        tuple[tuple[int, int], ...], "Where in its text the words stand that answer, half-open."
    ] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check of one claim."""

    claim: Annotated[int, "Position in the answer's claims, from 0."]
    label: Label
    support: Share
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence that was drafted and is not said, since it was not found supported."""

    text: str
    citations: tuple[Citation, ...]  # what it said it rests on; empty when it cited nothing real
    label: Label
    support: Share
    reasons: tuple[str, ...]


class NoteKind(StrEnum):
    """What a reader has to know beside the sentences of an answer."""

    CONFLICT = "conflict"  # the documents disagree: these claims say different things
    PREMISE = "premise"  # the question takes something for granted that the cited text denies
    QUOTED_INSTEAD = "quoted_instead"  # nothing a model wrote was supported: quotes stand here
    QUOTED_TOO = (
        "quoted_too"  # what a model wrote leaves a document out that answers: quoted behind
    )
    MODEL_FAILED = "model_failed"  # the model did not answer, or broke off
    UNKNOWN_CITATIONS = "unknown_citations"  # the model cited passages that it was not given
    CHANGED = "changed"  # a later text amends or repeals the clause that is quoted
    OUTRANKED = "outranked"  # a text is cited where one of a higher level speaks too
    PARTIAL = "partial"  # a part of the question is not answered
    FORGED_STRUCTURE = "forged_structure"  # cited text imitates a prompt or an answer's markers


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about an answer, not by it."""

    kind: NoteKind
    message: str  # for people, in the language of the question
    claims: Annotated[tuple[int, ...], "Positions in the answer's claims it is about."] = ()


class AbstentionReason(StrEnum):
    """Why nothing is said."""

    EMPTY_LIBRARY = "empty_library"
    NOTHING_FOUND = "nothing_found"
    LOW_SUPPORT = "low_support"
    UNVERIFIED = "unverified"
    CLAUSE_DOES_NOT_EXIST = "clause_does_not_exist"
    NO_SUCH_LAW = "no_such_law"
    NOT_IN_FORCE = "not_in_force"
    CONFLICT = "conflict"
    UNCERTAIN = "uncertain"  # clauses that may answer are offered, and nothing is claimed of them
    CONDITION_NOT_MET = "condition_not_met"  # what was found is of another year, place or document


@dataclass(frozen=True, slots=True)
class Abstention:
    """A reasoned refusal to answer; the nearest passages stand in ``Answer.passages``."""

    reason: AbstentionReason
    message: str  # for people, in the language of the question


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited, verified answer, or an abstention: the one object every interface renders.

    All positions are code points, half-open.
    """

    question: str
    text: Annotated[str, "Markdown with footnote markers [^n]; empty when abstaining."]
    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    citations: tuple[Citation, ...]
    abstention: Abstention | None
    passages: tuple[Hit, ...]
    support: Annotated[float, "0 to 1: how sure the evidence answers the question."]
    index_version: str
    llm_generated: bool
    timings: Annotated[Mapping[str, float], "Milliseconds of each stage."] = field(
        default_factory=dict
    )
    short_answer: Annotated[
        str, "The words that answer, exact, out of a claim; empty: none such."
    ] = ""
    rewritten: Completed = ""
    notes: tuple[Note, ...] = ()
    withheld: tuple[Withheld, ...] = ()  # drafted and not said
    offered: Annotated[
        tuple[Citation, ...],
        "Clauses that may answer, too, of which nothing is claimed, the likeliest first.",
    ] = ()
    yes_no: Annotated[
        str, "What the first claim says to a question whether: yes, no, depends; else empty."
    ] = ""
    certainty: Annotated[
        str, "The support in words: sure, likely, open (see for yourself); empty: no answer."
    ] = ""
