"""A segment: some passages with their vectors and their terms, in one folder that never changes.

An index is a list of segments. Adding makes a new one, deleting marks rows as gone, and segments
are put together as they become alike in size, so that any change costs what it changes and a
question meets few of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.base import Vectors
from index.errors import IndexDamaged
from index.segments.arrays import load_array, save_array
from index.segments.postings import Mask, Postings
from index.segments.vectors import EXACT, FaissIndex

Rows = NDArray[np.int64]  # row numbers of passages in the store
Matrix = NDArray[np.float64]

ROWS_FILE = "rows.npy"
SUMS_FILE = "sums.npy"
_SUMMED = 10_000  # vectors at once: 30 MB in double precision
GROWTH = 2  # a segment up to so many times as large as the one after it is joined with it
MOST_GONE = 0.2  # of a segment's rows: from here up it is written anew without them


@dataclass(frozen=True, slots=True)
class Segment:
    """Passages by their places, from 0; rows ascend."""

    rows: Rows  # (n,)
    vectors: FaissIndex
    postings: Postings
    sums: Matrix  # (dim + 1, dim): of the vectors' outer products with themselves, and of them

    @classmethod
    def unindexed(cls, rows: Rows, vectors: Vectors, postings: Postings) -> Self:
        """Return a segment whose vectors are compared one by one, however many: to be joined."""
        return cls.build(rows, vectors, postings, factory=EXACT)

    @classmethod
    def build(cls, rows: Rows, vectors: Vectors, postings: Postings, *, factory: str = "") -> Self:
        """Index passages given by rows (n,), vectors (n, dim) and postings. Raises BadVectors.

        ``factory`` is FAISS's description where there are many; empty takes what the rule says.
        """
        if not len(rows) == len(vectors) == len(postings) or bool(np.any(np.diff(rows) <= 0)):
            raise ValueError("there must be a vector and a text a row, and rows must ascend")
        index = FaissIndex.build(vectors, factory=factory)
        return cls(rows, index, postings, sums_of(vectors))

    @classmethod
    def joined(cls, parts: Sequence[tuple[Segment, Mask]], *, factory: str = "") -> Self:
        """Return one segment of what the masks keep of several, in their order; some is kept."""
        rows = np.concatenate([part.rows[mask] for part, mask in parts])
        vectors = np.concatenate([part.vectors.vectors[mask] for part, mask in parts])
        postings = Postings.merged([(part.postings, mask) for part, mask in parts])
        return cls.build(rows, vectors, postings, factory=factory)

    @classmethod
    def load(cls, folder: Path, *, dimension: int) -> Self:
        """Open a saved segment, mapped and not read. Raises IndexDamaged."""
        rows, sums = load_array(folder / ROWS_FILE), load_array(folder / SUMS_FILE)
        vectors = FaissIndex.load(folder, dimension=dimension)
        postings = Postings.load(folder)
        fits = len(rows) == len(vectors) == len(postings)
        if not fits or sums.shape != (dimension + 1, dimension):
            raise IndexDamaged(Message("index.parts_differ", path=folder))
        return cls(rows, vectors, postings, sums)

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir()
        save_array(folder / ROWS_FILE, self.rows)
        save_array(folder / SUMS_FILE, self.sums)
        self.vectors.save(folder)
        self.postings.save(folder)

    def __len__(self) -> int:
        return len(self.rows)


def sums_of(vectors: Vectors) -> Matrix:
    """Return (dim + 1, dim): the sum of the outer products of ``vectors``, and below their sum."""
    dimension = vectors.shape[1]
    sums = np.zeros((dimension + 1, dimension), dtype=np.float64)
    for start in range(0, len(vectors), _SUMMED):
        some = vectors[start : start + _SUMMED].astype(np.float64)
        sums[:-1] += some.T @ some
        sums[-1] += some.sum(axis=0)
    return sums


def runs_to_join(sizes: Sequence[int]) -> list[range]:
    """Return which neighbours become one: a partition of ``range(len(sizes))`` into runs.

    ``sizes`` are the rows left in each. From the newest, a segment joins the run after it unless
    it is more than GROWTH times as large: then segments differ in size by that much, and there are
    few of them, while a row is rewritten only as often as its segment doubles.
    """
    runs: list[range] = []
    end, total = len(sizes), 0
    for at in reversed(range(len(sizes))):
        if total and sizes[at] > GROWTH * total:
            runs.append(range(at + 1, end))
            end, total = at + 1, 0
        total += sizes[at]
    if end:
        runs.append(range(end))
    return runs[::-1]


def is_worn(size: int, kept: int) -> bool:
    """Whether so much of a segment is gone that it is to be written anew."""
    return size - kept > MOST_GONE * size
