"""Charts of a run, with a baseline's beside them where one is given.

The numbers come from ``eval.reports.chart_points``; a chart with nothing to show says so in a
sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from eval.measures.abstention import aurc
from eval.measures.table import percentile
from eval.reports.chart_points import (
    KindShare,
    calibration_bins,
    kind_shares,
    latencies_of,
    retrieval_points,
    risk_points,
)
from eval.reports.markup import number, text
from eval.reports.plotting import (
    LETTER,
    WIDTH,
    Axis,
    Chart,
    Point,
    Series,
    bar,
    dot,
    figure,
    framed,
    guide,
    legend_of,
    level,
    line,
    nothing_to_show,
    share_axis,
    words,
)
from eval.rows import decisions
from eval.runs.summary import PERCENTILES
from eval.types import Run

RANKED = {"hit": "命中 hit@k", "R": "召回 R@k"}  # and how the legend calls them
MOST_KINDS = 24  # kinds of question drawn; the rest are counted
KIND_LENGTH = 28  # code points of a kind's name
ROW = 36  # height of a kind's bar with its name
BAR = 9  # height of the bar alone
FAR_RIGHT = 0.75  # words at points beyond stand to the left, or they would leave the frame
MOST_TICKS = 7  # of time; more are left to powers of ten
LEAST_MS = 0.01  # below that a clock says nothing, and a logarithm needs something
RISKS = (0.05, 0.1, 0.2, 0.5, 1.0)  # where the axis of risk may end
BASELINE = "基线 baseline"


def charts(run: Run, baseline: Run | None = None) -> list[str]:
    """Return every chart of a run, as HTML figures."""
    drawing = (retrieval_chart, risk_chart, calibration_chart, latency_chart, kinds_chart)
    return [each(run, baseline) for each in drawing]


def retrieval_chart(run: Run, baseline: Run | None = None) -> str:
    """Return hit@k and R@k over k."""
    title = "检索：前 k 条 Retrieval by k"
    points = retrieval_points(run)
    before = retrieval_points(baseline) if baseline else {}
    cutoffs = sorted({k for each in (*points.values(), *before.values()) for k, _ in each})
    if not any(points.values()):
        why = "没有一个问题标有依据，故无从衡量检索。 No question has gold to measure retrieval by."
        return nothing_to_show(title, why)
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
    drawn = [line(each) for each in series]
    chart = Chart("retrieval", title, told, legend_of(series))
    return framed(chart, x, share_axis("均值 mean"), drawn)


def risk_chart(run: Run, baseline: Run | None = None) -> str:
    """Return the risk-coverage curve, its area named."""
    title = "风险与覆盖 Risk and coverage"
    if all(each.answer is None for each in run.records):
        why = "没有一个问题得到处理，故无从知道风险。 No question was processed: no risk is known."
        return nothing_to_show(title, why)
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
    chart = Chart("risk", title, told, legend_of(series))
    return framed(chart, x, y, [line(each) for each in series])


def calibration_chart(run: Run, baseline: Run | None = None) -> str:
    """Return how often answers are right, by their support."""
    title = "支持度可信吗 Calibration of support"
    bins = calibration_bins(run)
    if not bins:
        why = (
            "没有给出任何答案，故无支持度可查。 No answer was given, so no support can be checked."
        )
        return nothing_to_show(title, why)
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
    return framed(Chart("calibration", title, told, tuple(legend)), x, y, drawn)


def latency_chart(run: Run, baseline: Run | None = None) -> str:
    """Return which share of the answers was there after how long."""
    title = "用时 Latency"
    taken, before = latencies_of(run), latencies_of(baseline) if baseline else []
    if not taken:
        why = "没有一个问题有用时记录。 No question has a time on record."
        return nothing_to_show(title, why)
    low, high, ticks = _decades(min(taken + before), max(taken + before))

    def across(ms: float) -> float:
        return math.log(max(ms, low) / low) / math.log(high / low)

    series = [Series("本次 this run", _shares([across(each) for each in taken]), "one", True)]
    if before:
        old = _shares([across(each) for each in before])
        series.insert(0, Series(BASELINE, old, "one baseline", True))
    drawn = [line(each) for each in series]
    for name, share in PERCENTILES.items():
        ms = percentile(taken, share) or 0.0
        point = across(ms), float(share)
        told = words(point, f"{name} {_time(ms)}", "end" if point[0] > FAR_RIGHT else "start")
        drawn += [dot(point, "one"), told]
    spoken = _percentiles(taken) + (f"（{BASELINE} {_percentiles(before)}）" if before else "")
    x = Axis("用时，对数刻度 time, logarithmic", tuple((across(t), _time(t)) for t in ticks))
    chart = Chart("latency", title, spoken, legend_of(series))
    return framed(chart, x, share_axis("已答的比例 share answered by then"), drawn)


def kinds_chart(run: Run, baseline: Run | None = None) -> str:
    """Return the share that is right of each kind of question."""
    title = "各类问题答对的比例 Share right by kind"
    kinds = kind_shares(run)
    if not kinds:
        return nothing_to_show(title, "没有问题。 There are no questions.")
    before = {each.kind: each for each in kind_shares(baseline)} if baseline else {}
    drawn = "".join(
        _kind_row(at, each, before.get(each.kind)) for at, each in enumerate(kinds[:MOST_KINDS])
    )
    told = "、".join(
        f"{each.kind or '–'}: {number(each.share, 2)} (n {each.n})" for each in kinds[:MOST_KINDS]
    )
    if len(kinds) > MOST_KINDS:
        told += f"；另有 {len(kinds) - MOST_KINDS} 类 more kinds"
    legend = (("one", "本次 this run"), ("two baseline", BASELINE)) if before else ()
    height = ROW * min(len(kinds), MOST_KINDS)
    return figure(Chart("kinds", title, told, legend), drawn, height)


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


def _kind_row(at: int, kind: KindShare, before: KindShare | None) -> str:
    """Return a kind's name and numbers with its bar below them."""
    top = at * ROW
    name = kind.kind or "–"
    short = name if len(name) <= KIND_LENGTH else f"{name[: KIND_LENGTH - 1]}…"
    told = f"{number(kind.share, 2)}　n {kind.n}"
    below, drawn = top + LETTER + 6, ""
    if before:
        told = f"{BASELINE} {number(before.share, 2)} → {told}"
        edge = before.share * WIDTH
        drawn = f'<path class="line two baseline" d="M{edge:.4g} {below - 3}V{below + BAR + 3}"/>'
    return (
        f'<text x="0" y="{top + LETTER}">{text(short)}</text>'
        f'<text x="{WIDTH}" y="{top + LETTER}" text-anchor="end">{text(told)}</text>'
        f'<rect class="track" x="0" y="{below}" width="{WIDTH}" height="{BAR}"/>'
        f'<rect class="bar one" x="0" y="{below}" width="{kind.share * WIDTH:.4g}"'
        f' height="{BAR}"/>{drawn}'
    )
