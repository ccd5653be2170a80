"""Opens the answer model: the shipped one shares what the embedder has in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from index.embedders.base import Embedder
from index.embedders.batching import QuestionEmbedder
from index.embedders.graph import GraphEmbedder, open_tables
from index.embedders.onnx_runtime import open_onnx_session
from index.embedders.two_sided import TwoSidedEmbedder
from index.library import Library
from rag.reading.bundled import BundledAnswerModel, build_answer_graph
from rag.reading.encoding import Clause
from rag.reading.model import AnswerModel, Reading
from rag.reading.weights_file import FOLDER

SHIPPED = "bundled"
DEFAULT_CACHE = Path("~/.cache/judian")


class ShippedAnswerModel:
    """The shipped model, opened at the first question: a second, and 60 MB of memory."""

    name = "judian-answer-model"

    def __init__(
        self,
        embedder: Callable[[], Embedder],
        cache: Path = DEFAULT_CACHE,
        folder: Path = FOLDER,
    ) -> None:
        """``embedder`` gives the one in use: its tokenizer and words are shared where they fit."""
        self._embedder = embedder
        self._cache = cache
        self._folder = folder
        self._guard = threading.Lock()
        self._opened: AnswerModel | None = None

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        """Return a reading of each clause. Raises ModelUnusable, ModelMissing, BadVectors."""
        if not clauses:
            return []
        with self._guard:
            if self._opened is None:
                self._opened = self._open()
        return self._opened.read(question, clauses)

    def _open(self) -> AnswerModel:
        embedder = self._embedder()
        if isinstance(embedder, QuestionEmbedder):
            embedder = embedder.inner
        if isinstance(embedder, TwoSidedEmbedder):
            embedder = embedder.passages
        cache = self._cache.expanduser()
        graph, calibration = build_answer_graph(cache, self._folder)
        if isinstance(embedder, GraphEmbedder):
            tokenizer, words = embedder.tokenizer, embedder.words
        else:
            tokenizer, words = open_tables(cache)
        # OpenVINO reads a third faster and keeps 400 MB for the lengths it has seen.
        session = open_onnx_session(graph)
        return BundledAnswerModel(session, tokenizer, words, calibration, name=self.name)


def shipped_answer_model(library: Library) -> AnswerModel:
    """Return the shipped model over the embedder of a library, not opened yet."""
    return ShippedAnswerModel(lambda: library.embedder)
