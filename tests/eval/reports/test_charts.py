from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from eval.reports.charts import (
    Bin,
    KindShare,
    calibration_bins,
    charts,
    kind_shares,
    kinds_chart,
    latencies_of,
    latency_chart,
    retrieval_chart,
    retrieval_points,
    risk_chart,
    risk_points,
)
from eval.reports.plotting import FRAME_HEIGHT, HEIGHT, TOP, WIDTH, Chart
from eval.reports.templating import rendered
from tests.eval.report_doubles import Page, abstaining, answer, record, run_of

RIGHT, WRONG = {"contains_all_folded": 1.0}, {"contains_all_folded": 0.0}
UNANSWERABLE = {"unanswerable": True, "kind": "none"}
MIXED = run_of(
    [
        record("a", answer(support=0.95), {**RIGHT, "hit@1": 1.0, "R@1": 0.5, "hit@3": 1.0}),
        record("b", answer(support=0.8), {**WRONG, "hit@1": 0.0, "R@1": 0.0, "hit@3": 1.0}),
        record("c", answer(support=0.8), RIGHT, {"kind": "who"}),
        record("d", abstaining(0.1), question=UNANSWERABLE),
    ],
    [10.0, 100.0, 1000.0],
)


def drawn(chart: Chart) -> str:
    return rendered("chart.html.jinja", chart=chart)


def svgs(html: str) -> list[etree._Element]:
    return [etree.fromstring(each) for each in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def test_retrieval_is_the_mean_over_questions_it_applies_to() -> None:
    # hit@1: (1 + 0) / 2; R@1: (0.5 + 0) / 2; hit@3: 2 / 2; the other cutoffs apply to nothing
    assert retrieval_points(MIXED) == {"hit": [(1, 0.5), (3, 1.0)], "R": [(1, 0.25)]}


def test_risk_at_each_coverage() -> None:
    # 0.95 right; both 0.8 together, one of them wrong; the abstention is right for nobody
    assert risk_points(MIXED) == [(1 / 4, 0.0), (3 / 4, 1 / 3), (1.0, 2 / 4)]


def test_answers_by_support() -> None:
    answered_none = record("e", answer(support=0.0), question=UNANSWERABLE)
    run = run_of([*MIXED.records, answered_none, record("f"), record("g", answer(support=1.0))])
    # an answer where there is none is not right; abstentions and failures are no answers
    assert calibration_bins(run) == [
        Bin(0.0, 0.1, 1, 0),
        Bin(0.8, 0.9, 2, 1),
        Bin(0.9, 1.0, 2, 2),
    ]


def test_kinds_count_rightly_declined_questions_as_right_and_failures_as_not() -> None:
    failed = record("e", question=UNANSWERABLE)
    assert kind_shares(run_of([*MIXED.records, failed])) == [
        KindShare("", 2, 1),
        KindShare("none", 2, 1),
        KindShare("who", 1, 1),
    ]


def test_latency_names_its_percentiles() -> None:
    assert latencies_of(MIXED) == [10.0, 100.0, 1000.0]
    page = Page(drawn(latency_chart(MIXED)))
    assert "p50 100 ms，p95 1 s，n 3" in page.text


def test_points_are_drawn_at_their_height() -> None:
    page = Page(drawn(retrieval_chart(MIXED)))
    points = [(e["class"], float(e["cy"])) for e in page.all("circle")]
    assert points == [("dot one", TOP + 0.5 * FRAME_HEIGHT), ("dot one", TOP)]
    squares = [float(e["y"]) + float(e["height"]) / 2 for e in page.all("rect")]
    assert squares == [pytest.approx(TOP + 0.75 * FRAME_HEIGHT)]


def test_bars_are_as_long_as_the_share() -> None:
    bars = [e for e in Page(drawn(kinds_chart(MIXED))).all("rect") if e["class"] == "bar one"]
    assert [float(e["width"]) / WIDTH for e in bars] == [0.5, 1.0, 1.0]


def test_the_area_under_the_curve_is_named() -> None:
    # risks at 1/4 ... 4/4: 0, then (0.5/2, 1/3) for the two of equal support, then 2/4
    area = (0 + 0.5 / 2 + 1 / 3 + 2 / 4) / 4
    assert f"AURC {area:.3f}，n 4" in Page(drawn(risk_chart(MIXED))).text


@pytest.mark.parametrize("baseline", [None, MIXED])
def test_every_chart_says_what_it_shows_and_tells_runs_apart_without_colour(
    baseline: object,
) -> None:
    figures = [drawn(each) for each in charts(MIXED, MIXED if baseline else None)]
    assert len(figures) == 5
    for html in figures:
        page = Page(html)
        (svg,) = [e for e in page.all("svg") if e.get("role") == "img"]
        ids = [e["id"] for tag in ("title", "desc") for e in page.all(tag)]
        assert svg["aria-labelledby"].split() == ids
        assert svgs(html)
        dashed = [e for _, e in page.elements if "baseline" in e.get("class", "")]
        assert bool(dashed) == bool(baseline)
        assert ("基线 baseline" in page.text) == bool(baseline)
    assert not re.search(r"(?:fill|stroke)=|style=|href|url\(|<script", "".join(figures))


def test_charts_with_nothing_to_show_say_so() -> None:
    failed = run_of([record("a"), record("b")])
    told = [Page(drawn(each)).text for each in charts(failed)]
    assert ["No question has gold" in told[0], "no risk is known" in told[1]] == [True, True]
    assert ["No answer was given" in told[2], "No question has a time" in told[3]] == [True, True]
    assert "–: 0.00 (n 2)" in told[4]
    assert [len(Page(drawn(each)).all("svg")) for each in charts(run_of([]))] == [0] * 5


def test_a_kind_is_text() -> None:
    hostile = '<b>"&\x00' * 9
    html = drawn(kinds_chart(run_of([record("a", answer(), question={"kind": hostile})])))
    assert [tag for tag, _ in Page(html).elements] == [
        tag for tag, _ in Page(drawn(kinds_chart(run_of([MIXED.records[2]])))).elements
    ]
    assert "\x00" not in html


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40), st.floats(0, 1))
def test_whatever_is_drawn_lies_within_the_drawing(times: list[float], support: float) -> None:
    records = [record(str(at), answer(support=support), RIGHT) for at in range(len(times))]
    run = run_of(records, times)
    for html in map(drawn, charts(run, MIXED)):
        for path in re.findall(r' d="([^"]*)"', html):
            for x, y in re.findall(r"([\d.]+) ([\d.]+)", path):
                assert 0 <= float(x) <= WIDTH
                assert 0 <= float(y) <= HEIGHT


def test_many_points_stay_small() -> None:
    records = [record(str(at), answer(support=at / 5000), RIGHT) for at in range(5000)]
    html = "".join(map(drawn, charts(run_of(records, [1.0 + at for at in range(5000)]))))
    assert len(html) < 200_000
