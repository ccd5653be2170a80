"""Measures of retrieval, as TREC computes them: by ir-measures, over qrels and a run.

What is ranked are *things*: a hit that lies in evidence not met before stands for that evidence,
any other for its own passage (or its document, where the evidence is whole documents); a thing
counts once, at its first hit. So the qrels and run files that ``eval.exports`` writes are all that
anyone needs to compute the same numbers.

- hit@k (Success@k), R@k: Manning, Raghavan, Schütze, *Introduction to Information Retrieval*
  (2008), chapter 8;
- MRR@10 (RR@10): Voorhees, *The TREC-8 Question Answering Track Report* (1999);
- nDCG@10: Järvelin and Kekäläinen, ACM TOIS 20 (2002), with the gain that trec_eval uses: the
  grade, over log2(rank + 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from eval.types import Gold, GoldKind, Place

CUTOFFS = (1, 3, 5, 10, 100)
RANKING_DEPTH = 10  # of MRR and nDCG
_QUESTION = "q"  # ir-measures wants the questions named; here it is one at a time


def names(depth: int) -> tuple[str, ...]:
    """Return the measures that a search of ``depth`` hits can tell, in the order of reports."""
    cutoffs = [each for each in CUTOFFS if each <= depth]
    found = [f"{kind}@{each}" for kind in ("hit", "R") for each in cutoffs]
    if depth >= RANKING_DEPTH:
        found += [f"MRR@{RANKING_DEPTH}", f"nDCG@{RANKING_DEPTH}"]
    return tuple(found)


def gold_names(gold: Sequence[Gold]) -> list[str]:
    """Return what each piece of evidence is called in qrels: no white space, one name a piece."""
    return [
        "_".join(each.name.split()) if each.kind is GoldKind.DOCUMENT else f"gold-{number}"
        for number, each in enumerate(gold, start=1)
    ]


def qrels(gold: Sequence[Gold]) -> dict[str, int]:
    """Return the grade of each piece of evidence."""
    return dict(zip(gold_names(gold), (each.grade for each in gold), strict=True))


def things(gold: Sequence[Gold], hits: Sequence[tuple[str, Place]]) -> tuple[str, ...]:
    """Return what was ranked, best first; ``hits`` are passage ids with their places."""
    called = gold_names(gold)
    by_document = any(each.kind is GoldKind.DOCUMENT for each in gold)
    ranked: dict[str, None] = {}
    for passage, place in hits:
        met = [
            name
            for name, each in zip(called, gold, strict=True)
            if any(place.overlaps(other) for other in each.places)
        ]
        other = place.document_id if by_document else passage
        ranked.update(dict.fromkeys(met or [other]))
    return tuple(ranked)


def rank_values(
    grades: Mapping[str, int], ranked: Sequence[str], depth: int
) -> dict[str, float]:
    """Return each measure of one ranking. ``grades`` must hold at least one thing."""
    evaluator, called = _evaluator(depth)
    # trec_eval sorts by score, and equal scores by name: ranks as scores keep the order.
    run = {_QUESTION: {thing: float(-rank) for rank, thing in enumerate(ranked)}}
    values = dict.fromkeys(called.values(), 0.0)
    if ranked:
        for metric in evaluator({_QUESTION: dict(grades)}, run):
            values[called[str(metric.measure)]] = float(metric.value)
    return values


@cache
def _evaluator(depth: int) -> tuple[Any, dict[str, str]]:
    import pytrec_eval  # noqa: F401  # what ir-measures calls; missing, it would fall back
    from ir_measures import RR, R, Success, iter_calc, nDCG

    kinds = {"hit": Success, "R": R, "MRR": RR, "nDCG": nDCG}
    wanted = {
        str(kinds[name.partition("@")[0]] @ int(name.partition("@")[2])): name
        for name in names(depth)
    }
    measures = [kinds[n.partition("@")[0]] @ int(n.partition("@")[2]) for n in wanted.values()]
    return (lambda grades, run: iter_calc(measures, grades, run)), wanted
