from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.readers.archive.records import Record, records
from eval.errors import BadSet
from eval.importing.common import SourceText
from eval.importing.forms import form_of, import_set
from eval.sets.locating import record_name
from eval.sets.question_sets import documents_text, parse_set, set_text, write_file
from eval.types import Question
from tests.places import BENCH


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(*values: dict[str, Any]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def refused(path: Path, form: str | None, *words: str) -> None:
    with pytest.raises(BadSet) as error:
        import_set(path, form)
    for word in words:
        assert word in str(error.value)


# --- BEIR ---------------------------------------------------------------------------------------

CORPUS = rows(
    {"_id": "d1", "title": "甲", "text": "一"},
    {"_id": 2, "text": "二"},
    {"_id": "a/b", "text": "三"},
)
QUERIES = rows(
    {"_id": "q1", "text": "问一？", "answers": ["一", "壹", "一"]},
    {"_id": "q2", "text": "问二？", "split": "dev"},
    {"_id": "q3", "text": "谁也没判过？"},
)
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t1\nq1\ta/b\t0\nq2\ta/b\t1\n"


def beir(folder: Path, **files: str) -> Path:
    given = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, "qrels.tsv": QRELS} | {
        name.replace("__", "/").replace("_", "."): text for name, text in files.items()
    }
    for name, text in given.items():
        put(folder, name, text)
    return folder


def test_beir_by_hand(tmp_path: Path) -> None:
    found = import_set(beir(tmp_path))
    assert found.questions == (
        Question(
            "q1", "问一？", answers=("一", "壹"), gold_documents=("d1", "2"), grades={"d1": 2}
        ),
        Question("q2", "问二？", tags=("dev",), gold_documents=("a%2Fb",)),
    )
    assert found.documents == (("d1", "甲", "一"), ("2", "", "二"), ("a%2Fb", "", "三"))
    assert len(found.warnings) == 2  # the id that was escaped, the query that nobody judged
    assert "queries.jsonl:3" in found.warnings[1]


def test_beir_keeps_only_the_split_asked_for(tmp_path: Path) -> None:
    assert [q.id for q in import_set(beir(tmp_path), split="dev").questions] == ["q2"]


def test_beir_reads_a_file_of_grades_for_each_split(tmp_path: Path) -> None:
    folder = beir(tmp_path, qrels__test_tsv="q1\td1\t1\n", qrels__train_tsv="q2 0 2 3\n")
    found = {each.id: each for each in import_set(folder).questions}
    assert (found["q1"].tags, found["q1"].grades) == (("test",), {})
    assert found["q2"].grades == {"2": 3}
    assert [q.id for q in import_set(folder, split="test").questions] == ["q1"]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"corpus_jsonl": CORPUS + '{"_id": "d1", "text": "x"}\n'}, ("corpus.jsonl:4", "d1")),
        ({"corpus_jsonl": '{"text": "x"}\n'}, ("corpus.jsonl:1", "_id")),
        ({"corpus_jsonl": '{"_id": true, "text": "x"}\n'}, ("corpus.jsonl:1", "_id")),
        ({"corpus_jsonl": '{"_id": "x"}\n'}, ("corpus.jsonl:1", "text")),
        ({"corpus_jsonl": f'{{"_id": "{"x" * 201}", "text": "x"}}\n'}, ("corpus.jsonl:1", "200")),
        ({"queries_jsonl": '{"_id": "q", "text": " "}\n'}, ("queries.jsonl:1", "text")),
        ({"queries_jsonl": "\n[1]\n"}, ("queries.jsonl:2",)),
        ({"queries_jsonl": '{"_id": "q", "text": "\\ud800"}\n'}, ("queries.jsonl:1", "代理")),
        ({"queries_jsonl": "[" * 100_000}, ("queries.jsonl:1", "JSON")),
        ({"queries_jsonl": ""}, ("没有可用的问题",)),
        ({"qrels_tsv": "q1\td1\n"}, ("qrels.tsv:1", "3")),
        ({"qrels_tsv": "q1\td1\t1\nq1\td1\t很\n"}, ("qrels.tsv:2", "整数")),
        ({"qrels_tsv": "q1\td1\t1\nq1\td1\t2\n"}, ("qrels.tsv:2", "qrels.tsv:1")),
        ({"qrels_tsv": "q1\td1\t1\nq1\t\t2\n"}, ("qrels.tsv:2",)),
    ],
)
def test_beir_names_the_line_of_what_it_cannot_read(
    tmp_path: Path, files: dict[str, str], words: tuple[str, ...]
) -> None:
    refused(beir(tmp_path, **files), "beir", *words)


def test_beir_says_what_is_missing(tmp_path: Path) -> None:
    (beir(tmp_path) / "qrels.tsv").unlink()
    refused(tmp_path, "beir", "qrels")
    refused(tmp_path / "corpus.jsonl", "beir", "文件夹")
    (tmp_path / "corpus.jsonl").unlink()
    refused(tmp_path, "beir", "corpus.jsonl")


def test_beir_counts_grades_of_strangers(tmp_path: Path) -> None:
    found = import_set(beir(tmp_path, qrels_tsv=QRELS + "q9\td1\t1\nq1\td9\t1\n"))
    told = " ".join(found.warnings)
    assert "qrels.tsv:6" in told
    assert "qrels.tsv:7" in told
    assert found.questions[0].gold_documents == ("d1", "2", "d9")  # missing, so never found


@pytest.mark.parametrize("name", ["a/b", "a#b", "x.txt", "50%", "两 字", "甲\x00乙"])
def test_an_id_leads_back_to_its_document(tmp_path: Path, name: str) -> None:
    folder = beir(
        tmp_path,
        corpus_jsonl=rows({"_id": name, "text": "一"}),
        qrels_tsv=f"q1\t{name}\t1\n",
    )
    found = import_set(folder)
    (kept,) = records(documents_text(found.documents).encode(), by_line=True)
    assert isinstance(kept, Record)
    assert record_name(f"/home/corpus.jsonl#{kept.id}") == found.questions[0].gold_documents[0]


# --- SQuAD --------------------------------------------------------------------------------------


def squad(*paragraphs: dict[str, Any]) -> str:
    return json.dumps({"data": [{"title": "题", "paragraphs": list(paragraphs)}]})


ASKED = {"id": "a", "question": "谁？", "answers": [{"text": "甲", "answer_start": 0}] * 2}
IMPOSSIBLE = {"id": "b", "question": "何时？", "answers": [], "is_impossible": True}
PARAGRAPH = {"context": "甲说。", "qas": [ASKED, IMPOSSIBLE]}


def test_squad_by_hand(tmp_path: Path) -> None:
    drcd = {"id": "1001-10", "context": "乙说。", "qas": [{**ASKED, "id": "c"}]}
    found = import_set(put(tmp_path, "dev.json", squad(PARAGRAPH, drcd)))
    assert found.questions == (
        Question("a", "谁？", answers=("甲",), gold_documents=("dev-1",)),
        Question("b", "何时？", unanswerable=True),
        Question("c", "谁？", answers=("甲",), gold_documents=("1001-10",)),
    )
    assert found.documents == (("dev-1", "题", "甲说。"), ("1001-10", "题", "乙说。"))
    assert len(found.warnings) == 1


def test_squad_reads_the_flat_list_of_cmrc(tmp_path: Path) -> None:
    qas = [{"query_id": "T_0", "query_text": "谁？", "answers": ["甲", "甲", "甲某"]}]
    entry = {"context_id": "T", "context_text": "甲说。", "title": "题", "qas": qas}
    found = import_set(put(tmp_path, "trial.json", json.dumps([entry], indent=1)))
    assert found.questions == (
        Question("T_0", "谁？", answers=("甲", "甲某"), gold_documents=("T",)),
    )
    assert found.documents == (SourceText("T", "题", "甲说。"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ("JSON",)),
        ('{\n"data": [', (":2", "JSON")),
        ('{"data": []}', ("paragraphs",)),
        (squad({"context": 1, "qas": []}), ("data[0].paragraphs[0]", "context")),
        (squad({"context": "甲"}), ("data[0].paragraphs[0]", "qas")),
        (squad({"context": "甲", "qas": [ASKED, ASKED]}), ("qas[1]", "qas[0]", "重复")),
        (squad({"context": "甲", "qas": [{**ASKED, "answers": "甲"}]}), ("qas[0]", "answers")),
        (squad({"context": "甲", "qas": [{**ASKED, "is_impossible": 1}]}), ("is_impossible",)),
        (squad({"context": "甲", "qas": [{"id": "a"}]}), ("qas[0]", "question")),
        (squad({"context": "甲", "qas": []}), ("没有问题",)),
        (squad({"context": "\ud800", "qas": [ASKED]}), ("代理",)),
    ],
)
def test_squad_names_the_place(tmp_path: Path, content: str, words: tuple[str, ...]) -> None:
    refused(put(tmp_path, "dev.json", content), "squad", "dev.json", *words)


# --- RGB ----------------------------------------------------------------------------------------


def test_rgb_by_hand(tmp_path: Path) -> None:
    content = rows(
        {"id": 0, "query": "谁？", "answer": "甲", "positive": ["甲说。"], "negative": ["乙。"]},
        {"id": 1, "query": "几？", "answer": [["2", "二"]], "positive": ["乙。"], "negative": []},
        {
            "id": 2,
            "query": "谁和谁？",
            "answer": [["2022", "year 2022"], ["甲", "乙"], "丙"],
            "positive": [["丙。"], ["丁。"]],
            "positive_wrong": ["戊。"],
            "fakeanswer": "戊",
            "negative": [],
        },
        {"id": 3, "query": "无？", "answer": "甲", "positive": [], "negative": ["己。"]},
    )
    found = import_set(put(tmp_path, "zh.json", content))
    assert found.questions == (
        Question(
            "0", "谁？", answers=("甲",), tags=("rgb", "noise"), gold_documents=("0-positive-1",)
        ),
        Question("1", "几？", answers=("2", "二"), tags=("rgb",), gold_documents=("0-negative-1",)),
        Question(
            "2",
            "谁和谁？",
            musts=("2022", "丙"),
            tags=("rgb", "counterfactual", "integration"),
            extra={"answer_points": [["甲", "乙"]]},
            gold_documents=("2-positive-1", "2-positive-2"),
            forbidden=("戊",),
        ),
        Question("3", "无？", unanswerable=True, tags=("rgb", "noise", "rejection")),
    )
    assert [each.text for each in found.documents] == [
        "甲说。",
        "乙。",
        "丙。",
        "丁。",
        "戊。",
        "己。",
    ]
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"query": "谁？", "answer": "甲", "positive": []}, "id"),
        ({"id": 1, "query": "", "answer": "甲", "positive": []}, "query"),
        ({"id": 1, "query": "谁？", "answer": [], "positive": []}, "answer"),
        ({"id": 1, "query": "谁？", "answer": [[]], "positive": []}, "answer"),
        ({"id": 1, "query": "谁？", "answer": [3], "positive": []}, "answer"),
        ({"id": 1, "query": "谁？", "answer": "甲", "positive": "甲"}, "positive"),
        ({"id": 1, "query": "谁？", "answer": "甲", "positive": [1]}, "positive"),
        ({"id": 0, "query": "谁？", "answer": "甲", "positive": []}, "重复"),
    ],
)
def test_rgb_names_the_line(tmp_path: Path, row: dict[str, Any], word: str) -> None:
    good = {"id": 0, "query": "谁？", "answer": "甲", "positive": ["甲。"]}
    refused(put(tmp_path, "zh.json", rows(good, row)), "rgb", "zh.json:2", word)


# --- tables -------------------------------------------------------------------------------------

TABLE = (
    '问题,答案,要点,引文,类型,无答案,难度\n"谁讲话？",甲|乙,"甲\n乙",甲说。,who,否,3\n'
    "何时？,,,,,是,\n"
)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_by_hand(tmp_path: Path, mark: bytes) -> None:
    found = import_set(put(tmp_path, "题.csv", mark + TABLE.encode()))
    assert found.questions == (
        Question(
            "q1",
            "谁讲话？",
            "who",
            musts=("甲", "乙"),
            gold_quotes=("甲说。",),
            answers=("甲", "乙"),
            extra={"难度": "3"},
        ),
        Question("q2", "何时？", unanswerable=True),
    )
    assert (found.documents, found.warnings) == ((), ())


def test_csv_with_tabs_and_the_names_of_fields(tmp_path: Path) -> None:
    content = "id\tquestion\tgold_clauses\tas_of\r\n7\t？？\t民法典第一条\t2020-01-31\r\n\r\n"
    (question,) = import_set(put(tmp_path, "a.tsv", content)).questions
    assert question == Question(
        "7", "？？", gold_clauses=("民法典第一条",), as_of=date(2020, 1, 31)
    )


def test_csv_in_gb18030_is_read_when_that_is_sure_and_says_so(tmp_path: Path) -> None:
    lines = [f"全国教育工作会议第{n}项任务是什么？,坚持和加强党的全面领导" for n in range(20)]
    content = "\n".join(["问题,答案", *lines])
    found = import_set(put(tmp_path, "a.csv", content.encode("gb18030")))
    assert found.questions[3].answers == ("坚持和加强党的全面领导",)
    assert "GB18030" in found.warnings[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("空",)),
        ("问题,答案\n谁？,甲\n".encode("utf-16"), ("UTF-8",)),
        ("問題是什麼呢,答案\n".encode("big5"), ("UTF-8",)),
        (b"\xff\x00\x80,\x81\n", ("UTF-8",)),
        ("题目,答案\n谁？,甲\n", ("a.csv:1", "问题")),
        ("问题,question\n谁？,甲\n", ("a.csv:1", "question")),
        ("问题,答案\n谁？,甲\n谁？,甲,乙\n", ("a.csv:3", "3")),
        ("问题,答案\n谁？\n", ("a.csv:2", "1")),
        ("问题,答案\n,甲\n", ("a.csv:2", "没有问题")),
        ("问题,无答案\n谁？,也许\n", ("a.csv:2", "也许")),
        ("问题,日期\n谁？,昨天\n", ("a.csv:2", "as_of")),
        ('问题,答案\n谁？,"甲\n', ("a.csv:2",)),
        ("编号,问题\n1,谁？\n1,何时？\n", ("a.csv:3", "重复")),
        ("问题,答案\n", ("没有问题",)),
        (f"问题,答案\n谁？,{'甲' * 200_000}\n", ("a.csv:2",)),
    ],
)
def test_csv_names_the_line(tmp_path: Path, content: str | bytes, words: tuple[str, ...]) -> None:
    refused(put(tmp_path, "a.csv", content), "csv", *words)


# --- which form, and writing --------------------------------------------------------------------


def test_the_form_is_told_from_the_content(tmp_path: Path) -> None:
    assert form_of(beir(tmp_path / "folder")) == "beir"
    assert form_of(put(tmp_path, "a.txt", squad(PARAGRAPH))) == "squad"
    row = {"id": 0, "query": "?", "answer": "甲", "positive": []}
    assert form_of(put(tmp_path, "b.txt", rows(row, row))) == "rgb"
    assert form_of(put(tmp_path, "c.txt", TABLE)) == "csv"
    assert form_of(put(tmp_path, "d.txt", '"question"\n"谁？"\n')) == "csv"


@pytest.mark.parametrize(
    "content", ["随便什么", "[1, 2]", '{"a": 1}', '{"id": "q", "question": "?"}']
)
def test_doubt_about_the_form_is_an_error(tmp_path: Path, content: str) -> None:
    refused(put(tmp_path, "a.txt", content), None, "a.txt")


def test_what_cannot_be_imported_says_so(tmp_path: Path) -> None:
    refused(tmp_path, None, "beir, squad, rgb, csv")
    refused(tmp_path, "csv", "文件夹")
    refused(tmp_path, "yaml", "yaml")
    refused(tmp_path / "none.csv", "csv", "none.csv")
    with pytest.raises(BadSet, match="split"):
        import_set(put(tmp_path, "a.csv", TABLE), split="dev")


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    found = import_set(beir(tmp_path))
    text = set_text(found.questions)
    assert parse_set(text.encode(), "set.jsonl", "set").questions == found.questions
    kept = list(records(documents_text(found.documents).encode(), by_line=True))
    assert [one.id for one in kept] == ["d1", "2", "a%2Fb"]


def test_a_file_that_is_there_is_not_replaced_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "new" / "set.jsonl"
    write_file(path, "一")
    with pytest.raises(BadSet, match="--force"):
        write_file(path, "二")
    assert path.read_text("utf-8") == "一"
    write_file(path, "二", over=True)
    assert path.read_text("utf-8") == "二"
    assert [each.name for each in path.parent.iterdir()] == ["set.jsonl"]
    with pytest.raises(BadSet, match="写不了"):
        write_file(path / "below.jsonl", "三")


@pytest.mark.bench
def test_the_whole_of_cmrc2018_comes_in() -> None:
    folder = BENCH / "cmrc2018"
    if not folder.is_dir():
        pytest.skip("no benchmark data (JUDIAN_BENCH): cmrc2018")
    found = import_set(folder)
    assert (len(found.documents), len(found.questions)) == (1104, 4219)
    assert found.warnings == ()
    text = set_text(found.questions)
    assert parse_set(text.encode(), "set", "set").questions == found.questions
