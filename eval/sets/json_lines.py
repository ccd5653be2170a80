"""Strict reading of JSON: UTF-8 alone, whole characters alone, and errors that name the line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from corpus.messages.message import Message
from eval.errors import BadSet

LOOKALIKES = ("gb18030", "big5")  # tried only to say what a file that is not UTF-8 may be


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes. Raises BadSet."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSet(Message("eval.cannot_read", path=path, why=error.strerror)) from error


def utf8_of(data: bytes, path: object) -> str:
    """Return a text in UTF-8, with or without a BOM. Raises BadSet with the first bad line.

    ``path`` is what errors call the file, here and below.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadSet(Message("eval.utf16", path=path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        offset = len(bom) + error.start  # the codec counts from behind the mark
        line = data.count(b"\n", 0, offset) + 1
        where, guess = f"{path}:{line}", _lookalike(data)
        raise BadSet(
            Message("eval.not_utf8_perhaps", where=where, offset=offset, guess=guess)
            if guess
            else Message("eval.not_utf8_from", where=where, offset=offset)
        ) from error


def _lookalike(data: bytes) -> str | None:
    for encoding in LOOKALIKES:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding.upper()
    return None


def parsed(text: str, path: object, number: int = 0) -> object:
    """Return the value of a JSON text. Raises BadSet.

    ``number`` is the text's line in its file; 0 for a text that is the file.
    """
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"{path}:{number or getattr(error, 'lineno', 1)}"
        raise BadSet(Message("eval.broken_json", where=where, why=error)) from error
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # "\ud800": legal JSON, but not text
        where = f"{path}:{number or 1}"
        raise BadSet(Message("eval.half_a_surrogate_pair", where=where)) from error
    return value


def rows_in(data: bytes, path: object) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield number (from 1) and object of every line that is not blank. Raises BadSet.

    Only line feeds part lines: U+2028 may stand inside a JSON string.
    """
    for number, each in enumerate(utf8_of(data, path).split("\n"), start=1):
        if each.strip():
            value = parsed(each, path, number)
            if not isinstance(value, dict):
                raise BadSet(Message("eval.line_no_object", where=f"{path}:{number}"))
            yield number, value
