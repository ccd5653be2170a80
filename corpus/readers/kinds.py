"""What a file is: by its bytes first; its name decides only among texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from corpus.errors import UnreadableSource
from corpus.readers import formats
from corpus.readers.installed import installed_formats
from corpus.readers.ole import SIGNATURE, root_names
from corpus.readers.reader import Format
from corpus.readers.zip_files import open_zip
from corpus.text.signatures import binary_kind, looks_like_html
from corpus.types import SourceFile

_PROMISES = {suffix: each for each in formats.BUILT_IN for suffix in each.suffixes}
_ARCHIVES = frozenset({"7z", "RAR", "gzip", "bzip2", "xz", "zstd"})
_PICTURES = frozenset({"PNG", "JPEG", "GIF", "TIFF", "BMP"})
_HEAD = 4096  # bytes in which a text says what it is
_PDF_HEAD = 1024  # where its signature may stand (PDF 32000-1, annex H)
_TAR_MARK = slice(257, 262)  # of a tar's first header
_PDF = re.compile(rb"%PDF-\d\.\d")
_MIMETYPE = b"mimetype"
_ODF_TYPE = b"application/vnd.oasis.opendocument."

# Streams at the root of an OLE file, in the order they are asked for.
_STREAMS: tuple[tuple[str, Format], ...] = (
    ("EncryptedPackage", formats.LOCKED),
    ("WordDocument", formats.DOC),
    ("Workbook", formats.XLS),
    ("Book", formats.XLS),
    ("PowerPoint Document", formats.PPT),
    ("__properties_version1.0", formats.MAIL),
)


def format_of(file: SourceFile) -> Format:
    """Return what the file is; a damaged one is of the format it begins as.

    An installed package's format comes first where it knows its files by their bytes; where it goes
    by the name alone, only among texts and what nothing here reads.
    """
    found = built_in_format(file)
    open_to_names = found.is_text or not found.reader
    for each in installed_formats():
        if (each.magic or open_to_names) and each.recognises(file.data, file.name):
            return each
    return found


def built_in_format(file: SourceFile) -> Format:
    """Return which of the formats known here the file is."""
    data = file.data
    if data.startswith(SIGNATURE):
        names = root_names(data)
        return next((kind for name, kind in _STREAMS if name in names), formats.OLE)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(file)
    if _is_pdf(data):
        return formats.PDF
    binary = binary_kind(data)
    if binary == "RTF":
        return formats.RTF
    if binary in _ARCHIVES or data[_TAR_MARK] == b"ustar":
        return formats.ARCHIVE
    if binary is not None:
        return formats.PICTURE if binary in _PICTURES else formats.OTHER
    return _text_kind(file)


def promised(name: str) -> Format | None:
    """Return the format that a name says its file is; None when it says nothing."""
    return _PROMISES.get(PurePath(name).suffix.lower())


def _is_pdf(data: bytes) -> bool:
    """Whether it is a PDF; some have other bytes ahead, but then must end as one does."""
    if data.startswith(b"%PDF-"):
        return True
    return _PDF.search(data, 0, _PDF_HEAD) is not None and b"startxref" in data[-_HEAD:]


def _zip_kind(file: SourceFile) -> Format:
    """Tell packages of documents apart by their members; by its head where it cannot be opened."""
    data = file.data
    if data[30:38] == _MIMETYPE:
        stated = data[38 : 38 + 100]
        if stated.startswith(b"application/epub+zip"):
            return formats.EPUB
        if stated.startswith(_ODF_TYPE):
            return _odf_kind(stated.removeprefix(_ODF_TYPE))
    try:
        with open_zip(data) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except UnreadableSource:
        head = data[:_HEAD]
        return _package_kind(lambda start: start.encode() in head) or formats.ZIP
    office = "[Content_Types].xml" in names or promised(file.name) not in (None, formats.ZIP)
    found = (
        _package_kind(lambda start: any(name.startswith(start) for name in names))
        if office
        else None
    )
    if found is None and any(name.lower() == "ofd.xml" for name in names):
        return formats.OFD
    return found or formats.ZIP


def _package_kind(holds: Callable[[str], bool]) -> Format | None:
    if holds("word/"):
        return formats.DOCX
    if holds("xl/"):
        return formats.XLSB if holds("xl/workbook.bin") else formats.XLSX
    if holds("ppt/"):
        return formats.PPTX
    return formats.OFD if holds("OFD.xml") else None


def _odf_kind(stated: bytes) -> Format:
    if stated.startswith(b"text"):
        return formats.ODT
    return formats.ODS if stated.startswith(b"spreadsheet") else formats.ODF


def _text_kind(file: SourceFile) -> Format:
    head = _readable(file.data[:_HEAD])
    said = promised(file.name)
    if said in (formats.HTML, formats.MHTML) or looks_like_html(head):
        return formats.MHTML if _is_mhtml(head) else formats.HTML
    if b'progid="Word.Document"' in head and head.lstrip().startswith(b"<?xml"):
        return formats.WORD_XML
    if said not in (formats.TEXT, formats.MARKDOWN) and _is_mhtml(head):
        return formats.MHTML
    return said if said is not None and said.is_text else formats.TEXT


def _is_mhtml(head: bytes) -> bool:
    lower = head.lower()
    return b"mime-version:" in lower and b"multipart/related" in lower


def _readable(head: bytes) -> bytes:
    """Return the head with one byte a letter where it says that it is UTF-16."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")
