"""What a file is: by its bytes first; its name decides only among texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import PurePath

from corpus.errors import UnreadableSource
from corpus.readers.ole import SIGNATURE, root_names
from corpus.readers.zip_files import open_zip
from corpus.text.signatures import binary_kind, looks_like_html
from corpus.types import SourceFile


class Kind(StrEnum):
    """A format; its value is what it is called in English."""

    TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    MHTML = "MHTML"
    CSV = "CSV"
    JSON = "JSON"
    JSON_LINES = "JSONL"
    XML = "XML"
    MAIL = "e-mail"
    DOCX = "Word (.docx)"
    XLSX = "Excel (.xlsx)"
    XLSB = "Excel (.xlsb)"
    PPTX = "PowerPoint (.pptx)"
    ODT = "OpenDocument Text (.odt)"
    ODS = "OpenDocument Spreadsheet (.ods)"
    ODF = "OpenDocument"
    EPUB = "EPUB"
    OFD = "OFD"
    PDF = "PDF"
    DOC = "Word/WPS 97–2003 (.doc, .wps)"
    XLS = "Excel/WPS 97–2003 (.xls, .et)"
    PPT = "PowerPoint/WPS 97–2003 (.ppt, .dps)"
    LOCKED = "an encrypted Office document"
    OLE = "OLE"
    RTF = "RTF"
    WORD_XML = "Word 2003 XML"
    ZIP = "ZIP"
    ARCHIVE = "an archive (RAR, 7z, tar, gz…)"
    PICTURE = "a picture"
    OTHER = "a binary file"


TEXTS = frozenset(
    {Kind.TEXT, Kind.MARKDOWN, Kind.CSV, Kind.JSON, Kind.JSON_LINES, Kind.HTML, Kind.MHTML}
    | {Kind.XML, Kind.MAIL, Kind.WORD_XML}
)
# What a name promises. Names not here promise nothing.
SUFFIXES: dict[str, Kind] = {
    suffix: kind
    for kind, suffixes in {
        Kind.TEXT: ".txt .text",
        Kind.MARKDOWN: ".md .markdown",
        Kind.HTML: ".html .htm .xhtml .shtml",
        Kind.MHTML: ".mht .mhtml",
        Kind.CSV: ".csv .tsv .tab",
        Kind.JSON: ".json",
        Kind.JSON_LINES: ".jsonl .ndjson",
        Kind.XML: ".xml",
        Kind.MAIL: ".eml",
        Kind.DOCX: ".docx .docm .dotx .dotm",
        Kind.XLSX: ".xlsx .xlsm .xltx .xltm",
        Kind.XLSB: ".xlsb",
        Kind.PPTX: ".pptx .pptm .ppsx",
        Kind.ODT: ".odt .ott",
        Kind.ODS: ".ods .ots",
        Kind.EPUB: ".epub",
        Kind.OFD: ".ofd",
        Kind.PDF: ".pdf",
        Kind.DOC: ".doc .dot .wps .wpt",
        Kind.XLS: ".xls .xlt .et .ett",
        Kind.PPT: ".ppt .pps .dps",
        Kind.RTF: ".rtf",
        Kind.ZIP: ".zip",
        Kind.ARCHIVE: ".rar .7z .tar .gz .tgz .bz2 .xz",
        Kind.PICTURE: ".png .jpg .jpeg .gif .tif .tiff .bmp .webp",
    }.items()
    for suffix in suffixes.split()
}

_ARCHIVES = frozenset({"7z", "RAR", "gzip", "bzip2", "xz", "zstd"})
_PICTURES = frozenset({"PNG", "JPEG", "GIF", "TIFF", "BMP"})
_HEAD = 4096  # bytes in which a text says what it is
_PDF_HEAD = 1024  # where its signature may stand (PDF 32000-1, annex H)
_TAR_MARK = slice(257, 262)  # of a tar's first header
_PDF = re.compile(rb"%PDF-\d\.\d")
_MIMETYPE = b"mimetype"
_ODF_TYPE = b"application/vnd.oasis.opendocument."

# Streams at the root of an OLE file, in the order they are asked for.
_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", Kind.LOCKED),
    ("WordDocument", Kind.DOC),
    ("Workbook", Kind.XLS),
    ("Book", Kind.XLS),
    ("PowerPoint Document", Kind.PPT),
    ("__properties_version1.0", Kind.MAIL),
)


def kind_of(file: SourceFile) -> Kind:
    """Return what the file is; a damaged one is of the kind it begins as."""
    data = file.data
    if data.startswith(SIGNATURE):
        names = root_names(data)
        return next((kind for name, kind in _STREAMS if name in names), Kind.OLE)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(file)
    if _is_pdf(data):
        return Kind.PDF
    binary = binary_kind(data)
    if binary == "RTF":
        return Kind.RTF
    if binary in _ARCHIVES or data[_TAR_MARK] == b"ustar":
        return Kind.ARCHIVE
    if binary is not None:
        return Kind.PICTURE if binary in _PICTURES else Kind.OTHER
    return _text_kind(file)


def promised(name: str) -> Kind | None:
    """Return the kind that a name says its file is; None when it says nothing."""
    return SUFFIXES.get(PurePath(name).suffix.lower())


def _is_pdf(data: bytes) -> bool:
    """Whether it is a PDF; some have other bytes ahead, but then must end as one does."""
    if data.startswith(b"%PDF-"):
        return True
    return _PDF.search(data, 0, _PDF_HEAD) is not None and b"startxref" in data[-_HEAD:]


def _zip_kind(file: SourceFile) -> Kind:
    """Tell packages of documents apart by their members; by its head where it cannot be opened."""
    data = file.data
    if data[30:38] == _MIMETYPE:
        stated = data[38 : 38 + 100]
        if stated.startswith(b"application/epub+zip"):
            return Kind.EPUB
        if stated.startswith(_ODF_TYPE):
            return _odf_kind(stated.removeprefix(_ODF_TYPE))
    try:
        with open_zip(data) as archive:
            names = [name.replace("\\", "/") for name in archive.namelist()]
    except UnreadableSource:
        head = data[:_HEAD]
        return _package_kind(lambda start: start.encode() in head) or Kind.ZIP
    office = "[Content_Types].xml" in names or promised(file.name) not in (None, Kind.ZIP)
    found = _package_kind(lambda start: _any_starts(names, start)) if office else None
    if found is None and any(name.lower() == "ofd.xml" for name in names):
        return Kind.OFD
    return found or Kind.ZIP


def _package_kind(holds: Callable[[str], bool]) -> Kind | None:
    if holds("word/"):
        return Kind.DOCX
    if holds("xl/"):
        return Kind.XLSB if holds("xl/workbook.bin") else Kind.XLSX
    if holds("ppt/"):
        return Kind.PPTX
    return Kind.OFD if holds("OFD.xml") else None


def _any_starts(names: Iterable[str], start: str) -> bool:
    return any(name.startswith(start) for name in names)


def _odf_kind(stated: bytes) -> Kind:
    if stated.startswith(b"text"):
        return Kind.ODT
    return Kind.ODS if stated.startswith(b"spreadsheet") else Kind.ODF


def _text_kind(file: SourceFile) -> Kind:
    head = _readable(file.data[:_HEAD])
    said = promised(file.name)
    if said in (Kind.HTML, Kind.MHTML) or looks_like_html(head):
        return Kind.MHTML if _is_mhtml(head) else Kind.HTML
    if b'progid="Word.Document"' in head and head.lstrip().startswith(b"<?xml"):
        return Kind.WORD_XML
    if said not in (Kind.TEXT, Kind.MARKDOWN) and _is_mhtml(head):
        return Kind.MHTML
    return said if said in TEXTS else Kind.TEXT


def _is_mhtml(head: bytes) -> bool:
    lower = head.lower()
    return b"mime-version:" in lower and b"multipart/related" in lower


def _readable(head: bytes) -> bytes:
    """Return the head with one byte a letter where it says that it is UTF-16."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")
