"""Questions that come at once are embedded together, and those asked before not again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from index.embedders.base import Embedder, Vectors
from index.types import EmbedderIdentity

MOST_KEPT = 4096  # vectors of questions: 6 MB at 384 dimensions
MOST_TOGETHER = 32  # questions of one batch

Vector = NDArray[np.float32]


class QuestionEmbedder:
    """An embedder that many threads ask.

    A question goes to the model at once while one of its lanes is free; those that come meanwhile
    wait and go together with the next free lane, which costs less than one after another.
    """

    def __init__(self, inner: Embedder, *, lanes: int = 1, kept: int = MOST_KEPT) -> None:
        """Ask ``inner``, by at most ``lanes`` threads at once; keep so many vectors."""
        self.inner = inner
        self._kept = kept
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._guard = threading.Lock()
        self._waiting: list[tuple[str, Future[Vector]]] = []
        self._lanes = threading.BoundedSemaphore(lanes)

    @property
    def identity(self) -> EmbedderIdentity:
        """What its vectors are comparable with."""
        return self.inner.identity

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per passage, in order."""
        return self.inner.embed_passages(texts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per question, in order. Raises what the inner embedder raises."""
        if not texts:
            return self.inner.embed_questions(texts)
        asked = [(text, self._ask(text)) for text in texts]
        for _, future in asked:
            if not future.done():
                self._work(future)
        return np.stack([future.result() for _, future in asked])

    def _ask(self, text: str) -> Future[Vector]:
        """Return what is known, or what will be."""
        future: Future[Vector] = Future()
        with self._guard:
            known = self._known.get(text)
            if known is None:
                self._waiting.append((text, future))
            else:
                self._known.move_to_end(text)
                future.set_result(known)
        return future

    def _work(self, wanted: Future[Vector]) -> None:
        """Take a lane, and embed what waits until the one wanted is done, by whomever."""
        while not wanted.done():
            with self._lanes:
                with self._guard:
                    batch = self._waiting[:MOST_TOGETHER]
                    del self._waiting[: len(batch)]
                if not batch:  # another thread has it in hand
                    break
                self._embed(batch)

    def _embed(self, batch: Sequence[tuple[str, Future[Vector]]]) -> None:
        distinct = list(dict.fromkeys(text for text, _ in batch))
        try:
            found = dict(zip(distinct, self.inner.embed_questions(distinct), strict=True))
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        with self._guard:
            for text, vector in found.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        for text, future in batch:
            future.set_result(found[text])
