"""PDFs for tests, drawn by ReportLab line by line, so that what stands on which page is known."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.places import LAWS

LABOUR = "社会法/劳动合同法(2012-12-28).md"

_A4 = (595.27, 841.89)
_FONT = "STSong-Light"
_MARGIN = 72.0
_CLOSERS = "，。、；：！？）》」”"


@dataclass(frozen=True)
class Typeset:
    """A PDF and the page, from 1, on which each paragraph begins."""

    data: bytes
    pages: tuple[int, ...]


def law(name: str = LABOUR) -> list[tuple[int, str]]:
    """Paragraphs of a real law, each with its heading level, 0 for text."""
    path = LAWS / name
    if not path.is_file():
        pytest.skip(f"the laws are missing: {LAWS}")
    text = re.sub(r"<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.S)
    found: list[tuple[int, str]] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        hashes = len(line) - len(line.lstrip("#"))
        found.append((hashes, line.lstrip("# ").strip()))
    return found


def ordinary(count: int = 24) -> list[tuple[int, str]]:
    """A short document of no law: title, chapters, articles of several lines."""
    paragraphs = [(1, "公共图书馆借阅管理办法")]
    for number in range(1, count + 1):
        if number % 8 == 1:
            paragraphs.append((2, f"第{'一二三四五六七八九'[number // 8]}章 借阅规则之{number}"))
        words = f"读者凭第{number}号借书证借阅图书，每次最多{number + 2}册，期限为{number * 3}日；"
        paragraphs.append(
            (0, f"第{_numeral(number)}条 " + words * (1 + number % 4) + "逾期应当续借。")
        )
    return paragraphs


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones or not tens else ""
    )


class Sheet:
    """Sets paragraphs in lines and draws them, page by page."""

    def __init__(
        self, *, columns: int = 1, head: str = "", foot: str = "", **canvas_options: Any
    ) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen.canvas import Canvas

        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=_A4, invariant=1, **canvas_options)
        self._head, self._foot = head, foot
        self._columns = columns
        self._column = 0
        self.page = 1
        self.y = _A4[1] - _MARGIN
        self._width = (_A4[0] - 2 * _MARGIN - 24.0 * (columns - 1)) / columns

    def paragraph(self, text: str, level: int = 0, size: float = 12.0) -> int:
        """Draw a paragraph; the page it begins on comes back."""
        if level:
            size = {1: 22.0, 2: 16.0}.get(level, 14.0)
        began = 0
        for number, (line, indent) in enumerate(self._lines(text, size, 0 if level else 2)):
            if self.y - size < _MARGIN:
                self.turn()
            self.y -= size * 1.5
            self._draw(self._left() + indent * size, line, size)
            began = began or self.page
            if level and number == 0 and size > 14:
                self.y -= 4
        return began

    def finish(self) -> bytes:
        """Close the last page; the bytes of the PDF come back."""
        self._furnish()
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()

    def turn(self) -> None:
        """Go on in the next column or page."""
        self.y = _A4[1] - _MARGIN
        self._column += 1
        if self._column == self._columns:
            self._furnish()
            self.canvas.showPage()
            self._column = 0
            self.page += 1

    def _left(self) -> float:
        return _MARGIN + self._column * (self._width + 24.0)

    def _draw(self, x: float, text: str, size: float) -> None:
        self.canvas.setFont(_FONT, size)
        self.canvas.drawString(x, self.y, text)

    def _furnish(self) -> None:
        self.canvas.setFont(_FONT, 9)
        if self._head:
            self.canvas.drawString(_MARGIN, _A4[1] - 40, self._head)
        if self._foot:
            text = self._foot.format(page=self.page)
            self.canvas.drawCentredString(_A4[0] / 2, 40, text)

    def _lines(self, text: str, size: float, indent: int) -> list[tuple[str, int]]:
        lines: list[tuple[str, int]] = []
        line, room = "", self._width / size - indent
        for char in text:
            wide = _em(char)
            if room < wide - 1e-6 and char not in _CLOSERS:
                lines.append((line, indent if not lines else 0))
                line, room = "", self._width / size
            line, room = line + char, room - wide
        return [*lines, (line, indent if not lines else 0)]


def _em(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def typeset(paragraphs: Sequence[tuple[int, str]], **options: Any) -> Typeset:
    """Set paragraphs as a PDF."""
    sheet = Sheet(**options)
    pages = tuple(sheet.paragraph(text, level) for level, text in paragraphs)
    return Typeset(sheet.finish(), pages)


def scanned(data: bytes, *, pages: Sequence[int] | None = None, dpi: int = 200) -> bytes:
    """Return a PDF whose pages are pictures of another's; ``pages`` from 0, None for all.

    Pages that are not named stay text.
    """
    import pypdfium2
    from PIL import Image

    source = pypdfium2.PdfDocument(data)
    target = pypdfium2.PdfDocument.new()
    for at in range(len(source)):
        if pages is not None and at not in pages:
            target.import_pages(source, [at])
            continue
        picture = source[at].render(scale=dpi / 72).to_pil().convert("RGB")
        assert isinstance(picture, Image.Image)
        encoded = io.BytesIO()
        picture.save(encoded, "PDF", resolution=dpi)
        with pypdfium2.PdfDocument(encoded.getvalue()) as one:
            target.import_pages(one)
    saved = io.BytesIO()
    target.save(saved)
    target.close()
    source.close()
    return saved.getvalue()
