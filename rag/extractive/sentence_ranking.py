"""Which sentence answers: a readable sum over what each shows, and what the sum is worth.

The sums of one question's sentences, through a softmax, are the chances that each is the one that
answers (a conditional logit; McFadden 1974). ``python -m benchmarks.answers`` reports what they
reach on halves they were not fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rag.extractive.evidence import Unit
from rag.question.parse import Kind, Question

# Fitted on half A of cmrc2018 and xquad, rounded.
REST = 4.7  # what the title does not say, said here
NEAR = 2.7  # the question covered, with title, path and passage
CUE = 2.8  # the words beside the asking word
RUN = 1.6  # a run of characters as in the question
SCORE = 45.0  # of the passage's hit; hits of one question differ by some hundredths
NUMBERS = 2.8  # the question's numbers, in the sentence or its surroundings
BEFORE = 1.8  # the question's words in the sentence before: a subject that is carried on
FIRST = 0.5  # of its paragraph
FITS: Mapping[Kind, float] = {  # the kind of thing asked for is there, or (negative) is not
    Kind.NUMBER: 1.3,
    Kind.DATE: 0.9,
    Kind.REASON: 1.0,
    Kind.LIST: 0.8,
}


def score_of(unit: Unit, question: Question) -> float:
    """Return the sum that sentences of one question are ranked by."""
    kind = FITS.get(question.kind, 0.0)
    return (
        REST * unit.rest
        + NEAR * unit.near
        + CUE * unit.cue
        + RUN * unit.run
        + SCORE * unit.hit.score
        + NUMBERS * unit.numbers
        + BEFORE * unit.before
        + FIRST * unit.first
        + (kind if unit.fits else -kind if unit.fits is False else 0.0)
    )


def chances(scores: Sequence[float]) -> list[float]:
    """Return the softmax of scores: they sum to 1."""
    most = max(scores)
    weights = [math.exp(score - most) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]
