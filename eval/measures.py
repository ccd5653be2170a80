"""Measures: one question at a time, in fractions; sums over questions are folds of those.

A value is None where a measure does not apply to a question (no gold, no musts). A question that
failed is given the worst value of every measure that could have applied, so failing never helps.

Sources:

- hit@k, recall@k: Manning, Raghavan, Schütze, *Introduction to Information Retrieval* (2008),
  chapter 8; hit@k is there called success at k.
- MRR: Voorhees, *The TREC-8 Question Answering Track Report* (1999).
- answers and citations: see ``eval.answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from corpus.script import fold
from corpus.types import Document
from eval.answers import (
    citation_precision,
    citation_recall,
    groundedness,
    missing_musts,
    quotes_exact,
)
from eval.types import Gold, Mean, Place, Question, Values
from rag.types import Answer

CUTOFFS = (1, 3, 5, 10)
RANKING_DEPTH = 10  # of MRR
BEST, WORST = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's name, its labels for people, and which way is better."""

    name: str
    zh: str
    en: str
    lower_is_better: bool = False


RETRIEVAL = (
    *(Measure(f"hit@{k}", f"前 {k} 条命中引文", f"gold quote in first {k}") for k in CUTOFFS),
    *(
        Measure(f"paragraph_hit@{k}", f"前 {k} 条命中段落", f"gold paragraph in first {k}")
        for k in CUTOFFS
    ),
    *(Measure(f"recall@{k}", f"前 {k} 条引文召回", f"gold quote recall@{k}") for k in CUTOFFS),
    Measure(f"mrr@{RANKING_DEPTH}", "首个命中倒数排名", f"MRR@{RANKING_DEPTH}"),
)
ANSWERS = (
    Measure("contains_all", "答案含全部要点", "all musts contained"),
    Measure("contains_all_folded", "含全部要点，不分繁简", "all musts, script folded"),
    Measure("quote_exact", "引文逐字准确", "all quotes exact"),
    Measure("citation_recall", "标准引文召回", "citation recall"),
    Measure("citation_precision", "引文精确率", "citation precision"),
    Measure("groundedness", "有据论断比例", "groundedness"),
    Measure("abstention_recall", "该拒答的拒答了", "abstention recall"),
    Measure("abstention_precision", "拒答是对的", "abstention precision"),
    Measure("false_abstention", "误拒率", "false abstention", lower_is_better=True),
)
MEASURES = (*RETRIEVAL, *ANSWERS)


def score(
    question: Question,
    gold: Sequence[Gold],
    hits: Sequence[Place],
    answer: Answer,
    documents: Mapping[str, Document],
    *,
    k: int,
) -> dict[str, Fraction | None]:
    """Return every measure of one question; ``k`` is how many hits were asked for.

    ``documents`` holds what the answer cites: a citation of any other is not exact. Measures that
    look deeper than ``k`` do not apply.
    """
    values: dict[str, Fraction | None] = dict.fromkeys(measure.name for measure in MEASURES)
    if gold and not question.unanswerable:
        quote_ranks = ranks([each.places for each in gold], hits)
        paragraph_ranks = ranks([each.paragraphs for each in gold], hits)
        for cutoff in (each for each in CUTOFFS if each <= k):
            values[f"hit@{cutoff}"] = hit_at(quote_ranks, cutoff)
            values[f"paragraph_hit@{cutoff}"] = hit_at(paragraph_ranks, cutoff)
            values[f"recall@{cutoff}"] = recall_at(quote_ranks, cutoff)
        if k >= RANKING_DEPTH:
            values[f"mrr@{RANKING_DEPTH}"] = reciprocal_rank(quote_ranks, RANKING_DEPTH)
        values["citation_recall"] = citation_recall(gold, answer.citations)
        values["citation_precision"] = citation_precision(gold, answer.citations)
    if question.musts and not question.unanswerable:
        values["contains_all"] = _one_if(not missing_musts(question.musts, answer))
        values["contains_all_folded"] = _one_if(not missing_musts(question.musts, answer, fold))
    abstained = answer.abstention is not None
    if question.unanswerable:
        values["abstention_recall"] = _one_if(abstained)
    else:
        values["false_abstention"] = _one_if(abstained)
    if abstained:
        values["abstention_precision"] = _one_if(question.unanswerable)
    else:
        values["quote_exact"] = _one_if(quotes_exact(answer, documents))
        values["groundedness"] = groundedness(answer)
    return values


def score_failed(question: Question, *, k: int) -> dict[str, Fraction | None]:
    """Return the worst value of every measure that an answer to the question could have had."""
    deep = {f"{kind}@{each}" for kind in ("hit", "paragraph_hit", "recall") for each in CUTOFFS}
    deep.add(f"mrr@{RANKING_DEPTH}")
    skipped = {name for name in deep if int(name.partition("@")[2]) > k}
    if question.unanswerable or not question.gold_quotes:
        skipped |= deep | {"citation_recall", "citation_precision"}
    if question.unanswerable or not question.musts:
        skipped |= {"contains_all", "contains_all_folded"}
    skipped.add("false_abstention" if question.unanswerable else "abstention_recall")
    return {
        measure.name: None
        if measure.name in skipped
        else (BEST if measure.lower_is_better else WORST)
        for measure in MEASURES
    }


def ranks(gold: Sequence[Sequence[Place]], hits: Sequence[Place]) -> tuple[int | None, ...]:
    """Return, for each gold thing, the rank from 1 of the first hit that overlaps a place of it."""
    return tuple(
        next(
            (
                rank
                for rank, hit in enumerate(hits, start=1)
                if any(hit.overlaps(place) for place in places)
            ),
            None,
        )
        for places in gold
    )


def hit_at(found: Sequence[int | None], k: int) -> Fraction:
    """Return 1 if any gold thing was found within the first ``k`` hits, else 0."""
    return _one_if(any(rank is not None and rank <= k for rank in found))


def recall_at(found: Sequence[int | None], k: int) -> Fraction:
    """Return the share of gold things found within the first ``k`` hits; nowhere is not found."""
    return Fraction(sum(rank is not None and rank <= k for rank in found), len(found))


def reciprocal_rank(found: Sequence[int | None], k: int) -> Fraction:
    """Return 1 / rank of the first hit on any gold thing, 0 if it is beyond ``k``."""
    first = min((rank for rank in found if rank is not None), default=None)
    return WORST if first is None or first > k else Fraction(1, first)


def mean(values: Iterable[Fraction | None]) -> Mean:
    """Return the mean of the values that apply, and of how many."""
    applying = [value for value in values if value is not None]
    n = len(applying)
    return Mean(sum(applying, start=WORST) / n if n else None, n)


def means(values: Sequence[Values]) -> dict[str, Mean]:
    """Return the mean of every measure over questions, in the order of ``MEASURES``."""
    return {measure.name: mean(each.get(measure.name) for each in values) for measure in MEASURES}


def percentile(values: Sequence[float], share: Fraction) -> float | None:
    """Return the nearest-rank percentile (Hyndman and Fan 1996, type 1); None without values."""
    if not values:
        return None
    rank = -(-len(values) * share.numerator // share.denominator)  # ceiling, exact
    return sorted(values)[max(rank, 1) - 1]


def _one_if(condition: bool) -> Fraction:
    return Fraction(int(condition))
