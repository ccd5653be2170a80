"""No vector that is not finite and of unit length leaves an embedder."""

from __future__ import annotations

import numpy as np
import pytest

from index.embedders.base import unit_rows
from index.errors import BadVectors


def test_rows_are_scaled_to_unit_length() -> None:
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, -0.5]], dtype=np.float32), 2, 2)
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, -1.0]], atol=1e-7)
    assert rows.dtype == np.float32


def test_half_precision_is_scaled_where_it_can_be_exact() -> None:
    half = np.random.default_rng(1).normal(size=(5, 384)).astype(np.float16)
    lengths = np.linalg.norm(unit_rows(half, 5, 384), axis=1)
    np.testing.assert_allclose(lengths, 1.0, atol=1e-6)


def test_no_texts_give_no_rows() -> None:
    assert unit_rows(np.zeros((0, 4), dtype=np.float32), 0, 4).shape == (0, 4)


@pytest.mark.parametrize(
    "rows",
    [
        [[1.0, float("nan")]],
        [[float("inf"), 0.0]],
        [[0.0, 0.0]],
        [[1.0, 0.0], [1.0, 0.0]],  # more rows than texts
        [[1.0]],  # another dimension
    ],
)
def test_unusable_rows_are_refused(rows: list[list[float]]) -> None:
    with pytest.raises(BadVectors, match="judian doctor"):
        unit_rows(np.array(rows, dtype=np.float32), 1, 2)
