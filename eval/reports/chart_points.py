"""The numbers that the charts of a run are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.measures.abstention import risk_coverage
from eval.measures.ranking import CUTOFFS
from eval.measures.table import mean
from eval.rows import decided, decisions
from eval.types import Record, Run

RANKED = ("hit", "R")  # measures at k
BINS = 10  # of support


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose support lies between two values, and how many of them are right."""

    low: float
    high: float
    n: int
    right: int

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.n


@dataclass(frozen=True, slots=True)
class KindShare:
    """The questions of one kind, and how many came to what is right."""

    kind: str
    n: int
    right: int

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.n


def retrieval_points(run: Run) -> dict[str, list[tuple[int, float]]]:
    """Return the mean of hit@k and of R@k for each k that was measured."""
    found: dict[str, list[tuple[int, float]]] = {}
    for name in RANKED:
        means = ((k, mean(r.values.get(f"{name}@{k}") for r in run.records)) for k in CUTOFFS)
        found[name] = [(k, each.value) for k, each in means if each.value is not None]
    return found


def risk_points(run: Run) -> list[tuple[float, float]]:
    """Return the curve: coverage and risk, coverage ascending."""
    return [(each.coverage, each.risk) for each in risk_coverage(decisions(run))]


def calibration_bins(run: Run) -> list[Bin]:
    """Return the answers given, by support; bins without any are left out.

    An answer to a question that has none is not right.
    """
    held: dict[int, list[bool]] = {}
    for record in run.records:
        answer: Any = record.answer
        if answer is not None and answer["abstention"] is None:
            at = min(max(int(float(answer["support"]) * BINS), 0), BINS - 1)
            held.setdefault(at, []).append(decided(record).right)
    return [
        Bin(at / BINS, (at + 1) / BINS, len(some), sum(some)) for at, some in sorted(held.items())
    ]


def latencies_of(run: Run) -> list[float]:
    """Return the time of each answer in milliseconds, ascending; failed ones have none."""
    taken = (each.answer_ms for each in run.timings.questions)
    return sorted(each for each in taken if each is not None)


def kind_shares(run: Run) -> list[KindShare]:
    """Return each kind of question, most questions first: abstaining is right where it should be.

    A question that failed is not right.
    """
    held: dict[str, list[bool]] = {}
    for record in run.records:
        held.setdefault(record.question.kind, []).append(came_right(record))
    found = (KindShare(kind, len(some), sum(some)) for kind, some in held.items())
    return sorted(found, key=lambda each: (-each.n, each.kind))


def came_right(record: Record) -> bool:
    """Tell whether a question came to what its set asks for."""
    came = decided(record)
    return came.abstained if came.unanswerable else came.right
