"""Tables of sums in a report, and of agreements; with a comparison, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.comparison.comparing import EVERYTHING, Comparison, Difference
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
from eval.reports.markup import (
    NOTHING,
    better_or_worse,
    both,
    chance,
    maybe_chance,
    number,
    signed,
    table,
    text,
)
from eval.runs.summary import folds, latencies
from eval.types import Record, Run

GROUPS: tuple[tuple[str, tuple[Measure, ...]], ...] = (
    (both("检索", "Retrieval"), RETRIEVAL),
    (both("答案", "Answers"), ANSWERS),
    (both("引文", "Citations"), CITATIONS),
    (both("依据", "Grounding"), GROUNDING),
    (both("弃答", "Abstention"), ABSTENTION),
)
LOWER = '<abbr title="越低越好 lower is better">↓</abbr>'
HEAD = [both("指标", "measure"), both("值", "value"), "n"]
COMPARED = [
    both("差", "difference"),
    both("判断", "verdict"),
    both("基线", "before"),
    both("差的 95% 区间", "interval"),
    both("校正 p", "adjusted p"),
    both("效应", "effect d"),
]
Costs = tuple[str, str, str, float]  # Chinese, English, unit, and what to multiply with
COSTS: Mapping[str, Costs] = {
    "answer_ms_p50": ("用时中位数", "latency p50", "ms", 1.0),
    "answer_ms_p95": ("用时 95 分位", "latency p95", "ms", 1.0),
    "seconds": ("总用时", "whole run", "s", 1.0),
    "overhead": ("评测本身占比", "overhead of evaluation", "%", 100.0),
    "peak_mb": ("内存峰值", "peak memory", "MB", 1.0),
}


OF_THE_RUN = ("seconds", "peak_mb")  # one number, whatever the number of questions
UNTESTED = f"<small>{both('未检验', 'not tested')}</small>"


def summary_table(run: Run, comparison: Comparison | None, baseline: Run | None) -> str:
    """Return every measure that applies, in groups, with the folds and what the run cost."""
    differences = (
        {e.measure: e for e in comparison.differences if e.slice == EVERYTHING}
        if (comparison)
        else None
    )
    groups = [
        (name, _measure_rows(run.records, measures, differences)) for name, measures in GROUPS
    ]
    folded = {each.measure: each for each in comparison.folds} if comparison else None
    groups.append((both("整套问题的指标", "Of all questions at once"), _fold_rows(run, folded)))
    compared = comparison is not None
    groups.append((both("代价", "Cost"), _cost_rows(run, baseline, compared=compared)))
    caption = f"{both('各指标及其问题数 n', 'measures, and the questions behind each')}，{LOWER} "
    caption += both("越低越好", "lower is better")
    return table(caption, HEAD + (COMPARED if compared else []), groups)


def not_applying(run: Run) -> list[str]:
    """Return the names of the measures that apply to none of the questions."""
    values = [each.values for each in run.records]
    return [name for name in BY_NAME if all(each.get(name) is None for each in values)]


def agreements_table(agreements: Sequence[Mapping[str, Any]]) -> str:
    """Return how far each judge agrees with people, and people with each other."""
    rows = [
        [
            text(each.get("judge", "")),
            text(each.get("against", "people")),
            text(each.get("n", NOTHING)),
            *(number(each.get(name)) for name in ("accuracy", "kappa")),
        ]
        for each in agreements
    ]
    head = [both("评判者", "judge"), both("对照", "against"), "n"]
    head += [both("一致率", "accuracy"), both("去偶然一致", "Cohen's κ")]
    return table(both("评判与人的标注有多一致", "judges against labels"), head, [("", rows)])


def _measure_rows(
    records: Sequence[Record],
    measures: Sequence[Measure],
    differences: Mapping[str, Difference] | None,
) -> list[list[str]]:
    rows = []
    for each in measures:
        found = mean(record.values.get(each.name) for record in records)
        if found.n:
            label = _label(each.zh, each.en, each.name, lower=each.lower_is_better)
            row = [label, number(found.value), str(found.n)]
            if differences is not None:
                row += compared_cells(differences.get(each.name), found.n)
            rows.append(row)
    return rows


def _fold_rows(run: Run, differences: Mapping[str, Difference] | None) -> list[list[str]]:
    found = folds(run.records)
    rows = []
    for name, zh, en, lower, _ in FOLDS:
        value = found[name]["value"]
        row = [_label(zh, en, name, lower=lower), number(value), str(found[name]["n"])]
        if differences is not None:
            row += compared_cells(differences.get(name), found[name]["n"], effect=False)
        if value is not None:
            rows.append(row)
    return rows


def _cost_rows(run: Run, baseline: Run | None, *, compared: bool) -> list[list[str]]:
    now, before = costs(run), costs(baseline) if baseline else {}
    rows = []
    for name, (zh, en, unit, times) in COSTS.items():
        value, was = now[name], before.get(name)
        label = f"{both(zh, en)} {LOWER}"
        n = NOTHING if name in OF_THE_RUN else str(now["n"])
        row = [label, _with_unit(value, unit, times), n]
        if compared:
            moved = value - was if value is not None and was is not None else None
            differs = signed(None if moved is None else moved * times, 1)
            told = NOTHING if moved is None else better_or_worse(-moved, UNTESTED)
            row += [differs, told, _with_unit(was, unit, times), NOTHING, NOTHING, NOTHING]
        rows.append(row)
    return rows


def costs(run: Run) -> dict[str, float | int | None]:
    """Return what a run cost in time and memory; what is not on record is None."""
    timings = run.timings
    return {
        **latencies(run),
        "seconds": timings.seconds or None,
        "peak_mb": timings.peak_mb or None,
    }


def _with_unit(value: float | None, unit: str, times: float) -> str:
    return NOTHING if value is None else f"{number(value * times, 1)} {unit}"


def compared_cells(each: Difference | None, n: int, *, effect: bool = True) -> list[str]:
    """Return a difference as cells; it rests on the questions that both runs have a value of."""
    if each is None:
        return [NOTHING] * len(COMPARED)
    differs = signed(each.difference)
    if each.n != n or each.apart:
        differs += f"<small>{both('共同', 'shared')} n {each.n}</small>"
    verdict = better_or_worse(each.gain, maybe_chance(each.adjusted))
    return [
        differs,
        verdict if each.comparable else both("不可比", "not comparable"),
        number(each.before),
        f"[{signed(each.low)}, {signed(each.high)}]",
        chance(each.adjusted),
        signed(each.effect, 2) if effect else NOTHING,
    ]


def _label(zh: str, en: str, name: str, *, lower: bool) -> str:
    return f"{both(zh, en)} <code>{name}</code>" + (f" {LOWER}" if lower else "")
