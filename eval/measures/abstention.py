"""Measures of a whole run: how well it answers what it can and declines what it cannot.

They are no means over questions, so each takes all of them at once. Sources:

- F1_GR: Song et al., *Measuring and Enhancing Trustworthiness of LLMs in RAG through Grounded
  Attributions and Learning to Refuse* (Trust-Score), ICLR 2025: the mean of the F1 of refusing
  and the F1 of answering;
- AUROC: Hanley and McNeil, Radiology 143 (1982), by scikit-learn; ties are a half;
- risk-coverage and AURC: Geifman and El-Yaniv, *Selective Classification for Deep Neural
  Networks*, NeurIPS 2017; the area is the mean risk over all coverages 1/n to n/n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Decided:
    """What one question came to, as abstention is measured."""

    unanswerable: bool
    abstained: bool
    support: float  # 0 to 1, the answer's own; 0 for a question that failed
    right: bool  # what was said, or would be said: see ``eval.plain_records.decided``


@dataclass(frozen=True, slots=True)
class RiskAt:
    """One point of a risk-coverage curve."""

    coverage: float  # share of the questions answered when the least support is ``support``
    risk: float  # share of those that are answered wrongly
    support: float


def f1_gr(decided: Sequence[Decided]) -> float | None:
    """Return the mean of ``f1_refusing`` and ``f1_answering``; None where one does not apply."""
    parts = f1_refusing(decided), f1_answering(decided)
    return None if None in parts else math.fsum(each for each in parts if each is not None) / 2


def f1_refusing(decided: Sequence[Decided]) -> float | None:
    """Return the F1 of abstaining where there is no answer; None without such questions."""
    return _f1([(each.abstained, each.unanswerable) for each in decided])


def f1_answering(decided: Sequence[Decided]) -> float | None:
    """Return the F1 of answering where there is an answer; None without such questions."""
    return _f1([(not each.abstained, not each.unanswerable) for each in decided])


def support_auroc(decided: Sequence[Decided]) -> float | None:
    """Return how often an answerable question has more support than one that is not.

    None where there are none of either.
    """
    answerable = [not each.unanswerable for each in decided]
    if len(set(answerable)) < 2:
        return None
    # This is what roc_auc_score comes to with two classes; it asks thrice the time, of which a
    # comparison's resampling needs thousands.
    from sklearn.metrics import auc, roc_curve

    false, true, _ = roc_curve(answerable, [each.support for each in decided])
    return float(auc(false, true))


def risk_coverage(decided: Sequence[Decided]) -> list[RiskAt]:
    """Return the curve, coverage ascending: the surest questions answered first.

    A question is answered wrongly if there is no answer, or if what was said is not right. Equal
    supports are one point, as no threshold can part them.
    """
    ordered = sorted(decided, key=lambda each: -each.support)
    curve: list[RiskAt] = []
    covered = wrong = 0
    for support, some in groupby(ordered, key=lambda each: each.support):
        group = list(some)
        covered += len(group)
        wrong += sum(not each.right for each in group)
        curve.append(RiskAt(covered / len(ordered), wrong / covered, support))
    return curve


def aurc(decided: Sequence[Decided]) -> float | None:
    """Return the area under the risk-coverage curve: the mean risk over coverages 1/n to n/n.

    Within equal supports the wrong ones are taken as spread evenly, so the order of a file plays
    no part. None without questions.
    """
    ordered = sorted(decided, key=lambda each: -each.support)
    risks: list[float] = []
    covered, wrong = 0, 0.0
    for _, some in groupby(ordered, key=lambda each: each.support):
        group = [not each.right for each in some]
        share = sum(group) / len(group)
        some_risks = ((wrong + at * share) / (covered + at) for at in range(1, len(group) + 1))
        risks.extend(some_risks)
        covered, wrong = covered + len(group), wrong + sum(group)
    return math.fsum(risks) / len(risks) if risks else None


# What a whole run comes to, beside the means: name, Chinese, English, lower is better, fold.
Fold = Callable[[Sequence[Decided]], float | None]
FOLDS: tuple[tuple[str, str, str, bool, Fold], ...] = (
    ("F1_GR", "答拒综合 F1", "F1 of answering and refusing", False, f1_gr),
    ("F1_refusing", "拒答 F1", "F1 of refusing", False, f1_refusing),
    ("F1_answering", "作答 F1", "F1 of answering", False, f1_answering),
    ("AUROC", "把握度区分有无答案", "AUROC of support", False, support_auroc),
    ("AURC", "风险覆盖曲线下面积", "area under risk-coverage", True, aurc),
)


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Return the F1 of predictions over truths: 2TP / (predicted + true)."""
    true = sum(truth for _, truth in pairs)
    if not true:
        return None
    both = sum(predicted and truth for predicted, truth in pairs)
    return 2 * both / (sum(predicted for predicted, _ in pairs) + true)
