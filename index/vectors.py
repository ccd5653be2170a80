"""The vector side: rows of unit vectors, ranked by cosine. The only home of FAISS."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.errors import BadVectors, IndexDamaged

Rows = NDArray[np.int64]  # (n,)

MISSING = -1  # row where fewer than k were found; its score is -inf

# float32 rows normalised by any library are within this of length 1.
_UNIT_TOLERANCE = 1e-3


class VectorIndex(Protocol):
    """Rows found by their vectors."""

    @property
    def rows(self) -> Rows:
        """Every row, ascending."""
        ...

    def search(
        self, vectors: Vectors, k: int, *, without: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """Return cosines (m, k) and rows (m, k), best first, none of them in ``without``."""
        ...

    def vectors_of(self, rows: Rows) -> Vectors:
        """Return the vectors of these rows, in their order."""
        ...

    def __len__(self) -> int: ...


class FaissIndex:
    """Immutable: a change makes a new one.

    Rows are stored ascending, so equal contents are equal files and equal answers, whatever order
    they came in; and what was removed is not there to take a place.
    """

    def __init__(self, index: Any, rows: Rows, factory: str) -> None:  # noqa: ANN401 (SWIG, untyped)
        self._index = index
        self._rows = rows
        self._factory = factory

    @classmethod
    def build(cls, rows: Rows, vectors: Vectors, *, factory: str = "Flat") -> Self:
        """Index ``vectors`` (n, dim), float32 unit rows, under ``rows`` (n,), distinct.

        ``factory`` is FAISS's description of the inner index; one that needs training is trained
        on ``vectors``. Raises BadVectors for vectors that are not finite or not of unit length.
        """
        import faiss

        _check(rows, vectors)
        order = np.argsort(rows, kind="stable")
        rows = np.ascontiguousarray(rows[order], dtype=np.int64)
        vectors = np.ascontiguousarray(vectors[order], dtype=np.float32)
        metric = faiss.METRIC_INNER_PRODUCT
        index = faiss.index_factory(vectors.shape[1], f"IDMap2,{factory}", metric)
        with _one_thread():
            if len(rows) and not index.is_trained:
                index.train(vectors)
            if len(rows):
                index.add_with_ids(vectors, rows)
        return cls(index, rows, factory)

    @classmethod
    def load(cls, path: Path, *, dimension: int, factory: str = "Flat") -> Self:
        """Open a saved index, its vectors mapped and not read. Raises IndexDamaged."""
        import faiss

        with _translated(path):
            # Of FAISS's flags only this one maps a flat index (1.15: 1 ms, nothing read).
            index = faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(index, faiss.IndexIDMap2) or index.d != dimension:
            raise IndexDamaged(f"{path}: 不是 {dimension} 维的向量索引。 Not such a vector index.")
        rows = faiss.vector_to_array(index.id_map).astype(np.int64)
        if len(rows) != index.ntotal or bool(np.any(np.diff(rows) <= 0)):
            raise IndexDamaged(f"{path}: 行号无效。 Its rows are not ascending.")
        return cls(index, rows, factory)

    def save(self, path: Path) -> None:
        """Write to ``path`` and sync it. Not atomic: the caller names the folder when done."""
        import faiss

        with _translated(path):
            faiss.write_index(self._index, os.fspath(path))
        with path.open("rb") as stream:
            os.fsync(stream.fileno())

    @property
    def rows(self) -> Rows:
        """Every row, ascending (n,) int64; a copy."""
        return self._rows.copy()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return len(self._rows)

    def search(
        self, vectors: Vectors, k: int, *, without: Rows | None = None
    ) -> tuple[Vectors, Rows]:
        """Return cosines (m, k) float32 and rows (m, k) int64 for ``vectors`` (m, dim).

        Best first, equal cosines by row, none of the rows ``without``, which take no place; where
        fewer than k exist, row MISSING at -inf. Raises
        ValueError for k below 1 and BadVectors for questions that are no unit vectors.
        """
        if k <= 0:
            raise ValueError(f"k must be positive, not {k}")
        _check(None, vectors, self.dimension)
        scores = np.full((len(vectors), k), -np.inf, dtype=np.float32)
        rows = np.full((len(vectors), k), MISSING, dtype=np.int64)
        found = min(k, len(self))
        if found and len(vectors):
            questions = np.ascontiguousarray(vectors, dtype=np.float32)
            with _one_thread():
                near, ids = self._index.search(questions, found, params=self._selection(without))
            near = np.where(ids == MISSING, np.float32(-np.inf), near)  # FAISS fills with -max
            order = np.lexsort((ids, -near))
            scores[:, :found] = np.take_along_axis(near, order, axis=1)
            rows[:, :found] = np.take_along_axis(ids, order, axis=1)
        return scores, rows

    def _selection(self, without: Rows | None) -> Any:  # noqa: ANN401 (SWIG, untyped)
        """Return FAISS's parameters that leave rows out: a bit for each row number."""
        import faiss

        if without is None or not len(without) or not len(self):
            return None
        bits = np.zeros(int(self._rows[-1]) + 1, dtype=np.bool_)
        bits[self._rows] = True
        bits[without[without < len(bits)]] = False
        # FAISS's Python side takes an array and keyword arguments; its stubs do not say so.
        bitmap: Any = faiss.IDSelectorBitmap
        parameters: Any = faiss.SearchParameters
        return parameters(sel=bitmap(np.packbits(bits, bitorder="little")))

    def vectors_of(self, rows: Rows) -> Vectors:
        """Return the vectors (n, dim) of ``rows``, in their order. Raises KeyError for others."""
        wanted = np.asarray(rows, dtype=np.int64)
        places = np.searchsorted(self._rows, wanted)
        known = places < len(self)
        known[known] = self._rows[places[known]] == wanted[known]
        if not bool(np.all(known)):
            raise KeyError(f"no such rows: {wanted[~known][:5].tolist()}")
        if not len(wanted):
            return np.empty((0, self.dimension), dtype=np.float32)
        kept: Vectors = self._index.index.reconstruct_batch(places)
        return kept

    def with_changes(self, add_rows: Rows, add_vectors: Vectors, remove_rows: Rows) -> Self:
        """Return a new index without ``remove_rows`` and with ``add_rows``; this one stays.

        Rebuilt from what is kept (FAISS may not remove from a mapped file): exact for "Flat",
        and for compressed factories as good as what they reconstruct.
        """
        kept = self._rows[~np.isin(self._rows, remove_rows)]
        if len(add_vectors) == 0:
            add_vectors = np.empty((0, self.dimension), dtype=np.float32)
        _check(add_rows, add_vectors, self.dimension)
        rows = np.concatenate([kept, np.asarray(add_rows, dtype=np.int64)])
        vectors = np.concatenate([self.vectors_of(kept), add_vectors])
        return type(self).build(rows, vectors, factory=self._factory)


def _check(rows: Rows | None, vectors: Vectors, dimension: int | None = None) -> None:
    if vectors.ndim != 2 or dimension not in (None, vectors.shape[1]):
        raise BadVectors(f"向量形状不符。 Vectors of shape {vectors.shape}, not (n, {dimension}).")
    if rows is not None and (rows.shape != vectors.shape[:1] or len(np.unique(rows)) != len(rows)):
        raise ValueError("there must be one row a vector, each once")
    lengths = np.linalg.norm(vectors, axis=1)
    # Written so that NaN fails it.
    if not bool(np.all(np.abs(lengths - 1) <= _UNIT_TOLERANCE)):
        raise BadVectors(
            "向量含有非有限值或长度不为 1。 Vectors must be finite and of unit length."
        )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Two OpenMP threads make one search slower; the setting belongs to the calling thread."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, MemoryError) as error:  # a wrong length in the file asks for terabytes
        raise IndexDamaged(
            f"{path}: 向量索引损坏。 The vector index is damaged: {error}"
        ) from error
