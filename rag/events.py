"""What is told while a question is answered, in order: passages, claims with verdicts, done.

A claim is told only once it was verified. The ``delta`` of the claims, joined, is the text of the
whole answer, which comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from corpus.types import Citation
from index.types import Hit
from rag.types import Answer, Claim, Completed, Verdict


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """Event ``passages``: what an answer is sought in, best first."""

    name: ClassVar[str] = "passages"
    passages: tuple[Hit, ...]
    index_version: str
    rewritten: Completed = ""


@dataclass(frozen=True, slots=True)
class ClaimStreamed:
    """Event ``claim``: one verified sentence."""

    name: ClassVar[str] = "claim"
    position: Annotated[int, "In the answer's claims, from 0."]
    claim: Claim
    delta: Annotated[str, "What it adds to the answer's text, markers included: joined, the text."]
    citations: Annotated[
        tuple[tuple[int, Citation], ...],
        "First cited here: position in the answer's citations, from 0, and citation.",
    ]


@dataclass(frozen=True, slots=True)
class VerdictStreamed:
    """Event ``verdict``: the check of the claim told just before."""

    name: ClassVar[str] = "verdict"
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, or the abstention: always the last event."""

    name: ClassVar[str] = "done"
    answer: Answer


Event = PassagesFound | ClaimStreamed | VerdictStreamed | Done
