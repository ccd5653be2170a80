from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from sklearn.metrics import f1_score

from eval.measures.abstention import (
    Decided,
    RiskAt,
    aurc,
    f1_answering,
    f1_gr,
    f1_refusing,
    risk_coverage,
    support_auroc,
)


def decided(text: str) -> list[Decided]:
    """Read "A+ 0.9" (answerable, right), "A- 0.8", "Ao 0.1" (declined), "U! 0.3" (unanswerable,
    answered), "Uo 0.2" (declined)."""
    found = []
    for part in text.split(","):
        how, support = part.split()
        found.append(Decided(how[0] == "U", how[1] == "o", float(support), how[1] == "+"))
    return found


# Ten questions: 6 answerable, of which one is declined; 4 not, of which 3 are declined.
TEN = decided("A+ 1,A+ 1,A+ 1,A- 1,A+ 1,Ao 1,Uo 1,Uo 1,Uo 1,U! 1")


def test_trust_scores_f1_by_hand() -> None:
    # Refusing: 3 right of 4 refusals, 3 of 4 to be refused. Answering: 5 of 6 answers, 5 of 6.
    assert f1_refusing(TEN) == pytest.approx(float(Fraction(3, 4)))
    assert f1_answering(TEN) == pytest.approx(float(Fraction(5, 6)))
    assert f1_gr(TEN) == pytest.approx(float((Fraction(3, 4) + Fraction(5, 6)) / 2))


def test_what_cannot_be_measured_is_none() -> None:
    answerable = decided("A+ 0.9,Ao 0.1")
    assert f1_refusing(answerable) is None
    assert f1_gr(answerable) is None
    assert support_auroc(answerable) is None
    assert support_auroc(decided("U! 0.9,Uo 0.1")) is None
    assert support_auroc([]) is None
    assert aurc([]) is None
    assert risk_coverage([]) == []


def test_never_refusing_and_always_refusing() -> None:
    assert f1_refusing(decided("A+ 1,U! 1")) == 0
    assert f1_answering(decided("Ao 1,Uo 1")) == 0


def test_f1_equals_that_of_scikit_learn() -> None:
    made = random.Random(11)
    for _ in range(200):
        n = made.randint(2, 60)
        some = [
            Decided(made.random() < 0.4, made.random() < 0.5, made.randint(0, 9) / 9, right=False)
            for _ in range(n)
        ]
        truth = np.array([each.unanswerable for each in some])
        if truth.all() or not truth.any():
            continue
        refused = np.array([each.abstained for each in some])
        ours = f1_gr(some)
        assert ours == pytest.approx(f1_score(truth, refused, average="macro"), abs=1e-9)


@pytest.mark.parametrize(
    ("some", "expected"),
    [
        # Of each answerable question with each that is not: above it, as high (a half), below.
        ("A+ 0.9,Ao 0.5,Uo 0.5,U! 0.1", Fraction(1 + 1, 4) + Fraction(1, 4) + Fraction(1, 8)),
        ("A+ 0.9,A- 0.4,Ao 0.2,U! 0.8,Uo 0.3", Fraction(2 + 1 + 0, 6)),
        ("A+ 0.2,A+ 0.2,Uo 0.2,U! 0.2,Uo 0.2", Fraction(1, 2)),
        ("A+ 1,A+ 0.9,Uo 0.1", Fraction(1)),
        ("A+ 0,Uo 0.1,U! 1", Fraction(0)),
    ],
)
def test_auroc_counts_pairs_and_ties_half(some: str, expected: Fraction) -> None:
    assert support_auroc(decided(some)) == pytest.approx(float(expected), abs=1e-12)
    assert support_auroc(decided(some)[::-1]) == pytest.approx(float(expected), abs=1e-12)


def test_risk_coverage_by_hand() -> None:
    curve = risk_coverage(decided("A+ 0.9,A- 0.8,A+ 0.7,U! 0.7,Uo 0.1"))
    assert curve == [
        RiskAt(1 / 5, 0, 0.9),
        RiskAt(2 / 5, 1 / 2, 0.8),
        RiskAt(4 / 5, 2 / 4, 0.7),
        RiskAt(1, 3 / 5, 0.1),
    ]


def test_area_under_it_by_hand() -> None:
    # Risks at coverages 1/4 .. 4/4: 0, 1/2, and within the tie half a mistake each: 1.5/3, 2/4.
    found = aurc(decided("A+ 0.9,A- 0.8,A+ 0.7,U! 0.7"))
    assert found == pytest.approx((0 + 1 / 2 + 1.5 / 3 + 2 / 4) / 4)


def test_the_order_of_a_file_plays_no_part() -> None:
    some = decided("A+ 0.9,A- 0.7,A+ 0.7,U! 0.7,Uo 0.1")
    assert aurc(some) == aurc(some[::-1])
    assert risk_coverage(some) == risk_coverage(some[::-1])
