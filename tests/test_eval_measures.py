from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import (
    MEASURES,
    hit_at,
    mean,
    means,
    percentile,
    ranks,
    recall_at,
    reciprocal_rank,
    score,
    score_failed,
)
from eval.types import Gold, Mean, Place, Question
from tests.eval_doubles import LineLibrary, abstaining, places, quoting

# Worked by hand. Hits at [0,10) [20,30) [40,50); gold things:
#   A at [25,27)            -> rank 2
#   B at [50,60) or [5,6)   -> rank 1 by its second place ([40,50) only touches [50,60))
#   C nowhere               -> not found
#   D at [45,46) of another document -> not found
HITS = places((0, 10), (20, 30), (40, 50))
A = places((25, 27))
B = places((50, 60), (5, 6))
C: list[Place] = []
D = places((45, 46), document_id="other")


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        ([A], (2,)),
        ([A, B], (2, 1)),
        ([A, B, C, D], (2, 1, None, None)),
        ([places((50, 60))], (None,)),
        ([places((9, 21))], (1,)),
    ],
)
def test_ranks(gold: list[list[Place]], expected: tuple[int | None, ...]) -> None:
    assert ranks(gold, HITS) == expected


@pytest.mark.parametrize(
    ("found", "k", "hit", "recall", "reciprocal"),
    [
        ((2, None), 1, "0", "0", "0"),
        ((2, None), 3, "1", "1/2", "1/2"),
        ((3, 2, 11), 10, "1", "2/3", "1/2"),
        ((11,), 10, "0", "0", "0"),
        ((10,), 10, "1", "1", "1/10"),
        ((None, None), 10, "0", "0", "0"),
        ((1, 4, 5, None), 5, "1", "3/4", "1"),
    ],
)
def test_ranking_measures(
    found: tuple[int | None, ...], k: int, hit: str, recall: str, reciprocal: str
) -> None:
    assert hit_at(found, k) == Fraction(hit)
    assert recall_at(found, k) == Fraction(recall)
    assert reciprocal_rank(found, k) == Fraction(reciprocal)


LIBRARY = LineLibrary({"a": "一甲乙丙。二丁戊。\n三己庚。\n四辛壬癸。"})
DOCUMENTS = {"a": LIBRARY.document("a")}
QUESTION = Question("q", "?", musts=("甲乙", "己"), gold_quotes=("甲乙", "丁戊", "没有"))
GOLD = [
    Gold("甲乙", tuple(places((1, 3))), tuple(places((0, 9)))),
    Gold("丁戊", tuple(places((6, 8))), tuple(places((0, 9)))),
    Gold("没有", ()),
]


def test_a_question_by_hand() -> None:
    # Hits: the third line, then the second half of the first: 丁戊 itself at rank 2, the paragraph
    # of both located quotes at rank 2. Cited: 一甲乙丙。 (covers 甲乙) and 三己庚。 (no gold).
    cited = LIBRARY.cite("a", "一甲乙丙。"), LIBRARY.cite("a", "三己庚。")
    values = score(QUESTION, GOLD, places((15, 20), (5, 9)), quoting(*cited), DOCUMENTS, k=10)
    expected = {
        "hit@1": "0",
        "hit@3": "1",
        "hit@5": "1",
        "hit@10": "1",
        "paragraph_hit@1": "0",
        "paragraph_hit@3": "1",
        "paragraph_hit@5": "1",
        "paragraph_hit@10": "1",
        "recall@1": "0",
        "recall@3": "1/3",
        "recall@5": "1/3",
        "recall@10": "1/3",
        "mrr@10": "1/2",
        "contains_all": "1",
        "contains_all_folded": "1",
        "quote_exact": "1",
        "citation_recall": "1/3",
        "citation_precision": "1/2",
        "groundedness": "1",
        "false_abstention": "0",
    }
    applying = {name: value for name, value in values.items() if value is not None}
    assert applying == {name: Fraction(value) for name, value in expected.items()}
    assert list(values) == [measure.name for measure in MEASURES]


def test_a_paragraph_is_hit_where_its_quote_is_not() -> None:
    gold = [Gold("丁戊", tuple(places((6, 8))), tuple(places((0, 9))))]
    answer = quoting(LIBRARY.cite("a", "二丁戊。"))
    values = score(QUESTION, gold, places((0, 5)), answer, DOCUMENTS, k=10)
    assert values["hit@1"] == 0
    assert values["paragraph_hit@1"] == 1


def test_measures_deeper_than_the_search_do_not_apply() -> None:
    answer = quoting(LIBRARY.cite("a", "二丁戊。"))
    values = score(QUESTION, GOLD, places((0, 5)), answer, DOCUMENTS, k=3)
    assert values["hit@3"] == 1
    assert [values[name] for name in ("hit@5", "recall@10", "mrr@10")] == [None, None, None]


@pytest.mark.parametrize(
    ("unanswerable", "abstains", "recall", "precision", "false"),
    [
        (True, True, 1, 1, None),
        (True, False, 0, None, None),
        (False, True, None, 0, 1),
        (False, False, None, None, 0),
    ],
)
def test_abstention(
    unanswerable: bool,
    abstains: bool,
    recall: int | None,
    precision: int | None,
    false: int | None,
) -> None:
    answer = abstaining() if abstains else quoting(LIBRARY.cite("a", "三己庚。"))
    question = Question("q", "?", unanswerable=unanswerable)
    values = score(question, [], [], answer, DOCUMENTS, k=10)
    assert values["abstention_recall"] == recall
    assert values["abstention_precision"] == precision
    assert values["false_abstention"] == false


def test_an_abstention_on_an_answerable_question_holds_and_cites_nothing() -> None:
    values = score(QUESTION, GOLD, [], abstaining(), DOCUMENTS, k=10)
    worst = ("contains_all", "contains_all_folded", "citation_recall", "citation_precision")
    assert [values[name] for name in worst] == [0, 0, 0, 0]
    assert values["quote_exact"] is None
    assert values["groundedness"] is None


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        replace(QUESTION, unanswerable=True),
        replace(QUESTION, musts=()),
        replace(QUESTION, gold_quotes=()),
        Question("q", "?"),
    ],
)
@pytest.mark.parametrize("k", [1, 5, 10])
def test_failing_is_worst_wherever_answering_would_have_counted(question: Question, k: int) -> None:
    failed = score_failed(question, k=k)
    gold = GOLD if question.gold_quotes else []
    lower = {measure.name for measure in MEASURES if measure.lower_is_better}
    for answer in (abstaining(), quoting(LIBRARY.cite("a", "一甲乙丙。")), quoting()):
        for name, value in score(question, gold, places((0, 5)), answer, DOCUMENTS, k=k).items():
            if value is None:
                continue
            worst = failed[name]
            assert worst is not None, name
            assert worst >= value if name in lower else worst <= value, name
    assert {value for value in failed.values() if value is not None} <= {0, 1}


def test_means_say_over_how_many() -> None:
    assert mean([Fraction(1), None, Fraction(1, 3)]) == Mean(Fraction(2, 3), 2)
    assert mean([None]) == Mean(None, 0)
    folded = means([{"hit@1": Fraction(1)}, {"hit@1": None}, {"hit@1": Fraction(0)}])
    assert folded["hit@1"] == Mean(Fraction(1, 2), 2)
    assert folded["recall@10"] == Mean(None, 0)


@given(st.lists(st.fractions(0, 1), min_size=1))
def test_means_do_not_depend_on_order(values: list[Fraction]) -> None:
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
