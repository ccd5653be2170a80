"""How sure a clause is to answer, in sight of the others."""

from __future__ import annotations

import pytest

from rag.extractive.judging import FARTHEST, Sureness, chance, leads_of

FEE = "春季运动会的报名费为每人一百元，报名时一次缴清，逾期不再受理。"
OTHER = "秋季运动会不收取任何报名费用，报名表由各年级组统一发放。"
COPY = f"摘要如下。{FEE}"


def test_the_best_clause_leads_by_its_distance_to_the_next_and_the_next_lies_behind_it() -> None:
    assert leads_of([2.0, 1.5, -1.0], [FEE, OTHER, "其他事项另行通知。"]) == [0.5, -0.5, -3.0]


def test_a_copy_of_the_best_clause_is_no_rival_of_it() -> None:
    leads = leads_of([2.0, 1.9, 0.5], [FEE, COPY, OTHER])
    assert leads == pytest.approx([1.5, 1.4, -1.5])


def test_a_clause_alone_stands_as_far_apart_as_counts() -> None:
    assert leads_of([0.3], [FEE]) == [FARTHEST]
    assert leads_of([], []) == []
    assert leads_of([40.0, 0.0], [FEE, OTHER]) == [FARTHEST, -FARTHEST]


def test_a_chance_grows_with_each_thing_that_speaks_for_a_clause() -> None:
    weights = Sureness(own=1.0, lead=0.5, span=0.5)
    base = chance(0.0, 0.0, 0.0, weights)
    assert base == 0.5
    for more in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)):
        assert chance(*more, weights) > base
