"""Deriving a snapshot from the store: only what changed since the last one is touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.store import Store
from corpus.stored import PassageRow
from index.embedder import Vectors
from index.errors import IndexUnwritable
from index.snapshots import TERMS, VECTORS, Snapshot, Stamp, publish
from index.terms import TantivyIndex, copy_index
from index.vectors import FaissIndex

BATCH = 2_000  # passages read from the store at once: some 3 MB of vectors

VectorsOf = Callable[[Sequence[PassageRow]], Vectors]  # rows -> (n, dim) float32, unit rows


def derive(
    folder: Path,
    store: Store,
    stamp: Stamp,
    vectors_of: VectorsOf,
    previous: Path | None,
    loaded: Snapshot | None,
) -> Snapshot:
    """Write and publish the snapshot of ``stamp``; the write lock must be held.

    ``loaded`` (opened from ``previous``) is the snapshot to start from, None to start anew. The
    outcome is the same either way. Raises IndexUnwritable.
    """
    try:
        return _derive(folder, store, stamp, vectors_of, previous, loaded)
    except OSError as error:
        raise IndexUnwritable(
            f"{folder}: 索引写不进去（{error.strerror}）；库中的文件完好，解决后重试即可。"
            f" The index cannot be written ({error.strerror}); the documents are safe in the store."
            " Mend that and try again."
        ) from error


def _derive(
    folder: Path,
    store: Store,
    stamp: Stamp,
    vectors_of: VectorsOf,
    previous: Path | None,
    loaded: Snapshot | None,
) -> Snapshot:
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / "building"
    if building.exists():  # left by a killed process
        shutil.rmtree(building)
    building.mkdir()
    rows = np.asarray(store.rows(), dtype=np.int64)
    have = loaded.vectors.rows if loaded else np.empty(0, dtype=np.int64)
    added = np.setdiff1d(rows, have)
    removed = np.setdiff1d(have, rows)

    batches = list(_vector_batches(store, added, vectors_of))
    fresh = np.concatenate(batches) if batches else np.empty((0, stamp.dimension), np.float32)
    if loaded:
        vectors = loaded.vectors.with_changes(added, fresh, removed)
    else:
        vectors = FaissIndex.build(added, fresh)
    vectors.save(building / VECTORS)

    if loaded and previous:
        copy_index(previous / TERMS, building / TERMS)
        terms = TantivyIndex.open(building / TERMS)
    else:
        terms = TantivyIndex.create(building / TERMS)
    terms.update(removed.tolist(), _terms_of(store, added))
    return publish(folder, building, stamp)


def _vector_batches(
    store: Store, rows: NDArray[np.int64], vectors_of: VectorsOf
) -> Iterator[Vectors]:
    for start in range(0, len(rows), BATCH):
        yield vectors_of(list(store.passages(rows[start : start + BATCH].tolist())))


def _terms_of(store: Store, rows: NDArray[np.int64]) -> Iterator[tuple[int, str, str]]:
    for found in store.passages(rows.tolist()):
        heading = " ".join([found.title, *found.passage.path])
        yield found.row, heading, found.passage.text
