"""The sums of a run as rows, of all questions and of slices; with a comparison, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.comparison.comparing import EVERYTHING, Comparison, Difference, slices_of
from eval.comparison.resampling import TOLERATED
from eval.measures.abstention import FOLDS
from eval.measures.table import (
    ABSTENTION,
    ANSWERS,
    BY_NAME,
    CITATIONS,
    GROUNDING,
    RETRIEVAL,
    Measure,
    mean,
)
from eval.reports.formatting import ALPHA
from eval.runs.summary import folds, latencies
from eval.types import Record, Run

OF_ALL = ("整套问题的指标", "Of all questions at once")
GROUPS = {
    ("检索", "Retrieval"): RETRIEVAL,
    ("答案", "Answers"): ANSWERS,
    ("引文", "Citations"): CITATIONS,
    ("依据", "Grounding"): GROUNDING,
    ("弃答", "Abstention"): ABSTENTION,
    OF_ALL: tuple(Measure(name, zh, en, lower) for name, zh, en, lower, _ in FOLDS),
}
LABELS = {each.name: each for some in GROUPS.values() for each in some}
# Of every slice; those that apply to nothing in a set are left out.
SLICED = (
    "hit@10",
    "nDCG@10",
    "contains_all_folded",
    "contains_answer",
    "gold_recall",
    "groundedness",
    "decision_right",
)
# What a run cost: name, Chinese, English, unit, what to multiply with, of each question.
COSTS = (
    ("answer_ms_p50", "用时中位数", "latency p50", "ms", 1.0, True),
    ("answer_ms_p95", "用时 95 分位", "latency p95", "ms", 1.0, True),
    ("seconds", "总用时", "whole run", "s", 1.0, False),
    ("overhead", "评测本身占比", "overhead of evaluation", "%", 100.0, True),
    ("peak_mb", "内存峰值", "peak memory", "MB", 1.0, False),
)


@dataclass(frozen=True, slots=True)
class Sum:
    """A measure over some questions, with what changed since the baseline."""

    measure: Measure
    value: float
    n: int
    change: Difference | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost in time or memory, and its baseline; None: not on record."""

    zh: str
    en: str
    unit: str
    value: float | None
    before: float | None
    n: int | None  # questions behind it; None: one number, whatever their number


def sum_groups(run: Run, comparison: Comparison | None = None) -> dict[tuple[str, str], list[Sum]]:
    """Return every measure that applies, in groups by their names; folds are the last."""
    of_all = _of_all(comparison)
    values = folds(run.records)
    found: dict[tuple[str, str], list[Sum]] = {}
    for group, measures in GROUPS.items():
        for each in measures:
            folded = values.get(each.name) or asdict(
                mean(record.values.get(each.name) for record in run.records)
            )
            if folded["value"] is not None:
                one = Sum(each, folded["value"], folded["n"], of_all.get(each.name))
                found.setdefault(group, []).append(one)
    return found


def _of_all(comparison: Comparison | None) -> dict[str, Difference]:
    if comparison is None:
        return {}
    every = (*comparison.differences, *comparison.folds)
    return {each.measure: each for each in every if each.slice == EVERYTHING}


def costs(run: Run, baseline: Run | None = None) -> list[Cost]:
    """Return what a run cost in time and memory."""
    now, was = _costs(run), _costs(baseline) if baseline else {}
    found = []
    for name, zh, en, unit, by, of_each in COSTS:
        value, before = _times(now[name], by), _times(was.get(name), by)
        found.append(Cost(zh, en, unit, value, before, now["n"] if of_each else None))
    return found


def _costs(run: Run) -> dict[str, Any]:
    spent = {"seconds": run.timings.seconds or None, "peak_mb": run.timings.peak_mb or None}
    return {**latencies(run), **spent}


def _times(value: float | None, by: float) -> float | None:
    return None if value is None else value * by


def not_applying(run: Run) -> list[str]:
    """Return the names of the measures that apply to none of the questions."""
    values = [each.values for each in run.records]
    return [name for name in BY_NAME if all(each.get(name) is None for each in values)]


def slices(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Return the records of each slice; all of them first, then the largest first by kind."""
    found: dict[str, list[Record]] = {EVERYTHING: list(records)}
    for record in records:
        for name in slices_of(record.question)[1:]:
            found.setdefault(name, []).append(record)
    order = {"": 0, "kind": 1, "language": 2, "tag": 3}
    names = sorted(found, key=lambda name: (order[name.partition("=")[0]], -len(found[name]), name))
    return {name: found[name] for name in names}


def sliced(run: Run) -> list[Measure]:
    """Return the measures that are shown of every slice."""
    absent = not_applying(run)
    return [BY_NAME[name] for name in SLICED if name not in absent]


def slice_rows(
    run: Run, comparison: Comparison | None = None
) -> list[tuple[str, int, list[Sum | None]]]:
    """Return each slice, how many questions it has, and its sums; None: it does not apply."""
    changed = {(e.measure, e.slice): e for e in comparison.differences} if comparison else {}
    measures = sliced(run)

    def cell(name: str, records: Sequence[Record], each: Measure) -> Sum | None:
        found = mean(record.values.get(each.name) for record in records)
        if found.value is None:
            return None
        return Sum(each, found.value, found.n, changed.get((each.name, name)))

    return [
        (name, len(some), [cell(name, some, each) for each in measures])
        for name, some in slices(run.records).items()
    ]


def moved(comparison: Comparison) -> tuple[list[Difference], list[Difference]]:
    """Return what differs from the baseline in slices: beyond chance, and what may be chance.

    The surest stand first.
    """
    found = [
        each
        for each in comparison.differences
        if each.slice != EVERYTHING and abs(each.difference) > TOLERATED
    ]
    found.sort(key=lambda each: (each.adjusted, -abs(each.effect)))
    sure = [each for each in found if each.adjusted <= ALPHA]
    return sure, found[len(sure) :]
