"""Other judges over a finished run: judgements line by line, and the measures they come to.

``judgements-NAME.jsonl`` in the run's folder holds one line a claim: its question, the judge, and
the judgement. What stands there is not asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from corpus.messages.message import Message, message_of
from eval.durable import append, rows_in
from eval.errors import JudgeFailed
from eval.judges import Judge
from eval.measures.grounding import judge_claim
from eval.measures.table import JUDGED, MEASURES, mean, with_judgements
from eval.plain_records import claims_of, judgement_of
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import NAME_LENGTH, UNSAFE
from eval.types import Judgement, Record, Run, Values

Row = dict[str, Any]
Progress = Callable[[int, int], None]  # (done, total), in claims
PREFIX, SUFFIX = "judgements-", ".jsonl"
TELLING = 8  # hexadecimal digits that tell names apart which look alike in a file's name


class ClaimKey(NamedTuple):
    """Which claim of a run: its question's id and its position in the answer."""

    question: str
    claim: int


def judge_run(folder: RunFolder, judge: Judge, on_progress: Progress | None = None) -> list[Row]:
    """Return a judgement of every claim of a finished run, in the set's order.

    What the judge said before is kept and not asked again. Raises JudgeFailed, saying how many of
    how many were judged; BadRun, RunBusy, RunUnsaved.
    """
    run = folder.load()
    claims = {
        ClaimKey(record.question.id, at): claim
        for record in run.records
        for at, claim in enumerate(claims_of(record))
    }
    path = judgements_path(folder, judge.name)
    with folder.working():
        found = {key: row for key, row in _read(path, judge.name).items() if key in claims}
        for key, (text, cited) in claims.items():
            if key in found:
                continue
            try:
                judgement = judge_claim(judge, key.claim, text, cited)
            except JudgeFailed as error:
                so_far = {"done": len(found), "total": len(claims)}
                why = Message("eval.judged_so_far", why=message_of(error), **so_far)
                raise JudgeFailed(why) from error
            told = {"question": key.question, "judge": judge.name, **asdict(judgement)}
            append(path, told)
            found[key] = json.loads(json.dumps(told))  # as it will be read
            if on_progress is not None:
                on_progress(len(found), len(claims))
    return [found[key] for key in claims]


def judgements_path(folder: RunFolder, name: str) -> Path:
    """Return where the judgements of a judge stand; two judges never share a file."""
    safe = UNSAFE.sub("_", name)[:NAME_LENGTH]
    if safe != name:
        safe += f"-{hashlib.sha256(name.encode()).hexdigest()[:TELLING]}"
    return folder.path / f"{PREFIX}{safe}{SUFFIX}"


def read_judgements(folder: RunFolder) -> dict[str, list[Row]]:
    """Return what every other judge has said of a run so far, by its name, in order of names."""
    found: dict[str, list[Row]] = {}
    for path in folder.path.glob(f"{PREFIX}*{SUFFIX}"):
        names = {str(row["judge"]) for row in rows_in(path) if row and row.get("judge")}
        found.update({name: list(_read(path, name).values()) for name in names})
    return dict(sorted(found.items()))


def judged_sums(run: Run, judgements: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the judged measures as these judgements make them: measure -> value, n, missing.

    ``missing`` counts the questions of which a claim is not judged: they are in neither value nor
    n. What the run itself failed at has the worst values, as in its own sums.
    """
    by_question: dict[str, dict[int, Judgement]] = {}
    for row in judgements:
        judgement = judgement_of(row)
        by_question.setdefault(row["question"], {})[judgement.claim] = judgement
    values: list[Values] = []
    missing = 0
    for record in run.records:
        judged = _judged(record, by_question.get(record.question.id, {}))
        missing += judged is None
        values.append(judged or {})
    folded = {name: mean(each.get(name) for each in values) for name in _names()}
    return {
        name: {"value": each.value, "n": each.n, "missing": missing}
        for name, each in folded.items()
    }


def _judged(record: Record, judgements: Mapping[int, Judgement]) -> Values | None:
    """Return the judged measures of one question; None: some of its claims are not judged."""
    answer: Any = record.answer
    if answer is not None and answer["abstention"] is not None:
        return {}
    positions: Sequence[int] = range(len(answer["claims"])) if answer is not None else ()
    if not all(at in judgements for at in positions):
        return None
    return with_judgements([judgements[at] for at in positions])


def _names() -> list[str]:
    return [measure.name for measure in MEASURES if measure.name in JUDGED]


def _read(path: Path, name: str) -> dict[ClaimKey, Row]:
    """Return one judge's lines by claim; a line cut short, or of another judge, is passed over."""
    found: dict[ClaimKey, Row] = {}
    for row in rows_in(path):
        try:
            if row is None or row["judge"] != name:
                continue
            found[ClaimKey(row["question"], judgement_of(row).claim)] = row
        except (KeyError, TypeError):
            continue
    return found
