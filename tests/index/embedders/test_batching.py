from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.embedders.base import Vectors
from index.embedders.batching import MOST_TOGETHER, QuestionEmbedder
from index.errors import BadVectors
from tests.fakes import LetterEmbedder


class Watched(LetterEmbedder):
    """Notes every batch of questions, and waits at the first until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.entered = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.entered.set()
        assert self.go_on.wait(30)
        return super().embed_questions(texts)


def test_a_question_asked_again_is_not_embedded_again() -> None:
    inner = Watched()
    embedder = QuestionEmbedder(inner)
    first = embedder.embed_questions(["学校", "读书", "学校"])
    assert np.array_equal(first, LetterEmbedder().embed_questions(["学校", "读书", "学校"]))
    assert np.array_equal(embedder.embed_questions(["读书"]), first[1:2])
    assert inner.batches == [["学校", "读书"]]


def test_only_so_many_are_kept_and_the_oldest_go() -> None:
    inner = Watched()
    embedder = QuestionEmbedder(inner, kept=2)
    for text in ("甲", "乙", "甲", "丙", "甲", "乙"):
        embedder.embed_questions([text])
    assert inner.batches == [["甲"], ["乙"], ["丙"], ["乙"]]


def test_questions_that_come_meanwhile_go_together() -> None:
    inner = Watched()
    inner.go_on.clear()
    embedder = QuestionEmbedder(inner)
    texts = [f"问题{number}" for number in range(MOST_TOGETHER)]
    with ThreadPoolExecutor(MOST_TOGETHER + 1) as pool:
        first = pool.submit(embedder.embed_questions, ["第一"])
        assert inner.entered.wait(30)
        others = [pool.submit(embedder.embed_questions, [text]) for text in texts]
        while len(embedder._waiting) < len(texts):  # until all have come
            threading.Event().wait(0.001)
        inner.go_on.set()
        expected = LetterEmbedder().embed_questions(["第一", *texts])
        found = np.concatenate([future.result(30) for future in [first, *others]])
    assert np.array_equal(found, expected)
    assert [len(batch) for batch in inner.batches] == [1, len(texts)]


def test_many_threads_get_each_their_own() -> None:
    embedder = QuestionEmbedder(LetterEmbedder(), lanes=2, kept=5)
    texts = [f"第{number % 17}所学校读书{number % 5}本" for number in range(400)]
    expected = LetterEmbedder().embed_questions(texts)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda text: embedder.embed_questions([text])[0], texts))
    assert np.array_equal(np.stack(found), expected)


def test_what_the_model_raises_reaches_who_asked_and_is_not_kept() -> None:
    class Failing(Watched):
        def embed_questions(self, texts: Sequence[str]) -> Vectors:
            super().embed_questions(texts)
            raise BadVectors("NaN")

    inner = Failing()
    embedder = QuestionEmbedder(inner)
    for _ in range(2):
        with pytest.raises(BadVectors):
            embedder.embed_questions(["学校"])
    assert len(inner.batches) == 2


def test_no_questions_and_passages_go_through() -> None:
    embedder = QuestionEmbedder(LetterEmbedder())
    assert embedder.embed_questions([]).shape == (0, 64)
    assert embedder.embed_passages(["学校"]).shape == (1, 64)
    assert embedder.identity.name == "letters"
