"""OCR: words from pictures of pages, on this machine alone."""

from __future__ import annotations

import difflib
import io
import socket
from typing import NoReturn

import pytest

from corpus.readers.pdf import ocr
from corpus.readers.pdf.reader import PdfReader
from corpus.types import ReadResult, SourceFile
from tests.corpus.readers.pdf.fixtures import Sheet, ordinary, scanned, typeset

pytest.importorskip("pypdfium2", reason="pypdfium2 is missing")
pytest.importorskip("reportlab", reason="reportlab, which draws the PDFs, is missing")
needs_ocr = pytest.mark.skipif(not ocr.is_installed(), reason="the extra ocr (rapidocr) is missing")

PARAGRAPHS = ordinary(5)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("OCR reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def read(data: bytes) -> ReadResult:
    return PdfReader().read(SourceFile("a.pdf", "a.pdf", data))


def alike(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, "".join(one.split()), "".join(other.split()), False)
    return matcher.ratio()


@needs_ocr
def test_a_scanned_page_is_read_and_marked() -> None:
    made = typeset(PARAGRAPHS, foot="— {page} —")
    result = read(scanned(made.data))
    expected = [text for _, text in PARAGRAPHS]
    lines = result.text.split("\n")
    assert len(lines) == len(expected)
    assert all(alike(line, text) > 0.95 for line, text in zip(lines, expected, strict=True))
    assert [line.split()[0] for line in lines[2:]] == [
        "第一条",
        "第二条",
        "第三条",
        "第四条",
        "第五条",
    ]
    assert result.ocr_pages == {1}
    assert any("OCR" in note for note in result.receipt.notes)


@needs_ocr
def test_a_blank_picture_has_no_lines() -> None:
    import numpy

    assert ocr.recognise(numpy.full((600, 400, 3), 255, dtype=numpy.uint8)) == []


@needs_ocr
def test_lines_come_with_places_and_confidence() -> None:
    import pypdfium2

    sheet = Sheet()
    sheet.paragraph("公共图书馆借阅管理办法", 1)
    with pypdfium2.PdfDocument(sheet.finish()) as document:
        picture = document[0].render(scale=2).to_numpy()
    (line,) = ocr.recognise(picture)
    assert line.text == "公共图书馆借阅管理办法"
    assert line.confidence > ocr.DOUBTFUL
    # The title is set at 72 points from the left, eleven characters of 22 points.
    assert line.left == pytest.approx(2 * 72, abs=12)
    assert line.right == pytest.approx(2 * (72 + 11 * 22), abs=12)


def test_an_invisible_layer_over_a_scan_is_its_text_and_marked() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    sheet = Sheet()
    sheet.canvas.drawImage(ImageReader(Image.new("RGB", (600, 800), "ivory")), 0, 0, 596, 842)
    text = sheet.canvas.beginText(72, 700)
    text.setFont("STSong-Light", 12)
    text.setTextRenderMode(3)
    text.textLine("图书馆每日开放，读者凭证借阅图书。")
    sheet.canvas.drawText(text)
    result = read(sheet.finish())
    assert result.text == "图书馆每日开放，读者凭证借阅图书。"
    assert result.ocr_pages == {1}


def test_without_the_extra_pages_of_text_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    made = typeset(ordinary(40))
    result = read(scanned(made.data, pages=[0], dpi=60))
    assert result.ocr_pages == frozenset()
    assert result.text.split("\n")[-1] == ordinary(40)[-1][1]
    assert "第 1 页" in result.receipt.notes[0]


def test_a_picture_beside_text_is_told_of() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    encoded = io.BytesIO()
    Image.new("RGB", (200, 100), "navy").save(encoded, "PNG")
    sheet = Sheet()
    for _, text in PARAGRAPHS:
        sheet.paragraph(text)
    sheet.canvas.drawImage(ImageReader(encoded), 72, 80, 200, 100)
    result = read(sheet.finish())
    assert any("Words in 1 pictures were not read" in note for note in result.receipt.notes)
    assert result.ocr_pages == frozenset()
