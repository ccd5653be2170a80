"""Follow-up questions: what a question leaves out is taken from the conversation it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked before, with the text of its answer."""

    question: str
    answer: str = ""


Follow = Callable[[str, Sequence[Turn]], str]  # question, turns before -> whole question, or ""


def follow_by_rules(question: str, history: Sequence[Turn]) -> str:
    """Return the question completed from the turns before it; "" when it stands by itself."""
    return ""
