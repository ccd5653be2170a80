"""Measures of retrieval, computed by trec_eval itself (pytrec_eval), over qrels and a run.

What is ranked are *things*: a hit that lies in evidence stands for that evidence, any other for
its own passage (or its document, where the evidence is whole documents); a thing counts once, at
its first hit. Pieces of evidence that share a passage are one thing, found by one hit. So the
qrels and run files that ``eval.runs.exports`` writes are all that
anyone needs to compute the same numbers.

- hit@k (success), R@k (recall): Manning, Raghavan, Schütze, *Introduction to Information Retrieval*
  (2008), chapter 8;
- MRR@10 (recip_rank, 0 beyond 10): Voorhees, *The TREC-8 Question Answering Track Report* (1999);
- nDCG@10: Järvelin and Kekäläinen, ACM TOIS 20 (2002), with the gain that trec_eval uses: the
  grade, over log2(rank + 1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from eval.types import Gold, GoldKind, Place

CUTOFFS = (1, 3, 5, 10, 100)
RANKING_DEPTH = 10  # of MRR and nDCG
_QUESTION = "q"  # trec_eval wants the questions named; here it is one at a time
_LEAST_RECIPROCAL = 1 / (RANKING_DEPTH + 0.5)


def names(depth: int) -> tuple[str, ...]:
    """Return the measures that a search of ``depth`` hits can tell, in the order of reports."""
    cutoffs = [each for each in CUTOFFS if each <= depth]
    found = [f"{kind}@{each}" for kind in ("hit", "R") for each in cutoffs]
    if depth >= RANKING_DEPTH:
        found += [f"MRR@{RANKING_DEPTH}", f"nDCG@{RANKING_DEPTH}"]
    return tuple(found)


def qrels(gold: Sequence[Gold]) -> dict[str, int]:
    """Return the grade of each thing to be found: the best of its pieces of evidence."""
    grades: dict[str, int] = {}
    for each in gold:
        grades[each.thing] = max(each.grade, grades.get(each.thing, 0))
    return grades


def things(gold: Sequence[Gold], hits: Sequence[tuple[str, Place]]) -> tuple[str, ...]:
    """Return what was ranked, best first; ``hits`` are passage ids with their places."""
    by_document = any(each.kind is GoldKind.DOCUMENT for each in gold)
    ranked: dict[str, None] = {}
    for passage, place in hits:
        met = [each.thing for each in gold if any(place.overlaps(one) for one in each.places)]
        other = place.document_id if by_document else passage
        ranked.update(dict.fromkeys(met or [other]))
    return tuple(ranked)


def rank_values(grades: Mapping[str, int], ranked: Sequence[str], depth: int) -> dict[str, float]:
    """Return each measure of one ranking. ``grades`` must hold at least one thing."""
    wanted = names(depth)
    if not ranked:
        return dict.fromkeys(wanted, 0.0)
    import pytrec_eval

    # trec_eval sorts by score, and equal scores by name: ranks as scores keep the order.
    run = {_QUESTION: {thing: float(-rank) for rank, thing in enumerate(ranked)}}
    evaluator = pytrec_eval.RelevanceEvaluator({_QUESTION: dict(grades)}, _trec_names(depth))
    found = evaluator.evaluate(run)[_QUESTION]
    values = {f"hit@{k}": found[f"success_{k}"] for k in CUTOFFS if k <= depth}
    values |= {f"R@{k}": found[f"recall_{k}"] for k in CUTOFFS if k <= depth}
    if depth >= RANKING_DEPTH:
        first = found["recip_rank"]  # over all ranks: 0 where the first is beyond the cutoff
        values[f"MRR@{RANKING_DEPTH}"] = first if first >= _LEAST_RECIPROCAL else 0.0
        values[f"nDCG@{RANKING_DEPTH}"] = found[f"ndcg_cut_{RANKING_DEPTH}"]
    return values


@cache
def _trec_names(depth: int) -> frozenset[str]:
    cutoffs = ",".join(str(each) for each in CUTOFFS if each <= depth)
    return frozenset(
        (f"success.{cutoffs}", f"recall.{cutoffs}", f"ndcg_cut.{RANKING_DEPTH}", "recip_rank")
    )
