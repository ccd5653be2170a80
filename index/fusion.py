"""One ranking from three measures of a passage, each in the same unit.

Ranks throw away what a measure is worth, and scores scaled by the best of a list make the best of
a bad list as good as any. So each measure is given in absolute terms: how far the cosine lies above
the library's mean for this question, in standard deviations; how much of what the question's words
could score the passage scores; how many documents refer to its document. They are added with three
weights a person can read, and the score is the share of what a perfect passage would have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.segments.vectors import Scores
from index.types import Points

# Chosen on stard train, and half A of cmrc2018 and xquad (zh, en, each asked of the other):
# `python -m benchmarks.index.retrieval --tune`. 12 to 22 move no measure by more than a point.
WORDS = 18.0  # standard deviations that a passage with all of the question's words has
# A question whose best passage has less than this share of its words hardly shares a language with
# the library: what is left, numbers and names, counts less in proportion.
FULL_SHARE = 0.15
STANDING = 0.3  # standard deviations for each unit of ln(1 + documents that refer to this one)


@dataclass(frozen=True, slots=True)
class Fused:
    """Points of several passages, in the same order; arrays (n,)."""

    dense: Scores
    lexical: Scores
    standing: Scores

    @property
    def total(self) -> Scores:
        """What they are ranked by."""
        total: Scores = self.dense + self.lexical + self.standing
        return total

    def at(self, place: int) -> Points:
        """Return the points of one passage."""
        return Points(
            float(self.dense[place]), float(self.lexical[place]), float(self.standing[place])
        )


def fuse(
    cosines: Scores,
    spread: tuple[float, float],
    shares: Scores,
    best_share: float,
    references: Scores,
    *,
    words: float = WORDS,
    full_share: float = FULL_SHARE,
    standing: float = STANDING,
) -> Fused:
    """Return the points of passages with these cosines, shares of words and references, each (n,).

    ``spread`` is the mean and deviation of the question's cosines with the whole library,
    ``best_share`` the greatest share in it, ``references`` are numbers of documents. A perfect
    passage has cosine 1 and share 1.
    """
    mean, deviation = spread
    counted = words * (min(best_share / full_share, 1.0) if full_share else 1.0)
    perfect = max((1.0 - mean) / deviation, 0.0) + words
    unit = np.float32(1.0 / perfect)
    return Fused(
        (cosines - np.float32(mean)) * np.float32(1.0 / deviation) * unit,
        shares * np.float32(counted) * unit,
        np.log1p(references) * np.float32(standing) * unit,
    )
