"""Postings against counting by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.errors import IndexDamaged
from index.segments.postings import MOST_COUNTED, Postings, token_digest

TEXTS = st.lists(st.lists(st.sampled_from(["甲", "乙", "丙丁", "alpha", "2023"]), max_size=6))


def held(postings: Postings, token: str) -> dict[int, int]:
    """Return ordinal -> count of one token."""
    ((start, end),) = postings.spans(np.asarray([token_digest(token)], dtype=np.uint64)).tolist()
    ordinals = postings.ordinals[start:end].tolist()
    assert ordinals == sorted(ordinals)
    return dict(zip(ordinals, postings.counts[start:end].tolist(), strict=True))


def counted(texts: list[list[str]], token: str) -> dict[int, int]:
    counts = ((at, Counter(text)[token]) for at, text in enumerate(texts))
    return {at: count for at, count in counts if count}


@given(TEXTS)
def test_every_token_with_its_passages_and_counts(texts: list[list[str]]) -> None:
    postings = Postings.build(texts)
    assert postings.lengths.tolist() == [len(text) for text in texts]
    for token in ("甲", "乙", "丙丁", "alpha", "2023", "never"):
        assert held(postings, token) == counted(texts, token)


@settings(max_examples=60)
@given(st.lists(st.tuples(TEXTS, st.randoms()), min_size=1, max_size=4))
def test_merging_is_building_from_what_is_kept(parts: list[tuple[list[list[str]], object]]) -> None:
    masks = [np.random.default_rng(len(t)).random(len(t)) < 0.7 for t, _ in parts]
    kept = [
        text
        for (texts, _), mask in zip(parts, masks, strict=True)
        for text, stays in zip(texts, mask, strict=True)
        if stays
    ]
    merged = Postings.merged(
        [(Postings.build(texts), mask) for (texts, _), mask in zip(parts, masks, strict=True)]
    )
    fresh = Postings.build(kept)
    for name in ("tokens", "starts", "ordinals", "counts", "lengths"):
        assert np.array_equal(getattr(merged, name), getattr(fresh, name)), name


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    cases: list[list[list[str]]] = [[["甲", "乙", "甲"], [], ["乙"]], [[]], []]
    for texts in cases:
        folder = tmp_path / str(len(texts))
        folder.mkdir()
        built = Postings.build(texts)
        built.save(folder)
        loaded = Postings.load(folder)
        assert loaded.lengths.tolist() == built.lengths.tolist()
        assert held(loaded, "甲") == held(built, "甲")
        assert held(loaded, "乙") == held(built, "乙")


def test_a_count_that_does_not_fit_is_the_greatest_that_does() -> None:
    postings = Postings.build([["甲"] * 1000])
    assert held(postings, "甲") == {0: MOST_COUNTED}
    assert postings.lengths.tolist() == [1000]


@pytest.mark.parametrize("name", ["tokens", "starts", "ordinals", "counts", "lengths"])
def test_a_missing_or_cut_file_is_damaged(tmp_path: Path, name: str) -> None:
    Postings.build([["甲", "乙"], ["乙"]]).save(tmp_path)
    file = tmp_path / f"{name}.npy"
    data = file.read_bytes()
    for left in (b"", data[:20], data[:-1], None):
        file.unlink(missing_ok=True)
        if left is not None:
            file.write_bytes(left)
        with pytest.raises(IndexDamaged):
            Postings.load(tmp_path)


def test_files_of_different_lengths_are_damaged(tmp_path: Path) -> None:
    Postings.build([["甲", "乙"], ["乙"]]).save(tmp_path)
    np.save(tmp_path / "counts.npy", np.zeros(1, dtype=np.uint8))
    with pytest.raises(IndexDamaged):
        Postings.load(tmp_path)
