"""A run on disk: a folder with ``records.jsonl``, ``summary.json`` and ``timings.jsonl``."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

from eval.errors import RunUnsaved
from eval.measures import means, percentile
from eval.types import Record, Run

UNSAFE = re.compile(r"[^\w.-]+")  # in a folder's name; Chinese letters are \w and stay
NAME_LENGTH = 60  # code points of a set's name; 4 bytes each stay below the 255 of file systems
PERCENTILES = {"p50": Fraction(50, 100), "p95": Fraction(95, 100)}


def save(run: Run, folder: Path) -> Path:
    """Write the run into a new folder under ``folder``, named by date and set, and return it.

    The new folder appears whole or not at all. ``records.jsonl`` is byte-equal for equal runs;
    what differs between them is in ``timings.jsonl`` and ``summary.json``. Raises ``RunUnsaved``.
    """
    files = {
        "records.jsonl": _lines(plain_record(record) for record in run.records),
        "summary.json": _json(summary(run), indent=2) + "\n",
        "timings.jsonl": _lines(asdict(timing) for timing in run.timings.questions),
    }
    name = _folder_name(run)
    partial = folder / f".{name}.{os.getpid()}.partial"
    try:
        partial.mkdir(parents=True)
        for file, content in files.items():
            (partial / file).write_bytes(content.encode())
        return _move_to_free_name(partial, folder, name)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise RunUnsaved(
            f"{folder}: 写不了评测结果（{error.strerror}）。 Cannot write the run there."
        ) from error


def summary(run: Run) -> dict[str, object]:
    """Return header, counts, the mean of every measure with its n, and latencies, as plain data."""
    folded = means([record.values for record in run.records])
    return {
        "header": asdict(run.header),
        "counts": counts(run),
        "gold_nowhere": {each.question.id: each.nowhere for each in run.records if each.nowhere},
        "measures": {
            name: {"value": _number(each.value), "n": each.n} for name, each in folded.items()
        },
        "timings": {"started": run.timings.started, **latencies(run)},
    }


def counts(run: Run) -> dict[str, int]:
    """Return how many questions there were, and how many of each kind that matters."""
    return {
        "questions": len(run.records),
        "unanswerable": sum(each.question.unanswerable for each in run.records),
        "failed": sum(each.error is not None for each in run.records),
        "gold_quotes": sum(len(each.question.gold_quotes) for each in run.records),
        "gold_quotes_nowhere": sum(len(each.nowhere) for each in run.records),
    }


def latencies(run: Run) -> dict[str, float | int | None]:
    """Return percentiles of the answers' time, in milliseconds, over the ``n`` that did not fail.

    A question that failed took no time worth the name; counting it would flatter the rest.
    """
    taken = [each.answer_ms for each in run.timings.questions if each.answer_ms is not None]
    shares = {f"answer_ms_{name}": percentile(taken, p) for name, p in PERCENTILES.items()}
    return {**shares, "n": len(taken)}


def plain_record(record: Record) -> dict[str, object]:
    """Return one line of ``records.jsonl``."""
    question = record.question
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "unanswerable": question.unanswerable,
        "tags": question.tags,
        "extra": question.extra,
        "error": record.error,
        "hits": [{"passage": passage, "score": score} for passage, score in record.hits],
        "answer": record.answer,
        "measures": {name: _number(value) for name, value in record.values.items()},
        "missing_musts": record.missing,
        "gold_uncited": record.uncited,
        "gold_nowhere": record.nowhere,
    }


def _folder_name(run: Run) -> str:
    date = re.sub(r"[-:]", "", run.timings.started.removesuffix("+00:00")) + "Z"
    return f"{date}-{UNSAFE.sub('_', run.header.set_name)[:NAME_LENGTH]}"


def _move_to_free_name(partial: Path, folder: Path, name: str) -> Path:
    """Rename to ``name``, or ``name-2`` and on if others saved a run in the same second.

    A rename onto a folder that holds files fails, so nothing is ever overwritten.
    """
    target, attempt = folder / name, 1
    while target.exists():
        attempt += 1
        target = folder / f"{name}-{attempt}"
    return partial.rename(target)


def _lines(rows: Iterable[Mapping[str, object]]) -> str:
    return "".join(_json(row) + "\n" for row in rows)


def _json(value: Mapping[str, object], indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
