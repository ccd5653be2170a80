"""Two ranked lists made one, by how much each side knows about this question.

Reciprocal ranks throw away what a list is worth: across languages BM25's first hit rests on a
stray number, yet would weigh as much as any first hit. So scores are added, not ranks. Cosines
are scaled over the head of their list (a model's cosines crowd into a narrow band); BM25 comes as
a share of what the question could score, an absolute number, and counts in full only when its
best hit reaches FULL_SHARE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Ranked = Sequence[tuple[int, float]]  # (row, score), best first

# Chosen by benchmarks/fusion.py (--questions 300 --articles 1200 --sets stard,xquad,across): the
# best mean MRR@10 of 126 points, among those below dense alone on none. A small sample: 0.4 with
# 0.2 is within 0.4 on each set; 0.6 with 0.3 gains 0.4 on two and loses 0.8 across languages.
LEXICAL_WEIGHT = 0.5  # of a lexical side that counts in full; the dense side has the rest
FULL_SHARE = 0.3  # a best share from here up counts in full
DENSE_DEPTH = 200  # the cosine at this place of the list is scaled to 0, the first to 1


@dataclass(frozen=True, slots=True)
class Fused:
    """One row and what it is ranked by; a side that did not bring it says None."""

    row: int
    score: float  # 0 to 1
    dense: float | None
    dense_rank: int | None  # from 1
    lexical: float | None
    lexical_rank: int | None  # from 1


def fuse(
    dense: Ranked,
    lexical: Ranked,
    *,
    lexical_weight: float = LEXICAL_WEIGHT,
    full_share: float = FULL_SHARE,
    dense_depth: int = DENSE_DEPTH,
) -> list[Fused]:
    """Return every row of either list once, by falling score, then row.

    ``dense`` holds cosines, ``lexical`` shares, both best first. The score is the convex sum
    ``(1 - w) * scaled cosine + w * share / max(best share, full_share)`` (Bruch, Gai and Ingber
    2023, with the lexical side's maximum bounded from below); a side without the row gives 0.
    """
    cosines = _places(dense)
    shares = _places(lexical)
    scaled = _scaled(dense, dense_depth)
    unit = max([full_share, *(share for _, share in lexical[:1])])
    fused = []
    for row in cosines.keys() | shares.keys():
        cosine, dense_rank = cosines.get(row, (None, None))
        share, lexical_rank = shares.get(row, (None, None))
        score = (1 - lexical_weight) * scaled.get(row, 0.0) + lexical_weight * (share or 0.0) / unit
        fused.append(Fused(row, min(score, 1.0), cosine, dense_rank, share, lexical_rank))
    return sorted(fused, key=lambda one: (-one.score, one.row))


def _places(ranked: Ranked) -> dict[int, tuple[float, int]]:
    return {row: (score, rank) for rank, (row, score) in enumerate(ranked, start=1)}


def _scaled(dense: Ranked, depth: int) -> dict[int, float]:
    """Cosines with the first at 1 and the one at ``depth``, or the last, at 0 with all below."""
    if not dense:
        return {}
    top, floor = dense[0][1], dense[: max(depth, 1)][-1][1]
    if top <= floor:
        return {row: 1.0 if cosine >= top else 0.0 for row, cosine in dense}
    return {row: max(0.0, (cosine - floor) / (top - floor)) for row, cosine in dense}
