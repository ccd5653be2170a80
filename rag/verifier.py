"""The verifier's role, and the mechanical one: exact quotes and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from corpus.numbers import normalised_numbers
from corpus.script import fold
from corpus.types import Citation
from index.tokens import tokenize
from rag.types import Label

PARTIAL_OVERLAP = 0.6  # share of a claim's tokens found in what it cites, below: unsupported


class Verifier(Protocol):
    """Checks one claim against the texts it cites."""

    def verify(
        self, claim: str, citations: Sequence[Citation]
    ) -> tuple[Label, float, tuple[str, ...]]:
        """Return (label, support from 0 to 1, reasons in words)."""
        ...


class QuoteVerifier:
    """Needs no model: a quote is found exactly, or its numbers and words are compared.

    Only an exact quote is called supported. Words in another order may say something else, so
    overlap alone earns "partial" at most; a number that the cited text lacks earns "unsupported".
    """

    def verify(
        self, claim: str, citations: Sequence[Citation]
    ) -> tuple[Label, float, tuple[str, ...]]:
        """Return (label, support from 0 to 1, reasons in words)."""
        if not citations or not claim.strip():
            return Label.UNSUPPORTED, 0.0, ("没有引文或没有文字。 It cites or says nothing.",)
        if any(quotes(claim, citation.quote) for citation in citations):
            return Label.SUPPORTED, 1.0, ("与原文一字不差。 An exact quote.",)
        cited = "\n".join(citation.quote for citation in citations)
        foreign = Counter(normalised_numbers(claim)) - Counter(normalised_numbers(cited))
        if foreign:
            numbers = "、".join(foreign)
            reason = f"所引原文中没有 {numbers}。 {numbers} is not in the cited text."
            return Label.UNSUPPORTED, 0.0, (reason,)
        overlap = _overlap(claim, cited)
        reason = f"词语重合 {overlap:.0%}。 {overlap:.0%} of its words are in the cited text."
        if fold(claim) in fold(cited):
            return Label.PARTIAL, overlap, ("仅字形不同。 The same but for script or width.",)
        label = Label.PARTIAL if overlap >= PARTIAL_OVERLAP else Label.UNSUPPORTED
        return label, overlap, (reason,)


def quotes(claim: str, text: str) -> bool:
    """Say whether a claim is one or more whole clauses of a text, letter for letter.

    A part of a clause may turn its meaning round: 应当缴纳 in 不应当缴纳, 100元 in 1000元.
    """
    start = text.find(claim)
    while start >= 0:
        before, after = text[:start].rstrip()[-1:], text[start + len(claim) :].lstrip()[:1]
        begins = not before or not before.isalnum()
        ends = not after or not after.isalnum() or not claim[-1].isalnum()
        if begins and ends:
            return True
        start = text.find(claim, start + 1)
    return False


def _overlap(claim: str, cited: str) -> float:
    tokens = set(tokenize(claim))
    return len(tokens & set(tokenize(cited))) / len(tokens) if tokens else 0.0
