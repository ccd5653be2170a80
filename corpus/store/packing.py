"""How texts, paragraphs and receipts lie in the store: UTF-8 and JSON, deflated."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from corpus.messages.message import restored, stored
from corpus.types import Fact, Origin, Paragraph, Receipt

LEVEL = 6  # zlib's default: Chinese law text shrinks to about 40 %, at some 50 MB/s


def pack_text(text: str) -> bytes:
    """Return the text as deflated UTF-8."""
    return zlib.compress(text.encode("utf-8"), LEVEL)


def unpack_text(packed: bytes) -> str:
    """Return what pack_text was given."""
    return zlib.decompress(packed).decode("utf-8")


def pack_paragraphs(paragraphs: Sequence[Paragraph]) -> bytes:
    """Return ``{"paths": [...], "spans": [[start, end, path, page, ocr], ...]}``, deflated.

    Texts are left out (they are slices of the document's), equal paths stand once, and ``ocr`` only
    where it holds.
    """
    paths: dict[tuple[str, ...], int] = {}
    spans = [
        [p.start, p.end, paths.setdefault(p.path, len(paths)), p.page, *([True] if p.ocr else [])]
        for p in paragraphs
    ]
    body = json.dumps({"paths": list(paths), "spans": spans}, ensure_ascii=False)
    return zlib.compress(body.encode("utf-8"), LEVEL)


def unpack_paragraphs(packed: bytes, document_id: str, text: str) -> list[Paragraph]:
    """Return what pack_paragraphs was given, with the texts cut from the document's."""
    body = json.loads(zlib.decompress(packed))
    paths = [tuple(path) for path in body["paths"]]
    return [
        Paragraph(document_id, ordinal, start, end, text[start:end], paths[path], page, bool(ocr))
        for ordinal, (start, end, path, page, *ocr) in enumerate(body["spans"])
    ]


def pack_facts(facts: Mapping[str, Fact]) -> str:
    """Return facts as JSON: ``{key: {"value": ..., "origin": ..., "over": ...}}``."""
    return json.dumps({key: asdict(fact) for key, fact in facts.items()}, ensure_ascii=False)


def unpack_facts(packed: str) -> dict[str, Fact]:
    """Return what pack_facts was given."""
    return {key: _fact(said) for key, said in json.loads(packed).items()}


def _fact(said: dict[str, Any]) -> Fact:
    value, over = said["value"], said.get("over")
    return Fact(
        value if isinstance(value, str) else tuple(value),
        Origin(said["origin"]),
        _fact(over) if over else None,
    )


def pack_receipt(receipt: Receipt) -> str:
    """Return a receipt as JSON."""
    notes = [stored(note) for note in receipt.notes]
    plain = {**asdict(receipt), "cleaned": dict(receipt.cleaned), "notes": notes}
    return json.dumps(plain, ensure_ascii=False)


def unpack_receipt(packed: str) -> Receipt:
    """Return what pack_receipt was given."""
    plain = json.loads(packed)
    return Receipt(**{**plain, "notes": tuple(map(restored, plain.get("notes", ())))})
