"""Opening a PDF: what PDFium would pass over in silence is refused here.

PDFium repairs what it can and shows the rest. That is right for looking at a file and wrong for
quoting it, so a file that is cut off, or whose compressed data fail their checksums, is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.headings import Bookmark

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 5_000  # the longest yearbooks have 3,000
MAX_EXPANDED = 1_000_000_000  # bytes of the text streams; real documents stay below a tenth of it
MAX_BOOKMARKS = 20_000
MAX_BOOKMARK_DEPTH = 8
_TAIL = 4096  # bytes within which its end is marked; some servers append lines to it
_READ_AT_ONCE = 1 << 20
_LONGEST_DICTIONARY = 4096  # bytes before a stream in which its dictionary stands

_END = re.compile(rb"startxref\s+\d+|%%EOF")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_DEFLATED = re.compile(rb"/Filter\s*(?:/FlateDecode\b|\[\s*/FlateDecode\b)")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_ENCRYPTED = re.compile(rb"/Encrypt\b")


@contextmanager
def open_pdf(data: bytes) -> Iterator[PdfDocument]:
    """Yield the open document, a ``pypdfium2.PdfDocument``; raises UnreadableSource."""
    import pypdfium2

    _refuse_cut(data)
    _refuse_damaged(data)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UnreadableSource(_reason(getattr(error, "err_code", None))) from error
    try:
        if len(document) > MAX_PAGES:
            raise UnreadableSource(
                Message("reader.pdf_pages", count=len(document), limit=MAX_PAGES)
            )
        yield document
    finally:
        with suppress(pypdfium2.PdfiumError):
            document.close()


def _reason(code: int | None) -> Message:
    import pypdfium2.raw as pdfium

    if code == pdfium.FPDF_ERR_PASSWORD:
        return Message("reader.pdf_locked")
    encrypted = code == pdfium.FPDF_ERR_SECURITY
    return Message("reader.pdf_encryption") if encrypted else Message("reader.pdf_damaged")


def load_page(document: PdfDocument, index: int) -> PdfPage:
    """Return the page, from 0; raises UnreadableSource for one that is missing or damaged."""
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise UnreadableSource(
            Message("reader.pdf_page_damaged", page=index + 1, count=len(document))
        ) from error
    width, height = page.get_size()
    if not (0 < width < 1e5 and 0 < height < 1e5):
        page.close()
        raise UnreadableSource(Message("reader.pdf_damaged"))
    return page


def _refuse_cut(data: bytes) -> None:
    if not _END.search(data, max(len(data) - _TAIL, 0)):
        raise UnreadableSource(Message("reader.pdf_cut_off"))


def _refuse_damaged(data: bytes) -> None:
    """Check every compressed stream but pictures against its own checksum (RFC 1950)."""
    if _ENCRYPTED.search(data):
        return  # the streams cannot be read without the key; PDFium's word has to do
    budget = MAX_EXPANDED
    for match in _STREAM.finditer(data):
        opening = data.rfind(b"obj", max(match.start() - _LONGEST_DICTIONARY, 0), match.start())
        dictionary = data[max(opening, 0) : match.start() + 2]
        if not _DEFLATED.search(dictionary) or _PICTURE.search(dictionary):
            continue
        end = data.find(b"endstream", match.end())
        try:
            budget -= _inflated(data, match.end(), end if end >= 0 else len(data), budget)
        except zlib.error as error:
            raise UnreadableSource(Message("reader.pdf_checksum", place=match.start())) from error
        if budget <= 0:
            limit = MAX_EXPANDED // 1_000_000
            raise UnreadableSource(Message("reader.pdf_expands", limit=limit))


def _inflated(data: bytes, start: int, end: int, budget: int) -> int:
    """Return the size of a compressed stream, read no farther than the budget."""
    inflate = zlib.decompressobj()
    size = 0
    rest: bytes = data[start:end]
    while rest and not inflate.eof and size < budget:
        size += len(inflate.decompress(rest, _READ_AT_ONCE))
        rest = inflate.unconsumed_tail
    return size


def stated_title(document: PdfDocument) -> str:
    """Return /Title of the document's properties, "" without."""
    try:
        return str(document.get_metadata_value("Title"))
    except UnicodeDecodeError:
        return ""


def bookmarks_of(document: PdfDocument) -> list[Bookmark]:
    """Return the outline in order; what is damaged of it is left out, it is no text."""
    import pypdfium2

    found: list[Bookmark] = []
    try:
        for entry in document.get_toc(max_depth=MAX_BOOKMARK_DEPTH):
            if len(found) >= MAX_BOOKMARKS:
                break
            destination = entry.get_dest()
            page = destination.get_index() if destination is not None else None
            found.append(Bookmark(entry.get_title(), entry.level + 1, page))
    except (pypdfium2.PdfiumError, UnicodeDecodeError):
        return []
    return found
