"""The generator's role: from a question and its passages to a draft with citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.types import Citation
from index.types import Hit
from rag.question import Question


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One sentence to be checked, with the places it says it rests on."""

    text: str
    citations: tuple[Citation, ...]
    prefix: str = ""  # Markdown in front of it ("- "), no part of the claim
    breaks: bool = True  # begins a new line


@dataclass(frozen=True, slots=True)
class Draft:
    """An unchecked answer."""

    claims: tuple[DraftClaim, ...]
    support: float  # 0 to 1: how sure the evidence answers the question
    llm_generated: bool


class Generator(Protocol):
    """Writes or selects the sentences of an answer."""

    def generate(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return a draft; one without claims when the passages hold no answer."""
        ...
