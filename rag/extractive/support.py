"""How sure the evidence answers the question: one number from 0 to 1.

A logistic function of what can be read off the best sentence and its passage. The weights are
readable on purpose; ``python -m benchmarks.answers`` reports what they reach on other halves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

THRESHOLD = 0.5  # under this nothing is said


@dataclass(frozen=True, slots=True)
class Features:
    """What support is read off."""

    near: float  # share of the question covered by the best sentence with its surroundings
    rest: float  # share covered of what the title does not already say
    run: float  # longest run of characters in common with the question, 0 to 1
    dense: float  # cosine of question and passage
    score: float  # of the passage's hit
    numbers: float  # 1 when the question's numbers are there
    fits: float  # 0 when a number or day is asked for and there is none

    def values(self) -> tuple[float, ...]:
        """Return them in the order of the weights."""
        return (
            self.near,
            self.rest,
            self.run,
            self.dense,
            self.score,
            self.numbers,
            self.fits,
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic function, in the order of the features."""

    bias: float
    weights: Sequence[float]


# Fitted on half A of cmrc2018 and xquad and on stard's train half, answerable against asked of
# another field or with its own document left out; rounded. "fits" is set by hand: a text without
# any number does not say how many, and the fitted sets have few such questions. The bias is moved
# so that one answerable question in twenty is declined at the threshold.
SAME_LANGUAGE = Weights(-49.4, (3.0, 1.3, 3.4, 48.0, 6.0, 1.4, 2.0))
# Of models whose cosines lie on another scale: the hit's score has them relative to the library.
OTHER_MODELS = Weights(-7.7, (3.0, 2.0, 0.0, 0.0, 12.0, 1.4, 2.0))
ACROSS_LANGUAGES = Weights(-41.0, (0.0, 0.0, 0.0, 50.0, 0.0, 0.0, 0.0))


_FITTED_MODEL = "e5-small"  # part of the name of the embedder whose cosines were fitted


def weights_for(embedder: str) -> Weights:
    """Return the weights for the embedder of this name."""
    return SAME_LANGUAGE if _FITTED_MODEL in embedder else OTHER_MODELS


def support(features: Features, weights: Weights) -> float:
    """Return the logistic of the weighted sum, 0 to 1."""
    total = weights.bias + sum(
        w * v for w, v in zip(weights.weights, features.values(), strict=True)
    )
    return 1.0 / (1.0 + math.exp(-total))
