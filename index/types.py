"""Plain data of the index."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.types import Document, Lapse, Passage


@dataclass(frozen=True, slots=True)
class Points:
    """What a passage is ranked by: shares of a perfect passage's points; their sum is its score."""

    dense: float  # its cosine above the mean of all passages
    lexical: float  # the question's words in it
    standing: float  # references to its document

    @property
    def score(self) -> float:
        """The sum, from 0 to 1."""
        return round(min(max(self.dense + self.lexical + self.standing, 0.0), 1.0), 6)


NO_POINTS = Points(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found for a question, and what it is ranked by."""

    passage: Passage
    score: float  # share of what a perfect passage would have, 0 to 1
    rank: int  # from 1
    title: str
    dense: float | None = None  # cosine of question and passage; None: not looked at
    dense_rank: int | None = None  # None: the vector side did not bring it
    lexical: float | None = None  # BM25 as a share of the most this question could score, 0 to 1
    lexical_rank: int | None = None  # None: the term side did not bring it
    lapse: Lapse | None = None  # its document is not in force today
    points: Points = NO_POINTS  # what the score is the sum of
    named: bool = False  # of a clause the question names: such stand first
    reranked: float | None = None  # by a reranker, which then decides the order; its own scale

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
