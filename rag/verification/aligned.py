"""A claim beside the sentences of a text that are most like it, symbol by symbol.

The alignment is the one of Needleman and Wunsch (1970) with free ends in the text: the best way to
pair equal symbols in order, where a pair that stands alone counts half. Its cost is the product of
the lengths, and both are bounded.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.text.sentences import split_sentences, split_units
from rag.verification.lexicon import EXCEPTS
from rag.verification.wording import Symbol, symbols

WINDOW = 3  # sentences a claim may draw on together
LONGEST_SENTENCE = 400  # code points; a longer one is cut, so that no text costs its square
KEPT_TEXTS = 64  # cited texts kept as symbols: the passages of a few answers
SKIPPED_CLAIM = 5  # cost of a claim's symbol without partner, in hundredths of a character
SKIPPED_TEXT = 1  # of a text's symbol between two pairs
SAME_PART = 30  # for two numbers, or two binding words, that differ: each the other's opposite
_CUT = re.compile("[，,：:；;、 ]")

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Cited:
    """One cited text as wording."""

    text: str
    symbols: Sequence[Symbol]
    units: Sequence[tuple[int, int]]  # of symbols: sentences, cut at semicolons too


@dataclass(frozen=True, slots=True)
class Step:
    """A run of symbols that are equal on both sides, or what stands between two such runs."""

    equal: bool
    mine: Sequence[Symbol]  # of the claim
    theirs: Sequence[Symbol]  # of the cited text


@dataclass(frozen=True, slots=True)
class Aligned:
    """A claim beside the place of a cited text that is most like it."""

    claim: str
    said: Sequence[Symbol]
    cited: Cited
    steps: Sequence[Step]
    before: Sequence[Symbol]  # left out of the same unit, in front of the first pair
    behind: Sequence[Symbol]  # left out of the same unit, behind the last pair
    share: float  # of the claim's weight that is found there, 0 to 1


@lru_cache(maxsize=KEPT_TEXTS)
def cited_text(text: str) -> Cited:
    """Return a text as wording."""
    found = symbols(text)
    units: list[tuple[int, int]] = []
    at = 0
    for _, end in statements(text):
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        if at > first:
            units.append((first, at))
    return Cited(text, found, units)


def statements(text: str) -> list[tuple[int, int]]:
    """Return a text's sentences, cut at semicolons, but not from what then excepts from them."""
    joined: list[tuple[int, int]] = []
    for start, end in split_units(text, longest=0):
        said = text[start:end].lstrip()
        if joined and EXCEPTS.match(said) and text[: joined[-1][1]].rstrip()[-1:] in "；;":
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return bounded(text, joined)


def bounded(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans cut where they are too long, behind a mark if there is one."""
    pieces: list[tuple[int, int]] = []
    for start, stop in spans:
        begin = start
        while stop - begin > LONGEST_SENTENCE:
            last = begin + LONGEST_SENTENCE
            marks = [one.end() for one in _CUT.finditer(text, begin + LONGEST_SENTENCE // 2, last)]
            end = marks[-1] if marks else last
            pieces.append((begin, end))
            begin = end
        pieces.append((begin, stop))
    return pieces


def best_window(claim: str, text: str) -> tuple[int, int]:
    """Return the span of the fewest sentences, at most 3, of ``text`` that a claim rests on.

    In code points, half-open; of a text without a sentence all of it. Where two places serve alike
    it is the earlier one.
    """
    spans = bounded(text, split_sentences(text))
    if not spans:
        return 0, len(text)
    found = cited_text(text).symbols
    said = symbols(claim)
    sentences: list[tuple[int, int]] = []
    at = 0
    for _, end in spans:
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        sentences.append((first, at))
    first, last = _best_run(said, found, sentences)
    return spans[first][0], spans[last - 1][1]


def _best_run(
    said: Sequence[Symbol], found: Sequence[Symbol], spans: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """Return which neighbouring spans, at most WINDOW, hold most of a claim's symbols and pairs.

    One more is taken only for more than a word that adds little.
    """
    wanted = {one.key: one.weight for one in said}
    pairs = {f"{a.key} {b.key}" for a, b in itertools.pairwise(said)}
    held = []
    for first, last in spans:
        some = found[first:last]
        keys = {one.key for one in some} & wanted.keys()
        joined = {f"{a.key} {b.key}" for a, b in itertools.pairwise(some)} & pairs
        held.append((keys, joined))
    best, most = (0, 1), -1
    for size in range(1, WINDOW + 1):
        for at in range(len(spans) - size + 1):
            some_keys = set().union(*(keys for keys, _ in held[at : at + size]))
            some_pairs = set().union(*(joined for _, joined in held[at : at + size]))
            score = sum(wanted[key] for key in some_keys) + 150 * len(some_pairs)
            if score > most + 400 * (size > 1):
                best, most = (at, at + size), score
    return best


def align(claim: str, said: Sequence[Symbol], cited: Cited) -> Aligned:
    """Lay a claim beside the sentences of a text that are most like it."""
    if not said or not cited.units:
        return Aligned(claim, said, cited, (Step(False, said, ()),), (), (), 0.0)
    begin, end = _best_run(said, cited.symbols, cited.units)
    first, last = cited.units[begin][0], cited.units[end - 1][1]
    window = cited.symbols[first:last]
    pairs = _pairs(said, window)
    share = _share(said, pairs)
    if not pairs:
        return Aligned(claim, said, cited, (Step(False, said, ()),), (), (), share)
    left, right = first + pairs[0][1], first + pairs[-1][1]
    steps = _steps(said, window, pairs)
    before = cited.symbols[_unit(cited, left)[0] : left]
    behind = cited.symbols[right + 1 : _unit(cited, right)[1]]
    head, tail = said[: pairs[0][0]], said[pairs[-1][0] + 1 :]
    # …不超过[八百元] beside …不超过[五百元]: what differs at an end faces its counterpart.
    if facing := _facing(tail, behind):
        steps[-1] = Step(False, tail, behind[:facing])
        behind = behind[facing:]
    if facing := _facing(head[::-1], before[::-1]):
        steps[0] = Step(False, head, before[-facing:])
        before = before[:-facing]
    return Aligned(claim, said, cited, steps, before, behind, share)


def _facing(mine: Sequence[Symbol], theirs: Sequence[Symbol]) -> int:
    """Return how many symbols of a text face those a claim has beyond the last pair.

    None where no number faces a number, and no binding word another: these are other words then.
    """
    count = min(len(mine), len(theirs))
    weighty = ("number", "binding")
    for one, other in zip(mine[:count], theirs[:count], strict=True):
        if one.part == other.part and one.part in weighty:
            return count
    return 0


def exact(claim: str, said: Sequence[Symbol], cited: Cited, first: int) -> Aligned:
    """Return the alignment of a claim all of which stands at symbol ``first`` of a text."""
    last = first + len(said)
    return Aligned(
        claim,
        said,
        cited,
        (Step(True, said, cited.symbols[first:last]),),
        cited.symbols[_unit(cited, first)[0] : first],
        cited.symbols[last : _unit(cited, last - 1)[1]],
        1.0,
    )


def _unit(cited: Cited, at: int) -> tuple[int, int]:
    return next(unit for unit in cited.units if unit[0] <= at < unit[1])


def _share(said: Sequence[Symbol], pairs: Sequence[tuple[int, int]]) -> float:
    """Return how much of a claim has its partner; one without a neighbour counts half."""
    known = set(pairs)
    total = sum(one.weight for one in said)
    found = 0.0
    for i, j in pairs:
        alone = (i - 1, j - 1) not in known and (i + 1, j + 1) not in known
        whole = not alone or said[i].number or len(said) == 1
        found += said[i].weight * (1.0 if whole else 0.5)
    return found / total if total else 0.0


def _steps(
    said: Sequence[Symbol], window: Sequence[Symbol], pairs: Sequence[tuple[int, int]]
) -> list[Step]:
    steps: list[Step] = []
    i, j = 0, pairs[0][1]
    run = 0
    while run < len(pairs):
        a, b = pairs[run]
        if a > i or b > j:
            steps.append(Step(False, said[i:a], window[j:b]))
        end = run
        while end + 1 < len(pairs) and pairs[end + 1] == (pairs[end][0] + 1, pairs[end][1] + 1):
            end += 1
        i, j = pairs[end][0] + 1, pairs[end][1] + 1
        steps.append(Step(True, said[a:i], window[b:j]))
        run = end + 1
    if i < len(said):
        steps.append(Step(False, said[i:], ()))
    return steps


def _pairs(said: Sequence[Symbol], window: Sequence[Symbol]) -> list[tuple[int, int]]:
    """Return the equal symbols of the best alignment, in order."""
    scores, equal = _scores(said, window)
    rows, columns = scores.shape
    best = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    paired = np.zeros((rows + 1, columns + 1), dtype=np.bool_)
    slope = np.arange(columns + 1, dtype=np.int32) * SKIPPED_TEXT
    for i in range(1, rows + 1):
        skipped = best[i - 1] - SKIPPED_CLAIM
        diagonal = best[i - 1, :-1] + scores[i - 1]
        reached = skipped.copy()
        np.maximum(reached[1:], diagonal, out=reached[1:])
        paired[i, 1:] = diagonal >= skipped[1:]
        # Skipping symbols of the text: the greatest value to the left, less the way from it.
        best[i] = np.maximum.accumulate(reached + slope) - slope
        paired[i] &= reached == best[i]
        if i == rows:
            best[i] = reached
    return _traced(best, paired, equal)


def _traced(
    best: Ints, paired: NDArray[np.bool_], equal: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    i = best.shape[0] - 1
    j = int(np.argmax(best[i]))
    found: list[tuple[int, int]] = []
    while i > 0 and j >= 0:
        if j > 0 and paired[i, j]:
            if equal[i - 1, j - 1]:
                found.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif best[i, j] == best[i - 1, j] - SKIPPED_CLAIM:
            i -= 1
        else:
            j -= 1
    return found[::-1]


def _scores(said: Sequence[Symbol], window: Sequence[Symbol]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return what each pair is worth, and which are equal: a pair within a run counts whole."""
    codes: dict[str, int] = {}
    mine = np.array([codes.setdefault(one.key, len(codes)) for one in said])
    theirs = np.array([codes.setdefault(one.key, len(codes)) for one in window])
    equal = mine[:, None] == theirs[None, :]
    around = np.full(equal.shape, 2, dtype=np.int32)
    around[1:, 1:] += equal[:-1, :-1]
    around[0, :] += 1
    around[:-1, :-1] += equal[1:, 1:]
    around[-1, :] += 1
    weights = np.array([one.weight for one in said], dtype=np.int32)
    scores = np.where(equal, weights[:, None] * around // 4, -SKIPPED_CLAIM - SKIPPED_TEXT)
    for part in ("number", "binding"):
        of_claim = np.array([one.part == part for one in said])
        of_text = np.array([one.part == part for one in window])
        alike = of_claim[:, None] & of_text[None, :] & ~equal
        scores[alike] = SAME_PART
    return scores.astype(np.int32), equal
