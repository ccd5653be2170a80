"""The readers there are, and the choice of one: by what the bytes are as well as by name."""

from __future__ import annotations

from pathlib import PurePath

from corpus.binary import binary_kind, looks_like_html
from corpus.errors import UnreadableSource
from corpus.readers.markdown import MarkdownReader
from corpus.readers.plain import PlainReader
from corpus.readers.reader import Reader
from corpus.types import ReadResult, SourceFile

# Reading takes 3 (UTF-8 text) to 19 times (GB18030 Markdown) a file's size in memory, measured over
# the laws: up to 4 GB at this limit.
SIZE_LIMIT = 200_000_000

_NOT_YET: dict[str, str] = {
    ".csv": "CSV",
    ".doc": "Word 97–2003",
    ".docx": "Word",
    ".epub": "EPUB",
    ".htm": "HTML",
    ".html": "HTML",
    ".mhtml": "HTML",
    ".odt": "OpenDocument",
    ".ofd": "OFD",
    ".pdf": "PDF",
    ".ppt": "PowerPoint 97–2003",
    ".pptx": "PowerPoint",
    ".rtf": "RTF",
    ".wps": "WPS",
    ".xls": "Excel 97–2003",
    ".xlsx": "Excel",
    ".xml": "XML",
}

_PLAIN = PlainReader()
READERS: tuple[Reader, ...] = (MarkdownReader(), _PLAIN)


def reader_for(file: SourceFile) -> Reader:
    """Return the reader of this file; raises UnreadableSource naming a format not read."""
    if len(file.data) > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1_000_000
        raise UnreadableSource(
            f"文件有 {len(file.data):,} 字节，超过上限 {limit} MB，请拆开 / "
            f"the file has {len(file.data):,} bytes, over the limit of {limit} MB: split it"
        )
    kind = binary_kind(file.data)
    if kind is None and looks_like_html(file.data):
        kind = "HTML"
    suffix = PurePath(file.name).suffix.lower()
    if kind is None and file.data and suffix in _NOT_YET:
        kind = f"{_NOT_YET[suffix]} ({suffix})"
    if kind is not None:
        raise UnreadableSource(
            f"这是 {kind} 文件，这一版还不能读；能读的是纯文本（.txt）和 Markdown（.md） / "
            f"this is {kind}, a format this version does not read yet: "
            f"plain text (.txt) and Markdown (.md) it does"
        )
    return next((reader for reader in READERS if reader.reads(file)), _PLAIN)


def read(file: SourceFile) -> ReadResult:
    """Return the file as canonical text; raises UnreadableSource unless it is read for certain."""
    return reader_for(file).read(file)
