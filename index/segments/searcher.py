"""Searching segments as one: places 0 to n over all of them, in the order of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from index.embedders.base import Vectors
from index.segments.postings import Mask, token_digest
from index.segments.segment import Rows, Segment, sums_of
from index.segments.tokens import tokenize
from index.segments.vectors import Places, Scores

_T = TypeVar("_T", np.int64, np.uint32)

# BM25 as Robertson and Zaragoza (2009) have it, with the values most systems use.
K1 = 1.2
B = 0.75

MOST_TERMS = 256  # of a question, the rarest: a pasted page costs no more than that
# Passages counted for one question over all its words, the rarest words first: some 30 ms. What is
# beyond it are the commonest words of a long question over a large library, of least weight.
MOST_COUNTED = 3_000_000
LEAST_SPREAD = 0.01  # of cosines: in a library of a few passages they may all be equal


@dataclass(frozen=True, slots=True)
class Terms:
    """What a question's words find."""

    scores: Scores  # (n,): BM25 of every passage
    ceiling: float  # the most that any passage could score, were every word in it without end


class Searcher:
    """Searches segments without the rows that are gone. Immutable; used from any thread.

    Counts and means are those of what is left, whatever was ever here: a search is the same as
    over a fresh build.
    """

    def __init__(self, segments: Sequence[Segment], gone: Rows) -> None:
        """Search ``segments`` (rows ascend from each to the next) without the rows ``gone``."""
        self.segments = tuple(segments)
        sizes = [len(one) for one in self.segments]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.rows = _concatenated([one.rows for one in self.segments], np.int64)
        self._alive = self._without(np.ones(len(self.rows), dtype=np.bool_), gone)
        self._gone = len(self.rows) - int(np.count_nonzero(self._alive))
        lengths = _concatenated([one.postings.lengths for one in self.segments], np.uint32)
        total = int(lengths[self._alive].sum(dtype=np.int64)) if len(self) else 0
        self.mean_length = max(total / max(len(self), 1), 1.0)  # tokens of a passage
        self._norms = (K1 * (1 - B + B * lengths / self.mean_length)).astype(np.float32)
        self._sums = self._moments()
        self._last: tuple[Rows, Mask] | None = None  # of allowed: one scope is asked many times

    def __len__(self) -> int:
        """Return how many passages are left."""
        return len(self.rows) - self._gone

    # --- which passages ---------------------------------------------------------------------------

    def allowed(self, without: Rows) -> Mask:
        """Return (n,): the passages left, but for the rows ``without`` (ascending)."""
        if not len(without):
            return self._alive
        last = self._last
        if last is None or last[0] is not without:
            last = (without, self._without(self._alive.copy(), without))
            self._last = last
        return last[1]

    def places_of(self, rows: Rows) -> Places:
        """Return the places of rows (ascending); those not here are left out."""
        return self._found(rows)[0]

    def _found(self, rows: Rows) -> tuple[Places, Mask]:
        if not len(self.rows):
            return np.empty(0, dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        here = self.rows[places] == rows
        return places[here], here

    def values_at(self, places: Places, rows: Rows, values: Scores) -> Scores:
        """Return, for each place, the value given for its row (ascending), 0 where none is."""
        if not len(rows):
            return np.zeros(len(places), dtype=np.float32)
        wanted = self.rows[places]
        at = np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)
        found: Scores = np.where(rows[at] == wanted, values[at], np.float32(0))
        return found

    def _without(self, mask: Mask, rows: Rows) -> Mask:
        mask[self.places_of(rows)] = False
        return mask

    # --- vectors ----------------------------------------------------------------------------------

    def nearest(self, question: Vectors, k: int, mask: Mask) -> tuple[Scores, Places]:
        """Return cosines and places of the best ``k`` under a mask, best first, then by place."""
        near, places = [], []
        for start, segment in zip(self._starts, self.segments, strict=False):
            part = mask[start : start + len(segment)]
            if not part.any():
                continue
            scores, found = segment.vectors.search(question, k, None if part.all() else part)
            near.append(scores)
            places.append(found + start)
        if not near:
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        scores, found = np.concatenate(near), np.concatenate(places)
        order = np.lexsort((found, -scores))[:k]
        return scores[order], found[order]

    def cosines(self, question: Vectors, places: Places) -> Scores:
        """Return the cosines of a question with the passages at places (ascending)."""
        cosines = np.empty(len(places), dtype=np.float32)
        bounds = np.searchsorted(places, self._starts)
        for at, segment in enumerate(self.segments):
            some = slice(bounds[at], bounds[at + 1])
            cosines[some] = segment.vectors.cosines(question, places[some] - self._starts[at])
        return cosines

    def spread(self, question: Vectors) -> tuple[float, float]:
        """Return mean and standard deviation of a question's cosines with all passages left.

        From the sums alone: the mean is q·s/n, the mean square q·P·q/n, of the sum s of the
        vectors and the sum P of their outer products.
        """
        if not len(self):
            return 0.0, 1.0
        asked = question.astype(np.float64)
        mean = float(asked @ self._sums[-1]) / len(self)
        square = float(asked @ self._sums[:-1] @ asked) / len(self)
        return mean, math.sqrt(max(square - mean * mean, LEAST_SPREAD**2))

    def _moments(self) -> NDArray[np.float64]:
        total = np.zeros((1, 0))
        for at, segment in enumerate(self.segments):
            mask = self._alive[self._starts[at] : self._starts[at + 1]]
            sums = segment.sums if mask.all() else segment.sums - _sums_at(segment, ~mask)
            total = total + sums if total.size else sums
        return total

    # --- words ------------------------------------------------------------------------------------

    def frequencies(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Return in how many of the passages left each token occurs."""
        digests = np.asarray([token_digest(token) for token in tokens], dtype=np.uint64)
        counts = np.zeros(len(tokens), dtype=np.int64)
        for at, segment in enumerate(self.segments):
            spans = segment.postings.spans(digests)
            counts += spans[:, 1] - spans[:, 0]
            gone = ~self._alive[self._starts[at] : self._starts[at + 1]]
            if not gone.any():
                continue
            for term, (start, end) in enumerate(spans):
                counts[term] -= np.count_nonzero(gone[segment.postings.ordinals[start:end]])
        return counts

    def idf(self, tokens: Sequence[str]) -> list[float]:
        """Return each token's ln(1 + (N - df + 0.5) / (df + 0.5)); never negative."""
        return [float(weight) for weight in self._idf(self.frequencies(tokens))]

    def _idf(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log1p((len(self) - counts + 0.5) / (counts + 0.5))

    def terms(self, text: str) -> Terms:
        """Return the BM25 scores of all passages for the words of a text.

        A heading counts as part of the text, and once more (BM25F of Robertson, Zaragoza and
        Taylor 2004 with one length for both fields): Postings hold those sums. Of passages gone
        the scores mean nothing.
        """
        distinct = list(dict.fromkeys(tokenize(text)))
        counts = self.frequencies(distinct)
        order = np.argsort(counts, kind="stable")[:MOST_TERMS]
        idf = self._idf(counts[order])
        ceiling = (K1 + 1) * float(idf.sum())
        order = order[np.cumsum(counts[order]) <= MOST_COUNTED]
        digests = np.asarray([token_digest(distinct[at]) for at in order], dtype=np.uint64)
        scores = np.zeros(len(self.rows), dtype=np.float32)
        for at, segment in enumerate(self.segments):
            spans = segment.postings.spans(digests)
            here = slice(self._starts[at], self._starts[at + 1])
            norms, part = self._norms[here], scores[here]
            for weight, (start, end) in zip(idf, spans, strict=False):
                if start < end:
                    ordinals = segment.postings.ordinals[start:end]
                    times = segment.postings.counts[start:end].astype(np.float32)
                    part[ordinals] += np.float32(weight * (K1 + 1)) * (
                        times / (times + norms[ordinals])
                    )
        return Terms(scores, ceiling)


def best_places(scores: Scores, k: int, mask: Mask) -> Places:
    """Return the places of the ``k`` greatest scores above 0 under a mask, then by place."""
    if not len(scores):
        return np.empty(0, dtype=np.int64)
    masked = np.where(mask, scores, np.float32(0))
    if k < len(masked):
        least = max(float(np.partition(masked, len(masked) - k)[-k]), 0.0)
        better = np.flatnonzero(masked > least)
        level = np.flatnonzero(masked == least)[: k - len(better)] if least > 0 else better[:0]
        places = np.concatenate([better, level])
    else:
        places = np.flatnonzero(masked > 0)
    return places[np.lexsort((places, -masked[places]))]


def _sums_at(segment: Segment, mask: Mask) -> NDArray[np.float64]:
    return sums_of(np.ascontiguousarray(segment.vectors.vectors[mask]))


def _concatenated(parts: Sequence[NDArray[_T]], dtype: type[_T]) -> NDArray[_T]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.empty(0, dtype=dtype), *parts])
