from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from index.fusion import fuse


def array(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.asarray(values, dtype=np.float32)


def test_the_score_is_the_sum_written_out() -> None:
    fused = fuse(
        array(0.9, 0.8),
        (0.7, 0.05),
        array(0.1, 0.5),
        0.5,
        array(0, 9),
        words=10.0,
        full_share=0.2,
        standing=0.3,
    )
    perfect = (1 - 0.7) / 0.05 + 10.0
    assert fused.dense == pytest.approx([4 / perfect, 2 / perfect], abs=1e-5)
    assert fused.lexical == pytest.approx([1 / perfect, 5 / perfect], abs=1e-6)
    assert fused.standing == pytest.approx([0.0, 0.3 * math.log(10) / perfect], abs=1e-6)
    points = fused.at(1)
    assert points.score == pytest.approx(float(fused.total[1]), abs=1e-6)


def test_a_passage_that_says_the_question_has_score_1() -> None:
    fused = fuse(array(1.0), (0.8, 0.02), array(1.0), 1.0, array(0))
    assert fused.at(0).score == pytest.approx(1.0)


def test_words_count_less_where_the_best_passage_has_few_of_them() -> None:
    """As across languages: a stray number must not outweigh the meaning."""
    cosines, spread, none = array(0.86, 0.84), (0.8, 0.02), array(0, 0)
    loud = fuse(cosines, spread, array(0.0, 0.2), 0.2, none)
    faint = fuse(cosines, spread, array(0.0, 0.02), 0.02, none)
    assert loud.total.argmax() == 1
    assert faint.total.argmax() == 0
    alone = fuse(cosines, spread, array(0.0, 0.02), 0.5, none)  # a better one shares more
    assert alone.lexical[1] > 5 * faint.lexical[1]


@given(
    st.lists(
        st.tuples(st.floats(-1, 1, width=32), st.floats(0, 1, width=32), st.integers(0, 10_000)),
        min_size=1,
        max_size=8,
    ),
    st.floats(-0.5, 0.95),
    st.floats(0.01, 0.5),
)
def test_scores_lie_from_0_to_1_and_each_measure_raises_them(
    held: list[tuple[float, float, int]], mean: float, deviation: float
) -> None:
    cosines, shares, counts = (array(*column) for column in zip(*held, strict=True))
    best = float(shares.max())
    fused = fuse(cosines, (mean, deviation), shares, best, counts)
    assert all(0 <= fused.at(place).score <= 1 for place in range(len(held)))
    more = fuse(cosines, (mean, deviation), shares, best, counts + 1)
    assert (more.total > fused.total).all()
