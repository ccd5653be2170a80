"""Near-equal passages: a law, its draft and its old version may answer, fifty copies may not.

Behind the third near-equal passage the others stand last, and more are looked through instead, so
that copies crowd nothing out. All of them stay searchable and citable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from corpus.text.script import fold
from index.types import Hit

Search = Callable[[int], Sequence[Hit]]  # how many -> passages, best first

DEEPER = 10  # times as many passages looked through where some stand behind the others
COPIES = 3  # of near-equal passages ranked as found: a law, its draft, its old version
NEAR_EQUAL = 0.9  # share of pairs of letters in common (Jaccard), figures left out
_LETTERS = re.compile(r"[^\W\d_]+")


def without_crowding(search: Search, k: int) -> tuple[Hit, ...]:
    """Return the best ``k`` passages; those near-equal to three better ones stand last."""
    hits = tuple(search(k))
    first, behind = _parted(hits)
    if not behind:
        return hits
    first, behind = _parted(search(k * DEEPER))
    return tuple(replace(hit, rank=at) for at, hit in enumerate([*first, *behind][:k], start=1))


def _parted(hits: Iterable[Hit]) -> tuple[list[Hit], list[Hit]]:
    first: list[Hit] = []
    behind: list[Hit] = []
    kinds: list[tuple[frozenset[str], int]] = []  # pairs of letters, passages that have them
    for hit in hits:
        letters = "".join(_LETTERS.findall(fold(hit.passage.text)))
        pairs = frozenset(letters[at : at + 2] for at in range(len(letters) - 1))
        for at, (known, count) in enumerate(kinds):
            if len(pairs & known) >= NEAR_EQUAL * len(pairs | known):
                kinds[at] = known, count + 1
                (first if count < COPIES else behind).append(hit)
                break
        else:
            kinds.append((pairs, 1))
            first.append(hit)
    return first, behind
