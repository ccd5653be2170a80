"""PDF as a reader sees it: paragraphs in reading order, on their pages, without running heads."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.errors import UnreadableSource
from corpus.legal.structure import division
from corpus.readers.layout.cells import Table, continued, continues
from corpus.readers.layout.columns import blocks_of, gutters_of
from corpus.readers.layout.frames import place_lines
from corpus.readers.layout.headings import Bookmark, find_title, heading_levels
from corpus.readers.layout.page import Block
from corpus.readers.layout.paragraphs import Piece, join_lines, pieces_pages
from corpus.readers.layout.print_style import body_size
from corpus.readers.layout.running_heads import Furniture, find_furniture
from corpus.readers.pdf import ocr
from corpus.readers.pdf.notes import notes_of
from corpus.readers.pdf.opening import bookmarks_of, open_pdf, stated_title
from corpus.readers.pdf.page_text import PageText, page_text
from corpus.readers.tables import render_table
from corpus.text.clean import clean
from corpus.types import Heading, ReadResult, Receipt, SourceFile


@dataclass(frozen=True, slots=True)
class PdfReader:
    """Reads ``.pdf``: its text, and with the extra ``ocr`` the words of scanned pages.

    Pages that are pictures are recognised where that extra is installed, unless ``ocr_pages`` is
    False; else they are named in the receipt, and a file of nothing else is refused.
    """

    ocr_pages: bool = True

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text, a paragraph a line, with pages; raises UnreadableSource."""
        by_ocr = self.ocr_pages and ocr.is_installed()
        with open_pdf(file.data) as document:
            pages = [page_text(document, at, by_ocr=by_ocr) for at in range(len(document))]
            stated, bookmarks = stated_title(document), bookmarks_of(document)
            attached = max(document.count_attachments(), 0)
        furniture = find_furniture([page.rows for page in pages], [page.height for page in pages])
        text = _Text(pages, furniture, stated, bookmarks)
        if not text.lines:
            raise UnreadableSource(_nothing(pages, by_ocr=by_ocr))
        receipt = Receipt(
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            encoding="pdf",
            private_use=sum(page.content.private for page in pages if page.content),
            cleaned=dict(text.removed),
            notes=notes_of(pages, furniture, hyphens=text.hyphens, attached=attached),
        )
        return ReadResult(
            text="\n".join(text.lines),
            title=text.title,
            headings=text.headings(),
            metadata={},
            media_type="application/pdf",
            receipt=receipt,
            lines_are_paragraphs=True,
            page_starts=text.page_starts(len(pages)),
            ocr_pages=frozenset(at + 1 for at, page in enumerate(pages) if page.ocr),
        )


def _nothing(pages: Sequence[PageText], *, by_ocr: bool) -> str:
    scanned = sum(page.missing for page in pages)
    if scanned and not by_ocr:
        return (
            f"扫描件：{scanned} 页都没有可读的文字，要用 OCR 识别，请安装 judian[ocr] / "
            f"a scan: {scanned} pages without readable text; install judian[ocr] to recognise them"
        )
    return "PDF 里没有可见的文字 / the PDF has no visible text"


@dataclass(slots=True)
class _Text:
    """Lines of the canonical text as they are made from the pages."""

    pages: Sequence[PageText]
    furniture: Furniture
    stated: str  # /Title
    bookmarks: Sequence[Bookmark]
    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # page, from 0, that each line begins on
    levels: dict[int, int] = field(default_factory=dict)  # line -> heading level
    removed: Counter[str] = field(default_factory=Counter)
    title: str | None = None
    hyphens: int = 0

    def __post_init__(self) -> None:
        blocks = [self._blocks(at, ()) for at in range(len(self.pages))]
        gutters = gutters_of(blocks)
        if gutters:
            blocks = [self._blocks(at, gutters) for at in range(len(self.pages))]
        placed = place_lines(blocks, [page.width for page in self.pages])
        body = body_size(placed)
        missing = {at for at, page in enumerate(self.pages) if page.missing}
        pieces, self.hyphens = join_lines(placed, body, missing)
        self.title = find_title(pieces, self.stated, body)
        levels = heading_levels(pieces, self.title, self.bookmarks, body)
        tables = self._continued(pieces)
        for at, (piece, page) in enumerate(zip(pieces, pieces_pages(pieces), strict=True)):
            if at in tables:
                for line in render_table(tables[at].cells):
                    self._add(line, page)
            elif self._add(self._opened(piece), page) and at in levels:
                self.levels[len(self.lines) - 1] = levels[at]
        if self.title is not None:
            self.title = clean(self.title).text.strip() or None

    def headings(self) -> tuple[Heading, ...]:
        """Headings with their offsets in the lines joined by line feeds."""
        found: list[Heading] = []
        start = 0
        for number, line in enumerate(self.lines):
            if number in self.levels:
                found.append(Heading(start, start + len(line), self.levels[number]))
            start += len(line) + 1
        return tuple(found)

    def page_starts(self, count: int) -> tuple[int, ...]:
        """Where each page begins: at the first paragraph that begins on it or later."""
        starts: list[int] = []
        offset = 0
        for line, page in zip(self.lines, self.starts, strict=True):
            starts.extend([offset] * (page + 1 - len(starts)))
            offset += len(line) + 1
        return (*starts, *([max(offset - 1, 0)] * (count - len(starts))))

    def _blocks(self, at: int, gutters: Sequence[float]) -> list[Block]:
        """Return the blocks of a page in reading order; writing turned aside comes last."""
        rows = [
            row
            for number, row in enumerate(self.pages[at].rows)
            if (at, number) not in self.furniture.rows
        ]
        blocks = blocks_of(rows, gutters=gutters)
        for turned in self.pages[at].turned:
            blocks.extend(blocks_of(turned))
        return blocks

    def _opened(self, piece: Piece) -> str:
        """Return a paragraph's text; the blank behind 第一条 that OCR drops is put back."""
        opened = division(piece.text, unspaced_articles=True)
        if opened is None or opened.kind != "条" or not self.pages[piece.page].ocr:
            return piece.text
        behind = piece.text[opened.marker_end :].lstrip()
        return f"{piece.text[: opened.marker_end]} {behind}".rstrip()

    def _continued(self, pieces: Sequence[Piece]) -> dict[int, Table]:
        """Return the table at each piece that is one, with the header it carries on from."""
        tables: dict[int, Table] = {}
        for at, piece in enumerate(pieces):
            if piece.table < 0:
                continue
            table = self.pages[piece.page].tables[piece.table]
            earlier = tables.get(at - 1)
            if earlier and pieces[at - 1].page + 1 == piece.page and continues(table, earlier):
                table, tables[at - 1] = continued(table, earlier)
            tables[at] = table
        return tables

    def _add(self, line: str, page: int) -> bool:
        cleaned = clean(line)
        self.removed.update(cleaned.removed)
        shown = " ".join(part.strip() for part in cleaned.text.split("\n") if part.strip())
        if shown:
            self.lines.append(shown)
            self.starts.append(page)
        return bool(shown)
