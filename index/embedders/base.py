"""The embedder's role: texts become unit vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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
