"""How sure a clause is to answer, in sight of the others."""

from __future__ import annotations

import pytest

from rag.extractive.judging import ALONE, FARTHEST, leads_of

FEE = "春季运动会的报名费为每人一百元，报名时一次缴清，逾期不再受理。"
OTHER = "秋季运动会不收取任何报名费用，报名表由各年级组统一发放。"
COPY = f"摘要如下。{FEE}"


def test_the_best_clause_leads_by_its_distance_to_the_next_and_the_next_lies_behind_it() -> None:
    assert leads_of([2.0, 1.5, 1.25], [FEE, OTHER, "其他事项另行通知。"]) == [0.5, -0.5, -0.75]


def test_a_copy_of_the_best_clause_is_no_rival_of_it() -> None:
    leads = leads_of([2.0, 1.75, 1.5], [FEE, COPY, OTHER])
    assert leads == pytest.approx([0.5, 0.25, -0.5])


def test_a_clause_alone_has_nothing_to_lead_and_far_is_far() -> None:
    assert leads_of([0.3], [FEE]) == [ALONE]
    assert leads_of([], []) == []
    assert leads_of([40.0, 0.0], [FEE, OTHER]) == [FARTHEST, -FARTHEST]
