"""How much of a question a piece of text covers: character by character, weighted by rarity.

A Han character counts as covered when a bigram of the question that holds it occurs in the text
(or the character itself, when it stands alone in the question), a word or number when it occurs.
So a word the documents do not know (高考) weighs fully against a text, while the bigram that only
joins two words (市召 in 城市召开) costs nothing when both words are covered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.text.script import is_han
from index.segments.tokens import tokenize
from rag.question.parse import Question

STOP_CHARACTERS = frozenset(
    "的了在是和与或及对于为以要其之中上下被把将从到由而且也都就个有这那所等应该需"
)
STOP_WEIGHT = 0.15  # share of its rarity that a function character keeps
# Weight of what a follow-up says itself against the question before. Of 23 looked at for it
# (``benchmarks.followups --answers``) 19 cite the gold clause with 1 or 2, other clauses 1 and 0.
OWN = 2.0

Idf = Callable[[Sequence[str]], list[float]]  # tokens -> inverse document frequencies


@dataclass(frozen=True, slots=True)
class Term:
    """A unit of the question: one Han character with its bigrams, or one word or number."""

    weight: float
    tokens: frozenset[str]  # any of these in a text covers it


class Coverage:
    """Measures texts against one question."""

    def __init__(self, question: Question, idf: Idf) -> None:
        own = _all_terms(question.own, idf)
        said = frozenset[str]().union(*(term.tokens for term in own))
        self.terms = tuple(
            term if term.tokens.isdisjoint(said) else replace(term, weight=OWN * term.weight)
            for term in _all_terms(question.topic, idf)
        )
        self.total = sum(term.weight for term in self.terms)

    def covered(self, tokens: frozenset[str] | set[str]) -> frozenset[int]:
        """Return which terms (by position) a text with these tokens covers."""
        return frozenset(
            at for at, term in enumerate(self.terms) if not term.tokens.isdisjoint(tokens)
        )

    def share(self, covered: frozenset[int]) -> float:
        """Return the weight of these terms over all terms', 0 to 1; 0 for a question of none."""
        if self.total == 0.0:
            return 0.0
        return sum(self.terms[at].weight for at in covered) / self.total


def _all_terms(topic: str, idf: Idf) -> list[Term]:
    return [term for run in topic.split() for term in _terms(run, idf)]


def _terms(run: str, idf: Idf) -> list[Term]:
    terms: list[Term] = []
    han = ""
    for piece in (*tokenize_in_order(run), ""):
        if len(piece) == 1 and is_han(piece):
            han += piece
            continue
        terms += _han_terms(han, idf)
        han = ""
        if piece:
            terms.append(Term(idf([piece])[0], frozenset((piece,))))
    return terms


def tokenize_in_order(run: str) -> list[str]:
    """Return single Han characters, words and numbers in reading order, without bigrams."""
    pieces: list[str] = []
    other = ""
    for character in run:
        if is_han(character):
            pieces += tokenize(other)
            other = ""
            pieces.append(character)
        else:
            other += character
    return pieces + tokenize(other)


def _han_terms(run: str, idf: Idf) -> list[Term]:
    if not run:
        return []
    weights = idf(list(run))
    terms = []
    for at, (character, weight) in enumerate(zip(run, weights, strict=True)):
        bigrams = {run[at - 1 : at + 1] if at else "", run[at : at + 2]}
        tokens = frozenset(b for b in bigrams if len(b) == 2) or frozenset((character,))
        share = STOP_WEIGHT if character in STOP_CHARACTERS else 1.0
        terms.append(Term(weight * share, tokens))
    return terms
