from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from eval.errors import BadSet
from eval.sets.locating import locate
from eval.sets.question_sets import parse_set, plain_question, read_set
from eval.types import Place, Question
from tests.eval.doubles import LineLibrary, set_of

GOOD = '{"id": "q1", "question": "谁讲话？"}'


def write(folder: Path, content: str | bytes, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_reads_every_field(tmp_path: Path) -> None:
    line = {
        "id": "q1",
        "question": " 谁讲话？ ",
        "kind": "who",
        "answer_must_contain": ["怀进鹏"],
        "gold_quotes": ["部长怀进鹏", "讲话", "讲话"],
        "answers": ["怀进鹏"],
        "unanswerable": False,
        "tags": ["a"],
        "难度": 3,
    }
    content = json.dumps(line, ensure_ascii=False)
    found = read_set(write(tmp_path, content))
    question = Question(
        id="q1",
        text="谁讲话？",
        kind="who",
        musts=("怀进鹏",),
        gold_quotes=("部长怀进鹏", "讲话"),
        answers=("怀进鹏",),
        tags=("a",),
        extra={"难度": 3},
    )
    assert found.questions == (question,)
    assert found.name == "set"
    assert found.digest == hashlib.sha256(content.encode()).hexdigest()
    assert len(found.warnings) == 1
    assert "难度" in found.warnings[0]


def test_a_file_called_questions_is_named_by_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "seed"
    folder.mkdir()
    assert read_set(write(folder, GOOD, "questions.jsonl")).name == "seed"
    assert read_set(write(folder, GOOD, "questions.jsonl"), name="mine").name == "mine"


def test_bom_blank_lines_crlf_and_line_separators_are_fine(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + f'{GOOD}\r\n\r\n{{"id": "q2", "question": "甲\u2028乙"}}\n'.encode()
    found = read_set(write(tmp_path, content))
    assert [each.text for each in found.questions] == ["谁讲话？", "甲\u2028乙"]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("fields", "unanswerable", "warned"),
    [
        ('"kind": "unanswerable"', True, False),
        ('"unanswerable": true', True, False),
        ('"kind": "unanswerable", "unanswerable": false', True, False),
        ('"kind": "who", "unanswerable": false', False, False),
        ('"kind": "unanswerable", "answer_must_contain": ["x"]', True, True),
        ('"unanswerable": true, "gold_quotes": ["x"]', True, True),
    ],
)
def test_unanswerable_by_kind_or_by_field(
    tmp_path: Path, fields: str, unanswerable: bool, warned: bool
) -> None:
    found = read_set(write(tmp_path, f'{{"id": "q", "question": "?", {fields}}}'))
    assert found.questions[0].unanswerable is unanswerable
    assert bool(found.warnings) is warned


def test_an_unknown_field_is_warned_of_once_with_its_count(tmp_path: Path) -> None:
    rows = [f'{{"id": "{i}", "question": "?", "why": {i}}}' for i in range(3)]
    found = read_set(write(tmp_path, "\n".join([GOOD, *rows])))
    assert [each.extra for each in found.questions] == [{}, {"why": 0}, {"why": 1}, {"why": 2}]
    assert len(found.warnings) == 1
    assert "3 times, first on line 2" in found.warnings[0]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (f"{GOOD}\n{GOOD}", 2, "第 1 行重复"),
        (f"{GOOD}\n{{", 2, "Broken JSON"),
        ("[" * 100_000, 1, "Broken JSON"),
        (f"\n\n[{GOOD}]", 3, "must be a JSON object"),
        ('{"id": "a"}', 1, "缺少 question"),
        ('{"id": "a", "question": "  "}', 1, "缺少 question"),
        ('{"question": "a"}', 1, "缺少 id"),
        ('{"id": 3, "question": "a"}', 1, "id must be a string"),
        ('{"id": "a", "question": "b", "gold_quotes": "c"}', 1, "gold_quotes must be a list"),
        ('{"id": "a", "question": "b", "gold_quotes": [""]}', 1, "none of them empty"),
        ('{"id": "a", "question": "b", "tags": [1]}', 1, "tags must be a list"),
        ('{"id": "a", "question": "b", "unanswerable": "no"}', 1, "true or false"),
        ('{"id": "a", "question": "\\ud800"}', 1, "surrogate"),
        (GOOD.encode() + b"\n" + GOOD.encode("gb18030"), 2, "perhaps GB18030"),
        (b"\xef\xbb\xbf\n\xff\xff", 2, "from byte 4 on"),
    ],
)
def test_errors_name_the_line(tmp_path: Path, content: str | bytes, line: int, says: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(BadSet) as caught:
        read_set(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "没有问题"), (b"\n \n", "没有问题"), (GOOD.encode("utf-16"), "UTF-16")],
)
def test_errors_of_the_whole_file(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(BadSet, match=says):
        read_set(write(tmp_path, content))


def test_a_missing_file_is_a_bad_set(tmp_path: Path) -> None:
    with pytest.raises(BadSet, match="读不了"):
        read_set(tmp_path / "none.jsonl")


def test_locates_every_place_of_every_quote() -> None:
    library = LineLibrary({"b": "甲乙\n乙甲乙", "a": "𠮷乙甲乙"})
    asked = set_of(
        Question("1", "?", gold_quotes=("甲乙", "丙")), Question("2", "?", gold_quotes=("甲乙",))
    )
    assert locate(asked, library) == {
        "甲乙": [Place("a", 2, 4), Place("b", 0, 2), Place("b", 4, 6)],
        "丙": [],
    }


@given(
    texts=st.lists(st.text("甲乙丙\n", max_size=30), max_size=3),
    quote=st.text("甲乙丙", min_size=1, max_size=3),
)
def test_located_places_hold_the_quote(texts: list[str], quote: str) -> None:
    library = LineLibrary({str(i): text for i, text in enumerate(texts)})
    found = locate(set_of(Question("1", "?", gold_quotes=(quote,))), library)[quote]
    assert all(texts[int(p.document_id)][p.start : p.end] == quote for p in found)
    assert len(found) == sum(text.count(quote) for text in texts)


@pytest.mark.parametrize(
    "question",
    [
        Question("q1", "谁？"),
        Question("q1", "谁？", kind="unanswerable", unanswerable=True),
        Question("q1", "谁？", unanswerable=True, tags=("a", "b")),
        Question(
            "q1",
            "谁？",
            kind="who",
            musts=("甲",),
            gold_quotes=("甲乙",),
            answers=("甲",),
            gold_clauses=("民法典第1条",),
            gold_passages=("a-0-1",),
            gold_documents=("d", "e"),
            grades={"d": 2},
            forbidden=("乙",),
            as_of=date(2015, 6, 1),
        ),
    ],
)
def test_a_question_written_is_read_back(question: Question) -> None:
    line = json.dumps(plain_question(question), ensure_ascii=False).encode()
    assert parse_set(line, "set", "set").questions == (question,)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("gold_documents", {"d": 0}, "gold_documents"),
        ("gold_documents", {"d": True}, "gold_documents"),
        ("gold_documents", {"": 1}, "gold_documents"),
        ("gold_documents", [1], "gold_documents"),
        ("gold_clauses", "民法典第1条", "gold_clauses"),
        ("as_of", "2023年1月", "as_of"),
        ("as_of", 2023, "as_of"),
    ],
)
def test_evidence_and_days_that_are_wrong_are_named(
    tmp_path: Path, field: str, value: object, said: str
) -> None:
    line = json.dumps({"id": "q", "question": "?", field: value}, ensure_ascii=False)
    with pytest.raises(BadSet, match=rf":1: {said}"):
        read_set(write(tmp_path, line))


def test_many_quotes_are_found_as_few_are() -> None:
    text = "甲乙丙丁戊己庚辛" * 3 + "甲乙丙丁戊己甲乙丙丁戊己"
    library = LineLibrary({"a": text, "b": "壬" + text})
    quotes = ["甲乙丙丁戊己", "乙丙丁戊己庚辛甲", "辛甲", "没有这样的话在里面"]
    few = locate(set_of(Question("q", "?", gold_quotes=tuple(quotes))), library)
    padding = [f"填充的第{number}句话没有" for number in range(60)]
    many = locate(set_of(Question("q", "?", gold_quotes=(*quotes, *padding))), library)
    assert {quote: many[quote] for quote in quotes} == few
    assert len(few["甲乙丙丁戊己"]) == 10
    assert few["没有这样的话在里面"] == []


def test_drafts_are_not_asked_and_counted(tmp_path: Path) -> None:
    draft = '{"id": "q2", "question": "谁？", "draft": true}'
    accepted = '{"id": "q3", "question": "谁？", "draft": false}'
    found = read_set(write(tmp_path, "\n".join((GOOD, draft, accepted))))
    assert [each.id for each in found.questions] == ["q1", "q3"]
    assert found.questions[1].extra == {}
    assert "1 个草稿" in found.warnings[0]
    with pytest.raises(BadSet, match="都还是草稿"):
        read_set(write(tmp_path, draft))
    with pytest.raises(BadSet, match="第 1 行重复"):
        read_set(write(tmp_path, draft + "\n" + draft))
    with pytest.raises(BadSet, match="draft"):
        read_set(write(tmp_path, '{"id": "q", "question": "?", "draft": "yes"}'))
