from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers.docx.numbering import formatted
from corpus.readers.docx.reader import DocxReader
from corpus.types import ReadResult, SourceFile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>
 <w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="x"><w:name w:val="我的标题"/>
 <w:basedOn w:val="1"/></w:style>
<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/></w:style>
"""
NUMBERING = """
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>
  <w:lvlText w:val="第%1条"/><w:suff w:val="space"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>
  <w:lvlText w:val="（%2）"/><w:suff w:val="nothing"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride></w:num>
"""


def docx(body: str, *, parts: dict[str, str] | None = None, namespace: str = W) -> bytes:
    def part(root: str, inside: str) -> str:
        return f'<w:{root} xmlns:w="{namespace}">{inside}</w:{root}>'

    made = {
        "word/styles.xml": part("styles", STYLES),
        "word/numbering.xml": part("numbering", NUMBERING),
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        **(parts or {}),
    }
    relations = "".join(
        f'<Relationship Id="{name}" Type="x/{name}" Target="{name}.xml"/>'
        for name in ("styles", "numbering", "footnotes")
        if f"word/{name}.xml" in made
    )
    made["word/_rels/document.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    made["_rels/.rels"] = (
        '<Relationships><Relationship Id="d" Type="x/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in made.items():
            archive.writestr(name, text)
    return stream.getvalue()


def read(data: bytes) -> ReadResult:
    return DocxReader().read(SourceFile("a.docx", "a.docx", data))


def lines(body: str, **more: dict[str, str]) -> list[str]:
    return read(docx(body, **more)).text.split("\n")  # type: ignore[arg-type]


def p(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def numbered(words: str, number: int, level: int = 0) -> str:
    return p(words, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def test_headings_by_style_also_inherited() -> None:
    style = '<w:pStyle w:val="{}"/>'
    result = read(
        docx(p("关于某事的通知", style.format("t")) + p("总则", style.format("x")) + p("正文"))
    )
    assert result.title == "关于某事的通知"
    found = [(result.text[h.start : h.end], h.level) for h in result.headings]
    assert found == [("关于某事的通知", 1), ("总则", 2)]


def test_numbering_is_rendered_as_word_shows_it() -> None:
    body = (
        numbered("甲", 1) + numbered("子", 1, 1) + numbered("丑", 1, 1)
        + numbered("乙", 1) + numbered("寅", 1, 1)
        + numbered("丙", 2)
    )  # fmt: skip
    assert lines(body) == [
        "第一条 甲",
        "（一）子",
        "（二）丑",
        "第二条 乙",
        "（一）寅",
        "第十一条 丙",
    ]


def test_tracked_changes_are_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>应当</w:t></w:r><w:del><w:r><w:delText>可以</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>读书</w:t></w:r></w:ins></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>" + p("后半")
    )
    result = read(docx(body))
    assert result.text.split("\n") == ["应当读书", "前半后半"]
    assert any("deletions" in note for note in result.receipt.notes)


def test_text_boxes_once_hidden_text_not_fields_by_their_result() -> None:
    box = "<w:txbxContent>" + p("框内") + "</w:txbxContent>"
    body = (
        f'<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="m"><mc:Choice>{box}'
        f"</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r><w:r><w:instrText>PAGE"
        "</w:instrText></w:r><w:r><w:t>看得见</w:t></w:r></w:p>"
    )
    assert lines(body) == ["正文", "框内", "看得见"]


def test_tables_with_merged_cells() -> None:
    def cell(words: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words)}</w:tc>"

    merge, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("部门") + cell("事项") + cell("期限"),
        cell("教育部", merge) + cell("审批") + cell("三日"),
        cell("", on) + cell("备案") + cell("五日"),
        cell("全部事项", '<w:gridSpan w:val="2"/>') + cell("八日"),
    ]
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert lines(table) == [
        "部门：教育部；事项：审批；期限：三日",
        "部门：教育部；事项：备案；期限：五日",
        "部门、事项：全部事项；期限：八日",
    ]


def test_footnotes_follow_their_paragraph() -> None:
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{p("注文")}</w:footnote></w:footnotes>'
    )
    body = '<w:p><w:r><w:t>正文</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>' + p(
        "下段"
    )
    assert lines(body, parts={"word/footnotes.xml": notes}) == [
        "正文〔注1〕",
        "〔注1〕注文",
        "下段",
    ]


def test_strict_files_read_the_same() -> None:
    style = '<w:pStyle w:val="1"/>'
    assert read(docx(p("总则", style), namespace=STRICT)).title == "总则"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (12, "chineseCountingThousand", "十二"),
        (110, "chineseCounting", "一百一十"),
        (1084, "chineseCountingThousand", "一千零八十四"),
        (20, "chineseLegalSimplified", "贰拾"),
        (3, "ideographTraditional", "丙"),
        (2, "decimalEnclosedCircle", "②"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"),
    ],
)
def test_numbers_in_words_forms(value: int, form: str, shown: str) -> None:
    assert formatted(value, form) == shown


GOOD = docx(p("第一条 甲") + "<w:tbl><w:tr><w:tc>" + p("乙") + "</w:tc></w:tr></w:tbl>")


@settings(max_examples=200)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
def test_damaged_files_are_read_or_refused(at: int, byte: int, length: int) -> None:
    data = bytearray(GOOD)
    data[at] = byte
    for damaged in (bytes(data), GOOD[:length]):
        with contextlib.suppress(UnreadableSource):
            assert read(damaged).text
