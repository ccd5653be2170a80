"""The role of the answer model: it reads a question beside clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rag.reading.encoding import Clause


class YesNo(StrEnum):
    """What a clause says to a question that asks whether."""

    NOT_ASKED = ""
    YES = "yes"
    NO = "no"
    DEPENDS = "depends"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of one clause."""

    answers: float  # chance, 0 to 1, that the clause answers the question; calibrated
    span: tuple[int, int] | None = None  # of the words that answer, in the clause's text
    span_chance: float = 0.0  # that just these words answer, if the clause does
    yes_no: YesNo = YesNo.NOT_ASKED
    yes_no_chance: float = 0.0


class AnswerModel(Protocol):
    """Says whether clauses answer a question, and with which words. Used from several threads."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        """Return a reading of each clause, in order. Raises ModelUnusable, BadVectors."""
        ...
