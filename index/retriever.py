"""The retriever's role, and the hybrid one: vectors, words and references, added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.ingest import embedded_text
from corpus.store.store import Store
from corpus.store.stored import PassageRow
from corpus.text.script import fold, to_simplified
from corpus.types import Lapse
from index.catalogue import References
from index.embedders.base import Embedder, Vectors
from index.fusion import fuse
from index.reranker import RERANKED, Reranker
from index.segments.searcher import K1, B, Searcher, best_places
from index.segments.segment import Rows
from index.segments.snapshot import NOTHING, Snapshot
from index.segments.tokens import counted_tokens, tokenize
from index.segments.vectors import Places, Scores
from index.types import Explanation, Hit, Points, Word

# Of a question's Simplified form, against the Traditional one it came in. Over xquad in either
# script, hit@1 of the vectors: both forms alike lose 0.3 in Simplified and nothing in Traditional.
SIMPLIFIED = np.float32(3.0)
FETCHED = 20  # passages read from the store at once
LOOKED_THROUGH = 3  # so many times as many hits as asked for, where some repeat others
CANDIDATES = 500  # from each side; each is then measured by both
MOST_WORDS = 8  # that explain one hit: the weightiest


class Retriever(Protocol):
    """Finds passages for a question."""

    def search(self, question: str, k: int) -> list[Hit]:
        """Return the best ``k`` passages, best first."""
        ...


class HybridRetriever:
    """Search over one snapshot, by meaning, by words, and by how often a document is referred to.

    Each side brings its best candidates, and every candidate is measured by both.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        snapshot: Snapshot,
        without: Rows = NOTHING,
        references: References | None = None,
        lapse_of: Callable[[str], Lapse | None] | None = None,
        reranker: Reranker | None = None,
        named_rows: Callable[[str], list[int]] | None = None,
    ) -> None:
        """Search ``snapshot`` without these rows, ascending: they take no place.

        ``lapse_of`` says of a document's id why it is not in force today; hits carry it.
        ``named_rows`` gives the passages of clauses that a question names: those stand first.
        """
        self._reranker = reranker
        self._named_rows = named_rows or (lambda _: [])
        self._lapse_of = lapse_of or (lambda _: None)
        self._references = references or References(NOTHING, np.empty(0, dtype=np.float32), {})
        self._store = store
        self._embedder = embedder
        self.snapshot = snapshot
        self.searcher = snapshot.searcher
        self._mask = self.searcher.allowed(without)

    @property
    def index_version(self) -> str:
        """The snapshot searched."""
        return self.snapshot.version

    def search(self, question: str, k: int) -> list[Hit]:
        """Return the best ``k`` passages that still exist, best first."""
        if self._reranker is None:
            return self._ranked(question, k)
        hits = self._ranked(question, max(k, RERANKED))
        read, rest = hits[:RERANKED], hits[RERANKED:]
        texts = [embedded_text(hit.title, hit.passage) for hit in read]
        scores = self._reranker.scores(question, texts).tolist() if read else []
        ranked = [replace(hit, reranked=s) for hit, s in zip(read, scores, strict=True)]
        ranked.sort(key=lambda hit: (not hit.named, -(hit.reranked or 0.0)))
        return [replace(hit, rank=at) for at, hit in enumerate([*ranked, *rest][:k], start=1)]

    def _ranked(self, question: str, k: int) -> list[Hit]:
        searcher, mask, depth = self.searcher, self._mask, max(k, CANDIDATES)
        asked = self._embedded(question)
        _, near = searcher.nearest(asked, depth, mask)
        terms = searcher.terms(question)
        wordy = best_places(terms.scores, depth, mask)
        named = self._named(question)
        places = np.union1d(np.union1d(near, wordy), named)
        cosines = searcher.cosines(asked, places)
        shares = _shares(terms.scores[places], terms.ceiling)
        counts = searcher.values_at(places, self._references.rows, self._references.counts)
        best_share = float(shares.max(initial=0.0))
        fused = fuse(cosines, searcher.spread(asked), shares, best_share, counts)
        stated = np.isin(places, named)  # in the order of the text; then the rest, best first
        order = np.lexsort((places, np.where(stated, places, -fused.total), ~stated))
        ranks = _ranks(near), _ranks(wordy)
        return _varied(
            self._hits(
                places[order],
                LOOKED_THROUGH * k,
                lambda at: (
                    fused.at(order[at]),
                    float(cosines[order[at]]),
                    float(shares[order[at]]),
                ),
                ranks,
                frozenset(named.tolist()),
            ),
            k,
        )

    def _embedded(self, question: str) -> Vectors:
        """Return a question's vector; of one in Traditional script, between that of both scripts.

        The model puts the scripts apart; a library may hold either.
        """
        simplified = to_simplified(question)
        if simplified == question:
            alone: Vectors = self._embedder.embed_questions([question])[0]
            return alone
        both = self._embedder.embed_questions([question, simplified])
        between = both[0] + SIMPLIFIED * both[1]
        return np.asarray(between / np.linalg.norm(between), dtype=np.float32)

    def _named(self, question: str) -> Places:
        rows = np.asarray(sorted(self._named_rows(question)), dtype=np.int64)
        places = self.searcher.places_of(rows)
        return places[self._mask[places]]

    def sharing_words(self, text: str, k: int) -> list[Hit]:
        """Return up to ``k`` passages by their words alone, best first."""
        terms = self.searcher.terms(text)
        places = best_places(terms.scores, k, self._mask)
        shares = _shares(terms.scores[places], terms.ceiling)
        measured = [(Points(0.0, float(share), 0.0), None, float(share)) for share in shares]
        return list(self._hits(places, k, measured.__getitem__, ({}, _ranks(places))))

    def explain(self, question: str, hits: Sequence[Hit]) -> list[Explanation]:
        """Return what each hit of a question is ranked by."""
        mean, deviation = self.searcher.spread(self._embedded(question))
        return [
            Explanation(
                cosine=hit.dense or 0.0,
                mean=mean,
                deviation=deviation,
                share=hit.lexical or 0.0,
                words=_words_of(question, hit, self.searcher),
                references=self._references.documents.get(hit.passage.document_id, 0),
            )
            for hit in hits
        ]

    def idf(self, tokens: Sequence[str]) -> list[float]:
        """Return the inverse document frequency of tokens, as BM25 has it."""
        return self.searcher.idf(tokens)

    def _hits(
        self,
        places: Places,
        k: int,
        measured: Callable[[int], tuple[Points, float | None, float]],
        ranks: tuple[dict[int, int], dict[int, int]],
        named: frozenset[int] = frozenset(),
    ) -> Iterator[Hit]:
        # Rows deleted since the snapshot was made are passed over, without losing a place.
        rank = 0
        for start in range(0, len(places), FETCHED):
            rows = self.searcher.rows[places[start : start + FETCHED]].tolist()
            found = {row.row: row for row in self._store.passages(rows)}
            for at, row in enumerate(rows, start):
                if row in found and rank < k:
                    rank += 1
                    place = int(places[at])
                    hit = self._hit(
                        found[row], rank, measured(at), ranks[0].get(place), ranks[1].get(place)
                    )
                    yield replace(hit, named=place in named)
            if rank == k:
                return

    def _hit(
        self,
        row: PassageRow,
        rank: int,
        measured: tuple[Points, float | None, float],
        dense_rank: int | None,
        lexical_rank: int | None,
    ) -> Hit:
        points, cosine, share = measured
        return Hit(
            passage=row.passage,
            score=points.score,
            rank=rank,
            title=row.title,
            points=points,
            dense=cosine,
            dense_rank=dense_rank,
            lexical=share,
            lexical_rank=lexical_rank,
            lapse=self._lapse_of(row.passage.document_id),
        )


def _varied(hits: Iterator[Hit], k: int) -> list[Hit]:
    """Return ``k`` hits of different words; one that repeats a better one stands behind them all.

    Copies of a document, and phrases that every document has, would else fill the first page.
    """
    first: list[Hit] = []
    repeated: list[Hit] = []
    seen: set[str] = set()
    for hit in hits:
        words = "".join(fold(hit.passage.text).split())
        (repeated if words in seen else first).append(hit)
        seen.add(words)
        if len(first) == k:
            break
    chosen = [*first, *repeated][:k]
    return [replace(hit, rank=rank) for rank, hit in enumerate(chosen, start=1)]


def _shares(scores: Scores, ceiling: float) -> Scores:
    """Return BM25 scores as shares of the most that any passage could score, 0 to 1."""
    shares: Scores = np.round(scores / np.float32(max(ceiling, 1e-9)), 6)
    return np.minimum(shares, np.float32(1.0))


def _ranks(places: NDArray[np.int64]) -> dict[int, int]:
    return {place: rank for rank, place in enumerate(places.tolist(), start=1)}


def _words_of(question: str, hit: Hit, searcher: Searcher) -> tuple[Word, ...]:
    """Return the words of a question that a hit has, by BM25's formula, weightiest first."""
    counts = Counter(counted_tokens(hit.title, hit.passage.path, hit.passage.text))
    norm = K1 * (1 - B + B * counts.total() / searcher.mean_length)
    tokens = list(dict.fromkeys(tokenize(question)))
    weights: Mapping[str, float] = dict(zip(tokens, searcher.idf(tokens), strict=True))
    ceiling = max((K1 + 1) * sum(weights.values()), 1e-9)
    found = [
        Word(
            token,
            counts[token],
            round(weights[token] * (K1 + 1) * counts[token] / (counts[token] + norm) / ceiling, 6),
        )
        for token in tokens
        if counts[token]
    ]
    return tuple(sorted(found, key=lambda word: (-word.share, word.token)))[:MOST_WORDS]
