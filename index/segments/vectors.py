"""The vector side: unit vectors ranked by cosine. The only home of FAISS.

Up to EXACT_TO vectors are compared one by one. More are found by an inverted file of 8-bit codes,
and what it brings is ranked by the exact vectors, which stay on disk and are mapped: 0.45 KB a
vector in memory instead of 1.5. Another FAISS factory string may take its place.
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.base import Vectors
from index.errors import BadFactory, BadVectors, IndexDamaged

Places = NDArray[np.int64]  # positions of vectors in an index, from 0
Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]

EXACT = "Flat"
EXACT_TO = 50_000  # vectors; 5 ms a question on the reference machine
LISTS_PER_ROOT = 4  # lists of the inverted file over the square root of the number of vectors
TRAINING_PER_LIST = 64  # vectors the lists are learnt from
PROBED = 24  # one list in so many is looked into,
LEAST_PROBED = 200  # but at least so many: recall@10 is 0.99 from 60,000 real vectors to a million
# A mask that keeps no more than this is searched exactly: the lists looked into might hold none of
# what it keeps. One that keeps more has so many more lists looked into as it leaves out.
EXACT_UNDER_MASK = 10_000
RERANKED = 4  # so many times as many as asked for are ranked exactly
LEAST_RERANKED = 200

EXACT_FILE = "vectors.faiss"
CODES_FILE = "codes.faiss"

# float32 rows normalised by any library are within this of length 1.
_UNIT_TOLERANCE = 1e-3


def factory_for(count: int, chosen: str = "") -> str:
    """Return the kind of index for so many vectors: the documented rule, or the one chosen.

    Exact up to EXACT_TO, whatever was chosen; then ``IVFn,SQ8`` with n = 4 * sqrt(count).
    """
    if count <= EXACT_TO:
        return EXACT
    if chosen:
        return chosen
    return f"IVF{LISTS_PER_ROOT * math.isqrt(count)},SQ8"


class FaissIndex:
    """Immutable. Vectors are known by their places, in the order they were given."""

    def __init__(self, exact: Any, codes: Any | None = None) -> None:  # noqa: ANN401 (SWIG)
        self._exact = exact
        self._codes = codes
        self._vectors = _view(exact)

    @classmethod
    def build(cls, vectors: Vectors, *, factory: str = "") -> Self:
        """Index ``vectors`` (n, dim), float32 unit rows, n at least 1.

        ``factory`` is FAISS's description, which ``factory_for`` may overrule. One that needs
        training is trained on a sample. Raises BadVectors for rows that are not finite or not of
        unit length, and BadFactory for a description FAISS does not know.
        """
        import faiss

        check_vectors(vectors)
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        exact = faiss.IndexFlatIP(vectors.shape[1])
        exact.add(vectors)
        factory = factory_for(len(vectors), factory)
        if factory == EXACT:
            return cls(exact)
        codes = _empty(vectors.shape[1], factory)
        if not codes.is_trained:
            codes.train(_sample(vectors, codes))
        codes.add(vectors)
        return cls(exact, codes)

    @classmethod
    def load(cls, folder: Path, *, dimension: int) -> Self:
        """Open a saved index; its exact vectors are mapped and not read. Raises IndexDamaged."""
        import faiss

        path = folder / EXACT_FILE
        with _translated(path):
            # Of FAISS's flags only this one maps a flat index (1.15: 1 ms, nothing read).
            exact = faiss.read_index(os.fspath(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(exact, faiss.IndexFlat) or exact.d != dimension or not exact.ntotal:
            raise IndexDamaged(Message("index.other_index", path=path, dimension=dimension))
        path = folder / CODES_FILE
        if not path.exists():
            return cls(exact)
        with _translated(path):
            codes = faiss.read_index(os.fspath(path))
        if codes.d != dimension or codes.ntotal != exact.ntotal:
            raise IndexDamaged(Message("index.other_codes", path=path))
        return cls(exact, codes)

    def save(self, folder: Path) -> None:
        """Write into a folder. Not synced and not atomic: the caller names the folder when done.

        Raises OSError.
        """
        import faiss

        try:
            faiss.write_index(self._exact, os.fspath(folder / EXACT_FILE))
            if self._codes is not None:
                faiss.write_index(self._codes, os.fspath(folder / CODES_FILE))
        except RuntimeError as error:  # what FAISS makes of a full disk
            raise OSError(errno.EIO, str(error), os.fspath(folder)) from error

    @property
    def vectors(self) -> Vectors:
        """The exact vectors (n, dim), a view of the map."""
        return self._vectors

    @property
    def kind(self) -> str:
        """What it is, for people: Flat, or the FAISS class of its codes."""
        return EXACT if self._codes is None else type(self._codes).__name__

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, question: Vectors, k: int, mask: Mask | None = None) -> tuple[Scores, Places]:
        """Return the cosines and places of the best k for ``question`` (dim,), best first.

        Equal cosines stand by place. Only places where ``mask`` (n,) is true are looked at: what
        it leaves out takes no place among the k.
        """
        if self._codes is not None and mask is not None:
            kept = np.flatnonzero(mask)
            if len(kept) <= EXACT_UNDER_MASK:
                near = self.cosines(question, kept)
                order = np.lexsort((kept, -near))[:k]
                return near[order], kept[order]
        wanted = min(k, len(self))
        asked = np.ascontiguousarray(question[None], dtype=np.float32)
        with _one_thread():
            if self._codes is None:
                near, places = self._exact.search(asked, wanted, params=_selecting(mask))
            else:
                wanted = min(max(RERANKED * k, LEAST_RERANKED), len(self))
                parameters = self._parameters(wanted, mask)
                near, places = self._codes.search(asked, wanted, params=parameters)
                places = np.sort(places)
                near[0] = self.cosines(question, np.maximum(places[0], 0))
        found = places[0] >= 0  # FAISS fills with -1
        near, places = near[0][found], places[0][found]
        order = np.lexsort((places, -near))[:k]
        return near[order], places[order]

    def cosines(self, question: Vectors, places: Places) -> Scores:
        """Return the exact cosines (m,) of ``question`` with the vectors at ``places`` (m,).

        Each is the same to the last bit whatever stands beside it, as products of whole matrices
        are not.
        """
        near: Scores = np.einsum("ij,j->i", self._vectors[places], question)
        return near

    def _parameters(self, wanted: int, mask: Mask | None) -> Any:  # noqa: ANN401 (SWIG)
        import faiss

        selector = _selector(mask)
        # FAISS's Python side takes keyword arguments; its stubs do not say so.
        made: Any
        share = 1.0 if mask is None else float(np.count_nonzero(mask)) / len(mask)
        if isinstance(self._codes, faiss.IndexIVF):
            probed = math.ceil(max(LEAST_PROBED, self._codes.nlist / PROBED) / share)
            made = faiss.SearchParametersIVF
            return made(sel=selector, nprobe=min(probed, self._codes.nlist))
        if isinstance(self._codes, faiss.IndexHNSW):
            made = faiss.SearchParametersHNSW  # type: ignore[attr-defined]
            return made(sel=selector, efSearch=math.ceil(wanted / share))
        return _selecting(mask)


def check_factory(factory: str, dimension: int) -> None:
    """Raise BadFactory unless FAISS can make an index of this description; empty is good."""
    if factory:
        _empty(dimension, factory)


def _empty(dimension: int, factory: str) -> Any:  # noqa: ANN401 (SWIG)
    import faiss

    try:
        return faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT)
    except RuntimeError as error:
        raise BadFactory(Message("index.bad_factory", factory=factory)) from error


def check_vectors(vectors: Vectors) -> None:
    """Raise BadVectors unless these are (n, dim) with every row finite and of unit length."""
    if vectors.ndim != 2 or not len(vectors):
        raise BadVectors(Message("index.bad_shape", shape=str(vectors.shape)))
    lengths = np.linalg.norm(vectors, axis=1)
    # Written so that NaN fails it.
    if not bool(np.all(np.abs(lengths - 1) <= _UNIT_TOLERANCE)):
        raise BadVectors(Message("index.not_unit"))


def _sample(vectors: Vectors, codes: Any) -> Vectors:  # noqa: ANN401 (SWIG)
    """Return vectors to train on: enough for the lists, spread evenly."""
    wanted = TRAINING_PER_LIST * max(getattr(codes, "nlist", 0), 256)
    if len(vectors) <= wanted:
        return vectors
    places = np.linspace(0, len(vectors) - 1, wanted).astype(np.int64)
    return np.ascontiguousarray(vectors[places])


def _view(exact: Any) -> Vectors:  # noqa: ANN401 (SWIG)
    import faiss

    flat = faiss.rev_swig_ptr(exact.get_xb(), exact.ntotal * exact.d)
    view: Vectors = flat.reshape(exact.ntotal, exact.d)
    return view


def _selector(mask: Mask | None) -> Any:  # noqa: ANN401 (SWIG)
    import faiss

    if mask is None:
        return None
    bitmap: Any = faiss.IDSelectorBitmap
    return bitmap(np.packbits(mask, bitorder="little"))


def _selecting(mask: Mask | None) -> Any:  # noqa: ANN401 (SWIG)
    import faiss

    if mask is None:
        return None
    parameters: Any = faiss.SearchParameters
    return parameters(sel=_selector(mask))


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
        raise IndexDamaged(Message("index.vectors_damaged", path=path, error=str(error))) from error
