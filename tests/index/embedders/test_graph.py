"""Batches, order and checks of the graph embedder, with a session that can be checked by eye."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers

from index.embedders.graph import BATCH_TOKENS, GraphEmbedder
from index.embedders.weights import BLOCK_BYTES, Floats
from index.errors import BadVectors, ModelDamaged

VOCABULARY = 16
CHARACTERS = "abcdefghijklmnop"


class MeanSession:
    """Answers the mean of the words that the mask shows, and keeps the shape of every batch."""

    def __init__(self, poison: float | None = None) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self.threads: set[int] = set()
        self._poison = poison

    def run(self, names: list[str], feed: dict[str, NDArray[np.generic]]) -> list[Floats]:
        assert names == ["vectors"]
        words = feed["words"].astype(np.float32)
        mask = feed["mask"].astype(np.float32)[..., None]
        self.shapes.append(mask.shape[:2])
        self.threads.add(threading.get_ident())
        vectors: Floats = (words * mask).sum(axis=1) / mask.sum(axis=1)
        if self._poison is not None:
            vectors[-1, 0] = self._poison
        return [vectors]


def tiny_tokenizer() -> Tokenizer:
    """One token a character."""
    tokenizer = Tokenizer(
        models.WordLevel({character: i for i, character in enumerate(CHARACTERS)}, unk_token="a")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return tokenizer


def embedder(session: MeanSession, workers: int = 1) -> GraphEmbedder:
    """Token i has weight (i - 8) in place i of 32, and 1 elsewhere."""
    words = np.full((VOCABULARY, 1, BLOCK_BYTES), 0x99, dtype=np.uint8)
    words[:, 0, :2] = np.frombuffer(np.float16(1.0).tobytes(), dtype=np.uint8)
    for token in range(VOCABULARY):
        words[token, 0, 2 + token] = 0x90 | token
    return GraphEmbedder(
        session,
        tiny_tokenizer(),
        words,
        runtime="a mean",
        question_prefix="a",
        passage_prefix="",
        workers=workers,
    )


def expected_row(text: str) -> Floats:
    """The oracle: dequantised by hand, one text alone."""
    rows = np.ones((len(text), 32), dtype=np.float32)
    for row, character in zip(rows, text, strict=True):
        row[CHARACTERS.index(character)] = CHARACTERS.index(character) - 8
    mean = rows.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def random_texts(count: int) -> list[str]:
    generator = np.random.default_rng(3)
    lengths = generator.integers(1, 200, count)
    return ["".join(generator.choice(list(CHARACTERS), length)) for length in lengths]


@pytest.mark.parametrize("workers", [1, 3])
def test_every_row_is_that_of_its_text_alone(workers: int) -> None:
    texts = random_texts(300)
    rows = embedder(MeanSession(), workers).embed_passages(texts)
    np.testing.assert_allclose(rows, [expected_row(text) for text in texts], atol=1e-6)


def test_a_question_carries_its_prefix() -> None:
    rows = embedder(MeanSession()).embed_questions(["bc"])
    np.testing.assert_allclose(rows[0], expected_row("abc"), atol=1e-6)


def test_batches_hold_texts_of_like_length_within_the_bound() -> None:
    session = MeanSession()
    embedder(session).embed_passages(random_texts(300))
    assert max(texts * tokens for texts, tokens in session.shapes) <= BATCH_TOKENS
    assert sum(texts for texts, _ in session.shapes) == 300
    widths = [tokens for _, tokens in session.shapes]
    assert widths == sorted(widths, reverse=True)


def test_a_text_is_cut_at_the_window() -> None:
    session = MeanSession()
    rows = embedder(session).embed_passages(["b" * 512 + "c" * 400])
    assert session.shapes == [(1, 512)]
    np.testing.assert_allclose(rows[0], expected_row("b" * 512), atol=1e-6)


def test_many_texts_use_several_threads_and_one_question_none() -> None:
    session = MeanSession()
    one = embedder(session, workers=2)
    one.embed_questions(["b"])
    assert session.threads == {threading.get_ident()}
    one.embed_passages(random_texts(100))
    assert len(session.threads) > 1


def test_no_texts_give_no_rows() -> None:
    session = MeanSession()
    assert embedder(session).embed_passages([]).shape == (0, 32)
    assert session.shapes == []


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_a_session_that_breaks_down_is_not_believed(poison: float) -> None:
    with pytest.raises(BadVectors):
        embedder(MeanSession(poison), workers=2).embed_passages(random_texts(50))


def test_a_runtime_with_other_vectors_fails_the_proof() -> None:
    with pytest.raises(ModelDamaged, match="a mean"):
        embedder(MeanSession()).prove()


def test_a_runtime_that_gives_no_numbers_fails_the_proof() -> None:
    """As an engine that is chosen must not stop the others from being tried."""
    with pytest.raises(ModelDamaged):
        embedder(MeanSession(float("nan"))).prove()
