from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest

from corpus.types import Citation
from eval.judges import MechanicalJudge
from eval.measures.grounding import (
    judge_answer,
    judged_values,
    verifier_groundedness,
    wrong_numbers,
)
from rag.types import Claim, Label, Verdict
from rag.verification.verifier import Check
from tests.eval.doubles import LineLibrary, quoting

LIBRARY = LineLibrary({"a": "甲方付款。\n乙方交货。\n共一千二百元。"})
ONE, TWO, SUM = (LIBRARY.citation("a", q) for q in ("甲方付款。", "乙方交货。", "共一千二百元。"))


class LetterJudge:
    """Calls a claim supported if each of its letters stands in the quotes."""

    name = "letters"

    def judge(self, claim: str, citations: Sequence[Citation]) -> Check:
        there = "".join(each.quote for each in citations)
        label = Label.SUPPORTED if set(claim) <= set(there) else Label.UNSUPPORTED
        return Check(label, float(label is Label.SUPPORTED), ())


@pytest.mark.parametrize(
    ("claims", "recall", "precision"),
    [
        # ALCE, figure 2 in fractions: a claim supported by one; by two only together; by one of
        # two, where the other is of no use; by two of which each alone would do; by none.
        ([("甲方付款", [0])], "1", "1"),
        ([("甲方交货", [0, 1])], "1", "1"),
        ([("甲方付款", [0, 1])], "1", "1/2"),
        ([("方", [0, 1])], "1", "1"),
        ([("丙方", [0])], "0", "0"),
        ([("丙方", [0, 1])], "0", "0"),
        ([("甲方付款", [])], "0", "0"),
        ([("甲方付款", [0]), ("丙方", [0, 1])], "1/2", "1/3"),
        ([("甲方付款", [0, 1]), ("甲方交货", [0, 1]), ("无", [])], "2/3", "3/4"),
    ],
)
def test_citation_recall_and_precision_as_in_alce(
    claims: list[tuple[str, list[int]]], recall: str, precision: str
) -> None:
    made = tuple(Claim(text, 0, len(text), tuple(cited)) for text, cited in claims)
    values = judged_values(judge_answer(LetterJudge(), quoting(ONE, TWO, claims=made)))
    assert values["citation_recall"] == values["groundedness"] == Fraction(recall)
    assert values["citation_precision"] == Fraction(precision)


def test_labels_share_the_claims_out() -> None:
    said = ["甲方付款。", "甲方应当付款。", "共一千三百元。"]
    made = tuple(Claim(text, 0, len(text), (at % 2,)) for at, text in enumerate(said))
    judged = judge_answer(MechanicalJudge(), quoting(ONE, SUM, claims=made))
    values = judged_values(judged)
    shares = ("groundedness", "partial_rate", "unsupported_rate", "contradicted_rate")
    assert sum(values[name] for name in shares) == 1
    assert values["groundedness"] == Fraction(1, 3)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("共1200元。", 0),
        ("共一千二百元。", 0),
        ("共1300元。", 1),
        ("没有数字。", 0),
        ("第5条规定共1200元。", 0),  # the clause is named by the citation
        ("第6条规定共1200元。", 1),
    ],
)
def test_numbers_are_compared_however_they_are_written(text: str, wrong: int) -> None:
    cited = replace(SUM, clause="第五条")
    answer = quoting(cited, claims=(Claim(text, 0, len(text), (0,)),))
    assert wrong_numbers(answer) == wrong


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([Label.SUPPORTED, Label.SUPPORTED], "1"),
        ([Label.SUPPORTED, Label.PARTIAL], "1/2"),
        ([Label.CONTRADICTED, Label.UNSUPPORTED], "0"),
        ([Label.SUPPORTED], "1/2"),  # the second claim has no verdict
        ([], "0"),
    ],
)
def test_groundedness_by_the_services_own_verdicts(labels: list[Label], expected: str) -> None:
    verdicts = tuple(Verdict(claim, label, 0.5) for claim, label in enumerate(labels))
    assert verifier_groundedness(quoting(ONE, TWO, verdicts=verdicts)) == Fraction(expected)


def test_no_claims_no_groundedness() -> None:
    assert verifier_groundedness(quoting(verdicts=(Verdict(0, Label.SUPPORTED, 1.0),))) == 0
