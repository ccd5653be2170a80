"""Plain data of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from corpus.types import Document, Lapse, Passage, Share


@dataclass(frozen=True, slots=True)
class Points:
    """What a passage is ranked by: shares of a perfect passage's points; their sum is its score."""

    dense: Annotated[float, "Its cosine above the mean of all passages."]
    lexical: Annotated[float, "The question's words in it."]
    standing: Annotated[float, "References to its document."]

    @property
    def score(self) -> float:
        """The sum, from 0 to 1."""
        return round(min(max(self.dense + self.lexical + self.standing, 0.0), 1.0), 6)


NO_POINTS = Points(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found for a question, and what it is ranked by."""

    passage: Passage
    score: Share  # of what a perfect passage would have
    rank: Annotated[int, "From 1."]
    title: str
    dense: Annotated[float | None, "Cosine of question and passage; null: not looked at."] = None
    dense_rank: int | None = None  # None: the vector side did not bring it
    lexical: Annotated[float | None, "Share of the best possible BM25, 0 to 1."] = None
    lexical_rank: int | None = None  # None: the term side did not bring it
    lapse: Annotated[Lapse | None, "Why its text is not in force today, if so."] = None
    points: Annotated[Points, "What the score is the sum of."] = NO_POINTS
    named: Annotated[bool, "Of a clause the question names: such stand first."] = False
    reranked: Annotated[float | None, "By a reranker, which decides the order; its own scale."] = (
        None
    )

    @property
    def passage_id(self) -> str:
        """Id of the passage."""
        return self.passage.id

    def is_current(self, document: Document) -> bool:
        """Whether its passage is of this revision of its document."""
        return self.passage.is_current(document)

    @property
    def retrievers(self) -> tuple[str, ...]:
        """Which sides brought this hit."""
        sides = (("dense", self.dense_rank), ("lexical", self.lexical_rank))
        found = tuple(name for name, rank in sides if rank is not None)
        return ("clause", *found) if self.named else found


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the question that a passage has."""

    token: str
    times: int  # as counted: in the heading twice
    share: float  # of the most the question could score


@dataclass(frozen=True, slots=True)
class Explanation:
    """The numbers behind a hit's points."""

    cosine: float
    mean: float  # of the question's cosines with all passages
    deviation: float
    share: float  # of the most that the question's words could score
    words: tuple[Word, ...]  # weightiest first
    references: int  # other documents that refer to this one


@dataclass(frozen=True, slots=True)
class EmbedderIdentity:
    """What makes two vectors comparable. An index made under one refuses another."""

    name: str
    revision: str
    dimension: int
    question_prefix: str
    passage_prefix: str

    @property
    def key(self) -> str:
        """One string a vector is cached under."""
        prefixes = f"{self.question_prefix}|{self.passage_prefix}"
        return f"{self.name}@{self.revision}/{self.dimension}/{prefixes}"
