"""Charts of a run, with a baseline's beside them where one is given.

A chart with nothing to show says so in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.measures.abstention import aurc, risk_coverage
from eval.measures.ranking import CUTOFFS
from eval.measures.table import mean, percentile
from eval.plain_records import decided, decisions
from eval.reports.formatting import number
from eval.reports.plotting import (
    LETTER,
    WIDTH,
    Axis,
    Chart,
    Mark,
    Point,
    Series,
    bar,
    box,
    dot,
    framed,
    guide,
    legend_of,
    letters,
    level,
    line,
    share_axis,
    words,
)
from eval.runs.summary import PERCENTILES
from eval.types import Record, Run

RANKED = {"hit": "命中 hit@k", "R": "召回 R@k"}  # and how the legend calls them
MOST_KINDS = 24  # kinds of question drawn; the rest are counted
KIND_LENGTH, KIND_BESIDE = 28, 18  # code points of a kind's name; beside a baseline's numbers
ROW = 36  # height of a kind's bar with its name
BAR = 9  # height of the bar alone
FAR_RIGHT = 0.75  # words at points beyond stand to the left, or they would leave the frame
MOST_TICKS = 7  # of time; more are left to powers of ten
LEAST_MS = 0.01  # below that a clock says nothing, and a logarithm needs something
BINS = 10  # of support
RISKS = (0.05, 0.1, 0.2, 0.5, 1.0)  # where the axis of risk may end
BASELINE = "基线 baseline"


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


def charts(run: Run, baseline: Run | None = None) -> list[Chart]:
    """Return every chart of a run."""
    drawing = (retrieval_chart, risk_chart, calibration_chart, latency_chart, kinds_chart)
    return [each(run, baseline) for each in drawing]


def retrieval_chart(run: Run, baseline: Run | None = None) -> Chart:
    """Return hit@k and R@k over k."""
    title = "检索：前 k 条 Retrieval by k"
    points = retrieval_points(run)
    before = retrieval_points(baseline) if baseline else {}
    cutoffs = sorted({k for each in (*points.values(), *before.values()) for k, _ in each})
    if not any(points.values()):
        why = "没有一个问题标有依据，故无从衡量检索。 No question has gold to measure retrieval by."
        return Chart("retrieval", title, why)
    place = {k: (at + 0.5) / len(cutoffs) for at, k in enumerate(cutoffs)}
    series = []
    for (name, label), css in zip(RANKED.items(), ("one", "two"), strict=True):
        if before.get(name):
            old = tuple((place[k], value) for k, value in before[name])
            series.append(Series(f"{BASELINE} {name}@k", old, f"{css} baseline"))
        new = tuple((place[k], value) for k, value in points[name])
        series.append(Series(label, new, css))
    told = "；".join(
        f"{name}@k: " + "、".join(f"{k}: {number(value)}" for k, value in points[name])
        for name in RANKED
    )
    x = Axis("k（命中条数 hits）", tuple((place[k], str(k)) for k in cutoffs))
    drawn = [mark for each in series for mark in line(each)]
    marks = framed(x, share_axis("均值 mean"), drawn)
    return Chart("retrieval", title, told, marks, legend_of(series))


def risk_chart(run: Run, baseline: Run | None = None) -> Chart:
    """Return the risk-coverage curve, its area named."""
    title = "风险与覆盖 Risk and coverage"
    if all(each.answer is None for each in run.records):
        why = "没有一个问题得到处理，故无从知道风险。 No question was processed: no risk is known."
        return Chart("risk", title, why)
    new, old = risk_points(run), risk_points(baseline) if baseline else []
    worst = max(risk for _, risk in (*new, *old))
    highest = next(each for each in RISKS if worst <= each)
    series = [Series("本次 this run", _scaled(new, highest), "one")]
    told = f"曲线下面积 AURC {number(aurc(decisions(run)))}，n {len(run.records)}"
    if baseline:
        series.insert(0, Series(BASELINE, _scaled(old, highest), "one baseline"))
        told += f"（{BASELINE} {number(aurc(decisions(baseline)))}）"
    for wanted in (0.5, 0.8, 1.0):
        risk = next(risk for coverage, risk in new if coverage >= wanted)
        told += f"；覆盖 coverage ≥ {wanted:.0%}: {number(risk)}"
    x = share_axis("覆盖：作答的比例 coverage, share answered")
    y = share_axis("风险：答错的比例 risk, share wrong", highest)
    marks = framed(x, y, [mark for each in series for mark in line(each)])
    return Chart("risk", title, told, marks, legend_of(series))


def calibration_chart(run: Run, baseline: Run | None = None) -> Chart:
    """Return how often answers are right, by their support."""
    title = "支持度可信吗 Calibration of support"
    bins = calibration_bins(run)
    if not bins:
        why = (
            "没有给出任何答案，故无支持度可查。 No answer was given, so no support can be checked."
        )
        return Chart("calibration", title, why)
    drawn = [guide((0, 0), (1, 1))]
    for each in bins:
        drawn.append(bar(each.low + 0.01, each.high - 0.01, each.share, "one"))
        drawn.append(words(((each.low + each.high) / 2, each.share), str(each.n), "middle"))
    legend = [("one", "本次 this run")]
    if baseline:
        legend.append(("two baseline", BASELINE))
        drawn += [
            level(each.low, each.high, each.share, "two baseline")
            for each in calibration_bins(baseline)
        ]
    told = "柱上为答案数，斜线为恰好 number of answers above each bar, diagonal: exact"
    told += "；" + "、".join(
        f"{each.low:.1f}–{each.high:.1f}: {number(each.share, 2)} (n {each.n})" for each in bins
    )
    x, y = share_axis("支持度 support"), share_axis("答对的比例 share right")
    return Chart("calibration", title, told, framed(x, y, drawn), tuple(legend))


def latency_chart(run: Run, baseline: Run | None = None) -> Chart:
    """Return which share of the answers was there after how long."""
    title = "用时 Latency"
    taken, before = latencies_of(run), latencies_of(baseline) if baseline else []
    if not taken:
        why = "没有一个问题有用时记录。 No question has a time on record."
        return Chart("latency", title, why)
    low, high, ticks = _decades(min(taken + before), max(taken + before))

    def across(ms: float) -> float:
        return math.log(max(ms, low) / low) / math.log(high / low)

    series = [Series("本次 this run", _shares([across(each) for each in taken]), "one", True)]
    if before:
        old = _shares([across(each) for each in before])
        series.insert(0, Series(BASELINE, old, "one baseline", True))
    drawn = [mark for each in series for mark in line(each)]
    for name, share in PERCENTILES.items():
        ms = percentile(taken, share) or 0.0
        point = across(ms), float(share)
        told = words(point, f"{name} {_time(ms)}", "end" if point[0] > FAR_RIGHT else "start")
        drawn += [dot(point, "one"), told]
    spoken = _percentiles(taken) + (f"（{BASELINE} {_percentiles(before)}）" if before else "")
    x = Axis("用时，对数刻度 time, logarithmic", tuple((across(t), _time(t)) for t in ticks))
    marks = framed(x, share_axis("已答的比例 share answered by then"), drawn)
    return Chart("latency", title, spoken, marks, legend_of(series))


def kinds_chart(run: Run, baseline: Run | None = None) -> Chart:
    """Return the share that is right of each kind of question."""
    title = "各类问题答对的比例 Share right by kind"
    kinds = kind_shares(run)
    if not kinds:
        return Chart("kinds", title, "没有问题。 There are no questions.")
    before = {each.kind: each for each in kind_shares(baseline)} if baseline else {}
    drawn = [
        mark
        for at, each in enumerate(kinds[:MOST_KINDS])
        for mark in _kind_row(at, each, before.get(each.kind))
    ]
    told = "、".join(
        f"{each.kind or '–'}: {number(each.share, 2)} (n {each.n})" for each in kinds[:MOST_KINDS]
    )
    if len(kinds) > MOST_KINDS:
        told += f"；另有 {len(kinds) - MOST_KINDS} 类 more kinds"
    legend = (("one", "本次 this run"), ("two baseline", BASELINE)) if before else ()
    height = ROW * min(len(kinds), MOST_KINDS)
    return Chart("kinds", title, told, drawn, legend, height)


def _scaled(points: Sequence[Point], highest: float) -> tuple[Point, ...]:
    return tuple((coverage, risk / highest) for coverage, risk in points)


def _shares(places: Sequence[float]) -> tuple[Point, ...]:
    """Return the empirical distribution: at each place, the share that is not above it."""
    n = len(places)
    return ((places[0], 0.0), *((place, at / n) for at, place in enumerate(places, start=1)))


def _decades(least: float, most: float) -> tuple[float, float, list[float]]:
    """Return the ends of a logarithmic axis that holds both, and its ticks: 1, 2, 5, 10..."""
    tens = [10.0**power for power in range(-2, 10)]
    marks = [factor * each for each in tens for factor in (1, 2, 5)]
    low = max((each for each in marks if each <= least), default=LEAST_MS)
    high = min((each for each in marks if each > most), default=2 * most)
    ticks = [each for each in marks if low <= each <= high]
    return low, high, [each for each in ticks if len(ticks) <= MOST_TICKS or each in tens]


def _percentiles(taken: Sequence[float]) -> str:
    named = (f"{name} {_time(percentile(taken, p) or 0.0)}" for name, p in PERCENTILES.items())
    return f"{'，'.join(named)}，n {len(taken)}"


def _time(ms: float) -> str:
    if ms >= 1000:
        return f"{ms / 1000:.3g} s"
    return f"{ms:.0f} ms" if ms >= 1 else f"{ms:.2g} ms"


def _kind_row(at: int, kind: KindShare, before: KindShare | None) -> list[Mark]:
    """Return a kind's name and numbers with its bar below them."""
    top = at * ROW
    name = kind.kind or "–"
    longest = KIND_BESIDE if before else KIND_LENGTH
    short = name if len(name) <= longest else f"{name[: longest - 1]}…"
    told = f"{number(kind.share, 2)}　n {kind.n}"
    below = top + LETTER + 6
    edges = []
    if before:
        told = f"{BASELINE} {number(before.share, 2)} → {told}"
        edge = f"M{before.share * WIDTH:.4g} {below - 3}V{below + BAR + 3}"
        edges.append(Mark("path", {"class": "line two baseline", "d": edge}))
    return [
        letters(0, top + LETTER, short),
        letters(WIDTH, top + LETTER, told, "end"),
        box("track", 0, below, WIDTH, BAR),
        box("bar one", 0, below, kind.share * WIDTH, BAR),
        *edges,
    ]
