"""How texts, paragraphs and receipts lie in the store: UTF-8 and JSON, deflated."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from corpus.types import Paragraph

LEVEL = 6  # zlib's default: Chinese law text shrinks to about 40 %, at some 50 MB/s


def pack_text(text: str) -> bytes:
    """Return the text as deflated UTF-8."""
    return zlib.compress(text.encode("utf-8"), LEVEL)


def unpack_text(packed: bytes) -> str:
    """Return what pack_text was given."""
    return zlib.decompress(packed).decode("utf-8")


def pack_paragraphs(paragraphs: Sequence[Paragraph]) -> bytes:
    """Return ``{"paths": [...], "spans": [[start, end, path, page], ...]}``, deflated.

    Texts are left out (they are slices of the document's), equal paths stand once.
    """
    paths: dict[tuple[str, ...], int] = {}
    spans = [[p.start, p.end, paths.setdefault(p.path, len(paths)), p.page] for p in paragraphs]
    body = json.dumps({"paths": list(paths), "spans": spans}, ensure_ascii=False)
    return zlib.compress(body.encode("utf-8"), LEVEL)


def unpack_paragraphs(packed: bytes, document_id: str, text: str) -> list[Paragraph]:
    """Return what pack_paragraphs was given, with the texts cut from the document's."""
    body = json.loads(zlib.decompress(packed))
    paths = [tuple(path) for path in body["paths"]]
    return [
        Paragraph(document_id, ordinal, start, end, text[start:end], paths[path], page)
        for ordinal, (start, end, path, page) in enumerate(body["spans"])
    ]
