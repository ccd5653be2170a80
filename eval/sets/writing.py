"""Questions and documents as files: one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from eval.errors import BadSet
from eval.rows import line
from eval.sets.question_sets import plain_question
from eval.types import Question


def set_text(questions: Iterable[Question]) -> str:
    """Return the file that ``read_set`` reads these questions from."""
    return "".join(line(plain_question(each)) for each in questions)


def documents_text(documents: Iterable[tuple[str, str, str]]) -> str:
    """Return documents (id, title, text) as ``judian add`` reads them, and BEIR's corpus.jsonl."""
    return "".join(
        line({"_id": name, "title": title, "text": text}) for name, title, text in documents
    )


def write_whole(path: Path, text: str, *, over: bool = False) -> None:
    """Write a file whole or not at all; one that is there is replaced only if told ``over``.

    Raises BadSet.
    """
    if path.exists() and not over:
        raise BadSet(
            f"{path}: 已有这个文件；要替换请加 --force。 It exists: add --force to replace it."
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):  # its folder may be none
            partial.unlink(missing_ok=True)
        raise BadSet(f"{path}: 写不了（{error.strerror}）。 Cannot write it.") from error
