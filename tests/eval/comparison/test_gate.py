from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eval.comparison.gate import GATED, Rules, gate, one_sided, read_rules
from eval.errors import BadGate, BadRun
from eval.measures.table import BY_NAME
from eval.reports.text_report import outcome_lines
from eval.types import Run
from tests.eval.comparison.test_comparing import column, made


def held(old: Run | None, new: Run, rules: Rules | None = None) -> list[str]:
    """Return the measures that have regressed, and the promises broken."""
    found = gate(("old", old) if old else None, ("new", new), rules)
    bad = [each.measure for each in found.tested if each.regressed]
    assert found.passed == (not bad and not found.broken)
    return [*bad, *(f"!{each.measure}" for each in found.broken)]


def wrong(values: list[float | None], count: int) -> list[float | None]:
    return [0.0 if at < count else value for at, value in enumerate(values)]


def test_two_equal_runs_pass() -> None:
    run = made(column("contains_answer", [1.0, 0.0] * 50))
    assert held(run, run) == []


def test_a_real_regression_is_caught_and_an_improvement_is_not() -> None:
    good: list[float | None] = [1.0] * 100
    old, new = (made(column("contains_answer", v)) for v in (good, wrong(good, 8)))
    assert held(old, new) == ["contains_answer"]
    assert held(new, old) == []


def test_what_may_be_chance_is_let_pass() -> None:
    good: list[float | None] = [1.0] * 100
    old, new = (made(column("contains_answer", v)) for v in (good, wrong(good, 3)))
    assert held(old, new) == []  # three of three flips to the same side: one in eight


def test_lower_is_better_where_it_is() -> None:
    assert BY_NAME["numbers_wrong"].lower_is_better
    old, new = (made(column("numbers_wrong", v)) for v in ([0.0] * 50, [1.0] * 10 + [0.0] * 40))
    assert held(old, new) == ["numbers_wrong"]
    assert held(new, old) == []


def test_a_tolerance_lets_a_small_regression_pass() -> None:
    good: list[float | None] = [1.0] * 100
    old, new = (made(column("contains_answer", v)) for v in (good, wrong(good, 8)))
    assert held(old, new, Rules(tolerance={"contains_answer": 0.08})) == []
    assert held(old, new, Rules(tolerance={"contains_answer": 0.07})) == ["contains_answer"]


def test_promises_need_no_test_and_no_baseline() -> None:
    new = made([{"quote_exact": 1.0, "contradicted_rate": 0.0}, {"quote_exact": 0.5}])
    rules = Rules(floor={"quote_exact": 1.0, "F1": 0.1}, ceiling={"contradicted_rate": 0.0})
    assert held(None, new, rules) == ["!quote_exact", "!F1"]
    assert held(None, new, replace(rules, floor={"quote_exact": 0.75})) == []
    assert held(None, new, Rules(ceiling={"AURC": 0.5}, floor={"F1_answering": 1.0})) == []


def test_a_measure_that_can_no_longer_be_told_stops_a_run() -> None:
    old = made([{"hit@10": 1.0, "contains_answer": 1.0}])
    new = made([{"hit@10": None, "contains_answer": 1.0}])
    new = replace(new, header=replace(new.header, settings={"k": 3}))
    found = gate(("old", old), ("new", new))
    assert (found.passed, found.lost) == (False, ("hit@10",))
    assert found.changed == {"k": (10, 3)}
    lines = outcome_lines(found)
    assert any("k: 10 → 3" in line for line in lines)
    assert any("no longer measured" in line for line in lines)
    assert gate(("new", new), ("old", old)).passed


def test_nothing_to_hold_a_run_to_is_no_pass() -> None:
    with pytest.raises(BadGate, match="无从把关"):
        gate(None, ("new", made(column("F1", [1.0]))))
    assert gate(None, ("new", made(column("F1", [1.0]))), Rules(floor={"F1": 1.0})).passed


def test_another_set_is_refused() -> None:
    old = made(column("F1", [1.0]))
    other = replace(old, header=replace(old.header, set_digest="e" * 64))
    with pytest.raises(BadRun, match="不是同一问题集"):
        gate(("old", old), ("new", other))


@pytest.mark.parametrize("measures", [1, 6])
def test_false_alarms_are_as_rare_as_promised_however_many_measures(measures: int) -> None:
    # 400 pairs of equal runs; at 5 % the count of alarms lies within 8 and 34 in 999 of 1,000.
    made_up = np.random.default_rng(2)
    alarms = 0
    for _ in range(400):
        shared = made_up.normal(size=(80, 1))  # measures of one answer move together
        change = np.sign(shared + made_up.normal(size=(80, measures)))
        change[made_up.random((80, measures)) < 0.7] = 0
        alarms += min(one_sided(change, 999)) <= 0.05
    assert 8 <= alarms <= 34


def test_three_points_of_a_thousand_are_caught() -> None:
    made_up = random.Random(9)
    for _ in range(20):
        values: list[float | None] = [float(made_up.random() < 0.9) for _ in range(1000)]
        right = [at for at, value in enumerate(values) if value]
        worse = list(values)
        for at in made_up.sample(right, 30):
            worse[at] = 0.0
        pair = made(column("contains_answer", values)), made(column("contains_answer", worse))
        assert held(*pair) == ["contains_answer"]


def test_rules_are_read(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(
        'alpha = 0.01\nmeasures = ["F1", "EM"]\n[tolerance]\nF1 = 0.02\n[floor]\nAUROC = 1\n'
        "[ceiling]\nAURC = 0.1\n"
    )
    assert read_rules(path) == Rules(
        0.01, ("F1", "EM"), {"F1": 0.02}, {"AUROC": 1.0}, {"AURC": 0.1}
    )
    path.write_text("")
    assert read_rules(path) == Rules()
    assert set(GATED) <= set(BY_NAME)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alpha = 2.0", "alpha"),
        ("alpha = 1", "alpha"),
        ('measures = ["nothing"]', "measures"),
        ("measures = 3", "measures"),
        ("[tolerance]\nAUROC = 0.1", "AUROC"),
        ("[floor]\nF1 = -1", "F1"),
        ("[floor]\nF1 = true", "F1"),
        ("[floor]\nquote_exact = 1.5", "quote_exact"),
        ("[ceiling]\nF1 = inf", "F1"),
        ("floor = 1", "floor"),
        ("[floors]\nF1 = 1", "floors"),
        ("[", "读不了"),
    ],
)
def test_rules_that_are_wrong_are_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(BadGate, match=said):
        read_rules(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadGate, match=r"none\.toml"):
        read_rules(tmp_path / "none.toml")


def test_the_outcome_in_words() -> None:
    good: list[float | None] = [1.0] * 100
    old, new = (made(column("contains_answer", v)) for v in (good, wrong(good, 8)))
    found = gate(("old", old), ("new", new), Rules(floor={"F1": 1.0}))
    lines = outcome_lines(found)
    assert lines[0].startswith("✗ 含参考答案 reference answer contained  1.000 → 0.920")
    assert "– < 下限 floor 1" in lines[1]
    assert lines[-1] == "未通过 FAILED：1 项指标与基线比较 measures tested；α 0.05"
