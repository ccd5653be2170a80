"""Embedding what the store does not have yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from corpus.ingest import embedded_text
from corpus.store.store import Store
from corpus.store.stored import PassageRow
from index.embedders.base import Embedder, Vectors
from index.errors import BadVectors

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
    ``on_done`` is told how many texts are done, cached ones included. Once ``stopped`` says so,
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


def vectors_of(store: Store, embedder: Embedder, rows: Sequence[PassageRow]) -> Vectors:
    """Return the vectors of passages, (n, dim); those not cached are embedded."""
    key = embedder.identity.key
    cached = store.vectors.get(key, [row.digest for row in rows])
    lacking = [row for row in rows if row.digest not in cached]
    if lacking:
        embed_missing(store, embedder, texts_of(lacking))
        cached |= store.vectors.get(key, [row.digest for row in lacking])
    vectors = np.empty((len(rows), embedder.identity.dimension), dtype=np.float32)
    for at, row in enumerate(rows):
        vectors[at] = np.frombuffer(cached[row.digest], dtype="<f4")
    return checked(vectors)


def texts_of(rows: Iterable[PassageRow]) -> dict[str, str]:
    """Return digest -> the text that is embedded."""
    return {row.digest: embedded_text(row.title, row.passage) for row in rows}


def checked(vectors: Vectors) -> Vectors:
    """Return the vectors, or raise BadVectors when one is not finite and of unit length."""
    lengths = np.linalg.norm(vectors, axis=1)
    good = np.isfinite(lengths) & (np.abs(lengths - 1.0) < UNIT_TOLERANCE)
    if not good.all():
        raise BadVectors(
            f"嵌入模型给出了 {int((~good).sum())} 个无效向量，未写入。"
            f" The embedding model gave {int((~good).sum())} vectors that are not finite and of"
            " unit length; nothing was stored. Run judian doctor."
        )
    return vectors
