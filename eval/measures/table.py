"""Measures: one question at a time; sums over questions are folds of those.

A value is None where a measure does not apply to a question (no gold, no musts). A question that
failed is given the worst value of every measure that could have applied, so failing never helps.
Sources of the formulas stand in the modules that compute them and in docs/measures.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from corpus.text.script import fold
from corpus.types import Document
from eval.measures import ranking
from eval.measures.answer_content import (
    LONG_FORM,
    contains_answer,
    exact_match,
    missing_musts,
    overlap_f1,
    short_of,
)
from eval.measures.citation_quality import gold_precision, gold_recall, quotes_exact
from eval.measures.grounding import judged_values, verifier_groundedness, wrong_numbers
from eval.types import Gold, Judgement, Mean, Place, Question, Values
from rag.types import Answer, NoteKind

BEST, WORST = 1.0, 0.0
PARAGRAPH_CUTOFFS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's name, its labels for people, and which way is better."""

    name: str
    zh: str
    en: str
    lower_is_better: bool = False


RETRIEVAL = (
    *(Measure(f"hit@{k}", f"前 {k} 条命中依据", f"evidence in first {k}") for k in ranking.CUTOFFS),
    *(
        Measure(f"paragraph_hit@{k}", f"前 {k} 条命中段落", f"gold paragraph in first {k}")
        for k in PARAGRAPH_CUTOFFS
    ),
    *(Measure(f"R@{k}", f"前 {k} 条依据召回", f"evidence recall@{k}") for k in ranking.CUTOFFS),
    Measure("MRR@10", "首个命中倒数排名", "MRR@10"),
    Measure("nDCG@10", "折损累计增益", "nDCG@10"),
)
ANSWERS = (
    Measure("contains_all", "答案含全部要点", "all musts contained"),
    Measure("contains_all_folded", "含全部要点，不分繁简", "all musts, script folded"),
    Measure("keypoint_recall", "要点召回", "key-point recall"),
    Measure("forbidden_said", "说了不该说的", "forbidden words said", lower_is_better=True),
    Measure("contains_answer", "含参考答案", "reference answer contained"),
    Measure("EM", "简答完全一致", "short answer EM"),
    Measure("F1", "简答重合 F1", "short answer F1"),
)
CITATIONS = (
    Measure("gold_recall", "标准依据被引用", "gold evidence cited"),
    Measure("gold_shown", "标准依据被引用或列出", "gold evidence cited or offered"),
    Measure("gold_precision", "引文属标准依据", "citations on gold evidence"),
    Measure("citation_recall", "句子有引文支持 (ALCE)", "citation recall (ALCE)"),
    Measure("citation_precision", "引文确有用处 (ALCE)", "citation precision (ALCE)"),
    Measure("quote_exact", "引文逐字准确", "all quotes exact"),
    Measure("citations_resolve", "引文可查", "citations that resolve"),
)
GROUNDING = (
    Measure("groundedness", "有据论断比例", "groundedness"),
    Measure("partial_rate", "部分有据", "partially supported", lower_is_better=True),
    Measure("unsupported_rate", "无据", "unsupported", lower_is_better=True),
    Measure("contradicted_rate", "与原文相反", "contradicted", lower_is_better=True),
    Measure("numbers_wrong", "数字不在引文", "numbers not in citation", lower_is_better=True),
    Measure("verifier_groundedness", "服务自查有据", "groundedness by own verifier"),
    Measure("withheld_rate", "拟稿未予显示", "drafted and withheld", lower_is_better=True),
)
ABSTENTION = (
    Measure("decision_right", "答与不答判断正确", "answered or abstained rightly"),
    Measure("abstention_recall", "该拒答的拒答了", "abstention recall"),
    Measure("abstention_precision", "拒答是对的", "abstention precision"),
    Measure("false_abstention", "误拒率", "false abstention", lower_is_better=True),
)
MEASURES = (*RETRIEVAL, *ANSWERS, *CITATIONS, *GROUNDING, *ABSTENTION)
BY_NAME = {measure.name: measure for measure in MEASURES}
JUDGED = frozenset(
    {"groundedness", "partial_rate", "unsupported_rate", "contradicted_rate"}
    | {"citation_recall", "citation_precision"}
)
_SHARED_OUT = frozenset(("partial_rate", "contradicted_rate"))
_FOR_GOLD = ("gold_recall", "gold_shown", "gold_precision")
_FOR_MUSTS = ("contains_all", "contains_all_folded", "keypoint_recall")


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one question that was answered."""

    answer: Answer
    hits: Sequence[tuple[str, Place]]  # passage ids with places, best first
    gold: Sequence[Gold]
    documents: Mapping[str, Document]  # what the answer cites: others are not exact
    resolved: Sequence[bool]  # of each citation: its id leads to its words today
    judgements: Sequence[Judgement]


def score(question: Question, found: Found, *, k: int) -> dict[str, float | None]:
    """Return every measure of one question; ``k`` is how many hits were asked for.

    Measures that look deeper than ``k`` do not apply.
    """
    values: dict[str, float | None] = dict.fromkeys(BY_NAME)
    values.update(_retrieval(question, found, k))
    values.update(_said(question, found.answer))
    values.update(_decision(question, found.answer))
    answer = found.answer
    if found.gold and not question.unanswerable:
        values["gold_recall"] = float(gold_recall(found.gold, answer.citations))
        shown = (*answer.citations, *answer.offered)
        values["gold_shown"] = float(gold_recall(found.gold, shown))
        values["gold_precision"] = float(gold_precision(found.gold, answer.citations))
    if answer.abstention is None:
        values["quote_exact"] = float(quotes_exact(answer, found.documents))
        total = len(found.resolved)
        values["citations_resolve"] = sum(found.resolved) / total if total else WORST
        values.update(with_judgements(found.judgements))
        values["numbers_wrong"] = float(wrong_numbers(answer))
        values["verifier_groundedness"] = float(verifier_groundedness(answer))
        drafted = len(answer.claims) + len(answer.withheld)
        values["withheld_rate"] = len(answer.withheld) / drafted if drafted else WORST
    return values


def with_judgements(judgements: Sequence[Judgement]) -> dict[str, float]:
    """Return the measures that a judge makes; the worst where an answer has no claim at all."""
    if not judgements:
        return {name: BEST if BY_NAME[name].lower_is_better else WORST for name in sorted(JUDGED)}
    return {name: float(value) for name, value in judged_values(judgements).items()}


def score_failed(question: Question, *, k: int) -> dict[str, float | None]:
    """Return the worst value of every measure that an answer to the question could have had."""
    skipped = {f"{kind}@{each}" for kind in ("hit", "R") for each in ranking.CUTOFFS}
    skipped |= {"MRR@10", "nDCG@10"}
    if question.golds and not question.unanswerable:
        skipped -= set(ranking.names(k))
    paragraphs = {f"paragraph_hit@{each}" for each in PARAGRAPH_CUTOFFS if each > k}
    skipped |= paragraphs
    if question.unanswerable or not question.golds:
        skipped |= {*_FOR_GOLD, *(f"paragraph_hit@{each}" for each in PARAGRAPH_CUTOFFS)}
    if question.unanswerable or not question.musts:
        skipped |= set(_FOR_MUSTS)
    if question.unanswerable or not question.answers:
        skipped |= {"contains_answer", "EM", "F1"}
    elif all(len(each) > LONG_FORM for each in question.answers):
        skipped |= {"contains_answer", "EM"}
    if not question.forbidden:
        skipped.add("forbidden_said")
    skipped |= _SHARED_OUT  # a failure is unsupported, once: nothing was contradicted
    skipped.add("false_abstention" if question.unanswerable else "abstention_recall")
    return {
        measure.name: None
        if measure.name in skipped
        else (BEST if measure.lower_is_better else WORST)
        for measure in MEASURES
    }


def _retrieval(question: Question, found: Found, k: int) -> dict[str, float]:
    if not found.gold or question.unanswerable:
        return {}
    ranked = ranking.things(found.gold, found.hits[:k])
    values = ranking.rank_values(ranking.qrels(found.gold), ranked, k)
    met = first_paragraph(found.gold, [place for _, place in found.hits[:k]])
    for cutoff in (each for each in PARAGRAPH_CUTOFFS if each <= k):
        values[f"paragraph_hit@{cutoff}"] = float(met is not None and met <= cutoff)
    return values


def first_paragraph(gold: Sequence[Gold], hits: Sequence[Place]) -> int | None:
    """Return the rank, from 1, of the first hit in a paragraph that holds gold; None: none."""
    wanted = [place for each in gold for place in each.paragraphs]
    ranks = (
        rank
        for rank, hit in enumerate(hits, start=1)
        if any(hit.overlaps(place) for place in wanted)
    )
    return next(ranks, None)


def _said(question: Question, answer: Answer) -> dict[str, float | None]:
    values: dict[str, float | None] = {}
    if question.forbidden:
        absent = missing_musts(question.forbidden, answer, fold)
        values["forbidden_said"] = float(len(absent) < len(question.forbidden))
    if question.unanswerable:
        return values
    if question.musts:
        missing = missing_musts(question.musts, answer)
        values["contains_all"] = float(not missing)
        values["contains_all_folded"] = float(not missing_musts(question.musts, answer, fold))
        values["keypoint_recall"] = 1 - len(missing) / len(question.musts)
    if question.answers:
        contained = contains_answer(question.answers, answer)
        values["contains_answer"] = None if contained is None else float(contained)
        said = short_of(answer)
        long_form = all(len(each) > LONG_FORM for each in question.answers)
        values["EM"] = None if long_form else float(exact_match(question.answers, said))
        values["F1"] = float(overlap_f1(question.answers, said))
    return values


def _decision(question: Question, answer: Answer) -> dict[str, float]:
    abstained = answer.abstention is not None
    if question.unanswerable:
        # An answer that says what the question takes for granted wrongly has not been taken in.
        declined = abstained or any(note.kind is NoteKind.PREMISE for note in answer.notes)
        values = {"decision_right": float(declined), "abstention_recall": float(declined)}
    else:
        values = {"decision_right": float(not abstained), "false_abstention": float(abstained)}
    if abstained:
        values["abstention_precision"] = float(question.unanswerable)
    return values


def mean(values: Iterable[float | None]) -> Mean:
    """Return the mean of the values that apply, rounded once, and of how many."""
    applying = [float(value) for value in values if value is not None]
    n = len(applying)
    return Mean(math.fsum(applying) / n if n else None, n)


def means(values: Sequence[Values]) -> dict[str, Mean]:
    """Return the mean of every measure over questions, in the order of ``MEASURES``."""
    return {measure.name: mean(each.get(measure.name) for each in values) for measure in MEASURES}


def percentile(values: Sequence[float], share: Fraction) -> float | None:
    """Return the nearest-rank percentile (Hyndman and Fan 1996, type 1); None without values."""
    if not values:
        return None
    rank = -(-len(values) * share.numerator // share.denominator)  # ceiling, exact
    return sorted(values)[max(rank, 1) - 1]
