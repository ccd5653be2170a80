"""Records of a JSON file, each a document: ``id``, ``title``, ``text``, ``metadata``.

One a line (https://jsonlines.org), or an array of them; ``_id`` does for ``id``. Whatever
else a record holds is kept as metadata, so that nothing of it is lost.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.errors import UnreadableSource
from corpus.messages.message import Message, message_of
from corpus.text.encoding import decode
from corpus.types import Value

MAX_ID = 200  # characters; it becomes part of a name
LINE = re.compile(r"L[0-9]+")  # stands for the id of a record that has none to be read
_DIGEST_DIGITS = 12  # of the text, for a record without an id: it stays when lines are put before
_OWN = ("id", "text", "metadata")  # what is not kept as metadata
_UTF8_MARK = b"\xef\xbb\xbf"  # so that nobody has to guess the encoding of a short text again


@dataclass(frozen=True, slots=True)
class Record:
    """A document in a collection."""

    id: str
    data: bytes  # its text, as UTF-8 with its mark
    given: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that is no document; ``id`` is its own, or ``L`` and its line or place, from 1."""

    id: str
    reason: str


def records(data: bytes, *, by_line: bool) -> Iterator[Record | RefusedRecord]:
    """Yield the records of a file; of two with one id the first counts and the second is refused.

    Raises UnreadableSource for a file of another shape, and UndecidedEncoding.
    """
    text = decode(data).text
    ids: set[str] = set()
    for place, item in _lines(text) if by_line else _items(text):
        record = _record(item, place) if not isinstance(item, ValueError) else _no_json(item, place)
        if isinstance(record, Record) and record.id in ids:
            record = RefusedRecord(f"L{place}", Message("reader.record_twice", id=record.id))
        ids.add(record.id)
        yield record


def _lines(text: str) -> Iterator[tuple[int, object]]:
    start, place = 0, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line, start, place = text[start:end].strip(), end + 1, place + 1
        if line:
            yield place, _parsed(line)


def _items(text: str) -> Iterator[tuple[int, object]]:
    """Yield the records of an array, of a single object, or line by line of what was misnamed."""
    whole = _parsed(text)
    if isinstance(whole, ValueError):
        first = _parsed(text.lstrip().split("\n", 1)[0])
        if not isinstance(first, dict):
            raise UnreadableSource(
                Message("reader.json_damaged", why=message_of(whole), shape=_shape())
            )
        yield from _lines(text)
    elif isinstance(whole, list) and any(isinstance(item, dict) for item in whole):
        yield from enumerate(whole, start=1)
    elif isinstance(whole, dict) and isinstance(whole.get("text"), str):
        yield 1, whole
    else:
        raise UnreadableSource(Message("reader.json_empty", shape=_shape()))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        return ValueError(Message("reader.json_nested"))
    except ValueError as error:  # also of a number with more digits than Python converts
        return error


def _record(item: object, place: int) -> Record | RefusedRecord:
    if not isinstance(item, dict):
        return RefusedRecord(f"L{place}", Message("reader.record_none", shape=_shape()))
    text = item.get("text")
    if not isinstance(text, str):
        reason = Message("reader.record_no_text", shape=_shape())
        return RefusedRecord(_named(item) or f"L{place}", reason)
    if len(_named(item)) > MAX_ID:
        return RefusedRecord(f"L{place}", Message("reader.record_long_id", limit=MAX_ID))
    try:
        data = _UTF8_MARK + text.encode("utf-8")
    except UnicodeEncodeError as error:
        reason = Message("reader.record_surrogate", place=error.start)
        return RefusedRecord(_named(item) or f"L{place}", reason)
    name = _named(item) or hashlib.sha256(data).hexdigest()[:_DIGEST_DIGITS]
    return Record(name, data, _given(item))


def _no_json(error: ValueError, place: int) -> RefusedRecord:
    return RefusedRecord(f"L{place}", Message("reader.record_damaged", why=message_of(error)))


def _shape() -> Message:
    """Say what records must look like."""
    return Message("reader.record_shape")


def _named(item: Mapping[str, Any]) -> str:
    """Return a record's id as a name, "" without one; only numbers and words are ids."""
    found = item.get(_id_key(item))
    if isinstance(found, bool) or not isinstance(found, int | str):
        return ""
    return "".join(letter if letter.isprintable() else "_" for letter in str(found).strip())


def _id_key(item: Mapping[str, Any]) -> str:
    """Return which key names a record: id, or where it has none _id, as BEIR and MongoDB write."""
    return "_id" if item.get("id") in (None, "") and "_id" in item else "id"


def _given(item: Mapping[str, Any]) -> dict[str, Value]:
    """Return what a record states beside its text; of a key in both places the outer one leads."""
    metadata = item.get("metadata")
    own = {*_OWN, _id_key(item)}
    stated = {key: value for key, value in item.items() if key not in own}
    inner = metadata if isinstance(metadata, dict) else {"metadata": metadata}
    for key, value in inner.items():
        stated[key if key not in stated else f"metadata.{key}"] = value
    return {key: _value(value) for key, value in stated.items() if value not in (None, "", [], {})}


def _value(value: object) -> Value:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return json.dumps(value, ensure_ascii=False)
