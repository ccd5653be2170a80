from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
from hypothesis import given, strategies as st

from eval.importing.forms import import_set
from eval.measures import ranking
from eval.measures.table import score_failed
from eval.runs.exports import NOTHING, beir_files, trec_qrels, trec_run
from eval.runs.summary import summary
from eval.sets.locating import Evidence, things_of
from eval.types import EvalSet, Gold, Header, Question, Record, Run, Timings, Values
from index.library import Library
from tests.conftest import Writer

DEPTH = 10
ANSWER = {"abstention": None, "support": 0.5}
THEIRS = {
    "nDCG@10": "ndcg_cut_10",
    "MRR@10": "recip_rank",
    **{f"R@{k}": f"recall_{k}" for k in (1, 3, 5, 10)},
    **{f"hit@{k}": f"success_{k}" for k in (1, 3, 5, 10)},
}
WANTED = {"ndcg_cut.10", "recip_rank", "recall.1,3,5,10", "success.1,3,5,10"}

names = st.text("abAB甲乙 %　_.", min_size=1, max_size=6).filter(lambda name: bool(name.strip()))


@st.composite
def records(draw: st.DrawFn, number: int) -> Record:
    """A record whose values are those that the runner would give it."""
    quotes = tuple(draw(st.lists(names, max_size=2, unique=True)))
    documents = tuple(draw(st.lists(names, max_size=3, unique=True)))
    grades = {name: draw(st.integers(1, 3)) for name in documents if draw(st.booleans())}
    question = Question(
        f"{draw(names)}{number}",
        "?",
        unanswerable=draw(st.booleans()) and draw(st.booleans()),
        gold_quotes=quotes,
        gold_documents=documents,
        grades=grades,
    )
    gold = [Gold(g.name, (), (), g.kind, grades.get(g.name, 1)) for g in question.golds]
    named = things_of(gold, [frozenset()] * len(gold))
    gold = [replace(g, thing=name) for g, name in zip(gold, named, strict=True)]
    things = [*named, *(f"p{n}" for n in range(8))]
    wanted = ranking.qrels(gold)
    if draw(st.integers(0, 5)) == 0:
        worst = score_failed(question, k=DEPTH)
        return Record(question, (), None, worst, (), (), (), "failed", qrels=wanted)
    ranked = tuple(draw(st.permutations(list(dict.fromkeys(things)))))[
        : draw(st.integers(0, DEPTH))
    ]
    values: Values = {}
    if gold and not question.unanswerable:
        values = ranking.rank_values(wanted, ranked, DEPTH)
    return Record(question, (), ANSWER, values, (), (), (), ranking=ranked, qrels=wanted)


def run_of(*found: Record) -> Run:
    return Run(Header("set", "d", "v", "p", {}), found, Timings("", ()))


@st.composite
def runs(draw: st.DrawFn) -> Run:
    return run_of(*(draw(records(number)) for number in range(draw(st.integers(0, 6)))))


def read_qrels(text: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in text.splitlines():
        question, _, thing, grade = line.split()
        found[question][thing] = int(grade)
    return dict(found)


def read_run(text: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in text.splitlines():
        question, q0, thing, rank, score, _ = line.split()
        assert q0 == "Q0"
        assert int(rank) == len(found[question]) + 1
        found[question][thing] = float(score)
    return dict(found)


@given(runs())
def test_the_files_give_the_means_of_the_summary(run: Run) -> None:
    qrels, ranked = read_qrels(trec_qrels(run)), read_run(trec_run(run, "a tag"))
    assert qrels.keys() == ranked.keys()
    theirs: Any = pytrec_eval.RelevanceEvaluator(qrels, WANTED).evaluate(ranked) if qrels else {}
    ours = summary(run)["measures"]
    for name, called in THEIRS.items():
        assert ours[name]["n"] == len(theirs)
        if theirs:
            mean = sum(each[called] for each in theirs.values()) / len(theirs)
            assert ours[name]["value"] == pytest.approx(mean, abs=1e-9)


@given(runs())
def test_scores_fall_and_words_hold_no_space(run: Run) -> None:
    for line in trec_run(run, "x").splitlines():
        assert len(line.split()) == 6
    for scores in read_run(trec_run(run, "x")).values():
        assert list(scores.values()) == sorted(set(scores.values()), reverse=True)


def test_names_follow_the_ranking(library: Library) -> None:
    question = Question(
        "q 1", "?", gold_quotes=("甲", "乙"), gold_documents=("两 字", "丙"), grades={"两 字": 3}
    )
    found = Evidence(EvalSet("s", "d", (question,)), library).of(question)
    ranked, wanted = ("gold-2", "p", "两_字"), ranking.qrels(found)
    run = run_of(Record(question, (), None, {}, (), (), (), ranking=ranked, qrels=wanted))
    assert read_qrels(trec_qrels(run)) == {"q%201": ranking.qrels(found)}
    assert trec_qrels(run).splitlines()[2] == "q%201 0 两_字 3"
    assert trec_run(run, "t").splitlines() == [
        "q%201 Q0 gold-2 1 3 t",
        "q%201 Q0 p 2 2 t",
        "q%201 Q0 两_字 3 1 t",
    ]


def test_what_is_not_counted_is_in_neither_file_and_a_failure_is_in_both() -> None:
    gold = {"gold-1": 1}
    unanswerable = Question("a", "?", unanswerable=True, gold_quotes=("x",))
    failed = Question("c", "?", gold_quotes=("x",))
    run = run_of(
        Record(unanswerable, (), {}, {}, (), (), (), qrels=gold),
        Record(Question("b", "?"), (), {}, {}, (), (), (), ranking=("p",)),
        Record(failed, (), None, {}, (), (), (), "failed", qrels=gold),
    )
    assert trec_qrels(run) == "c 0 gold-1 1\n"
    assert trec_run(run, "t") == f"c Q0 {NOTHING} 1 1 t\n"


def test_different_ids_stay_different() -> None:
    ids = ("a b", "a%20b", "a　b", "a%b")
    asked = [Question(i, "?", gold_quotes=("x",)) for i in ids]
    found = [Record(each, (), {}, {}, (), (), (), qrels={"gold-1": 1}) for each in asked]
    assert len(read_qrels(trec_qrels(run_of(*found)))) == len(ids)


# --- BEIR ---------------------------------------------------------------------------------------

FIRST = "读书会办法\n\n校长负责读书会的组织工作。\n\n经费每次不超过五百元。\n"
SECOND = "运动会办法\n\n体育组负责运动会。\n\n经费另定。\n"


def test_beir_holds_the_paragraphs_of_evidence_and_hits(
    library: Library, write: Writer, tmp_path: Path
) -> None:
    library.add([write("一.txt", FIRST), write("二.txt", SECOND)])
    asked = Question("q", "谁负责？", answers=("校长",), gold_quotes=("校长负责", "没有的话"))
    nowhere = Question("n", "?", gold_quotes=("没有的话",))
    refused = Question("u", "?", unanswerable=True)
    hit = next(h for h in library.search("运动会经费", 5) if "另定" in h.passage.text)
    run = run_of(
        Record(asked, ((hit.passage_id, 1.0), ("gone-0-1", 0.5)), {}, {}, (), (), ()),
        Record(nowhere, (), {}, {}, (), (), ()),
        Record(refused, (), {}, {}, (), (), ()),
    )
    files = beir_files(run, library)
    corpus = {
        row["_id"]: row["text"] for row in map(json.loads, files["corpus.jsonl"].split("\n")[:-1])
    }
    graded = list(csv.DictReader(io.StringIO(files["qrels/test.tsv"]), delimiter="\t"))
    assert [(row["query-id"], corpus[row["corpus-id"]], row["score"]) for row in graded] == [
        ("q", "校长负责读书会的组织工作。", "1")
    ]
    assert "经费另定。" in corpus.values()
    assert "经费每次不超过五百元。" not in corpus.values()
    for name, text in files.items():
        write(name, text)
    back = import_set(write.folder, "beir").questions
    assert [(q.id, q.text, q.answers, q.tags) for q in back] == [
        ("q", "谁负责？", ("校长",), ("test",))
    ]


def test_beir_of_a_set_with_whole_documents(library: Library, write: Writer) -> None:
    content = "".join(
        json.dumps({"_id": name, "title": name, "text": text}) + "\n"
        for name, text in (("d1", "甲。"), ("d2", "乙。"), ("d3", "丙。"))
    )
    library.add([write("corpus.jsonl", content)])
    question = Question("q", "?", gold_documents=("d1", "d2"), grades={"d2": 2})
    files = beir_files(EvalSet("s", "d", (question,)), library)
    assert files["qrels/test.tsv"] == "query-id\tcorpus-id\tscore\nq\td1\t1\nq\td2\t2\n"
    rows = [json.loads(line) for line in files["corpus.jsonl"].splitlines()]
    assert [(row["_id"], row["title"], row["text"]) for row in rows] == [
        ("d1", "d1", "甲。"),
        ("d2", "d2", "乙。"),
    ]
    assert json.loads(files["queries.jsonl"]) == {"_id": "q", "text": "?"}
