"""Files that a kill leaves whole: written at once, or of JSON lines that are only ever added to.

A line is handed to the system at once: a kill loses none that was written, but the last may have
lost its end.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any

from corpus.messages.message import Message
from eval.errors import RunUnsaved
from eval.plain_records import line


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all, and return it. Raises OSError."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return partial.replace(path)
    finally:
        with suppress(OSError):  # its folder may be none
            partial.unlink(missing_ok=True)


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Add one line, behind the end of a line cut short. Raises RunUnsaved.

    It is one write at the file's end, so lines of two writers never mix.
    """
    with _added(path, row):
        pass


def append_durably(path: Path, row: Mapping[str, Any]) -> None:
    """Add one line as ``append`` does, and return once it is on the disk. Raises RunUnsaved."""
    with _added(path, row) as file:
        os.fsync(file.fileno())


def rows_in(path: Path) -> Iterator[dict[str, Any] | None]:
    """Yield what each line holds, in order; None for a line that is no JSON object."""
    try:
        text = path.read_text("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return
    for each in text.split("\n"):
        if each:
            yield _object(each)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


@contextmanager
def _added(path: Path, row: Mapping[str, Any]) -> Iterator[FileIO]:
    try:
        with path.open("ab", buffering=0) as file:
            data = b"\n" * torn(path) + line(row).encode()
            if file.write(data) != len(data):  # a full disk takes a part without an error
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            yield file
    except OSError as error:
        raise RunUnsaved(Message("eval.line_unwritable", path=path, why=error.strerror)) from error


def torn(path: Path) -> bool:
    """Tell whether a file ends within a line."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
