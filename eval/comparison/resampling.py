"""Resampling: random flips of signs, and the bootstrap, over paired differences.

``comparing`` and ``gate`` beside it say what they are for, and whose they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SEED = 20240229  # of the random numbers: equal runs give equal reports
FLIPS = 9_999  # random flips of signs: with the real one, 10,000
RESAMPLES = 2_000  # of the bootstrap
CONFIDENCE = 0.95
BLOCK = 4_000_000  # random numbers held at once
TOLERATED = 1e-9  # of sums that are equal but for rounding
Matrix = NDArray[np.float64]


def signed_sums(differences: Matrix, draws: int, seed: int = SEED) -> Matrix:
    """Return, for each draw of random signs, the standardised sum of each column.

    ``differences`` is questions by columns, 0 where a measure does not apply. The result is draws
    by columns: sum of s_i d_i over the root of the sum of d_i squared, which flips leave alone.
    """
    scale = _scale(differences)
    random = np.random.default_rng(seed)
    found = [
        (random.integers(0, 2, (some, len(differences)), dtype=np.int8) * 2.0 - 1.0)
        @ differences
        / scale
        for some in _blocks(draws, len(differences))
    ]
    return np.concatenate(found)


def standardised(differences: Matrix) -> Matrix:
    """Return the same of the real signs, one number a column."""
    return np.asarray(differences.sum(axis=0) / _scale(differences))


def chance(null: Matrix, real: float) -> float:
    """Return the share of draws that reach ``real``, the real one counted among them."""
    return float((1 + np.count_nonzero(null >= real - TOLERATED)) / (1 + len(null)))


def intervals(
    delta: Matrix, applies: NDArray[np.bool_], moving: NDArray[np.bool_]
) -> tuple[Matrix, Matrix]:
    """Return the ends of the bootstrap's interval of each column's mean; 0 where nothing moves."""
    low, high = np.zeros(delta.shape[1]), np.zeros(delta.shape[1])
    if not moving.any():
        return low, high
    random = np.random.default_rng(SEED + 1)
    n = len(delta)
    drawn = []
    for some in _blocks(RESAMPLES, n):
        weights = random.multinomial(n, np.full(n, 1 / n), size=some).astype(np.float64)
        held = weights @ applies[:, moving]
        drawn.append(np.divide(weights @ delta[:, moving], held, where=held > 0, out=held * 0))
    ends = np.quantile(np.concatenate(drawn), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    low[moving], high[moving] = ends
    return low, high


def _scale(differences: Matrix) -> Matrix:
    scale = np.sqrt((differences**2).sum(axis=0))
    return np.where(scale > 0, scale, 1.0)


def _blocks(draws: int, n: int) -> list[int]:
    """Part ``draws`` into blocks that hold some BLOCK random numbers each."""
    size = max(1, min(draws, BLOCK // max(n, 1)))
    return [size] * (draws // size) + ([draws % size] if draws % size else [])
