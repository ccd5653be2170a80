"""Plain data of question answering. Positions are code points, half-open ``[start, end)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Citation
from index.types import Hit

# Passages read for an answer, by every door: equal questions get equal answers.
DEFAULT_PASSAGES = 10


class Label(StrEnum):
    """What checking a claim against its cited text came to."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Claim:
    r"""One sentence of an answer, exact, without its markers.

    ``answer.text[start:end]`` is ``text``; but for a ``[^`` of the document's own, which stands
    there as ``\[^`` since the answer's text is Markdown.
    """

    text: str
    start: int
    end: int
    citations: tuple[int, ...]  # positions in Answer.citations, from 0; marker is [^n] with n+1
    short: tuple[int, int] | None = None  # where in ``text`` the short answer stands, if it does


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check of one claim."""

    claim: int  # position in Answer.claims
    label: Label
    support: float  # 0 to 1
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence that was drafted and is not said: its check did not find it supported."""

    text: str
    citations: tuple[Citation, ...]  # what it said it rests on; empty when it cited nothing real
    label: Label
    support: float  # 0 to 1
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
    FORGED_STRUCTURE = "forged_structure"  # cited text imitates a prompt or an answer's markers


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about an answer, not by it."""

    kind: NoteKind
    message: str  # for people, in the language of the question
    claims: tuple[int, ...] = ()  # positions in Answer.claims it is about, from 0


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


@dataclass(frozen=True, slots=True)
class Abstention:
    """A reasoned refusal to answer; the nearest passages stand in ``Answer.passages``."""

    reason: AbstentionReason
    message: str  # for people, in the language of the question


@dataclass(frozen=True, slots=True)
class Answer:
    """The one object every door renders."""

    question: str
    text: str  # Markdown with [^n] markers; empty when abstaining
    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    citations: tuple[Citation, ...]
    abstention: Abstention | None
    passages: tuple[Hit, ...]
    support: float  # 0 to 1: how sure the evidence answers the question
    index_version: str
    llm_generated: bool
    timings: Mapping[str, float] = field(default_factory=dict)  # stage -> milliseconds
    short_answer: str = ""  # the words that answer, exact, out of a claim; empty: no such words
    rewritten: str = ""  # the question as completed from the conversation; empty: as it was asked
    notes: tuple[Note, ...] = ()
    withheld: tuple[Withheld, ...] = ()  # drafted and not said
