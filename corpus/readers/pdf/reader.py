"""PDF as a reader sees it: paragraphs in reading order, on their pages, without running heads."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import UnreadableSource
from corpus.legal.structure import division
from corpus.messages.message import Message
from corpus.readers.layout.document_lines import DocumentLines
from corpus.readers.layout.paragraphs import Piece
from corpus.readers.pdf import ocr
from corpus.readers.pdf.notes import notes_of
from corpus.readers.pdf.opening import bookmarks_of, open_pdf, stated_title
from corpus.readers.pdf.page_text import PageText, page_text
from corpus.readers.tables import render_table
from corpus.types import ReadResult, Receipt, SourceFile


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
        text = DocumentLines(
            pages,
            stated,
            bookmarks,
            render_table,
            missing=[at for at, page in enumerate(pages) if page.missing],
            opened=lambda piece: _opened(piece, pages),
        )
        if not text.lines:
            raise UnreadableSource(_nothing(pages, by_ocr=by_ocr))
        receipt = Receipt(
            size=len(file.data),
            digest=hashlib.sha256(file.data).hexdigest(),
            encoding="pdf",
            private_use=sum(page.content.private for page in pages if page.content),
            cleaned=dict(text.removed),
            notes=notes_of(pages, text.furniture, hyphens=text.hyphens, attached=attached),
        )
        return ReadResult(
            text="\n".join(text.lines),
            title=text.title,
            headings=text.headings(),
            metadata={},
            media_type="application/pdf",
            receipt=receipt,
            lines_are_paragraphs=True,
            page_starts=text.page_starts(),
            ocr_pages=frozenset(at + 1 for at, page in enumerate(pages) if page.ocr),
        )


def _nothing(pages: Sequence[PageText], *, by_ocr: bool) -> Message:
    scanned = sum(page.missing for page in pages)
    if scanned and not by_ocr:
        return Message("reader.pdf_scan", count=scanned)
    return Message("reader.no_text")


def _opened(piece: Piece, pages: Sequence[PageText]) -> str:
    """Return a paragraph's text; the blank behind 第一条 that OCR drops is put back."""
    opened = division(piece.text, unspaced_articles=True)
    if opened is None or opened.kind != "条" or not pages[piece.page].ocr:
        return piece.text
    behind = piece.text[opened.marker_end :].lstrip()
    return f"{piece.text[: opened.marker_end]} {behind}".rstrip()
