"""What passes between this process and a parser's: frames of JSON and bytes, checked on arrival.

A frame is twelve bytes of lengths (``>IQ``: of the header, of the body), a header in JSON, a body.
A result travels as its text in the body and all the rest in the header. Nothing that arrives is
trusted: the process it comes from has read a hostile file.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, TypeVar

from corpus.messages.message import restored, stored
from corpus.types import Heading, ReadResult, Receipt

# The text comes as UTF-8: a file at the limit of 200 MB, with the headers of its tables repeated.
BODY_LIMIT = 300_000_000
# Headings, pages and notes: a heading takes 20 bytes, and a million of them is no document.
HEADER_LIMIT = 32_000_000
PREFIX = struct.Struct(">IQ")  # bytes of the header, bytes of the body

_Plain = TypeVar("_Plain")


class WireError(ValueError):
    """What arrived is no frame, or no result."""


def frame(header: Mapping[str, object], body: bytes = b"") -> bytes:
    """Return the bytes that carry a header and a body."""
    opening = opening_of(header, len(body))
    return opening + body


def opening_of(header: Mapping[str, object], body_size: int) -> bytes:
    """Return the bytes of a frame that stand ahead of its body."""
    packed = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return PREFIX.pack(len(packed), body_size) + packed


def header_of(data: bytes) -> dict[str, Any]:
    """Return the header of a frame; raises WireError."""
    try:
        header = json.loads(data.decode("utf-8", "surrogatepass"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise WireError(f"no header: {error}") from error
    if not isinstance(header, dict):
        raise WireError("the header is no object")
    return header


def pack_result(result: ReadResult) -> tuple[dict[str, object], bytes]:
    """Return the header and the body that carry a result; lone surrogates come through too."""
    receipt = result.receipt
    header: dict[str, object] = {
        "title": result.title,
        "headings": [[each.start, each.end, each.level] for each in result.headings],
        "metadata": dict(result.metadata),
        "media_type": result.media_type,
        "lines_are_paragraphs": result.lines_are_paragraphs,
        "page_starts": list(result.page_starts),
        "ocr_pages": sorted(result.ocr_pages),
        "receipt": {
            "size": receipt.size,
            "digest": receipt.digest,
            "encoding": receipt.encoding,
            "runner_up": receipt.runner_up,
            "confidence": float(receipt.confidence),
            "private_use": receipt.private_use,
            "cleaned": dict(receipt.cleaned),
            "notes": [stored(note) for note in receipt.notes],
        },
    }
    return header, result.text.encode("utf-8", "surrogatepass")


def unpack_result(header: Mapping[str, Any], body: bytes) -> ReadResult:
    """Return the result that a header and a body carry.

    Raises WireError when something is missing, of the wrong type, or when a heading or a page does
    not lie in the text.
    """
    try:
        text = body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise WireError(f"the text is no UTF-8: {error}") from error
    title = header.get("title")
    return ReadResult(
        text=text,
        title=None if title is None else _of(title, str),
        headings=_headings(_need(header, "headings", list), len(text)),
        metadata=_strings(_need(header, "metadata", dict)),
        media_type=_need(header, "media_type", str),
        receipt=_receipt(_need(header, "receipt", dict)),
        lines_are_paragraphs=_need(header, "lines_are_paragraphs", bool),
        page_starts=_offsets(_need(header, "page_starts", list), len(text)),
        ocr_pages=frozenset(_count(page, 1) for page in _need(header, "ocr_pages", list)),
    )


def _receipt(record: Mapping[str, Any]) -> Receipt:
    runner_up = record.get("runner_up")
    confidence = _need(record, "confidence", float)
    if not 0.0 <= confidence <= 1.0:
        raise WireError(f"a confidence of {confidence}")
    cleaned = _need(record, "cleaned", dict)
    return Receipt(
        size=_count(record.get("size"), 0),
        digest=_need(record, "digest", str),
        encoding=_need(record, "encoding", str),
        runner_up=None if runner_up is None else _of(runner_up, str),
        confidence=confidence,
        private_use=_count(record.get("private_use"), 0),
        cleaned={_of(kind, str): _count(times, 0) for kind, times in cleaned.items()},
        notes=tuple(restored(_of(note, str)) for note in _need(record, "notes", list)),
    )


def _headings(records: list[Any], length: int) -> tuple[Heading, ...]:
    found: list[Heading] = []
    end = 0
    for record in records:
        if not isinstance(record, list) or len(record) != 3:
            raise WireError("a heading is no triple")
        heading = Heading(_count(record[0], end), _count(record[1], 0), _count(record[2], 1))
        if not heading.start <= heading.end <= length:
            raise WireError("a heading lies outside of the text")
        end = heading.end
        found.append(heading)
    return tuple(found)


def _offsets(records: list[Any], length: int) -> tuple[int, ...]:
    last = 0
    for record in records:
        last = _count(record, last)
    if last > length:
        raise WireError("a page begins outside of the text")
    return tuple(records)


def _strings(record: dict[Any, Any]) -> dict[str, str]:
    return {_of(key, str): _of(value, str) for key, value in record.items()}


def _need(record: Mapping[str, Any], key: str, kind: type[_Plain]) -> _Plain:
    return _of(record.get(key), kind)


def _of(value: object, kind: type[_Plain]) -> _Plain:
    """Return the value when it is of that very kind: True is no number."""
    if isinstance(value, kind) and type(value) is kind:
        return value
    raise WireError(f"{type(value).__name__} where {kind.__name__} belongs")


def _count(value: object, least: int) -> int:
    number = _of(value, int)
    if number < least:
        raise WireError(f"{number} where at least {least} belongs")
    return number


def _no_constant(name: str) -> object:
    raise WireError(f"the constant {name}")
