"""The readers there are, and the choice of one: by what the bytes are, not by name alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus.errors import UnreadableSource
from corpus.readers.kinds import Kind, kind_of
from corpus.readers.refusals import contradiction, refusal
from corpus.readers.sandbox.child import load_reader
from corpus.readers.sandbox.isolation import shared_isolation
from corpus.readers.sandbox.worker import Limits
from corpus.types import ReadResult, SourceFile

# Reading takes 3 (UTF-8 text) to 19 times (GB18030 Markdown) a file's size in memory, measured over
# the laws: up to 4 GB at this limit.
SIZE_LIMIT = 200_000_000

# Address space, not memory in use: libraries reserve more than they take. Recognising a scanned
# page of A4 at 300 dpi reserves 2.2 GB, the most of all; LibreOffice converts a law within 1.5.
_MEMORY = 4 << 30
_DOCUMENT = Limits(_MEMORY, seconds=60, bytes_per_second=200_000, longest=600)
# A dense scanned page takes 20 seconds to recognise on two cores, and has 40 KB or more.
_PAGES = Limits(_MEMORY, seconds=120, bytes_per_second=2_000, longest=3_600)
# LibreOffice takes a second to start, on a busy machine many times that.
_CONVERTED = Limits(_MEMORY, seconds=120, bytes_per_second=200_000, longest=600)


@dataclass(frozen=True, slots=True)
class Entry:
    """A reader by its ``module:Class``, and the limits of the process it runs in."""

    reader: str
    limits: Limits | None = None  # None: plain Python over text, read in this process


READERS: dict[Kind, Entry] = {
    Kind.TEXT: Entry("corpus.readers.plain:PlainReader"),
    Kind.MARKDOWN: Entry("corpus.readers.markdown.reader:MarkdownReader"),
    Kind.CSV: Entry("corpus.readers.spreadsheet.csv_reader:CsvReader"),
    Kind.HTML: Entry("corpus.readers.html.reader:HtmlReader", _DOCUMENT),
    Kind.MHTML: Entry("corpus.readers.html.reader:HtmlReader", _DOCUMENT),
    Kind.DOCX: Entry("corpus.readers.docx.reader:DocxReader", _DOCUMENT),
    Kind.XLSX: Entry("corpus.readers.spreadsheet.reader:SpreadsheetReader", _DOCUMENT),
    Kind.XLS: Entry("corpus.readers.spreadsheet.reader:SpreadsheetReader", _DOCUMENT),
    Kind.ODS: Entry("corpus.readers.spreadsheet.reader:SpreadsheetReader", _DOCUMENT),
    Kind.OFD: Entry("corpus.readers.ofd.reader:OfdReader", _DOCUMENT),
    Kind.PDF: Entry("corpus.readers.pdf.reader:PdfReader", _PAGES),
    Kind.DOC: Entry("corpus.readers.libreoffice:LibreOfficeReader", _CONVERTED),
    Kind.RTF: Entry("corpus.readers.libreoffice:LibreOfficeReader", _CONVERTED),
    Kind.ODT: Entry("corpus.readers.libreoffice:LibreOfficeReader", _CONVERTED),
}


def entry_for(file: SourceFile) -> tuple[Kind, Entry]:
    """Return what the file is and its reader; raises UnreadableSource where there is none."""
    if len(file.data) > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1_000_000
        raise UnreadableSource(
            f"文件有 {len(file.data):,} 字节，超过上限 {limit} MB，请拆开 / "
            f"the file has {len(file.data):,} bytes, over the limit of {limit} MB: split it"
        )
    kind = kind_of(file)
    reason = refusal(file, kind)
    if reason is not None:
        raise UnreadableSource(reason)
    return kind, READERS[kind]


def read(file: SourceFile) -> ReadResult:
    """Return the file as canonical text; raises UnreadableSource unless it is read for certain.

    Binary formats are read in a process of their own, within its limits.
    """
    kind, entry = entry_for(file)
    if entry.limits is None:
        result = load_reader(entry.reader).read(file)
    else:
        result = shared_isolation().read(entry.reader, file, entry.limits)
    note = contradiction(file.name, kind)
    if note is None:
        return result
    receipt = result.receipt
    return replace(result, receipt=replace(receipt, notes=(*receipt.notes, note)))
