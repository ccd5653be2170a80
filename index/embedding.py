"""A library's embedding model: which one its vectors are of, and what it has yet to embed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from corpus.ingest import embedded_text
from corpus.messages.message import Message
from corpus.store.store import Store
from corpus.store.stored import PassageRow
from index.embedders.base import Embedder, Vectors
from index.errors import BadVectors, EmbedderMismatch
from index.segments.snapshot import Stamp

BATCH = 256  # texts between two writes, some 5 s: what an interruption can cost
UNIT_TOLERANCE = 1e-3  # float32 normalisation is exact to about 1e-6; half precision to 1e-3


class Interrupted(Exception):
    """Somebody asked to stop; what was embedded is kept."""


def embed_missing(
    store: Store,
    embedder: Embedder,
    texts: Mapping[str, str],
    on_done: Callable[[int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Embed the texts (by digest) whose vectors the store lacks, and cache them there.

    Each batch is written as soon as it is made, so an interruption loses at most one.
    ``on_done`` is given how many texts are done, cached ones included. Once ``stopped`` says so,
    raises Interrupted before the next batch.
    """
    key = embedder.identity.key
    missing = store.vectors.missing(key, list(texts))
    missing.sort(key=lambda digest: len(texts[digest]))  # equal lengths waste no padding
    done = len(texts) - len(missing)
    for start in range(0, len(missing), BATCH):
        if stopped():
            raise Interrupted
        batch = missing[start : start + BATCH]
        vectors = checked(embedder.embed_passages([texts[digest] for digest in batch]))
        packed = [row.astype("<f4").tobytes() for row in vectors]
        store.vectors.put(key, dict(zip(batch, packed, strict=True)))
        done += len(batch)
        if on_done:
            on_done(done)


def texts_of(rows: Iterable[PassageRow]) -> dict[str, str]:
    """Return digest -> the text that is embedded."""
    return {row.digest: embedded_text(row.title, row.passage) for row in rows}


def checked(vectors: Vectors) -> Vectors:
    """Return the vectors, or raise BadVectors when one is not finite and of unit length."""
    lengths = np.linalg.norm(vectors, axis=1)
    good = np.isfinite(lengths) & (np.abs(lengths - 1.0) < UNIT_TOLERANCE)
    if not good.all():
        raise BadVectors(Message("index.invalid_vectors", count=int((~good).sum())))
    return vectors


class LibraryEmbedder:
    """A library's embedding model, loaded at first use; another than made its vectors is refused.

    Used from any thread.
    """

    def __init__(self, store: Store, open_embedder: Callable[[], Embedder]) -> None:
        self._store = store
        self._open = open_embedder
        self._opened: Embedder | None = None
        self._guard = threading.Lock()

    def get(self) -> Embedder:
        """Return the model. Raises what opening it raises."""
        with self._guard:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def adopt(self) -> None:
        """Make a library without passages this model's own; the write lock must be held.

        Raises EmbedderMismatch where there are passages, of another model.
        """
        if self._store.get_meta("embedder") is None or not self._store.has_passages():
            self.take_over()
        self.refuse_other()

    def take_over(self) -> None:
        """Write down that the library's vectors are this model's; the write lock must be held."""
        self._store.set_meta("embedder", self.get().identity.key)

    def refuse_other(self) -> None:
        """Raise EmbedderMismatch where the library's vectors are another model's."""
        made_by = self._store.get_meta("embedder")
        key = self.get().identity.key
        if made_by is None or made_by == key or not self._store.has_passages():
            return
        raise EmbedderMismatch(Message("index.other_embedder", made_by=made_by, now=key))

    def stamp(self, factory: str) -> Stamp:
        """Return what the index must be of now; ``factory`` is FAISS's. Raises EmbedderMismatch."""
        self.refuse_other()
        identity = self.get().identity
        store = self._store
        return Stamp(store.store_id, store.version, identity.key, identity.dimension, factory)

    def vectors_of(self, rows: Sequence[PassageRow]) -> Vectors:
        """Return the vectors of passages, (n, dim); those not cached are embedded."""
        embedder = self.get()
        key = embedder.identity.key
        cached = self._store.vectors.get(key, [row.digest for row in rows])
        lacking = [row for row in rows if row.digest not in cached]
        if lacking:
            embed_missing(self._store, embedder, texts_of(lacking))
            cached |= self._store.vectors.get(key, [row.digest for row in lacking])
        vectors = np.empty((len(rows), embedder.identity.dimension), dtype=np.float32)
        for at, row in enumerate(rows):
            vectors[at] = np.frombuffer(cached[row.digest], dtype="<f4")
        return checked(vectors)
