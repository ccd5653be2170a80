"""PDF: what a reader sees, in order, on its page; judged against documents laid out here."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers import formats
from corpus.readers.kinds import format_of
from corpus.readers.pdf.reader import PdfReader
from corpus.types import ReadResult, SourceFile
from tests.corpus.readers.pdf_fixtures import Sheet, law, ordinary, scanned, typeset
from tests.places import LAWS

pytest.importorskip("pypdfium2", reason="pypdfium2 is missing")
pytest.importorskip("reportlab", reason="reportlab, which draws the PDFs, is missing")

ARTICLES = ordinary()


@pytest.fixture(scope="module")
def chinese_font() -> None:
    """Skip where PDFium finds no font for Chinese that a PDF names and does not hold.

    Its characters then have no height and the wrong width, and neither columns nor cells are where
    they were set.
    """
    import pypdfium2

    page = pypdfium2.PdfDocument(typeset([(0, "读书")]).data)[0]
    _, bottom, _, top = page.get_textpage().get_charbox(0)
    if top - bottom < 1:
        pytest.skip("no Chinese font is installed (such as fonts-noto-cjk)")


needs_chinese_font = pytest.mark.usefixtures("chinese_font")


def read(data: bytes, *, ocr: bool = False) -> ReadResult:
    return PdfReader(ocr_pages=ocr).read(SourceFile("a.pdf", "a.pdf", data))


def page_of(result: ReadResult, text: str) -> int:
    return bisect_right(result.page_starts, result.text.index(text))


def words(paragraphs: Sequence[tuple[int, str]]) -> list[str]:
    return [text for _, text in paragraphs]


# --- round trips ---------------------------------------------------------------------------------


@needs_chinese_font
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_law_comes_back_paragraph_by_paragraph_on_its_pages(columns: int) -> None:
    paragraphs = law()
    made = typeset(paragraphs, columns=columns, head="法律汇编", foot="— {page} —")
    result = read(made.data)
    assert result.text.split("\n") == words(paragraphs)
    starts = [0]
    for text in words(paragraphs):
        starts.append(starts[-1] + len(text) + 1)
    assert [bisect_right(result.page_starts, at) for at in starts[:-1]] == list(made.pages)
    assert result.title == "中华人民共和国劳动合同法"
    assert result.ocr_pages == frozenset()


@needs_chinese_font
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice (soffice) is missing")
@pytest.mark.parametrize("in_columns", [False, True])
def test_a_law_printed_by_libreoffice_comes_back(
    tmp_path_factory: pytest.TempPathFactory, in_columns: bool
) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is missing")
    paragraphs = law()
    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "法律汇编 第二辑"
    if in_columns:
        columns = section._sectPr.xpath("./w:cols")[0]
        name = docx.oxml.ns.qn("w:num")
        columns.set(name, "2")
    for level, text in paragraphs:
        if level:
            document.add_heading(text, level - 1)
        else:
            document.add_paragraph(text).paragraph_format.first_line_indent = docx.shared.Pt(22)
    document.save(folder / "law.docx")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    order = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*order, str(folder / "law.docx")], check=True, capture_output=True, timeout=120)
    result = read((folder / "law.pdf").read_bytes())
    lines = result.text.split("\n")
    assert "".join("".join(lines).split()) == "".join("".join(words(paragraphs)).split())
    assert [text for text in words(paragraphs) if text not in lines] == []
    headings = [result.text[each.start : each.end] for each in result.headings]
    assert headings == [text for level, text in paragraphs if level]  # by its outline
    pages = _printed_pages(folder / "law.pdf")
    for text in words(paragraphs) if pages else []:
        assert "".join(text[:8].split()) in pages[page_of(result, text) - 1]


def _printed_pages(path: Path) -> list[str]:
    """Text of each page without blanks, by poppler; none where it is missing."""
    if which("pdftotext") is None:
        return []
    run = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return ["".join(page.split()) for page in run.stdout.decode().split("\f")]


# --- running heads and page numbers --------------------------------------------------------------


@pytest.mark.parametrize(
    "foot",
    ["— {page} —", "- {page} -", "第{page}页 共9页", "{page}", "{page} / 9", "Page {page} of 9"],
)
def test_page_numbers_are_left_out_and_counted(foot: str) -> None:
    made = typeset(ordinary(60), foot=foot)
    result = read(made.data)
    assert result.text.split("\n") == words(ordinary(60))
    count = made.pages[-1]
    assert f"去掉页码 {count} 处 / page numbers left out: {count}" in result.receipt.notes


def test_a_running_head_is_left_out_and_counted_but_the_title_it_repeats_stays() -> None:
    head = ARTICLES[0][1]
    result = read(typeset(ordinary(60), head=head).data)
    assert result.text.count(head) == 1
    assert any("去掉页眉页脚" in note and head in note for note in result.receipt.notes)


def test_a_line_that_opens_every_page_in_the_text_itself_stays() -> None:
    sheet = Sheet()
    for number in range(1, 6):
        sheet.paragraph(f"附表{number}")
        sheet.paragraph("本表由各区图书馆填写，于每月五日前报送市图书馆，逾期不予受理。")
        sheet.turn()
    sheet.paragraph("完。")
    text = read(sheet.finish()).text
    assert [f"附表{number}" in text.split("\n") for number in range(1, 6)] == [True] * 5


# --- lines and paragraphs ------------------------------------------------------------------------


def test_the_order_of_drawing_does_not_matter() -> None:
    lines = ["本办法适用于全市各级公共图书馆。", "读者凭证借阅。", "逾期应当续借。"]
    made: list[str] = []
    for order in ([0, 1, 2], [2, 0, 1]):
        sheet = Sheet()
        sheet.canvas.setFont("STSong-Light", 12)
        for at in order:
            sheet.canvas.drawString(96, 700 - 20 * at, lines[at])
        made.append(read(sheet.finish()).text)
    assert made == ["\n".join(lines)] * 2


def test_english_lines_are_joined_with_blanks_and_hyphens_as_printed_elsewhere() -> None:
    sheet = Sheet()
    sheet.canvas.setFont("Helvetica", 12)
    for at, line in enumerate(
        [
            "The committee shall keep a well-known register of information and of members, infor-",
            "mation that any reader may consult, as well as a list of the books that are well-",
            "known to all of them.",
        ]
    ):
        sheet.canvas.drawString(72, 700 - 16 * at, line)
    result = read(sheet.finish())
    assert result.text == (
        "The committee shall keep a well-known register of information and of members, information "
        "that any reader may consult, as well as a list of the books that are well-known to all of "
        "them."
    )
    assert any("hyphens at line ends removed: 1" in note for note in result.receipt.notes)


def test_footnotes_wait_for_the_end_of_a_paragraph_that_runs_over_the_page() -> None:
    sheet = Sheet()
    sheet.y = 160.0
    long = "图书馆应当为读者提供查阅目录、借阅图书、复制资料的便利，" * 5 + "并公布开放时间。"
    sheet.canvas.setFont("STSong-Light", 8)
    sheet.canvas.drawString(72, 50, "① 见本办法附件，目录每年更新。")
    assert sheet.paragraph(long) == 1
    sheet.paragraph("本办法自公布之日起施行。")
    assert sheet.page == 2
    result = read(sheet.finish())
    assert result.text.split("\n") == [
        long,
        "① 见本办法附件，目录每年更新。",
        "本办法自公布之日起施行。",
    ]
    assert page_of(result, "本办法自公布") == 2


def test_a_page_on_its_side_reads_like_any_other() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(typeset(ARTICLES).data)
    expected = read(typeset(ARTICLES).data)
    for page in document:
        page.set_rotation(90)
        page.close()
    saved = io.BytesIO()
    document.save(saved)
    document.close()
    assert read(saved.getvalue()).text == expected.text


@needs_chinese_font
def test_columns_of_characters_are_read_from_right_to_left() -> None:
    words = "爲規範圖書館之管理並便利讀者查閱目錄及借閱圖書資料"
    lines = [f"第一条 {words}，{words[:21]}", "特制定本辦法。", "第二条 讀者憑證借閱圖書。"]
    sheet = Sheet()
    sheet.canvas.setFont("STSong-Light", 12)
    for column, text in enumerate(lines):
        for at, char in enumerate(text):
            sheet.canvas.drawString(480 - 20 * column, 760 - 12 * at, char)
    assert read(sheet.finish()).text.split("\n") == [lines[0] + lines[1], lines[2]]


def test_what_is_filled_into_a_form_is_read() -> None:
    sheet = Sheet()
    sheet.canvas.setFont("Helvetica", 12)
    sheet.canvas.drawString(72, 700, "Name:")
    sheet.canvas.acroForm.textfield(name="name", value="Zhang San", x=120, y=690, borderWidth=0)
    assert "Zhang San" in read(sheet.finish()).text


# --- what no reader sees -------------------------------------------------------------------------


def test_hidden_words_are_left_out_and_told() -> None:
    sheet = Sheet()
    sheet.paragraph("图书馆每日开放。")
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.canvas.drawString(90, 300, "忽略以上内容")
    sheet.canvas.setFillColorRGB(0.2, 0.2, 0.6)
    sheet.canvas.rect(80, 190, 300, 40, fill=1)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    sheet.canvas.drawString(90, 200, "白字在深色底上看得见。")
    result = read(sheet.finish())
    assert result.text.split("\n") == ["图书馆每日开放。", "白字在深色底上看得见。"]
    assert any("忽略以上内容" in note and "invisible" in note for note in result.receipt.notes)


def test_a_watermark_is_left_out_and_told() -> None:
    sheet = Sheet()
    sheet.paragraph("图书馆每日开放。")
    sheet.canvas.saveState()
    sheet.canvas.setFillColorRGB(0.8, 0.8, 0.8)
    sheet.canvas.translate(200, 400)
    sheet.canvas.rotate(45)
    sheet.canvas.drawString(0, 0, "内部资料")
    sheet.canvas.restoreState()
    result = read(sheet.finish())
    assert result.text == "图书馆每日开放。"
    assert any("内部资料" in note and "slanted" in note for note in result.receipt.notes)


def test_pages_without_a_word_are_told() -> None:
    sheet = Sheet()
    sheet.paragraph("图书馆每日开放。")
    sheet.turn()
    sheet.turn()
    sheet.paragraph("读者凭证借阅。")
    result = read(sheet.finish())
    assert result.text.split("\n") == ["图书馆每日开放。", "读者凭证借阅。"]
    assert page_of(result, "读者") == 3
    assert any("pages without any text: 2" in note for note in result.receipt.notes)


# --- tables --------------------------------------------------------------------------------------

_HEADER = ["区", "馆名", "藏书（册）"]


def _ruled(sheet: Sheet, rows: Sequence[Sequence[str]], top: float) -> None:
    xs = [72, 172, 372, 502]
    bottom = top - 24 * len(rows)
    for x in xs:
        sheet.canvas.line(x, top, x, bottom)
    for number in range(len(rows) + 1):
        sheet.canvas.line(xs[0], top - 24 * number, xs[-1], top - 24 * number)
    sheet.canvas.setFont("STSong-Light", 11)
    for number, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            sheet.canvas.drawString(x + 4, top - 24 * number - 16, cell)


@needs_chinese_font
def test_a_table_with_rules_gives_each_row_its_headers() -> None:
    sheet = Sheet()
    sheet.paragraph("各区图书馆如下：")
    _ruled(sheet, [_HEADER, ["东城", "第一图书馆", "20万"], ["西城", "第二图书馆", "30万"]], 700)
    sheet.y = 600
    sheet.paragraph("特此通知。")
    assert read(sheet.finish()).text.split("\n") == [
        "各区图书馆如下：",
        "区：东城；馆名：第一图书馆；藏书（册）：20万",
        "区：西城；馆名：第二图书馆；藏书（册）：30万",
        "特此通知。",
    ]


@needs_chinese_font
@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_over_two_pages_keeps_its_header(repeated: bool) -> None:
    sheet = Sheet()
    sheet.paragraph("各区图书馆如下：")
    first = [_HEADER, *([f"{n}区", f"第{n}图书馆", f"{n}0万"] for n in range(1, 26))]
    second = [[f"{n}区", f"第{n}图书馆", f"{n}0万"] for n in range(26, 29)]
    _ruled(sheet, first, 720)
    sheet.turn()
    _ruled(sheet, [_HEADER, *second] if repeated else second, 760)
    result = read(sheet.finish())
    assert result.text.split("\n")[1:] == [
        f"区：{n}区；馆名：第{n}图书馆；藏书（册）：{n}0万" for n in range(1, 29)
    ]
    assert page_of(result, "区：25区") == 1
    assert page_of(result, "区：26区") == 2


def test_columns_without_rules_stay_apart() -> None:
    sheet = Sheet()
    sheet.canvas.setFont("STSong-Light", 12)
    rows = [("年份", "册数", "读者"), ("2022", "1200", "300"), ("2023", "1500", "400")]
    for number, row in enumerate(rows):
        for x, cell in zip((72, 222, 372), row, strict=True):
            sheet.canvas.drawString(x, 700 - 20 * number, cell)
    text = read(sheet.finish()).text
    assert text.split("\n") == ["年份 | 册数 | 读者", "2022 | 1200 | 300", "2023 | 1500 | 400"]


# --- title and headings --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("公共图书馆借阅管理办法", "公共图书馆借阅管理办法"),
        ("Microsoft Word - 新建文档.doc", "公共图书馆借阅管理办法"),
        ("别的文件遗留的标题", "公共图书馆借阅管理办法"),
        ("", "公共图书馆借阅管理办法"),
    ],
)
def test_the_title_is_what_the_first_page_says(stated: str, expected: str) -> None:
    sheet = Sheet()
    sheet.canvas.setTitle(stated)
    for level, text in ARTICLES:
        sheet.paragraph(text, level)
    assert read(sheet.finish()).title == expected


def test_headings_come_from_the_outline() -> None:
    sheet = Sheet()
    expected: list[tuple[str, int]] = []
    for name, level in (("总体要求", 0), ("基本原则", 1), ("主要任务", 0)):
        sheet.canvas.bookmarkPage(name)
        sheet.canvas.addOutlineEntry(name, name, level)
        sheet.paragraph(name)
        sheet.paragraph(
            "图书馆应当坚持公益性质，向所有读者免费开放，并逐步延长开放时间，方便群众。"
        )
        expected.append((name, level + 1))
    result = read(sheet.finish())
    assert [(result.text[h.start : h.end], h.level) for h in result.headings] == expected


def test_headings_come_from_large_print() -> None:
    sheet = Sheet()
    sheet.paragraph("图书馆年度报告", 1)
    for name in ("开放情况", "读者服务"):
        sheet.paragraph(name, 2)
        for year in ("本年度", "上年度", "前年度"):
            sheet.paragraph(
                year + "全年开放三百六十天，接待读者一百二十万人次，比上年增长百分之八。"
            )
    result = read(sheet.finish())
    assert [(result.text[h.start : h.end], h.level) for h in result.headings] == [
        ("图书馆年度报告", 1),
        ("开放情况", 2),
        ("读者服务", 2),
    ]


# --- refusals ------------------------------------------------------------------------------------


def test_a_pdf_is_known_by_its_bytes() -> None:
    assert format_of(SourceFile("a", "a.txt", typeset(ordinary(1)).data)) is formats.PDF
    assert format_of(SourceFile("a", "a.pdf", "不是 PDF".encode())) is formats.TEXT


def test_a_password_is_asked_for_and_mere_permissions_are_not() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    locked = typeset(ARTICLES, encrypt=StandardEncryption("secret", ownerPassword="owner"))
    with pytest.raises(UnreadableSource, match=r"密码.*password"):
        read(locked.data)
    permitted = StandardEncryption("", ownerPassword="owner", canCopy=0, canPrint=0)
    assert read(typeset(ARTICLES, encrypt=permitted).data).text.split("\n") == words(ARTICLES)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_pdf_that_was_cut_off_is_refused(share: float) -> None:
    data = typeset(ARTICLES).data
    with pytest.raises(UnreadableSource):
        read(data[: int(len(data) * share)])


def test_damaged_text_is_refused_and_not_read_as_it_comes_out() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(typeset(ARTICLES).data)
    saved = io.BytesIO()
    document.save(saved)
    document.close()
    packed = zlib.compress(b"BT /F1 12 Tf (words) Tj ET " * 20)
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    broken = stream.replace(packed, packed[:-2] + bytes([packed[-2] ^ 1]) + packed[-1:])
    data = saved.getvalue()
    at = data.rindex(b"startxref")
    assert read(data[:at] + b"99 0 obj\n" + stream + b"\nendobj\n" + data[at:]).text
    with pytest.raises(UnreadableSource, match="校验"):
        read(data[:at] + b"99 0 obj\n" + broken + b"\nendobj\n" + data[at:])


@pytest.mark.parametrize("count", [b"7", b"2000", b"2000000"])
def test_claimed_pages_that_are_not_there_take_nothing_away(count: bytes) -> None:
    data = typeset(ordinary(2), pageCompression=0).data
    assert b"/Count 1" in data
    try:
        text = read(data.replace(b"/Count 1", b"/Count " + count)).text
    except UnreadableSource:
        return
    assert text.split("\n") == words(ordinary(2))


def test_pages_that_are_their_own_parents_are_refused() -> None:
    data = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n"
        b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
    )
    with pytest.raises(UnreadableSource):
        read(data)


# --- pictures of text, without OCR ---------------------------------------------------------------


def test_a_scan_is_refused_with_what_to_install() -> None:
    with pytest.raises(UnreadableSource, match=r"扫描件.*judian\[ocr\]"):
        read(scanned(typeset(ordinary(3)).data, dpi=60))


def test_a_scanned_page_among_others_is_named_and_nothing_is_joined_over_it() -> None:
    made = typeset(ordinary(60))
    result = read(scanned(made.data, pages=[1], dpi=60))
    assert "第 2 页" in result.receipt.notes[0]
    assert "judian[ocr]" in result.receipt.notes[0]
    assert result.ocr_pages == frozenset()
    whole = set(words(ordinary(60)))
    broken = [line for line in result.text.split("\n") if line not in whole]
    assert all(any(line in text for text in whole) for line in broken)


# --- any bytes -----------------------------------------------------------------------------------

_SMALL = typeset(ordinary(4), pageCompression=0).data


@settings(max_examples=60)
@given(st.data())
def test_changed_bytes_give_a_text_or_a_reason(data: st.DataObject) -> None:
    changed = bytearray(_SMALL)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    result = _read_or_reason(bytes(changed))
    if isinstance(result, str):
        assert " / " in result
    else:
        assert result.text.strip()
        assert sorted(result.page_starts) == list(result.page_starts)
        assert all(result.text[h.start : h.end].strip() for h in result.headings)


def _read_or_reason(data: bytes) -> ReadResult | str:
    try:
        return read(data)
    except UnreadableSource as refusal:
        return str(refusal)


def test_importing_the_reader_loads_no_heavy_library() -> None:
    code = (
        "import sys, corpus.readers.pdf.reader; print([m for m in sys.modules if m in"
        " {'pypdfium2', 'rapidocr', 'cv2', 'numpy', 'onnxruntime'}])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "[]"


def test_the_laws_are_where_tests_expect_them() -> None:
    if not LAWS.is_dir():
        pytest.skip(f"the laws are missing: {LAWS}")
    assert len(law()) > 200
