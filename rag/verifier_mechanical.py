"""The verifier that needs no model: a claim is compared with the cited words, one by one.

It errs on one side. A claim is called supported when it is an exact quote, the same in other
numerals or script, or a shortening that drops nothing which binds or narrows. What it cannot tell
(words in another order, other words) is called partial or unsupported: a model may know better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.numbers import normalised_numbers
from corpus.script import fold
from corpus.sentences import split_units
from corpus.types import Citation
from rag.types import Label
from rag.verifier import Check
from rag.wording import NARROWING, Sense, Symbol, shown, symbols

REWORDED = 0.98  # support of what differs from a quote in numerals, script or marks alone
LEAST_SUPPORTED = 0.85  # of a shortening
LEAST_PARTIAL = 0.6
CONTRADICTED_AT_MOST = 0.05
FOREIGN_AT_MOST = 0.3  # support of a claim with a number or name the cited text lacks
ALIKE = 0.5  # share of a claim found in a sentence for their difference to be a contradiction
WINDOW = 3  # sentences a claim may draw on together
LONGEST_OMISSION = 4  # symbols left out within which a binding word is missed, not passed over
LONE = 0.5  # weight of a matched symbol without a matched neighbour

_NAMES = re.compile(r"《([^《》]{1,60})》|“([^“”]{2,30})”|\b([A-Z][\w-]+(?: [A-Z][\w-]+)*)")
_SENSE_WORDS = {
    Sense.DUTY: "应当 must",
    Sense.PERMISSION: "可以 may",
    Sense.PROHIBITION: "不得 must not",
    Sense.NEGATION: "否定 negation",
    Sense.EXCEPTION: "除外 exception",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """One cited text as wording."""

    text: str
    symbols: Sequence[Symbol]
    sentences: Sequence[tuple[int, int]]  # positions in symbols


class MechanicalVerifier:
    """Compares wording; numbers, names, and words that permit, bind, forbid or negate first."""

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return label, support and reasons. Title and path count as said; they bind nothing."""
        headings = "\n".join(" ".join((one.title, *one.path)) for one in citations)
        return verify_text(claim, [one.quote for one in citations], headings)


def verify_text(claim: str, texts: Sequence[str], headings: str = "") -> Check:
    """Check a claim against texts; ``headings`` may name documents and clauses it refers to."""
    if not texts or not any(one.isalnum() for one in claim):
        return Check(Label.UNSUPPORTED, 0.0, ("没有引文或没有文字。 It cites or says nothing.",))
    if any(quotes(claim, text) for text in texts):
        return Check(Label.SUPPORTED, 1.0, ("与原文一字不差。 An exact quote.",))
    said = symbols(claim)
    cited = [_cited(text) for text in texts]
    if any(_same_wording(claim, said, one) for one in cited):
        reason = "只有数字写法、字形或标点不同。 The same but for numerals, script or marks."
        return Check(Label.SUPPORTED, REWORDED, (reason,))
    aligned = max((_align(claim, said, one) for one in cited), key=lambda one: one.rank)
    return _judged(claim, aligned, "\n".join(texts), headings)


def quotes(claim: str, text: str) -> bool:
    """Say whether a claim is one or more whole clauses of a text, letter for letter.

    A part of a clause may turn its meaning round: 应当缴纳 in 不应当缴纳, 100元 in 1000元.
    """
    start = text.find(claim)
    known = symbols(text) if start >= 0 else []
    while start >= 0:
        end = start + len(claim)
        inside = [one for one in known if start <= one.start and one.end <= end]
        cut = any(one.start < start < one.end or one.start < end < one.end for one in known)
        if inside and not cut and inside[0].opens and inside[-1].closes:
            return True
        start = text.find(claim, start + 1)
    return False


def _cited(text: str) -> Cited:
    found = symbols(text)
    sentences: list[tuple[int, int]] = []
    at = 0
    for _, end in split_units(text):
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        if at > first:
            sentences.append((first, at))
    return Cited(text, found, sentences)


def _same_wording(claim: str, said: Sequence[Symbol], cited: Cited) -> bool:
    """Say whether a claim is one or more whole clauses but for numerals, script and marks."""
    keys = [_exact(claim, one) for one in said]
    others = [_exact(cited.text, one) for one in cited.symbols]
    for at in range(len(others) - len(keys) + 1):
        last = at + len(keys) - 1
        if cited.symbols[at].opens and cited.symbols[last].closes:
            if others[at : last + 1] == keys:
                return True
    return False


def _exact(text: str, symbol: Symbol) -> str:
    """Return a symbol's key, of a binding word the word itself."""
    return fold(text[symbol.start : symbol.end]) if symbol.sense else symbol.key


@dataclass(frozen=True, slots=True)
class Aligned:
    """A claim beside the sentences of a cited text that are most like it."""

    text: str  # the cited text
    share: float  # of the claim's weight found there in order, 0 to 1
    steps: Sequence[tuple[str, Sequence[Symbol], Sequence[Symbol]]]  # as of difflib: claim, cited

    @property
    def rank(self) -> float:
        """What the best of several is chosen by."""
        return self.share


def _align(claim: str, said: Sequence[Symbol], cited: Cited) -> Aligned:
    first, last = _window(said, cited)
    window = cited.symbols[first:last]
    matcher = SequenceMatcher(
        None, [one.key for one in said], [one.key for one in window], autojunk=False
    )
    steps = [(tag, said[a:b], window[c:d]) for tag, a, b, c, d in matcher.get_opcodes()]
    total = sum(_weight(one) for one in said)
    found = sum(
        _weight(one) * (LONE if len(mine) == 1 and len(said) > 1 and not one.number else 1.0)
        for tag, mine, _ in steps
        if tag == "equal"
        for one in mine
    )
    return Aligned(cited.text, found / total if total else 0.0, steps)


def _window(said: Sequence[Symbol], cited: Cited) -> tuple[int, int]:
    """Return where the fewest sentences lie that hold most of a claim's symbols."""
    wanted = {one.key: _weight(one) for one in said}
    pairs = [
        {f"{a.key} {b.key}" for a, b in zip(said, said[1:], strict=False)},
    ][0]
    best, found = (0, len(cited.symbols)), -1.0
    for size in range(1, WINDOW + 1):
        for at in range(len(cited.sentences) - size + 1):
            first, last = cited.sentences[at][0], cited.sentences[at + size - 1][1]
            some = cited.symbols[first:last]
            keys = {one.key for one in some}
            joined = {f"{a.key} {b.key}" for a, b in zip(some, some[1:], strict=False)}
            score = sum(wanted[key] for key in keys & wanted.keys()) + len(joined & pairs)
            if score > found + (size > 1):
                best, found = (first, last), score
    return best


def _weight(symbol: Symbol) -> float:
    if symbol.number or symbol.sense:
        return 2.0
    if symbol.filler:
        return 0.25
    return 1.0 if len(symbol.key) == 1 else 2.0


def _judged(claim: str, aligned: Aligned, cited: str, headings: str) -> Check:
    contradictions = list(_contradictions(claim, aligned))
    share = aligned.share
    if contradictions and share >= ALIKE:
        return Check(Label.CONTRADICTED, CONTRADICTED_AT_MOST * share, tuple(contradictions))
    foreign = list(_foreign(claim, f"{headings}\n{cited}"))
    if foreign or contradictions:
        support = FOREIGN_AT_MOST * share
        return Check(Label.UNSUPPORTED, support, tuple(foreign) or tuple(contradictions))
    lacking = _lacking(claim, aligned, headings)
    if lacking is None and share >= LEAST_SUPPORTED:
        reason = "是原文的节略，未改动限定词。 A shortening that drops nothing which binds."
        return Check(Label.SUPPORTED, share, (reason,))
    support = min(share, LEAST_SUPPORTED) * (0.9 if lacking else 1.0)
    overlap = f"{share:.0%} 的文字见于所引原文。 {share:.0%} of its words are in the cited text."
    label = Label.PARTIAL if share >= LEAST_PARTIAL else Label.UNSUPPORTED
    return Check(label, support, (lacking, overlap) if lacking else (overlap,))


def _contradictions(claim: str, aligned: Aligned) -> list[str]:
    """Return where claim and text part on a number, or on what binds, permits or negates."""
    found: list[str] = []
    for tag, mine, theirs in aligned.steps:
        if tag == "equal":
            continue
        here, there = shown(claim, mine), shown(aligned.text, theirs)
        numbers = [one for one in mine if one.number], [one for one in theirs if one.number]
        if tag == "replace" and all(numbers) and _near(mine, theirs):
            found += [
                f"所引原文中不是“{_one(claim, a)}”，而是“{_one(aligned.text, b)}”。"
                f" “{_one(claim, a)}” is not what the cited text says there,"
                f" which is “{_one(aligned.text, b)}”."
                for a, b in zip(*numbers, strict=False)
            ]
        senses = _senses(mine), _senses(theirs)
        if senses[0] == senses[1] or not any(senses):
            continue
        if tag == "insert" and (len(theirs) > LONGEST_OMISSION or _whole_clause(theirs)):
            continue
        if tag == "replace" and len(theirs) > LONGEST_OMISSION * 3:
            continue
        found.append(
            f"限定词不同：此处作“{here or '（无）'}”，原文作“{there or '（无）'}”。"
            f" Other binding words: “{here or '(none)'}” here, “{there or '(none)'}” in the text."
        )
    return found


def _near(mine: Sequence[Symbol], theirs: Sequence[Symbol]) -> bool:
    return len(mine) <= LONGEST_OMISSION and len(theirs) <= LONGEST_OMISSION


def _one(text: str, symbol: Symbol) -> str:
    return text[symbol.start : symbol.end]


def _senses(some: Sequence[Symbol]) -> list[Sense]:
    return sorted(one.sense for one in some if one.sense)


def _whole_clause(some: Sequence[Symbol]) -> bool:
    return some[0].opens and some[-1].closes


def _foreign(claim: str, known: str) -> list[str]:
    """Return what is named in a claim that the cited texts and their headings do not have."""
    numbers = set(normalised_numbers(claim)) - set(normalised_numbers(known))
    found = [f"所引原文中没有 {one}。 {one} is not in the cited text." for one in sorted(numbers)]
    folded = fold("".join(known.split()))
    for match in _NAMES.finditer(claim):
        name = next(one for one in match.groups() if one)
        if match[3] and match.start() == 0 and " " not in name:
            continue  # the first word of an English sentence
        if fold("".join(name.split())) not in folded:
            found.append(f"所引原文中没有“{name}”。 “{name}” is not in the cited text.")
    return found


def _lacking(claim: str, aligned: Aligned, headings: str) -> str | None:
    """Return what keeps a claim from being a mere shortening of the text; None when nothing."""
    titles = {one.key for one in symbols(headings)}
    for tag, mine, theirs in aligned.steps:
        if tag == "equal":
            continue
        added = [one for one in mine if not one.filler]
        if any(one.key not in titles for one in added):
            words = shown(claim, added)
            return f"所引原文中没有“{words}”。 “{words}” is not in the cited text."
    for at, (tag, _, theirs) in enumerate(aligned.steps):
        if tag == "equal" or not theirs or at in (0, len(aligned.steps) - 1):
            continue
        words = shown(aligned.text, theirs)
        if _senses(theirs) or NARROWING.search(fold(words)):
            return f"略去了“{words}”。 It leaves out “{words}”."
    return _edges(aligned)


def _edges(aligned: Aligned) -> str | None:
    """Return what a claim leaves out at the ends of the sentence it is taken from, if it counts."""
    edges = [
        theirs
        for at, (tag, _, theirs) in enumerate(aligned.steps)
        if tag != "equal" and theirs and at in (0, len(aligned.steps) - 1)
    ]
    for some in edges:
        words = shown(aligned.text, some)
        if not (some[0].opens and some[-1].closes):
            return f"截去了半句“{words}”。 It cuts off “{words}”, part of a clause."
    return None
