"""Searching segments against brute force over what is left."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.embedders.base import Vectors
from index.segments.postings import Postings
from index.segments.searcher import K1, MOST_TERMS, B, Searcher, best_places
from index.segments.segment import Rows, Segment, runs_to_join
from index.segments.tokens import tokenize

DIM = 16
NONE: Rows = np.empty(0, dtype=np.int64)
WORDS = ["甲", "乙", "丙丁", "alpha", "beta", "2023", "公开预算", "应当"]


def unit(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def segment(first: int, texts: list[str], seed: int = 0) -> Segment:
    rows = np.arange(first, first + len(texts), dtype=np.int64)
    return Segment.build(rows, unit(len(texts), seed), Postings.build(map(tokenize, texts)))


def by_hand(texts: dict[int, str], question: str) -> dict[int, float]:
    """BM25 written out: row -> score."""
    counted = {row: Counter(tokenize(text)) for row, text in texts.items()}
    mean = max(sum(c.total() for c in counted.values()) / max(len(counted), 1), 1.0)
    scores = dict.fromkeys(texts, 0.0)
    for token in dict.fromkeys(tokenize(question)):
        df = sum(token in counts for counts in counted.values())
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for row, counts in counted.items():
            norm = K1 * (1 - B + B * counts.total() / mean)
            scores[row] += idf * (K1 + 1) * counts[token] / (counts[token] + norm)
    return scores


PARTS = st.lists(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60)
@given(PARTS, st.sets(st.integers(0, 25)), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_words_score_as_over_a_fresh_build_of_what_is_left(
    parts: list[list[str]], removed: set[int], words: list[str]
) -> None:
    texts = [text for part in parts for text in part]
    segments, first = [], 0
    for seed, part in enumerate(parts):
        segments.append(segment(first, part, seed))
        first += len(part)
    gone = np.asarray(sorted(removed & set(range(len(texts)))), dtype=np.int64)
    left = {row: text for row, text in enumerate(texts) if row not in removed}
    searcher = Searcher(segments, gone)
    assert len(searcher) == len(left)
    question = " ".join(words)
    expected = by_hand(left, question)
    found = searcher.terms(question)
    scores = {row: float(found.scores[row]) for row in left}
    assert scores == pytest.approx(expected, abs=1e-4)
    mask = searcher.allowed(NONE)
    best = searcher.rows[best_places(found.scores, 3, mask)].tolist()
    positive = [row for row in left if scores[row] > 0]
    assert best == sorted(positive, key=lambda row: (-scores[row], row))[:3]


@settings(max_examples=60)
@given(PARTS, st.sets(st.integers(0, 25)), st.sets(st.integers(0, 25)), st.integers(1, 9))
def test_vectors_are_found_and_measured_as_by_brute_force(
    parts: list[list[str]], removed: set[int], excluded: set[int], k: int
) -> None:
    segments, first = [], 0
    for seed, part in enumerate(parts):
        segments.append(segment(first, part, seed))
        first += len(part)
    vectors = np.concatenate([one.vectors.vectors for one in segments])
    searcher = Searcher(segments, np.asarray(sorted(removed), dtype=np.int64))
    question = unit(1, seed=77)[0]
    left = [row for row in range(first) if row not in removed]
    if left:
        cosines = (vectors[left] @ question).astype(np.float64)
        mean, deviation = searcher.spread(question)
        assert mean == pytest.approx(cosines.mean(), abs=1e-5)
        assert deviation == pytest.approx(max(cosines.std(), 0.01), abs=1e-4)
    near = {row: float(vectors[row] @ question) for row in left if row not in excluded}
    mask = searcher.allowed(np.asarray(sorted(excluded), dtype=np.int64))
    scores, places = searcher.nearest(question, k, mask)
    expected = sorted(near, key=lambda row: (-near[row], row))[:k]
    assert searcher.rows[places].tolist() == expected
    assert scores == pytest.approx([near[row] for row in expected], abs=1e-5)
    every = np.arange(first)
    assert searcher.cosines(question, every) == pytest.approx(vectors @ question, abs=1e-6)


def test_a_share_is_of_what_every_word_could_score() -> None:
    searcher = Searcher([segment(0, ["预算 公开", "学校", "学校 应当"])], NONE)
    known = searcher.terms("预算")
    half = searcher.terms("预算 budget")
    idf = searcher.idf(["budget"])[0]
    assert half.scores[0] == pytest.approx(known.scores[0])
    assert half.ceiling == pytest.approx(known.ceiling + (K1 + 1) * idf)


def test_a_very_long_question_is_cut_to_its_rarest_words() -> None:
    filler = " ".join(f"common{i}" for i in range(2 * MOST_TERMS))
    searcher = Searcher([segment(0, [filler, filler, "needle"])], NONE)
    assert searcher.terms(f"{filler} needle").scores[2] > 0


def test_equal_scores_stand_in_order_and_the_cut_keeps_the_first() -> None:
    scores = np.asarray([1.0, 2.0, 2.0, 0.0, 2.0], dtype=np.float32)
    every = np.ones(5, dtype=np.bool_)
    assert best_places(scores, 2, every).tolist() == [1, 2]
    assert best_places(scores, 9, every).tolist() == [1, 2, 4, 0]
    assert best_places(scores, 2, np.asarray([1, 0, 1, 1, 0], dtype=np.bool_)).tolist() == [2, 0]


def test_nothing_to_search() -> None:
    searcher = Searcher([], NONE)
    question = unit(1)[0]
    assert len(searcher) == 0
    assert searcher.nearest(question, 3, searcher.allowed(NONE))[1].tolist() == []
    assert searcher.terms("预算").scores.tolist() == []
    assert searcher.spread(question) == (0.0, 1.0)
    assert searcher.idf(["预"]) == pytest.approx([math.log(2)])


@given(st.lists(st.integers(1, 200), max_size=40))
def test_runs_are_a_partition_and_leave_no_alike_neighbours(sizes: list[int]) -> None:
    runs = runs_to_join(sizes)
    assert [at for run in runs for at in run] == list(range(len(sizes)))
    totals = [sum(sizes[at] for at in run) for run in runs]
    assert all(one > 2 * two for one, two in itertools.pairwise(totals))


def test_adding_one_by_one_rewrites_each_row_a_few_times_and_leaves_few_segments() -> None:
    sizes: list[int] = []
    rewritten = 0
    for _ in range(2_000):
        runs = runs_to_join([*sizes, 1])
        joined = [run for run in runs if len(run) > 1]
        sizes.append(1)
        rewritten += sum(sizes[at] for run in joined for at in run)
        sizes = [sum(sizes[at] for at in run) for run in runs]
    assert sum(sizes) == 2_000
    assert len(sizes) <= 11  # log2
    assert rewritten <= 2_000 * 2 * 11
