"""What a hit is ranked by, told in words and numbers a person can check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.segments.searcher import K1, B, Searcher
from index.segments.tokens import tokenize
from index.types import Hit

MOST_WORDS = 8  # told of one hit: the weightiest


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


def words_of(question: str, hit: Hit, searcher: Searcher) -> tuple[Word, ...]:
    """Return the words of a question that a hit has, by BM25's formula, weightiest first."""
    heading = tokenize(" ".join([hit.title, *hit.passage.path]))
    counts = Counter([*heading, *heading, *tokenize(hit.passage.text)])
    norm = K1 * (1 - B + B * counts.total() / searcher.mean_length)
    tokens = list(dict.fromkeys(tokenize(question)))
    weights: Mapping[str, float] = dict(zip(tokens, searcher.idf(tokens), strict=True))
    ceiling = max((K1 + 1) * sum(weights.values()), 1e-9)
    found = [
        Word(
            token,
            counts[token],
            round(weights[token] * (K1 + 1) * counts[token] / (counts[token] + norm) / ceiling, 6),
        )
        for token in tokens
        if counts[token]
    ]
    return tuple(sorted(found, key=lambda word: (-word.share, word.token)))[:MOST_WORDS]
