"""What kind of file some bytes are when they are no text: by their first bytes, never by name."""

from __future__ import annotations

import re

# Signatures at offset 0, in the order they are tried.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Word/Excel/WPS 97–2003 (OLE)"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh9", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"ID3\x03", "MP3"),
    (b"ID3\x04", "MP3"),
    (b"OggS\x00", "Ogg"),
    (b"{\\rtf", "RTF"),
)

# A ZIP that holds one of these folders is an office document.
_ZIP_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"word/", "Word (.docx)"),
    (b"xl/", "Excel (.xlsx)"),
    (b"ppt/", "PowerPoint (.pptx)"),
    (b"mimetypeapplication/epub+zip", "EPUB"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
)
_ZIP_HEAD = 4096  # the names of a package's first members stand here

_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)


def binary_kind(data: bytes) -> str | None:
    """Name of the format whose signature ``data`` begins with; None when it has none of these."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        head = data[:_ZIP_HEAD] + data[-_ZIP_HEAD:]
        return next((kind for mark, kind in _ZIP_KINDS if mark in head), "ZIP")
    if data[4:8] == b"ftyp":
        return "MP4"
    # Two letters alone could begin an English text, so these need a NUL close by as well.
    if data.startswith((b"MZ", b"BM", b"RIFF")) and b"\x00" in data[:64]:
        return {b"MZ": "Windows EXE", b"BM": "BMP", b"RI": "RIFF (WAV, AVI, WebP)"}[data[:2]]
    return None


def looks_like_html(data: bytes) -> bool:
    """Whether the bytes begin as an HTML page does, an error page saved as .txt included."""
    return _HTML.match(data[:_ZIP_HEAD]) is not None
