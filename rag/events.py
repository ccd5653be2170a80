"""What is told while a question is answered, in order: passages, claims with verdicts, done.

A claim is told only once it was verified. The ``delta`` of the claims, joined, is the text of the
whole answer, which comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from corpus.types import Citation
from index.types import Hit
from rag.types import Answer, Claim, Verdict


@dataclass(frozen=True, slots=True)
class PassagesFound:
    """The passages an answer is sought in, best first."""

    name: ClassVar[str] = "passages"
    passages: tuple[Hit, ...]
    index_version: str
    rewritten: str = ""  # the question sought for, where it was completed from the conversation


@dataclass(frozen=True, slots=True)
class ClaimTold:
    """One verified sentence. ``citations`` are those first cited here, by their number."""

    name: ClassVar[str] = "claim"
    position: int  # in Answer.claims, from 0
    claim: Claim
    delta: str  # what it adds to the answer's text, line breaks and markers included
    citations: tuple[tuple[int, Citation], ...]  # position in Answer.citations, from 0


@dataclass(frozen=True, slots=True)
class VerdictTold:
    """The check of the claim told just before."""

    name: ClassVar[str] = "verdict"
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer, or the abstention: always the last event."""

    name: ClassVar[str] = "done"
    answer: Answer


Event = PassagesFound | ClaimTold | VerdictTold | Done
