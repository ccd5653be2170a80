from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers.spreadsheet.csv_reader import CsvReader
from corpus.types import ReadResult, SourceFile


def read_bytes(data: bytes, name: str = "a.csv") -> ReadResult:
    return CsvReader().read(SourceFile(f"upload:{name}", name, data))


def lines_of(text: str) -> list[str]:
    return read_bytes(text.encode()).text.split("\n")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "序号,事项,部门\n1,许可,甲局\n2,备案,乙局\n",
            ["序号：1；事项：许可；部门：甲局", "序号：2；事项：备案；部门：乙局"],
        ),
        ("a;b;c\n1,5;2;3\n2,5;4;5\n", ["a：1,5；b：2；c：3", "a：2,5；b：4；c：5"]),
        ("甲\t乙\t丙\n一,二\t2\t3\n", ["甲：一,二；乙：2；丙：3"]),
        ('甲,乙,丙\n"含,逗号","引""号""","两\n行"\n', ['甲：含,逗号；乙：引"号"；丙：两 行']),
        ("sep=|\n甲|乙|丙\n1|2|3\n", ["甲：1；乙：2；丙：3"]),
        ("\ufeff甲,乙,丙\r\n1,2,3\r\n", ["甲：1；乙：2；丙：3"]),
        ("甲,乙,丙\n1\n2,3,4,5\n", ["甲：1", "甲：2；乙：3；丙：4；5"]),
        ("名,值,式\n=cmd|' /C calc'!A0,+1,@x\n", ["名：=cmd|' /C calc'!A0；值：+1；式：@x"]),
        ("一段话\n另一段话\n", ["一段话", "另一段话"]),
        ("甲，乙，丙\n1，2，3\n", ["甲：1；乙：2；丙：3"]),
    ],
)
def test_each_row_comes_with_its_headers(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_no_cell_is_lost_beside_an_empty_one() -> None:
    text = read_bytes(b"Name,,Age,\nA,1,2,3\n").text
    assert all(word in text for word in ("Name", "Age", "A", "1", "2", "3"))


def test_a_title_row_is_the_title() -> None:
    result = read_bytes("收费目录,,\n项目,标准,依据\n证照,10,甲\n".encode())
    assert result.title == "收费目录"
    assert result.text.split("\n") == ["收费目录", "项目：证照；标准：10；依据：甲"]
    assert [(each.start, each.end, each.level) for each in result.headings] == [(0, 4, 1)]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_are_told_by_evidence(encoding: str) -> None:
    rows = "項目,標準,依據\n" + "登記費用,依照規定辦理,行政機關應當依法處理\n" * 5
    assert "登記費用" in read_bytes(rows.encode(encoding)).text


def test_a_quotation_mark_without_its_end_swallows_nothing() -> None:
    rows = "".join(f"{n},甲{n},乙{n}\n" for n in range(500))
    result = read_bytes(f'号,名,注\n0,"开头,x\n{rows}'.encode())
    assert "号：499；名：甲499；注：乙499" in result.text.split("\n")
    assert any("quotation marks do not pair" in note for note in result.receipt.notes)


@pytest.mark.parametrize("data", [b"", b" \n", b",,\n,,\n", b'""\n'])
def test_nothing_visible_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read_bytes(data)


def test_a_cell_beyond_all_measure_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="field limit"):
        read_bytes(f"甲,乙,丙\n1,2,{'x' * 200_000}\n".encode())


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters=":：;；|，"),
    max_size=6,
)


@settings(max_examples=300)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5), min_size=1, max_size=8))
def test_every_cell_of_any_table_is_in_the_text(rows: list[list[str]]) -> None:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    try:
        text = read_bytes(made.getvalue().encode()).text
    except UnreadableSource:
        return
    for cell in (cell for row in rows for cell in row):
        assert cell in text


@settings(max_examples=300)
@given(st.text('甲a1,;\t|"\n\r= ', max_size=60))
def test_any_text_gives_a_result_or_a_reason(text: str) -> None:
    try:
        result = read_bytes(text.encode())
    except UnreadableSource:
        return
    assert all(line.strip() for line in result.text.split("\n"))
