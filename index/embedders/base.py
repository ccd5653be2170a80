"""The embedder's role: texts become unit vectors; and what each does to them before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.errors import BadVectors
from index.types import EmbedderIdentity

Vectors = NDArray[np.float32]  # (n, dim), unit rows


class Embedder(Protocol):
    """Two methods, no mode switch: a question and a passage carry different prefixes."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What its vectors are comparable with."""
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per question, in order."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per passage, in order."""
        ...


_UNIT_TOLERANCE = 1e-5  # float32 rounding over a few thousand dimensions stays well under it
_LEAST_LENGTH = 1e-6  # a shorter row has no direction to speak of


def unit_rows(rows: NDArray[np.floating], count: int, dimension: int) -> Vectors:
    """Return rows scaled to unit length in float32; BadVectors unless every one can be.

    Half-precision models leave rows a few thousandths off unit length: they are scaled here, where
    the check is.
    """
    if rows.shape != (count, dimension):
        raise _unusable(f"{rows.shape} != ({count}, {dimension})")
    exact = rows.astype(np.float32)
    if not np.isfinite(exact).all():
        raise _unusable("NaN, inf")
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    if (lengths < _LEAST_LENGTH).any():
        raise _unusable("|v| = 0")
    unit: Vectors = exact / lengths
    if (np.abs(np.linalg.norm(unit, axis=1) - 1.0) > _UNIT_TOLERANCE).any():
        raise _unusable("|v| != 1")
    return unit


def _unusable(found: str) -> BadVectors:
    return BadVectors(Message("index.unusable_vectors", found=found))
