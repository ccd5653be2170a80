"""The retriever's role, and the hybrid one: vectors and terms side by side, fused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.store import Store
from corpus.stored import PassageRow
from corpus.types import Lapse
from index.embedder import Embedder
from index.fusion import Fused, fuse
from index.snapshots import Snapshot
from index.types import Hit

CANDIDATES = 200  # from each side; past that neither side brings a passage into the top ten


class Retriever(Protocol):
    """Finds passages for a question."""

    def search(self, question: str, k: int) -> list[Hit]:
        """Return the best ``k`` passages, best first."""
        ...


class HybridRetriever:
    """Dense and BM25 search over one snapshot, fused by what each side has to say."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        snapshot: Snapshot,
        without: NDArray[np.int64] | None = None,
        lapse_of: Callable[[str], Lapse | None] | None = None,
    ) -> None:
        """Search ``snapshot`` without these rows, ascending: they take no place.

        ``lapse_of`` says of a document's id why it is not in force today; hits carry it.
        """
        self._lapse_of = lapse_of or (lambda _: None)
        self._without = np.empty(0, dtype=np.int64) if without is None else without
        self._left_out = frozenset(self._without.tolist())
        self._store = store
        self._embedder = embedder
        self._snapshot = snapshot

    @property
    def index_version(self) -> str:
        """The snapshot searched."""
        return self._snapshot.version

    def search(self, question: str, k: int) -> list[Hit]:
        """Return the best ``k`` passages that still exist, best first."""
        wanted = max(k, CANDIDATES)
        asked = self._embedder.embed_questions([question])
        scores, rows = self._snapshot.vectors.search(asked, wanted, without=self._without)
        dense = [
            (int(row), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]
        lexical = self._snapshot.terms.search(question, wanted, without=self._left_out)
        return list(self._hits(fuse(dense, lexical), k))

    def sharing_words(self, text: str, k: int) -> list[Hit]:
        """Return up to ``k`` passages by their words alone, best first."""
        lexical = self._snapshot.terms.search(text, k, without=self._left_out)
        return list(self._hits(fuse([], lexical), k))

    def idf(self, tokens: Sequence[str]) -> list[float]:
        """Return the inverse document frequency of tokens, as BM25 has it."""
        return self._snapshot.terms.idf(tokens)

    def _hits(self, ranked: Sequence[Fused], k: int) -> Iterator[Hit]:
        # Rows deleted since the snapshot was made are passed over, without losing a place.
        rank = 0
        for start in range(0, len(ranked), k):
            some = ranked[start : start + k]
            found = {row.row: row for row in self._store.passages(f.row for f in some)}
            for fused in some:
                if fused.row in found and rank < k:
                    rank += 1
                    yield self._hit(fused, rank, found[fused.row])
            if rank == k:
                return

    def _hit(self, fused: Fused, rank: int, row: PassageRow) -> Hit:
        return Hit(
            passage=row.passage,
            score=fused.score,
            rank=rank,
            title=row.title,
            dense=fused.dense,
            dense_rank=fused.dense_rank,
            lexical=fused.lexical,
            lexical_rank=fused.lexical_rank,
            lapse=self._lapse_of(row.passage.document_id),
        )
