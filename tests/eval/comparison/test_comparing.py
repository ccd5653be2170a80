from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from eval.comparison.comparing import (
    EVERYTHING,
    Comparison,
    Difference,
    compare,
    slices_of,
)
from eval.comparison.resampling import chance, signed_sums, standardised
from eval.errors import BadRun
from eval.measures.abstention import f1_gr
from eval.plain_records import decided
from eval.reports.text_report import comparison_lines
from eval.types import Header, Question, Record, Run, Timings

HEADER = Header("set", "d" * 64, "v1", "0.1", {"k": 10})
Values = Mapping[str, float | None]


def made(values: list[Values], *, questions: list[Question] | None = None) -> Run:
    """Return a run with these measures, all answered; contains_answer 0 is a wrong answer."""
    asked = questions or [Question(f"q{at}", f"第{at}问", kind="fact") for at in range(len(values))]
    answer = {"abstention": None, "support": 0.5}
    records = [
        Record(question, (), answer, each, (), (), ())
        for question, each in zip(asked, values, strict=True)
    ]
    return Run(HEADER, tuple(records), Timings("", ()))


def column(name: str, values: Sequence[float | None]) -> list[Values]:
    return [{name: value} for value in values]


def against(old: Run, new: Run) -> Comparison:
    return compare(("old", old), ("new", new))


def one(found: Comparison, measure: str, part: str = EVERYTHING) -> Difference:
    (difference,) = [
        each for each in found.differences if (each.measure, each.slice) == (measure, part)
    ]
    return difference


def test_a_difference_by_hand() -> None:
    old = made(column("F1", [0.0, 0.5, 1.0, None, 0.5, 0.25]))
    new = made(column("F1", [1.0, 0.5, 1.0, 1.0, None, 0.75]))
    found = one(against(old, new), "F1")
    assert found.n == 4  # where it applies to both
    assert [found.before, found.after] == pytest.approx([0.4375, 0.8125])
    changes = [1.0, 0.0, 0.0, 0.5]
    assert found.effect == pytest.approx(np.mean(changes) / np.std(changes, ddof=1))
    # Of the four ways to sign 1 and 0.5, two reach 1.5 from zero on either side.
    assert found.p == pytest.approx(0.5, abs=0.02)


def test_the_randomisation_test_equals_all_its_flips() -> None:
    made_up = random.Random(3)
    changes = np.array([made_up.choice([-1, -0.5, 0, 0.25, 1]) for _ in range(12)])
    real = abs(changes.sum())
    every = [
        abs(np.dot(signs, changes)) >= real - 1e-12
        for signs in itertools.product((-1, 1), repeat=len(changes))
    ]
    null = np.abs(signed_sums(changes[:, None], 40_000))[:, 0]
    ours = chance(null, abs(float(standardised(changes[:, None])[0])))
    assert ours == pytest.approx(np.mean(every), abs=0.01)
    theirs = stats.permutation_test(
        (changes,), np.sum, permutation_type="samples", n_resamples=np.inf
    )
    assert ours == pytest.approx(theirs.pvalue, abs=0.01)


def test_the_interval_is_about_that_of_the_normal_law() -> None:
    made_up = np.random.default_rng(5)
    old, new = made_up.random(400), made_up.random(400)
    found = one(against(made(column("F1", list(old))), made(column("F1", list(new)))), "F1")
    change = new - old
    half = 1.96 * change.std(ddof=1) / 20
    assert found.low == pytest.approx(change.mean() - half, abs=half / 8)
    assert found.high == pytest.approx(change.mean() + half, abs=half / 8)


def test_what_is_compared_many_times_is_adjusted() -> None:
    # A change in one measure of thirteen questions alone; beside it, twenty measures of noise.
    made_up = random.Random(1)
    names = ["F1", "EM", "R@10", "hit@10", "gold_recall", "groundedness", "quote_exact"]

    def noisy(shift: float) -> list[Values]:
        return [
            {name: made_up.random() + (shift if name == "F1" else 0.0) for name in names}
            for _ in range(60)
        ]

    found = against(made(noisy(0.0)), made(noisy(0.0)))
    assert all(each.adjusted >= each.p for each in found.differences)
    assert min(each.adjusted for each in found.differences) > 0.05
    clear = against(made(noisy(0.0)), made(noisy(0.5)))
    assert one(clear, "F1").adjusted < 0.001


def test_equal_runs_differ_in_nothing() -> None:
    run = made(column("F1", [0.1, 0.7, 0.3]))
    found = against(run, run)
    assert found.equal
    assert one(found, "F1").adjusted == 1
    assert (one(found, "F1").low, one(found, "F1").high) == (0, 0)
    assert found.flips == ()


def test_flipped_questions_come_worst_first() -> None:
    old = made([{"contains_answer": 1, "gold_recall": 1}, {"contains_answer": 0}, {"EM": 1}])
    new = made([{"contains_answer": 0, "gold_recall": 0}, {"contains_answer": 1}, {"EM": 0}])
    flips = against(old, new).flips
    assert [(each.question.id, each.worse, each.better) for each in flips] == [
        ("q0", ("contains_answer", "gold_recall"), ()),
        ("q1", (), ("contains_answer",)),
    ]


def test_slices_by_kind_language_and_tag() -> None:
    question = Question("q", "Who?", kind="who", tags=("civil", "civil"))
    assert slices_of(question) == ("", "kind=who", "language=en", "tag=civil")
    asked = [
        Question(f"q{at}", "谁？" if at < 6 else "Who?", kind="who", tags=("t",) if at == 1 else ())
        for at in range(12)
    ]
    old = made(column("F1", [0.0] * 12), questions=asked)
    new = made(column("F1", [1.0] * 6 + [0.0] * 6), questions=asked)
    found = against(old, new)
    assert {each.slice for each in found.differences} == {"", "language=zh", "language=en"}
    assert one(found, "F1", "language=zh").difference == 1
    assert one(found, "F1", "language=en").difference == 0
    assert one(found, "F1").difference == pytest.approx(0.5)


def test_folds_are_of_all_questions_at_once() -> None:
    values: list[Values] = [{"contains_answer": 1}] * 10
    old, new = made(values), made(values)
    declined = {"abstention": {"reason": "low_support"}, "support": 0.1}
    no = [replace(r, question=replace(r.question, unanswerable=True)) for r in old.records[:5]]
    before = replace(old, records=(*no, *old.records[5:]))
    after = replace(
        new, records=(*(replace(each, answer=declined) for each in no), *new.records[5:])
    )
    found = against(before, after)
    fold = next(each for each in found.folds if each.measure == "F1_GR")
    assert fold.before == f1_gr([decided(each) for each in before.records])
    assert [fold.before, fold.after] == pytest.approx([1 / 3, 1])
    assert fold.low > 0
    assert fold.p < 0.1


def test_what_applies_to_other_questions_is_not_called_the_same() -> None:
    declined: list[float | None] = [1.0, 1.0, *[None] * 13]
    more: list[float | None] = [1.0, 1.0, *[0.0] * 13]
    found = one(
        against(
            made(column("abstention_precision", declined)),
            made(column("abstention_precision", more)),
        ),
        "abstention_precision",
    )
    assert (found.n, found.apart, found.comparable) == (2, 13, False)
    comparison = against(
        made(column("abstention_precision", declined)), made(column("abstention_precision", more))
    )
    rows = [line for line in comparison_lines(comparison) if "abstention precision" in line]
    assert not comparison.equal
    assert "不可比 not comparable" in rows[0]


def test_runs_of_other_sets_are_refused_and_settings_told() -> None:
    run = made(column("F1", [1.0]))
    other = replace(run, header=replace(HEADER, set_digest="e" * 64))
    with pytest.raises(BadRun, match="不是同一问题集"):
        against(run, other)
    changed = replace(run, header=replace(HEADER, settings={"k": 5, "model": "m"}))
    assert against(run, changed).changed == {"k": (10, 5), "model": (None, "m")}


def test_equal_comparisons_are_equal() -> None:
    old, new = made(column("F1", [0.1, 0.9] * 20)), made(column("F1", [0.5, 0.7] * 20))
    assert against(old, new) == against(old, new)
