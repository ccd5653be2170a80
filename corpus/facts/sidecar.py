"""Sidecars: ``notice.docx.meta.json`` says what is known of ``notice.docx`` beside it."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.types import Value

SUFFIX = ".meta.json"
LARGEST = 1_000_000  # bytes; facts of one document are some lines


def is_sidecar(name: str) -> bool:
    """Whether a file's name says it is one."""
    return name.lower().endswith(SUFFIX)


def read_sidecar(path: Path) -> dict[str, Value]:
    """Return what the sidecar of ``path`` says; nothing where there is none.

    Raises UnreadableSource when it is no JSON object of texts and lists of texts: facts a person
    wrote down are not passed over.
    """
    sidecar = path.with_name(path.name + SUFFIX)
    try:
        if not sidecar.is_file():
            return {}
        with sidecar.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableSource(
            Message("corpus.sidecar_unreadable", name=sidecar.name, error=error.strerror)
        ) from error
    return parse_sidecar(data, sidecar.name)


def parse_sidecar(data: bytes, name: str) -> dict[str, Value]:
    """Return the facts of a sidecar's bytes. Raises UnreadableSource naming what is wrong."""
    if len(data) > LARGEST:
        raise UnreadableSource(Message("corpus.sidecar_too_large", name=name))
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            Message("corpus.sidecar_no_json", name=name, error=str(error))
        ) from error
    if not isinstance(said, dict):
        raise UnreadableSource(Message("corpus.sidecar_no_object", name=name))
    return {str(key): _value(key, value, name) for key, value in said.items() if value is not None}


def _value(key: str, value: object, name: str) -> Value:
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return tuple(str(one) for one in value)
    if isinstance(value, str | int | float):
        return str(value)
    raise UnreadableSource(Message("corpus.sidecar_bad_value", name=name, key=key))
