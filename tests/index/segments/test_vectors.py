from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.embedders.base import Vectors
from index.errors import BadFactory, BadVectors, IndexDamaged
from index.segments import vectors as module
from index.segments.vectors import CODES_FILE, EXACT, EXACT_FILE, EXACT_TO, FaissIndex, factory_for

DIM = 8
FACTORIES = ["", "IVF16,SQ8", "HNSW8,SQ8", "SQ8", "RaBitQ"]


def unit(count: int, seed: int = 0, dimension: int = DIM) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


@pytest.fixture
def always_approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXACT_TO", 0)


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(1, 12), st.sets(st.integers(0, 39)))
def test_a_search_is_brute_force_over_what_the_mask_keeps(
    count: int, k: int, left_out: set[int]
) -> None:
    vectors, question = unit(count), unit(1, seed=99)[0]
    mask = np.asarray([place not in left_out for place in range(count)])
    scores, places = FaissIndex.build(vectors).search(question, k, mask)
    near = {place: float(vectors[place] @ question) for place in np.flatnonzero(mask).tolist()}
    expected = sorted(near, key=lambda place: (-near[place], place))[:k]
    assert places.tolist() == expected
    assert scores == pytest.approx([near[place] for place in expected], abs=1e-5)


def test_equal_vectors_stand_in_order_of_places() -> None:
    index = FaissIndex.build(np.repeat(unit(1), 5, axis=0))
    assert index.search(unit(1)[0], 5)[1].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("always_approximate")
@pytest.mark.parametrize("factory", FACTORIES[1:])
def test_codes_bring_what_exact_vectors_rank(
    tmp_path: Path, factory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXACT_UNDER_MASK", 0)
    vectors = unit(3_000, dimension=64)
    index = FaissIndex.build(vectors, factory=factory)
    assert index.kind != EXACT
    index.save(tmp_path)
    loaded = FaissIndex.load(tmp_path, dimension=64)
    mask = np.arange(len(vectors)) % 3 != 0
    hits = 0
    for question in unit(30, seed=5, dimension=64):
        near = np.where(mask, vectors @ question, -2.0)
        exact = set(np.argsort(-near)[:10].tolist())
        scores, places = loaded.search(question, 10, mask)
        assert mask[places].all()
        assert scores == pytest.approx(vectors[places] @ question, abs=1e-5)
        assert (np.diff(scores) <= 0).all()
        hits += len(set(places.tolist()) & exact)
    assert hits >= 0.9 * 300  # random vectors: the hardest there are


@pytest.mark.usefixtures("always_approximate")
@pytest.mark.parametrize("exactly", [10_000, 0])
def test_what_a_narrow_mask_keeps_is_not_lost(
    monkeypatch: pytest.MonkeyPatch, exactly: int
) -> None:
    """A collection of a few passages in a large library: few lists hold any of them."""
    monkeypatch.setattr(module, "LEAST_PROBED", 1)
    monkeypatch.setattr(module, "EXACT_UNDER_MASK", exactly)
    vectors = unit(2_000, dimension=32)
    index = FaissIndex.build(vectors, factory="IVF64,SQ8")
    mask = np.zeros(len(vectors), dtype=np.bool_)
    mask[::97] = True
    for question in unit(20, seed=4, dimension=32):
        near = np.where(mask, vectors @ question, -2.0)
        assert index.search(question, 10, mask)[1].tolist() == np.argsort(-near)[:10].tolist()


def test_the_rule_is_exact_then_an_inverted_file() -> None:
    assert factory_for(1) == factory_for(EXACT_TO) == "Flat"
    assert factory_for(1_000_000) == "IVF4000,SQ8"
    assert factory_for(1_000_000, "HNSW32,SQ8") == "HNSW32,SQ8"
    assert factory_for(10, "HNSW32,SQ8") == "Flat"


@pytest.mark.usefixtures("always_approximate")
def test_a_factory_faiss_does_not_know_is_named() -> None:
    with pytest.raises(BadFactory, match="IVFx"):
        FaissIndex.build(unit(10), factory="IVFx,Nonsense")


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    vectors = unit(50)
    FaissIndex.build(vectors).save(tmp_path)
    loaded = FaissIndex.load(tmp_path, dimension=DIM)
    assert np.array_equal(loaded.vectors, vectors)
    question = unit(1, seed=3)[0]
    assert loaded.search(question, 7)[1].tolist() == (
        FaissIndex.build(vectors).search(question, 7)[1].tolist()
    )


@pytest.mark.usefixtures("always_approximate")
@pytest.mark.parametrize("name", [EXACT_FILE, CODES_FILE])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_damaged(tmp_path: Path, name: str, share: float) -> None:
    FaissIndex.build(unit(400), factory="IVF4,SQ8").save(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path, dimension=DIM)


@pytest.mark.usefixtures("always_approximate")
def test_another_kind_another_dimension_or_other_codes_are_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path, dimension=DIM)
    (tmp_path / EXACT_FILE).write_text("not an index", encoding="utf-8")
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path, dimension=DIM)
    FaissIndex.build(unit(30), factory="SQ8").save(tmp_path)
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path, dimension=DIM + 1)
    codes = (tmp_path / CODES_FILE).read_bytes()
    FaissIndex.build(unit(31), factory="SQ8").save(tmp_path)
    (tmp_path / CODES_FILE).write_bytes(codes)
    with pytest.raises(IndexDamaged):
        FaissIndex.load(tmp_path, dimension=DIM)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 5.0])
def test_vectors_not_finite_or_not_unit_are_refused(value: float) -> None:
    with pytest.raises(BadVectors):
        FaissIndex.build(np.full((1, DIM), value, dtype=np.float32))


def test_importing_the_module_does_not_load_faiss() -> None:
    code = "import index.segments.vectors, sys; sys.exit('faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
