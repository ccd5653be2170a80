from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers import formats
from corpus.readers.kinds import format_of
from corpus.readers.ofd.reader import OfdReader
from corpus.types import ReadResult, SourceFile
from tests.corpus.readers.ofd_fixtures import (
    Ofd,
    element,
    page_xml,
    picture,
    root,
    rule,
    set_pages,
    text_object,
    zipped,
)
from tests.places import SHARED

LAWS = SHARED / "data" / "laws"

PARAGRAPHS = [
    "# 关于规范某某管理工作的通知",
    "各省、自治区、直辖市人民政府办公厅，国务院各部委、各直属机构：",
    "为了加强某某管理，规范某某行为，维护公平竞争的市场秩序，保护经营者和消费者的合法权益，"
    "促进某某行业健康发展，根据有关法律、行政法规的规定，经国务院同意，现就有关事项通知如下。",
    "第一条　本通知所称某某，是指按照 GB/T 33190 标准提供的 OFD 文件，费率为 12.5%。",
    "第二条　本通知自 2023年7月1日起施行。",
]


def read_bytes(data: bytes) -> ReadResult:
    return OfdReader().read(SourceFile("upload:a.ofd", "a.ofd", data))


def notes_of(result: ReadResult) -> str:
    return "\n".join(result.receipt.notes)


def squeezed(text: str) -> str:
    return "".join(text.split())


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("absolute", [False, True])
def test_lines_of_print_become_paragraphs(absolute: bool) -> None:
    result = read_bytes(Ofd(set_pages(PARAGRAPHS), absolute=absolute).bytes())
    assert list(map(squeezed, result.text.split("\n"))) == [
        squeezed(paragraph.lstrip("# ")) for paragraph in PARAGRAPHS
    ]
    assert result.title == "关于规范某某管理工作的通知"
    assert result.text[result.headings[0].start : result.headings[0].end] == result.title
    assert "按照 GB/T 33190 标准提供" in result.text
    assert result.receipt.encoding == "ofd"


def test_objects_are_read_by_place_and_not_in_the_order_drawn() -> None:
    objects = text_object("第二行文字在后。", 28, 60) + text_object("第一行文字在先。", 28, 50)
    assert squeezed(read_bytes(Ofd([objects]).bytes()).text) == "第一行文字在先。第二行文字在后。"


def test_distances_between_characters_in_short_form() -> None:
    code = element("TextCode", "甲乙丙丁", X="0", Y="5", DeltaX="g 3 5")
    row = element("TextObject", code, ID="1", Boundary="30 40 60 6", Size="5")
    parts = element("TextCode", "戊己", X="0", Y="5", DeltaX="5") + element(
        "TextCode", "庚", X="10"
    )
    other = element("TextObject", parts, ID="2", Boundary="30 60 60 6", Size="5")
    bare = element(
        "TextObject", element("TextCode", "无距"), ID="3", Boundary="30 80 60 6", Size="5"
    )
    text = read_bytes(Ofd([row + other + bare]).bytes()).text
    assert squeezed(text) == "甲乙丙丁戊己庚无距"


def test_a_matrix_scales_what_it_places() -> None:
    code = element("TextCode", "放大的字", X="0", Y="1", DeltaX="1 1 1")
    row = element("TextObject", code, ID="1", Boundary="30 40 60 6", Size="1", CTM="5 0 0 5 0 0")
    assert read_bytes(Ofd([row]).bytes()).text == "放大的字"


def test_writing_in_columns_is_read_downwards() -> None:
    code = element("TextCode", "竖排文字", X="0", Y="5", DeltaY="5 5 5")
    column = element("TextObject", code, ID="1", Boundary="180 40 6 30", Size="5")
    result = read_bytes(Ofd([text_object("横排的文字。", 28, 200) + column]).bytes())
    assert result.text.split("\n") == ["横排的文字。", "竖排文字"]
    assert "upright text of 1 pages" in notes_of(result)


def test_a_ruled_table_gives_rows_with_their_headers() -> None:
    xs, ys = (30.0, 80.0, 130.0, 180.0), (50.0, 60.0, 70.0, 80.0)
    objects = "".join(rule(xs[0], y, xs[-1], y) for y in ys)
    objects += "".join(rule(x, ys[0], x, ys[-1]) for x in xs)
    rows = [["项目", "标准", "依据"], ["登记费", "120元", "甲法"], ["查询费", "20元", "乙法"]]
    for row, y in zip(rows, ys, strict=False):
        objects += "".join(
            text_object(text, x + 2, y + 7) for text, x in zip(row, xs, strict=False)
        )
    result = read_bytes(Ofd([text_object("收费标准如下。", 28, 40) + objects]).bytes())
    assert result.text.split("\n") == [
        "收费标准如下。",
        "项目：登记费；标准：120元；依据：甲法",
        "项目：查询费；标准：20元；依据：乙法",
    ]


# --- pages, outlines, tags -----------------------------------------------------------------------


def test_pages_begin_where_their_first_paragraph_does() -> None:
    paragraphs = [f"第{n}段文字。" for n in "一二三四五六"]
    result = read_bytes(Ofd(set_pages(paragraphs, lines=2)).bytes())
    starts = [result.text.index(f"第{n}段") for n in "一三五"]
    assert list(result.page_starts) == starts


def test_a_paragraph_over_a_page_break_is_one() -> None:
    result = read_bytes(Ofd(set_pages(PARAGRAPHS, lines=4)).bytes())
    assert squeezed(PARAGRAPHS[2]) in map(squeezed, result.text.split("\n"))


def test_templates_are_drawn_and_running_heads_go() -> None:
    head = text_object("某某公报 第七期", 28, 15, size=4)
    pages = set_pages([f"第{n}段文字说的是不同的内容。" for n in "一二三四五六"], lines=2)
    result = read_bytes(Ofd(pages, template=head).bytes())
    assert "公报" not in result.text
    assert "公报" in notes_of(result)
    form = read_bytes(
        Ofd([text_object("填写的内容", 60, 50)], template=text_object("项目", 28, 50)).bytes()
    )
    assert "项目" in form.text


def test_outlines_mark_headings_and_tags_state_facts() -> None:
    objects = text_object("国办发〔2023〕15号", 60, 40, name="11")
    objects += text_object("关于某事的", 60, 55, name="12") + text_object("通知", 90, 64, name="13")
    objects += text_object("一、总体要求", 28, 80) + text_object("这里是正文。", 38, 90)
    objects += text_object("2023年7月5日", 120, 120, name="14")
    tags = {"发文字号": ["11"], "标题": ["12", "13"], "成文日期": ["14"], "其他": ["99"]}
    result = read_bytes(Ofd([objects], tags=tags, outlines=[("一、总体要求", 0)]).bytes())
    assert result.metadata == {
        "number": "国办发〔2023〕15号",
        "title": "关于某事的通知",
        "issued": "2023-07-05",
    }
    assert "一、总体要求" in [result.text[h.start : h.end] for h in result.headings]


def test_two_documents_are_read_one_behind_the_other() -> None:
    one = Ofd([text_object("甲文件的内容。", 28, 50)])
    with zipfile.ZipFile(BytesIO(one.bytes())) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    body = element("DocBody", element("DocRoot", "Doc_0/Document.xml"))
    again = element("DocBody", element("DocRoot", "/Doc_1/Document.xml"))
    page = element("Pages", element("Page", ID="1", BaseLoc="C.xml"))
    parts |= {
        "OFD.xml": root("OFD", body + again),
        "Doc_1/Document.xml": root("Document", page),
        "Doc_1/C.xml": page_xml(text_object("乙文件的内容。", 28, 50)),
    }
    result = read_bytes(zipped(parts))
    assert squeezed(result.text) == "甲文件的内容。乙文件的内容。"
    assert len(result.page_starts) == 2
    assert "2 documents" in notes_of(result)


# --- what is not in the text ---------------------------------------------------------------------


def test_what_nobody_sees_is_left_out_and_told() -> None:
    white = element("FillColor", Value="255 255 255")
    objects = (
        text_object("看得见的文字。", 28, 50)
        + text_object("不显示", 28, 70, Visible="false")
        + text_object("透明", 28, 80, inner=element("FillColor", Value="0 0 0", Alpha="0"))
        + text_object("白字", 28, 90, inner=white)
        + text_object("页外", 500, 90)
        + text_object("水印", 100, 150, CTM="0.7 -0.7 0.7 0.7 0 0")
        + picture(100, 200, 60, 60)
    )
    result = read_bytes(Ofd([objects]).bytes())
    assert result.text == "看得见的文字。"
    notes = notes_of(result)
    for said in ("invisible text", "不显示", "水印", "1 pictures"):
        assert said in notes


def test_seals_annotations_and_attachments_are_counted() -> None:
    document = element("Annotations", "Annots/A.xml") + element("Attachments", "F.xml")
    appearance = element("Appearance", text_object("批注文字", 10, 10))
    more = {
        "Doc_0/Annots/A.xml": root("Annotations", element("Page", element("FileLoc", "P.xml"))),
        "Doc_0/Annots/P.xml": root(
            "PageAnnot",
            element("Annot", Type="Stamp") + element("Annot", appearance, Type="Highlight"),
        ),
        "Doc_0/F.xml": root("Attachments", element("Attachment", Name="x")),
    }
    made = Ofd([text_object("正文。", 28, 50)], document=document, more=more)
    notes = notes_of(read_bytes(made.bytes()))
    for said in ("1 seals", "1 annotations", "4 characters of annotations", "1 attached"):
        assert said in notes


def test_a_scan_is_refused_and_a_scanned_page_named() -> None:
    scan = picture(0, 0, 210, 297)
    with pytest.raises(UnreadableSource, match="a scan"):
        read_bytes(Ofd([scan]).bytes())
    result = read_bytes(Ofd([text_object("正文。", 28, 50), scan]).bytes())
    assert "pages 2 are pictures" in notes_of(result)


def test_text_under_a_scan_counts_as_recognised() -> None:
    objects = picture(0, 0, 210, 297) + text_object("扫描下的文字。", 28, 50, Fill="false")
    result = read_bytes(Ofd([objects]).bytes())
    assert result.text == "扫描下的文字。"
    assert result.ocr_pages == frozenset({1})


# --- damaged and hostile files -------------------------------------------------------------------

GOOD = Ofd(set_pages(PARAGRAPHS), title="通知", outlines=[("第一条", 0)]).bytes()


def without(part: str) -> bytes:
    with zipfile.ZipFile(BytesIO(GOOD)) as archive:
        return zipped({n: archive.read(n).decode() for n in archive.namelist() if n != part})


@pytest.mark.parametrize(
    "data",
    [
        GOOD[:200],
        GOOD[:-30],
        without("OFD.xml"),
        without("Doc_0/Document.xml"),
        without("Doc_0/Pages/Page_0/Content.xml"),
        zipped({"OFD.xml": root("OFD", "")}),
        zipped({"OFD.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><OFD>&b;</OFD>"}),
        zipped(
            {"OFD.xml": root("OFD", element("DocBody", element("DocRoot", "../../etc/passwd")))}
        ),
        zipped({"OFD.xml": root("OFD", ""), "Encryptions.xml": "<x/>"}),
        Ofd([""]).bytes(),
        Ofd([element("PageBlock") * 3]).bytes(),
        Ofd(["<a>" * 3000 + "</a>" * 3000]).bytes(),
    ],
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableSource):
        read_bytes(data)


def test_more_pages_or_characters_than_any_document_has_are_refused() -> None:
    page = element("Page", ID="1", BaseLoc="Pages/Page_0/Content.xml")
    many = root("Document", element("Pages", page * 10_001))
    with pytest.raises(UnreadableSource, match="10,000"):
        read_bytes(Ofd([text_object("文", 28, 50)], more={"Doc_0/Document.xml": many}).bytes())
    long = element("TextObject", element("TextCode", "文" * 200_001), Boundary="0 0 1 1", Size="5")
    with pytest.raises(UnreadableSource, match="200,000"):
        read_bytes(Ofd([long]).bytes())


@settings(max_examples=200)
@given(st.data())
def test_a_file_changed_anywhere_gives_a_result_or_a_reason(data: st.DataObject) -> None:
    made = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(made)), st.integers(0, len(made))))
    try:
        read_bytes(bytes(made[:cut]))
    except UnreadableSource:
        return


VALUES = st.one_of(
    st.sampled_from(["", "0", "-1", "g", "g 9 9", "1e308", "nan", "inf", "0 0 0 0", "1 2 3 4 5 6"]),
    st.text("0123456789.eEg -MLCSQBA", max_size=12),
)


@settings(max_examples=200)
@given(VALUES, VALUES, VALUES, VALUES, VALUES, VALUES)
def test_any_numbers_give_a_result_or_a_reason(
    box: str, size: str, matrix: str, x: str, delta: str, path: str
) -> None:
    code = element("TextCode", "甲 a乙", X=x, Y=x, DeltaX=delta, DeltaY=x)
    text = element("TextObject", code, Boundary=box, Size=size, CTM=matrix, HScale=x)
    line = element(
        "PathObject", element("AbbreviatedData", path), Boundary=box, CTM=matrix, Fill="true"
    )
    try:
        read_bytes(Ofd([text + line + text_object("文", 28, 50)]).bytes())
    except UnreadableSource:
        return


# --- a whole law ---------------------------------------------------------------------------------


def test_a_law_set_in_pages_comes_back() -> None:
    if not LAWS.is_dir():
        pytest.skip(f"the laws are missing: {LAWS}")
    texts = (path.read_text("utf-8") for path in sorted(LAWS.rglob("*.md")))
    source = next(t for t in texts if 6_000 < len(t) < 15_000 and t.count("\n#") > 5)
    stripped = (line.strip() for line in source.split("\n"))
    lines = [line for line in stripped if line and not line.startswith("<!--")]
    wanted = [squeezed(line.lstrip("# ")) for line in lines]
    result = read_bytes(Ofd(set_pages(lines)).bytes())
    found = [squeezed(line) for line in result.text.split("\n")]
    assert "".join(found) == "".join(wanted)
    assert sum(line in set(found) for line in wanted) >= 0.995 * len(wanted)
    assert len(result.page_starts) > 5


def test_what_is_taken_for_an_ofd() -> None:
    assert format_of(SourceFile("a", "a.zip", GOOD)) is formats.OFD
    assert format_of(SourceFile("a", "a.ofd", zipped({"x.xml": "<x/>"}))) is formats.ZIP
