"""How sure a clause answers: what the model reads in it, beside what the search made of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.extractive.candidates import Candidate
from rag.question.parse import Question
from rag.reading.model import AnswerModel, Reading

# Chance, 0 to 1, from which a clause is called the answer, and under it, from OFFERED on, offered
# for a person to judge. Chosen by eye between the lay questions of ``../shared/cases``, the papers
# of ``benchmarks.papers``, cmrc2018 and the seed: the best clause's median chance is 0.89 on
# cmrc2018, 0.82 on papers, 0.58 on laws, and 0.29 where nothing answers. No set here is unseen.
THRESHOLD = 0.5
OFFERED = 0.2

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic function that joins reading and search."""

    model: float = 1.0  # of the model's own logit
    search: float = 0.0  # of the passage's score
    words: float = 0.0  # of the share of the question's words
    named: float = -0.65  # of a clause that is read for naming another: a penalty, mostly
    bias: float = 0.0


# Fitted by `python -m training.calibrate` on 542 held-out questions, of which 215 have an answer,
# and scaled so that the best clause's chance is how often it is the gold one of these 215.
WEIGHTS = Weights(model=0.58, search=4.4, words=0.22, bias=0.86)


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate as read."""

    candidate: Candidate
    reading: Reading
    chance: float  # 0 to 1, that it answers

    @property
    def text(self) -> str:
        """The candidate's words."""
        return self.candidate.text

    @property
    def span(self) -> str:
        """The words that answer; empty for none."""
        return self.text[slice(*self.reading.span)] if self.reading.span else ""


def judge(
    question: Question,
    candidates: Sequence[Candidate],
    model: AnswerModel,
    weights: Weights = WEIGHTS,
) -> list[Judged]:
    """Return the candidates with their chances, best first. Raises what the model raises."""
    asked = f"{question.before} {question.text}".strip()
    readings = model.read(asked, [one.clause for one in candidates])
    judged = [
        Judged(one, reading, chance(reading, one, weights))
        for one, reading in zip(candidates, readings, strict=True)
    ]
    return sorted(judged, key=lambda one: -one.chance)


def chance(reading: Reading, candidate: Candidate, weights: Weights) -> float:
    """Return the logistic of the weighted sum, 0 to 1."""
    kept = min(max(reading.answers, _LEAST), 1 - _LEAST)
    total = (
        weights.bias
        + weights.model * math.log(kept / (1 - kept))
        + weights.search * candidate.hit.score
        + weights.words * candidate.covered
        + weights.named * bool(candidate.named)
    )
    return 1.0 / (1.0 + math.exp(-total))
