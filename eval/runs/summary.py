"""Sums of a run: counts, means, folds, latencies, cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from eval.measures.abstention import FOLDS
from eval.measures.table import means, percentile
from eval.plain_records import decided
from eval.types import Record, Run

PERCENTILES = {"p50": Fraction(50, 100), "p95": Fraction(95, 100)}


def summary(run: Run) -> dict[str, Any]:
    """Return header, counts, the mean of every measure with its n, and cost, as plain data."""
    folded = means([record.values for record in run.records])
    return {
        "header": asdict(run.header),
        "counts": counts(run),
        "gold_nowhere": {each.question.id: each.nowhere for each in run.records if each.nowhere},
        "measures": {name: {"value": each.value, "n": each.n} for name, each in folded.items()},
        "folds": folds(run.records),
        "timings": {
            "started": run.timings.started,
            "seconds": round(run.timings.seconds, 3),
            "peak_mb": round(run.timings.peak_mb, 1),
            "workers": run.timings.workers,
            **latencies(run),
        },
    }


def folds(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Return the measures of all questions at once, each with the number behind it."""
    every = [decided(each) for each in records]
    return {name: {"value": fold(every), "n": len(every)} for name, _, _, _, fold in FOLDS}


def counts(run: Run) -> dict[str, int]:
    """Return how many questions there were, and how many of each kind that matters."""
    return {
        "questions": len(run.records),
        "unanswerable": sum(each.question.unanswerable for each in run.records),
        "failed": sum(each.error is not None for each in run.records),
        "gold": sum(len(each.question.golds) for each in run.records),
        "gold_nowhere": sum(len(each.nowhere) for each in run.records),
    }


def latencies(run: Run) -> dict[str, float | int | None]:
    """Return percentiles of the answers' time, in milliseconds, over the ``n`` that did not fail.

    A question that failed took no time worth the name; counting it would flatter the rest.
    ``overhead`` is the time evaluation itself took, as a share of the answers'.
    """
    taken = [each.answer_ms for each in run.timings.questions if each.answer_ms is not None]
    shares = {f"answer_ms_{name}": percentile(taken, p) for name, p in PERCENTILES.items()}
    scoring = sum(each.scoring_ms for each in run.timings.questions)
    overhead = round(scoring / sum(taken), 4) if sum(taken) else None
    return {**shares, "n": len(taken), "overhead": overhead}
