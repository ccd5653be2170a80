"""The verifier's role: whether the places a claim cites support it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.types import Citation
from rag.types import Label


@dataclass(frozen=True, slots=True)
class Check:
    """What checking one claim against its cited text came to."""

    label: Label
    support: float  # 0 to 1
    reasons: tuple[str, ...]  # for people, Chinese and English


class Verifier(Protocol):
    """Checks one claim against the texts it cites."""

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return label, support and reasons."""
        ...
