"""The reranker's role, and the one of sentence-transformers: question and passage read together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from corpus.messages.message import Message
from index.errors import BadVectors, ModelMissing
from index.segments.vectors import Scores

RERANKED = 50  # hits that are read together with the question; the rest stay behind them
MAX_TOKENS = 512


class Reranker(Protocol):
    """Says how well passages answer a question, better and slower than the first ranking."""

    @property
    def name(self) -> str:
        """Which model."""
        ...

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return a number for each passage, greater for a better one; comparable in one call."""
        ...


class CrossEncoderReranker:
    """A cross-encoder that sentence-transformers loads, on the GPU when there is one."""

    def __init__(self, model: str) -> None:
        """Load a Hugging Face id or a folder: seconds. Raises ModelMissing.

        A folder is loaded without any attempt at the network.
        """
        from sentence_transformers import CrossEncoder

        folder = Path(model).expanduser()
        try:
            self._model = CrossEncoder(
                str(folder) if folder.is_dir() else model,
                local_files_only=folder.is_dir(),
                num_labels=1,
                max_length=MAX_TOKENS,
            )
        # what the loaders raise for no such id, no network, a folder without a model
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelMissing(
                Message("index.reranker_unloaded", model=model, error=str(error))
            ) from error
        self.name = folder.resolve().name if folder.is_dir() else model

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return one number a passage. Raises BadVectors when the model gives none."""
        pairs = [(question, passage) for passage in passages]
        found = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)
        if found.shape != (len(passages),) or not np.isfinite(found).all():
            raise BadVectors(Message("index.reranker_bad_scores", model=self.name))
        return found
