"""The JSON of questions with their conversation, of answers, and of the events that tell them.

As in ``api.schemas.citations``, exactly the fields of the dataclasses.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.citations import CitationOut, End, HitOut, In, Out, QuestionIn, Share, Start, Text
from rag.types import AbstentionReason, Label, NoteKind


class TurnIn(In):
    """A question asked before, and the text of its answer."""

    question: Text
    answer: Text = ""
    citations: Annotated[
        tuple[Text, ...],
        Field(description="Ids of what that answer cited, in order: 第三款呢？ is asked of these."),
    ] = ()


class AskIn(QuestionIn):
    """A question to be answered, and the conversation it belongs to."""

    history: Annotated[
        tuple[TurnIn, ...],
        Field(description="The turns before it, oldest first. The last 50 are looked at."),
    ] = ()
    stream: Annotated[
        bool, Field(description="Answer with server-sent events, claim by claim.")
    ] = False


class ClaimOut(Out):
    """One sentence: the answer's text at code points ``[start, end)``, without markers."""

    text: str
    start: Start
    end: End
    citations: Annotated[
        tuple[int, ...], Field(description="Positions in the answer's citations, from 0.")
    ]
    short: Annotated[
        tuple[int, int] | None,
        Field(description="Where in its text the short answer stands, half-open, if it does."),
    ]


class VerdictOut(Out):
    """The check of one claim."""

    claim: Annotated[int, Field(description="Position in the answer's claims, from 0.")]
    label: Label
    support: Share
    reasons: tuple[str, ...]


class AbstentionOut(Out):
    """A reasoned refusal to answer."""

    reason: AbstentionReason
    message: str


class WithheldOut(Out):
    """A sentence that was drafted and is not said, since it was not found supported."""

    text: str
    citations: tuple[CitationOut, ...]
    label: Label
    support: Share
    reasons: tuple[str, ...]


class NoteOut(Out):
    """Something said about an answer, not by it."""

    kind: NoteKind
    message: str
    claims: Annotated[
        tuple[int, ...], Field(description="Positions in the answer's claims it is about.")
    ]


class AnswerOut(Out):
    """A cited, verified answer, or an abstention. All positions are code points, half-open."""

    question: str
    text: Annotated[
        str, Field(description="Markdown with footnote markers [^n]; empty when abstaining.")
    ]
    claims: tuple[ClaimOut, ...]
    verdicts: tuple[VerdictOut, ...]
    citations: tuple[CitationOut, ...]
    abstention: AbstentionOut | None
    passages: tuple[HitOut, ...]
    support: Share
    index_version: str
    llm_generated: bool
    timings: Annotated[dict[str, float], Field(description="Milliseconds of each stage.")]
    short_answer: Annotated[
        str, Field(description="The words that answer, exact, out of a claim; empty: none such.")
    ]
    rewritten: Annotated[
        str, Field(description="The question as completed from the conversation; else empty.")
    ]
    notes: tuple[NoteOut, ...]
    withheld: tuple[WithheldOut, ...]


class PassagesFoundOut(Out):
    """Event ``passages``: what an answer is sought in, best first."""

    passages: tuple[HitOut, ...]
    index_version: str
    rewritten: Annotated[
        str, Field(description="The question as completed from the conversation; else empty.")
    ]


class ClaimToldOut(Out):
    """Event ``claim``: one verified sentence."""

    position: Annotated[int, Field(description="In the answer's claims, from 0.")]
    claim: ClaimOut
    delta: Annotated[
        str, Field(description="What it adds to the answer's text; joined, they are the text.")
    ]
    citations: Annotated[
        tuple[tuple[int, CitationOut], ...],
        Field(description="First cited here: position in the answer's citations, citation."),
    ]


class VerdictToldOut(Out):
    """Event ``verdict``: the check of the claim told just before."""

    verdict: VerdictOut
