"""How sure a clause answers: what the model reads in it, beside what the search made of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.text.script import is_han
from corpus.tracking.near_duplicates import Statement
from rag.extractive.candidates import Candidate
from rag.question.parse import Question, letters_of
from rag.reading.model import AnswerModel, Reading
from rag.types import SURE

# Chance, 0 to 1, from which a clause is called the answer, and under it, from OFFERED on, offered
# for a person to judge. Chosen in sight of held-out questions (`python -m training.calibrate`), of
# the lay questions of ``../shared/cases`` and of the papers of ``benchmarks.papers``.
THRESHOLD = 0.25
OFFERED = 0.08

READ_FIRST = 9  # clauses, and those that name one of the best; the rest where none of them is sure
FARTHEST = 1.0  # how far a clause stands before or behind the others counts up to here
SAME_QUESTION = 6.0  # of an answer whose page asks the very question
ALONE = 1.0  # what a clause leads by that has no other beside it
HAN = 0.2  # share of a text in Chinese, from which it is Chinese
COMPARED = 4  # clauses among which the best one of other words is looked for

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights of the sum that puts clauses in order: reading and search together."""

    model: float = 1.0  # of the model's own logit
    search: float = 0.0  # of the passage's score
    words: float = 0.0  # of the share of the question's words
    named: float = -0.65  # of a clause that is read for naming another: a penalty, mostly


@dataclass(frozen=True, slots=True)
class Sureness:
    """Weights of the logistic function that makes a chance of what is known of a clause.

    What answers stands apart: how far it lies before the best clause that says something else, in
    the sum that orders them, or behind it, counts beside what is known of it alone.
    """

    model: float = 1.0
    search: float = 0.0
    words: float = 0.0
    lead: float = 0.0
    span: float = 0.0  # of the chance of the words that answer
    bias: float = 0.0


# Both fitted by `python -m training.calibrate`.
RANKING = Ranking(model=0.849, search=11.58, words=0.072, named=-1.324)
SURENESS = Sureness(model=0.61, search=8.326, words=0.052, lead=1.109, span=0.162, bias=-1.684)


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate as read."""

    candidate: Candidate
    reading: Reading
    score: float  # what the order goes by
    chance: float = 0.0  # 0 to 1, that it answers

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
    sureness: Sureness = SURENESS,
) -> list[Judged]:
    """Return the candidates with their chances, best first. Raises what the model raises.

    Where one of the first surely answers, the rest is not read.
    """
    ahead = [at for at, one in enumerate(candidates) if at < READ_FIRST or one.named]
    judged = weighed(_read(question, [candidates[at] for at in ahead], model), sureness)
    if len(ahead) == len(candidates) or (judged and judged[0].chance >= SURE):
        return judged
    rest = [one for at, one in enumerate(candidates) if at not in ahead]
    return weighed([*judged, *_read(question, rest, model)], sureness)


def _read(question: Question, candidates: Sequence[Candidate], model: AnswerModel) -> list[Judged]:
    asked = f"{question.before} {question.text}".strip()
    readings = model.read(asked, [one.clause for one in candidates])
    words = letters_of(question.text)
    return [
        Judged(
            one,
            reading,
            score(reading, one) + SAME_QUESTION * (letters_of(one.unit.asked) == words),
        )
        for one, reading in zip(candidates, readings, strict=True)
    ]


def weighed(judged: Sequence[Judged], sureness: Sureness = SURENESS) -> list[Judged]:
    """Return clauses best first, the chance of each in sight of the others."""
    order = sorted(judged, key=lambda one: -one.score)
    leads = leads_of(
        [one.score for one in order],
        [one.text for one in order],
        [(one.candidate.document.id, one.candidate.unit.parts[0]) for one in order],
    )
    return [
        replace(one, chance=chance(one.reading, one.candidate, lead, sureness))
        for one, lead in zip(order, leads, strict=True)
    ]


def score(reading: Reading, candidate: Candidate, ranking: Ranking = RANKING) -> float:
    """Return the weighted sum by which clauses are put in order."""
    return (
        ranking.model * _logit(reading)
        + ranking.search * candidate.hit.score
        + ranking.words * candidate.covered
        + ranking.named * bool(candidate.named)
    )


def _logit(reading: Reading) -> float:
    kept = min(max(reading.answers, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def leads_of(
    scores: Sequence[float], texts: Sequence[str], places: Sequence[object] = ()
) -> list[float]:
    """Return how far each clause lies before the best that says something else; best come first.

    Behind it: less than 0. A copy of the best text, in another document, is no rival of it, nor
    is another run of the same long clause, which begins at the same place,
    nor a clause in another language, which may well be its translation.
    """
    if not texts:
        return []
    first = Statement(texts[0])
    near = range(1, min(len(texts), COMPARED))
    copies = {0, *(at for at in near if first.is_made_in(texts[at]))}
    copies |= {at for at, place in enumerate(places) if place == places[0]}
    copies |= {at for at in near if _is_han(texts[at]) != _is_han(texts[0])}
    rival = next((at for at in range(len(texts)) if at not in copies), None)
    leads = []
    for at, own in enumerate(scores):
        other = rival if at in copies else 0
        lead = ALONE if other is None else own - scores[other]
        leads.append(min(max(lead, -FARTHEST), FARTHEST))
    return leads


def _is_han(text: str) -> bool:
    return sum(map(is_han, text)) > HAN * len(text)


def chance(
    reading: Reading, candidate: Candidate, lead: float, sureness: Sureness = SURENESS
) -> float:
    """Return the logistic of what speaks for a clause, 0 to 1."""
    total = (
        sureness.bias
        + sureness.model * _logit(reading)
        + sureness.search * candidate.hit.score
        + sureness.words * candidate.covered
        + sureness.lead * lead
        + sureness.span * reading.span_chance
    )
    return 1.0 / (1.0 + math.exp(-total))
