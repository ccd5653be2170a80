from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedder import Vectors
from index.errors import BadVectors, IndexDamaged
from index.vectors import MISSING, FaissIndex, Rows

DIM = 8


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def ids(*rows: int) -> Rows:
    return np.array(rows, dtype=np.int64)


def brute_force(held: dict[int, Vectors], question: Vectors, k: int) -> list[tuple[int, float]]:
    scored = [(row, float(vector @ question)) for row, vector in held.items()]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:k]


def assert_equals_brute_force(index: FaissIndex, held: dict[int, Vectors], k: int) -> None:
    questions = unit(3, seed=99)
    scores, rows = index.search(questions, k)
    for i, question in enumerate(questions):
        expected = brute_force(held, question, k)
        assert rows[i, : len(expected)].tolist() == [row for row, _ in expected]
        assert scores[i, : len(expected)] == pytest.approx([s for _, s in expected], abs=1e-5)
        assert set(rows[i, len(expected) :].tolist()) <= {MISSING}
        assert np.all(np.isneginf(scores[i, len(expected) :]))


changes = st.lists(
    st.tuples(st.integers(0, 6), st.sets(st.integers(0, 30), max_size=8)), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(changes, st.integers(1, 12))
def test_any_sequence_of_changes_searches_as_brute_force(
    steps: list[tuple[int, set[int]]], k: int
) -> None:
    index = FaissIndex.build(ids(), unit(0))
    held: dict[int, Vectors] = {}
    following = 0
    for step, (count, removed) in enumerate(steps):
        added, vectors = np.arange(following, following + count), unit(count, seed=step)
        following += count
        gone = sorted(removed & held.keys())
        index = index.with_changes(added, vectors, ids(*gone))
        held = {row: v for row, v in held.items() if row not in removed}
        held |= dict(zip(added.tolist(), vectors, strict=True))
    assert index.rows.tolist() == sorted(held)
    assert len(index) == len(held)
    assert_equals_brute_force(index, held, k)
    for row, vector in held.items():
        assert np.array_equal(index.vectors_of(ids(row))[0], vector)


def test_saved_and_loaded_it_answers_the_same_and_can_be_changed(tmp_path: Path) -> None:
    vectors = unit(50)
    built = FaissIndex.build(np.arange(50) * 3, vectors)
    built.save(tmp_path / "a")
    loaded = FaissIndex.load(tmp_path / "a", dimension=DIM)
    scores, rows = built.search(vectors, 7)
    loaded_scores, loaded_rows = loaded.search(vectors, 7)
    assert np.array_equal(scores, loaded_scores)
    assert np.array_equal(rows, loaded_rows)
    changed = loaded.with_changes(ids(1), unit(1, seed=5), ids(0, 3))
    held = dict(zip((np.arange(50) * 3).tolist(), vectors, strict=True))
    del held[0], held[3]
    held[1] = unit(1, seed=5)[0]
    assert_equals_brute_force(changed, held, 10)
    assert loaded.rows.tolist() == (np.arange(50) * 3).tolist()


def test_the_file_does_not_tell_in_which_order_rows_came(tmp_path: Path) -> None:
    vectors = unit(20)
    FaissIndex.build(np.arange(20), vectors).save(tmp_path / "at once")
    first = FaissIndex.build(np.arange(10, 20), vectors[10:])
    extra = first.with_changes(ids(77), unit(1, seed=3), ids())
    extra.with_changes(np.arange(10), vectors[:10], ids(77)).save(tmp_path / "in steps")
    assert (tmp_path / "at once").read_bytes() == (tmp_path / "in steps").read_bytes()


def test_equal_vectors_stand_in_order_of_rows() -> None:
    same = np.repeat(unit(1), 5, axis=0)
    index = FaissIndex.build(ids(9, 2, 7, 4, 5), same)
    assert index.search(same[:1], 5)[1].tolist() == [[2, 4, 5, 7, 9]]


def test_an_empty_index_finds_nothing_and_survives_a_round_trip(tmp_path: Path) -> None:
    FaissIndex.build(ids(), unit(0)).save(tmp_path / "empty")
    loaded = FaissIndex.load(tmp_path / "empty", dimension=DIM)
    scores, rows = loaded.search(unit(2), 3)
    assert rows.tolist() == [[MISSING] * 3] * 2
    assert np.all(np.isneginf(scores))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_damaged(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a"
    FaissIndex.build(np.arange(40), unit(40)).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(IndexDamaged):
        FaissIndex.load(path, dimension=DIM)


def test_a_missing_file_another_kind_or_another_dimension_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path / "none", dimension=DIM)
    (tmp_path / "text").write_text("not an index", encoding="utf-8")
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path / "text", dimension=DIM)
    FaissIndex.build(ids(1), unit(1)).save(tmp_path / "a")
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path / "a", dimension=DIM + 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 5.0])
def test_vectors_not_finite_or_not_unit_are_refused(value: float) -> None:
    bad = np.full((1, DIM), value, dtype=np.float32)
    index = FaissIndex.build(ids(1), unit(1))
    with pytest.raises(BadVectors):
        FaissIndex.build(ids(1), bad)
    with pytest.raises(BadVectors):
        index.with_changes(ids(2), bad, ids())
    with pytest.raises(BadVectors):
        index.search(bad, 1)


def test_wrong_arguments_are_refused() -> None:
    index = FaissIndex.build(ids(1, 2), unit(2))
    with pytest.raises(ValueError, match="positive"):
        index.search(unit(1), 0)
    with pytest.raises(BadVectors):
        index.search(np.ones((1, DIM + 1), dtype=np.float32), 1)
    with pytest.raises(ValueError, match="each once"):
        FaissIndex.build(ids(1, 1), unit(2))
    with pytest.raises(ValueError, match="each once"):
        index.with_changes(ids(2), unit(1), ids())
    with pytest.raises(KeyError):
        index.vectors_of(ids(1, 3))


def test_importing_the_module_does_not_load_faiss() -> None:
    code = "import index.vectors, sys; sys.exit('faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
