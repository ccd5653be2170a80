from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import Fused, Ranked, fuse


def rows(fused: list[Fused]) -> list[int]:
    return [one.row for one in fused]


def test_the_score_is_the_convex_sum_written_out() -> None:
    dense = [(1, 0.9), (2, 0.85), (3, 0.8)]
    lexical = [(3, 0.5), (2, 0.25)]
    fused = fuse(dense, lexical, lexical_weight=0.4, full_share=0.2, dense_depth=10)
    scores = {one.row: one.score for one in fused}
    assert scores == pytest.approx({1: 0.6, 2: 0.6 * 0.5 + 0.4 * 0.5, 3: 0.4})
    assert rows(fused) == [1, 2, 3]


def test_a_lexical_side_with_little_to_say_leaves_the_dense_order() -> None:
    dense = [(1, 0.90), (2, 0.86), (3, 0.80)]
    loud, faint = [(2, 0.6)], [(2, 0.01)]
    assert rows(fuse(dense, loud))[0] == 2
    assert rows(fuse(dense, faint)) == [1, 2, 3]


def test_each_hit_says_what_either_side_gave() -> None:
    found = {one.row: one for one in fuse([(1, 0.9), (2, 0.8)], [(2, 0.5), (7, 0.4)])}
    assert (found[1].dense, found[1].dense_rank) == (0.9, 1)
    assert (found[1].lexical, found[1].lexical_rank) == (None, None)
    assert (found[2].dense_rank, found[2].lexical_rank) == (2, 1)
    assert (found[7].dense, found[7].lexical, found[7].lexical_rank) == (None, 0.4, 2)


def test_one_side_alone_keeps_its_order() -> None:
    ranked = [(5, 0.9), (3, 0.5), (4, 0.5), (1, 0.1)]
    assert rows(fuse(ranked, [])) == [5, 3, 4, 1]
    assert rows(fuse([], ranked)) == [5, 3, 4, 1]
    assert fuse([], []) == []


def test_below_the_depth_cosines_count_nothing() -> None:
    fused = fuse([(1, 0.9), (2, 0.8), (3, 0.7)], [(3, 0.9)], dense_depth=2)
    assert {one.row: one.score for one in fused}[2] == 0.0


def ranked_lists() -> st.SearchStrategy[Ranked]:
    scores = st.dictionaries(st.integers(0, 20), st.floats(0, 1, width=32), max_size=12)
    return scores.map(lambda held: sorted(held.items(), key=lambda hit: (-hit[1], hit[0])))


@given(ranked_lists(), ranked_lists(), st.floats(0, 1), st.integers(1, 15))
def test_every_row_once_in_order_with_scores_from_0_to_1(
    dense: Ranked, lexical: Ranked, weight: float, depth: int
) -> None:
    fused = fuse(dense, lexical, lexical_weight=weight, dense_depth=depth)
    assert sorted(rows(fused)) == sorted({row for row, _ in [*dense, *lexical]})
    assert [(-one.score, one.row) for one in fused] == sorted((-f.score, f.row) for f in fused)
    assert all(0 <= one.score <= 1 for one in fused)
