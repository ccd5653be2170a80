from __future__ import annotations

import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers.kinds import format_of
from corpus.readers.spreadsheet.number_formats import BUILT_IN, shown
from corpus.readers.spreadsheet.reader import SpreadsheetReader
from corpus.types import ReadResult, SourceFile
from tests.corpus.readers.xlsx_fixtures import (
    merged,
    relations,
    sheet_xml,
    text_rows,
    workbook,
    zipped,
)


def read_book(data: bytes, name: str = "a.xlsx") -> ReadResult:
    return SpreadsheetReader().read(SourceFile(f"upload:{name}", name, data))


def lines_of(rows: list[list[str]], *, after: str = "", name: str = "Sheet1") -> list[str]:
    return read_book(workbook({name: sheet_xml(text_rows(rows), after=after)})).text.split("\n")


def notes_of(result: ReadResult) -> str:
    return "\n".join(result.receipt.notes)


# --- rows with their headers ---------------------------------------------------------------------


def test_each_row_comes_with_its_headers() -> None:
    rows = [["序号", "事项", "依据"], ["1", "许可", "甲法"], ["2", "备案", ""]]
    assert lines_of(rows) == ["序号：1；事项：许可；依据：甲法", "序号：2；事项：备案"]


def test_titles_above_and_remarks_below_stand_as_lines() -> None:
    rows = [
        ["收费目录"],
        ["单位：元"],
        ["项目", "标准", "依据"],
        ["证照", "10", "甲"],
        ["备注：试行"],
    ]
    result = read_book(workbook({"Sheet1": sheet_xml(text_rows(rows), after=merged("A1:C1"))}))
    assert result.text.split("\n") == [
        "收费目录",
        "单位：元",
        "项目：证照；标准：10；依据：甲",
        "备注：试行",
    ]
    assert result.title == "收费目录"
    assert [(h.start, h.end, h.level) for h in result.headings] == [(0, 4, 1)]


def test_a_header_of_several_rows_becomes_a_path() -> None:
    rows = [["地区", "人口", "", "备注"], ["", "城镇", "乡村", ""], ["甲市", "10", "20", "x"]]
    after = merged("A1:A2", "B1:C1", "D1:D2")
    assert lines_of(rows, after=after) == ["地区：甲市；人口／城镇：10；人口／乡村：20；备注：x"]


def test_a_cell_over_rows_is_said_of_each_and_one_over_columns_once() -> None:
    rows = [["类", "项", "额"], ["甲", "一", "1"], ["", "二", "2"], ["合计", "", "3"]]
    assert lines_of(rows, after=merged("A2:A3", "A4:B4")) == [
        "类：甲；项：一；额：1",
        "类：甲；项：二；额：2",
        "类、项：合计；额：3",
    ]


def test_a_row_that_one_cell_goes_over_parts_the_table() -> None:
    rows = [
        ["号", "事项", "部门"],
        ["一、许可", "", ""],
        ["1", "甲", "乙局"],
        ["二、备案"],
        ["2", "丙", "丁局"],
    ]
    assert lines_of(rows, after=merged("A2:C2", "A4:C4")) == [
        "一、许可",
        "号：1；事项：甲；部门：乙局",
        "二、备案",
        "号：2；事项：丙；部门：丁局",
    ]


def test_tables_are_parted_by_blank_rows() -> None:
    rows = [
        ["表一"],
        ["甲", "乙", "丙"],
        ["1", "2", "3"],
        [],
        ["4", "5", "6"],
        [],
        ["丁", "戊", "己"],
        ["7", "8", "9"],
    ]
    assert lines_of(rows) == [
        "表一",
        "甲：1；乙：2；丙：3",
        "甲：4；乙：5；丙：6",
        "丁：7；戊：8；己：9",
    ]


def test_sheets_stand_under_their_names() -> None:
    rows = sheet_xml(text_rows([["甲", "乙"], ["1", "2"]]))
    result = read_book(workbook({"第一部分": rows, "Sheet2": rows}))
    headings = [result.text[each.start : each.end] for each in result.headings]
    assert headings == ["第一部分", "Sheet2"]
    assert lines_of([["只有一句话"]], name="Sheet1") == ["只有一句话"]
    assert lines_of([["只有一句话"]], name="目录") == ["目录", "只有一句话"]


# --- cells ---------------------------------------------------------------------------------------


def cell_of(cell: str, **book: object) -> ReadResult:
    rows = f'<row r="1">{cell}<c r="B1" t="inlineStr"><is><t>值</t></is></c></row>'
    return read_book(workbook({"Sheet1": sheet_xml(rows)}, **book))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>1.5</v></c>", "1.5"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="str"><f>A2</f><v>算得</v></c>', "算得"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ('<c t="d"><v>2023-03-05T00:00:00</v></c>', "2023-03-05"),
        ('<c t="s"><v>0</v></c>', "富文 本"),
        ('<c t="inlineStr"><is><t>甲_x000D_\n乙_x4E2D_</t></is></c>', "甲 乙中"),
        ('<c s="1"><v>0.125</v></c>', "12.50%"),
        ('<c s="2"><v>44990</v></c>', "2023年3月5日"),
        ('<c s="99"><v>7</v></c>', "7"),
        ("<c><v>110105199003071234</v></c>", "110105199003071234"),
    ],
)
def test_a_cell_is_read_as_shown(cell: str, text: str) -> None:
    shared = "<r><t>富文</t></r><r><t> 本</t></r><rPh><t>ふぶん</t></rPh>"
    result = cell_of(cell, formats=["0.00%", 'yyyy"年"m"月"d"日"'], strings=[shared])
    assert result.text == f"{text} | 值"


def test_dates_since_1904_are_four_years_on() -> None:
    result = cell_of('<c s="1"><v>43528</v></c>', formats=["yyyy-mm-dd"], since_1904=True)
    assert result.text.startswith("2023-03-05")


def test_what_is_hidden_is_left_out_and_counted() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>3</v></c><c r="C2"><v>4</v></c></row>'
        '<row r="3"><c r="A3"><v>5</v></c><c r="C3"><v>6</v></c></row>'
    )
    seen = sheet_xml(rows, before='<cols><col min="2" max="2" hidden="1"/></cols>')
    unseen = sheet_xml(text_rows([["密", "文"]]))
    result = read_book(workbook({"Sheet1": seen, "Sheet2": unseen}, hidden=["Sheet2"]))
    assert result.text == "1\n5 | 6"
    assert "5 cells of hidden" in notes_of(result)
    assert "1 hidden sheets" in notes_of(result)


def test_formulas_without_values_and_comments_and_charts_are_counted() -> None:
    rows = '<row><c t="inlineStr"><is><t>甲</t></is></c><c><f>SUM(A1:A9)</f></c></row>'
    more = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            {"a": ("comments", "../comments1.xml"), "b": ("drawing", "/xl/drawings/d.xml")}
        ),
        "xl/comments1.xml": "<comments><commentList><comment/><comment/></commentList></comments>",
        "xl/drawings/d.xml": "<d><graphicFrame/><pic/><sp><txBody><t>框内</t></txBody></sp></d>",
    }
    notes = notes_of(read_book(workbook({"Sheet1": sheet_xml(rows)}, more=more)))
    for said in (
        "1 formulas",
        "2 comments",
        "1 charts",
        "1 pictures",
        "2 characters in text boxes",
    ):
        assert said in notes


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("0.125", "0.00%", "12.50%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1.1010519900307123E17", "General", "110105199003071230"),
        ("0.30000000000000004", "General", "0.3"),
        ("-5", "0.0;(0.0)", "(5.0)"),
        ("-5", "0.0", "-5.0"),
        ("-0.001", "0.0", "0.0"),
        ("0", '0;-0;"零"', "零"),
        ("13800138000", "000-0000-0000", "138-0013-8000"),
        ("12", "00000", "00012"),
        ("12345678", '0.0,,"百万"', "12.3百万"),
        ("0.000123", "0.00E+00", "1.23E-04"),
        ("1.005", "0.00", "1.01"),
        ("2.5", "0", "3"),
        ("1234.5", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1,234.50"),
        ("1234", "[$¥-804]#,##0.00", "¥1,234.00"),
        ("12", '[>=10]"多";"少"', "多"),
        ("0.5", "# ?/?", "0.5"),
        ("3", '"第"0"条"', "第3条"),
        ("44990", BUILT_IN[14], "2023-03-05"),
        ("44990.5", BUILT_IN[22], "2023-03-05 12:00"),
        ("44990", '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇二三年三月五日"),
        ("44990", "[$-F800]dddd, mmmm dd, yyyy", "2023年3月5日"),
        ("44990", "aaaa", "星期日"),
        ("44990", "d-mmm-yy", "5-Mar-23"),
        ("1.5", "[h]:mm", "36:00"),
        ("0.75", "h:mm AM/PM", "6:00 PM"),
        ("0.1234", "mm:ss.0", "57:41.8"),
        ("60", "yyyy-m-d", "1900-2-29"),
        ("1", "yyyy-m-d", "1900-1-1"),
        ("99999999", "yyyy-m-d", "99999999"),
        ("1e999", "0", "1e999"),
        ("文字", "0", "文字"),
    ],
)
def test_a_number_is_shown_by_its_format(value: str, code: str, text: str) -> None:
    assert shown(value, code) == text


@settings(max_examples=500)
@given(
    st.one_of(st.floats().map(repr), st.decimals().map(str), st.text(max_size=8)),
    st.one_of(st.text('0#?.,%E+-;"[]\\yYmdhs年 @*_/GDb1', max_size=16), st.text(max_size=8)),
)
def test_any_number_under_any_code_is_shown_in_bounds(value: str, code: str) -> None:
    assert len(shown(value, code)) < 2_000


# --- files that are damaged or made to be hostile ------------------------------------------------

GOOD = workbook({"Sheet1": sheet_xml(text_rows([["甲", "乙", "丙"], ["1", "2", "3"]]))})


def test_two_cells_at_the_ends_of_the_sheet_cost_nothing() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    book = sheet_xml(rows, before='<dimension ref="A1:XFD1048576"/>', after=merged("A1:XFD1"))
    assert read_book(workbook({"Sheet1": book})).text == "1\n2"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('<row r="9999999"><c r="A9999999"><v>1</v></c></row>', "outside"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "outside"),
        ('<row r="1"><c r="A1" t="s"><v>5</v></c></row>', "damaged"),
        ("", "no visible text"),
        ("<row><c><v>", "no sound XML"),
    ],
)
def test_a_damaged_sheet_is_refused(rows: str, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read_book(workbook({"Sheet1": sheet_xml(rows)}))


def test_entities_and_document_types_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    sheet = bomb + sheet_xml('<row><c t="inlineStr"><is><t>&a;&c;</t></is></c></row>')
    with pytest.raises(UnreadableSource, match="DTD"):
        read_book(workbook({"Sheet1": sheet}))


def test_bombs_and_paths_out_of_the_file_are_refused() -> None:
    with pytest.raises(UnreadableSource, match="bomb"):
        read_book(workbook({"Sheet1": sheet_xml(" " * 50_000_000)}))
    escaping = {"xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "../../../x.xml")})}
    with pytest.raises(UnreadableSource):
        read_book(workbook({"Sheet1": sheet_xml("")}, more=escaping))


def test_a_missing_sheet_or_part_is_refused() -> None:
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        with zipfile.ZipFile(BytesIO(GOOD)) as archive:
            kept = {n: archive.read(n) for n in archive.namelist() if n != part}
        with pytest.raises(UnreadableSource, match="lacks"):
            read_book(zipped(kept))


@settings(max_examples=300)
@given(st.data())
def test_a_file_changed_anywhere_gives_a_result_or_a_reason(data: st.DataObject) -> None:
    made = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(made)), st.integers(0, len(made))))
    try:
        read_book(bytes(made[:cut]))
    except UnreadableSource:
        return


SHEET_TAGS = """
    <row> </row> <c> </c> <c/> <v>1</v> <v>-1e9</v> <f/> <c_t="s"> <c_s="9"> <c_r="B2"> <row_r="3">
    <row_hidden="1"> <is> </is> <t>x</t> <mergeCells> </mergeCells> <mergeCell_ref="A1:B9"/>
    <mergeCell_ref="B9:A1"/> <cols> </cols> <col_min="1"_max="9"_hidden="1"/> </sheetData>
"""


@settings(max_examples=200)
@given(st.lists(st.sampled_from(SHEET_TAGS.split()), max_size=25))
def test_any_sheet_gives_a_result_or_a_reason(tags: list[str]) -> None:
    rows = "".join(tag.replace("_", " ") for tag in tags)
    try:
        read_book(workbook({"Sheet1": sheet_xml(rows)}))
    except UnreadableSource:
        return


# --- workbooks by another program ----------------------------------------------------------------

TABLE = """<html><meta charset=utf-8><body><table>
<tr><td colspan=4>行政事业性收费目录</td></tr>
<tr><td rowspan=2>项目</td><td colspan=2>标准</td><td rowspan=2>比例</td></tr>
<tr><td>下限</td><td>上限</td></tr>
<tr><td rowspan=2>登记费</td><td sdval="1200" sdnum="2052;0;#,##0">1,200</td><td>3400</td>
<td sdval="0.125" sdnum="2052;0;0.00%">12.50%</td></tr>
<tr><td>5</td><td>6</td><td sdval="0.5" sdnum="2052;0;0.00%">50.00%</td></tr>
</table></body></html>"""


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_table_written_by_libreoffice_comes_back(tmp_path: Path, kind: str) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "t.html").write_text(TABLE, "utf-8")
    profile = (tmp_path / "profile").as_uri()
    filters = ["--infilter=HTML (StarCalc)", "--convert-to", kind, "--outdir", str(tmp_path)]
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", *filters, "t.html"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=180,
    )
    result = read_book((tmp_path / f"t.{kind}").read_bytes(), f"t.{kind}")
    share, half, thousand = (
        ("12.50%", "50.00%", "1,200") if kind != "xls" else ("0.125", "0.5", "1200")
    )
    assert result.text.split("\n")[-3:] == [
        "行政事业性收费目录",
        f"项目：登记费；标准／下限：{thousand}；标准／上限：3400；比例：{share}",
        f"项目：登记费；标准／下限：5；标准／上限：6；比例：{half}",
    ]
    data = (tmp_path / f"t.{kind}").read_bytes()
    assert format_of(SourceFile("t", "t", data)).reader.endswith(":SpreadsheetReader")
    for cut in range(0, len(data), len(data) // 20):  # python-calamine panics at some of them
        with pytest.raises(UnreadableSource):
            read_book(data[:cut])
