from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from eval.judges import MechanicalJudge
from eval.measures.grounding import judge_answer
from eval.measures.table import (
    JUDGED,
    MEASURES,
    Found,
    first_paragraph,
    mean,
    means,
    percentile,
    score,
    score_failed,
)
from eval.types import Gold, Mean, Place, Question
from rag.types import Answer, Note, NoteKind
from tests.eval.doubles import LineLibrary, abstaining, places, quoting

LIBRARY = LineLibrary({"a": "一甲乙丙。二丁戊。\n三己庚。\n四辛壬癸。"})
DOCUMENTS = {"a": LIBRARY.document("a")}
QUESTION = Question(
    "q", "?", musts=("甲乙", "己"), gold_quotes=("甲乙", "丁戊", "没有"), answers=("己庚",)
)
GOLD = (
    Gold("甲乙", tuple(places((1, 3))), tuple(places((0, 9)))),
    Gold("丁戊", tuple(places((6, 8))), tuple(places((0, 9)))),
    Gold("没有", ()),
)


def found(answer: Answer, hits: list[Place] | None = None, gold: tuple[Gold, ...] = GOLD) -> Found:
    named = [(f"p{number}", place) for number, place in enumerate(hits or [], start=1)]
    resolved = [True] * len(answer.citations)
    gold = tuple(replace(each, thing=f"gold-{at}") for at, each in enumerate(gold, start=1))
    return Found(answer, named, gold, DOCUMENTS, resolved, judge_answer(MechanicalJudge(), answer))


def test_a_question_by_hand() -> None:
    # Hits: the third line, then the second half of the first: 丁戊 itself at rank 2, the paragraph
    # of both located quotes at rank 2. Cited: 一甲乙丙。 (covers 甲乙) and 三己庚。 (no gold).
    cited = LIBRARY.citation("a", "一甲乙丙。"), LIBRARY.citation("a", "三己庚。")
    values = score(QUESTION, found(quoting(*cited), places((15, 20), (5, 9))), k=10)
    expected: dict[str, float] = {
        "hit@1": 0,
        "hit@3": 1,
        "hit@5": 1,
        "hit@10": 1,
        "paragraph_hit@1": 0,
        "paragraph_hit@3": 1,
        "paragraph_hit@5": 1,
        "paragraph_hit@10": 1,
        "R@1": 0,
        "R@3": 1 / 3,
        "R@5": 1 / 3,
        "R@10": 1 / 3,
        "MRR@10": 1 / 2,
        # gain 1 at rank 2 over the best: 1 at ranks 1, 2 and 3
        "nDCG@10": 0.6309297535714575 / (1 + 0.6309297535714575 + 0.5),
        "contains_all": 1,
        "contains_all_folded": 1,
        "keypoint_recall": 1,
        "contains_answer": 1,
        "EM": 0,
        "F1": 0,  # the first claim is 一甲乙丙。
        "gold_recall": 1 / 3,
        "gold_shown": 1 / 3,
        "gold_precision": 1 / 2,
        "citation_recall": 1,
        "citation_precision": 1,
        "quote_exact": 1,
        "citations_resolve": 1,
        "groundedness": 1,
        "partial_rate": 0,
        "unsupported_rate": 0,
        "contradicted_rate": 0,
        "numbers_wrong": 0,
        "verifier_groundedness": 1,
        "withheld_rate": 0,
        "decision_right": 1,
        "false_abstention": 0,
    }
    applying = {name: value for name, value in values.items() if value is not None}
    assert applying == pytest.approx(expected)
    assert list(values) == [measure.name for measure in MEASURES]


def test_a_paragraph_is_hit_where_its_quote_is_not() -> None:
    gold = (Gold("丁戊", tuple(places((6, 8))), tuple(places((0, 9)))),)
    answer = quoting(LIBRARY.citation("a", "二丁戊。"))
    values = score(QUESTION, found(answer, places((0, 5)), gold), k=10)
    assert values["hit@1"] == 0
    assert values["paragraph_hit@1"] == 1
    assert first_paragraph(gold, places((15, 20), (0, 5))) == 2
    assert first_paragraph(gold, places((15, 20))) is None


def test_measures_deeper_than_the_search_do_not_apply() -> None:
    answer = quoting(LIBRARY.citation("a", "二丁戊。"))
    values = score(QUESTION, found(answer, places((0, 5))), k=3)
    assert values["hit@3"] == 1
    deep = ("hit@5", "R@10", "MRR@10", "nDCG@10", "paragraph_hit@5", "hit@100")
    assert [values[name] for name in deep] == [None] * 6


@pytest.mark.parametrize(
    ("unanswerable", "abstains", "right", "recall", "precision", "false"),
    [
        (True, True, 1, 1, 1, None),
        (True, False, 0, 0, None, None),
        (False, True, 0, None, 0, 1),
        (False, False, 1, None, None, 0),
    ],
)
def test_abstention(
    unanswerable: bool,
    abstains: bool,
    right: int,
    recall: int | None,
    precision: int | None,
    false: int | None,
) -> None:
    answer = abstaining() if abstains else quoting(LIBRARY.citation("a", "三己庚。"))
    question = Question("q", "?", unanswerable=unanswerable)
    values = score(question, found(answer, gold=()), k=10)
    assert values["decision_right"] == right
    assert values["abstention_recall"] == recall
    assert values["abstention_precision"] == precision
    assert values["false_abstention"] == false


def test_a_denied_premise_is_a_way_of_declining() -> None:
    noted = quoting(
        LIBRARY.citation("a", "三己庚。"), notes=(Note(NoteKind.PREMISE, "前提不符", (0,)),)
    )
    none = score(Question("q", "?", unanswerable=True), found(noted, gold=()), k=10)
    assert (none["decision_right"], none["abstention_recall"]) == (1, 1)
    some = score(Question("q", "?"), found(noted, gold=()), k=10)
    assert (some["decision_right"], some["false_abstention"]) == (1, 0)


def test_an_abstention_on_an_answerable_question_holds_and_cites_nothing() -> None:
    values = score(QUESTION, found(abstaining()), k=10)
    worst = ("contains_all", "keypoint_recall", "contains_answer", "F1", "gold_recall")
    assert [values[name] for name in (*worst, "gold_precision")] == [0] * 6
    assert [values[name] for name in ("quote_exact", "citations_resolve", *JUDGED)] == [None] * 8


def test_a_share_of_the_musts_is_the_key_point_recall() -> None:
    question = Question("q", "?", musts=("甲", "乙", "壬"))
    values = score(question, found(quoting(LIBRARY.citation("a", "一甲乙丙。")), gold=()), k=10)
    assert values["keypoint_recall"] == pytest.approx(2 / 3)
    assert values["contains_all"] == 0


@pytest.mark.parametrize(("forbidden", "said"), [("甲乙", 1), ("壬", 0), ("己", 0)])
@pytest.mark.parametrize("unanswerable", [False, True])
def test_forbidden_words(forbidden: str, said: int, unanswerable: bool) -> None:
    question = Question("q", "?", forbidden=("癸", forbidden), unanswerable=unanswerable)
    answer = quoting(LIBRARY.citation("a", "一甲乙丙。"))
    assert score(question, found(answer, gold=()), k=10)["forbidden_said"] == said
    assert score(question, found(abstaining(), gold=()), k=10)["forbidden_said"] == 0


def test_an_answer_without_claims_is_judged_worst() -> None:
    values = score(QUESTION, found(quoting()), k=10)
    assert (values["groundedness"], values["citation_precision"]) == (0, 0)
    assert (values["contradicted_rate"], values["citations_resolve"]) == (1, 0)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        replace(QUESTION, unanswerable=True),
        replace(QUESTION, musts=()),
        replace(QUESTION, gold_quotes=()),
        replace(QUESTION, answers=("长" * 200,)),
        replace(QUESTION, forbidden=("甲",)),
        Question("q", "?"),
    ],
)
@pytest.mark.parametrize("k", [1, 5, 10])
def test_failing_is_worst_wherever_answering_would_have_counted(question: Question, k: int) -> None:
    failed = score_failed(question, k=k)
    gold = GOLD if question.gold_quotes else ()
    lower = {measure.name for measure in MEASURES if measure.lower_is_better}
    for answer in (abstaining(), quoting(LIBRARY.citation("a", "一甲乙丙。")), quoting()):
        values = score(question, found(answer, places((0, 5)), gold), k=k)
        for name, value in values.items():
            if value is None or name in ("partial_rate", "contradicted_rate"):
                continue  # of those shares a failure is all unsupported
            worst = failed[name]
            assert worst is not None, name
            assert worst >= value if name in lower else worst <= value, name
    assert {value for value in failed.values() if value is not None} <= {0, 1}


def test_means_say_over_how_many() -> None:
    assert mean([1.0, None, 0.5]) == Mean(0.75, 2)
    assert mean([None]) == Mean(None, 0)
    folded = means([{"hit@1": 1.0}, {"hit@1": None}, {"hit@1": 0.0}])
    assert folded["hit@1"] == Mean(0.5, 2)
    assert folded["R@10"] == Mean(None, 0)


@given(st.lists(st.floats(0, 1), min_size=1))
def test_means_do_not_depend_on_order(values: list[float]) -> None:
    assert mean(values) == mean(sorted(values)) == mean(reversed(values))


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([15, 20, 35, 40, 50], "5/100", 15),
        ([15, 20, 35, 40, 50], "30/100", 20),
        ([15, 20, 35, 40, 50], "40/100", 20),
        ([50, 40, 35, 20, 15], "50/100", 35),
        ([15, 20, 35, 40, 50], "1", 50),
        ([7], "95/100", 7),
        ([], "1/2", None),
    ],
)
def test_percentile_by_nearest_rank(
    values: list[float], share: str, expected: float | None
) -> None:
    assert percentile(values, Fraction(share)) == expected
