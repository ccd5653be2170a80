from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
import pytrec_eval

from eval.measures.ranking import names, qrels, rank_values, things
from eval.sets.locating import things_of
from eval.types import Gold, GoldKind, Place
from tests.eval.doubles import places


def gold(name: str, *spans: tuple[int, int], kind: GoldKind = GoldKind.QUOTE) -> Gold:
    return Gold(name, tuple(places(*spans)), kind=kind)


def hits(*spans: tuple[int, int]) -> list[tuple[str, Place]]:
    return [(f"p{start}", place) for (start, _), place in zip(spans, places(*spans), strict=True)]


HITS = hits((0, 10), (20, 30), (40, 50))


def ranked_as(gold: list[Gold], *passages: set[int]) -> list[Gold]:
    """Return gold with what it is ranked as; ``passages`` are those that hold each piece."""
    rows = [frozenset(("a", row) for row in some) for some in passages]
    names_ = things_of(gold, rows or [frozenset()] * len(gold))
    return [replace(each, thing=name) for each, name in zip(gold, names_, strict=True)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([gold("A", (25, 27))], ("p0", "gold-1", "p40")),
        # by its second place; [40,50) only touches [50,60)
        ([gold("A", (25, 27)), gold("B", (50, 60), (5, 6))], ("gold-2", "gold-1", "p40")),
        ([gold("A")], ("p0", "p20", "p40")),
        ([gold("A", (9, 21))], ("gold-1", "p40")),  # met twice, ranked once
        ([gold("A", (1, 2)), gold("B", (3, 4))], ("gold-1", "gold-2", "p20", "p40")),
        ([gold("d 1", (0, 99), kind=GoldKind.DOCUMENT)], ("d_1",)),
    ],
)
def test_what_is_ranked(wanted: list[Gold], expected: tuple[str, ...]) -> None:
    assert things(ranked_as(wanted), HITS) == expected


def test_evidence_that_shares_a_passage_is_one_thing() -> None:
    pieces = [gold("A", (1, 2)), gold("B", (25, 26)), gold("C", (3, 4)), gold("D", (90, 91))]
    wanted = ranked_as(
        [replace(each, grade=at) for at, each in enumerate(pieces, 1)], {0}, {1, 2}, {0}, {9}
    )
    assert [each.thing for each in wanted] == ["gold-1", "gold-2", "gold-1", "gold-4"]
    assert qrels(wanted) == {"gold-1": 3, "gold-2": 2, "gold-4": 4}
    assert things(wanted, HITS) == ("gold-1", "gold-2", "p40")
    chained = ranked_as(pieces, {0}, {1}, {1, 0}, {9})
    assert [each.thing for each in chained] == ["gold-1", "gold-1", "gold-1", "gold-4"]
    values = rank_values(qrels(ranked_as(pieces[:3], {0}, {0}, {0})), ("gold-1", "p20"), 10)
    assert (values["R@1"], values["nDCG@10"]) == (1, 1)


def test_other_documents_are_ranked_as_documents() -> None:
    wanted = [Gold("d", (Place("other", 0, 9),), kind=GoldKind.DOCUMENT, grade=2)]
    wanted = ranked_as(wanted)
    found = [*HITS, ("q", Place("other", 3, 4)), ("r", Place("third", 0, 1))]
    assert things(wanted, found) == ("a", "d", "third")
    assert qrels(wanted) == {"d": 2}


@pytest.mark.parametrize(
    ("grades", "ranked", "expected"),
    [
        ({"a": 1}, "xax", {"hit@1": 0, "hit@3": 1, "R@3": 1, "MRR@10": 1 / 2}),
        ({"a": 1, "b": 1, "c": 1}, "xbaxxxxxxxxc", {"R@3": 2 / 3, "R@10": 2 / 3, "MRR@10": 1 / 2}),
        ({"a": 1}, "xxxxxxxxxxa", {"hit@10": 0, "R@10": 0, "MRR@10": 0, "nDCG@10": 0}),
        ({"a": 1}, "", {"hit@1": 0, "hit@10": 0, "R@10": 0, "MRR@10": 0, "nDCG@10": 0}),
        (
            {"a": 1, "b": 2},
            "abx",
            {"nDCG@10": (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), "R@1": 1 / 2},
        ),
    ],
)
def test_by_hand(grades: dict[str, int], ranked: str, expected: dict[str, float]) -> None:
    order = [f"{thing}{at}" if thing == "x" else thing for at, thing in enumerate(ranked)]
    values = rank_values(grades, order, 10)
    assert {name: values[name] for name in expected} == pytest.approx(expected)
    assert set(values) == set(names(10))


def test_equal_to_trec_eval_on_a_thousand_random_rankings() -> None:
    made = random.Random(7)
    pool = [f"d{number}" for number in range(150)]
    all_grades: dict[str, dict[str, int]] = {}
    all_runs: dict[str, dict[str, float]] = {}
    ours: dict[str, dict[str, float]] = {}
    for number in range(1000):
        query = f"q{number}"
        judged = made.sample(pool, made.randint(1, 12))
        all_grades[query] = {each: made.randint(1, 3) for each in judged}
        order = made.sample(pool, made.randint(1, 120))
        all_runs[query] = {each: 1 / (rank + 2) for rank, each in enumerate(order)}
        ours[query] = rank_values(all_grades[query], order, 100)
    wanted = {"success", "recall.1,3,5,10,100", "ndcg_cut.10"}
    theirs = pytrec_eval.RelevanceEvaluator(all_grades, wanted).evaluate(all_runs)
    tenth = {
        query: dict(sorted(run.items(), key=lambda each: -each[1])[:10])
        for query, run in all_runs.items()
    }
    reciprocal = pytrec_eval.RelevanceEvaluator(all_grades, {"recip_rank"}).evaluate(tenth)
    for query, values in ours.items():
        expected = theirs[query]
        for k in (1, 5, 10):
            assert values[f"hit@{k}"] == expected[f"success_{k}"]
        for k in (1, 3, 5, 10, 100):
            assert values[f"R@{k}"] == pytest.approx(expected[f"recall_{k}"], abs=1e-9)
        assert values["nDCG@10"] == pytest.approx(expected["ndcg_cut_10"], abs=1e-9)
        assert values["MRR@10"] == pytest.approx(reciprocal[query]["recip_rank"], abs=1e-9)


def test_a_shallow_search_tells_less() -> None:
    assert names(3) == ("hit@1", "hit@3", "R@1", "R@3")
    assert set(rank_values({"a": 1}, ["a"], 3)) == set(names(3))
