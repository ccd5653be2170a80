"""Doubles that a person can check by eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from corpus.text.script import fold, is_han, to_simplified
from index.embedders.base import Vectors
from index.types import EmbedderIdentity
from rag.drafts import ChatMessage
from rag.question.asking import ASKING, ENGLISH_ASKING
from rag.question.parse import letters_of
from rag.reading.encoding import Clause
from rag.reading.model import Reading
from rag.writing.prompts import Fence


class LetterEmbedder:
    """A text embeds as how often each of its characters occurs, folded into 64 bins.

    Texts that share characters are near, texts that share none are at cosine 0.
    """

    def __init__(self, name: str = "letters", dimension: int = 64) -> None:
        self.identity = EmbedderIdentity(name, "1", dimension, "", "")
        self.embedded: list[str] = []  # every text embedded, in order: tests count with it

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text:
                row[ord(character) % self.identity.dimension] += 1.0
            row /= max(float(np.linalg.norm(row)), 1e-9)
            if not text:
                row[0] = 1.0
        return rows


def numbered_fence() -> Fence:
    """A fence that scripted replies can know: keys 1, 2, 3."""
    return Fence("b0", tuple(map(str, range(1, 101))))


class WordsModel:
    """An answer model that reads words: a clause answers by the share of the question's pairs.

    Pairs of letters, asking words aside; the words that answer are what no question has.
    """

    name = "words"
    ENOUGH = 0.6  # of the pairs; a clause with fewer hardly answers

    def __init__(self, *, fails: Exception | None = None) -> None:
        self._fails = fails
        self.read_with: list[str] = []  # every question, in order

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        if self._fails is not None:
            raise self._fails
        self.read_with.append(question)
        return [Reading(self._share(question, clause)) for clause in clauses]

    @staticmethod
    def _share(question: str, clause: Clause) -> float:
        asked = ASKING if any(map(is_han, question)) else ENGLISH_ASKING
        wanted = {
            run[at : at + 2]
            for run in asked.sub(" ", fold(to_simplified(question))).split()
            for at in range(len(letters_of(run)) - 1)
        }
        said = fold(to_simplified(f"{clause.context} {clause.text}"))
        share = sum(pair in said for pair in wanted) / max(len(wanted), 1)
        return 1 - (1 - share) / 20 if share >= WordsModel.ENOUGH else share / 10_000


class ScriptedModel:
    """Says the pieces it was given, whatever it is asked; an error among them is raised."""

    name = "scripted"

    def __init__(self, pieces: Sequence[str | Exception], window: int = 10_000) -> None:
        self._pieces = pieces
        self.window = window
        self.asked: list[Sequence[ChatMessage]] = []
        self.given = 0  # pieces so far
        self.stopped = False

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        self.asked.append(messages)
        try:
            for piece in self._pieces:
                if isinstance(piece, Exception):
                    raise piece
                self.given += 1
                yield piece
        finally:
            self.stopped = True
