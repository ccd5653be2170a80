"""A run's report as files: HTML, Markdown, a table for spreadsheets, JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.messages.message import Message
from eval.comparison.comparing import Comparison, Difference, compare
from eval.durable import write_whole
from eval.errors import RunUnsaved
from eval.measures.table import BY_NAME
from eval.reports import sums
from eval.reports.formatting import clean
from eval.reports.html_report import independence_of, report_html
from eval.reports.per_question import MOST_QUESTIONS, problems, worst
from eval.reports.templating import rendered
from eval.runs.summary import summary
from eval.types import Record, Run

BOM = "\ufeff"  # without it Excel takes the file's Chinese for another encoding
# A cell that begins so is a formula to a spreadsheet, which would run it; full width too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NAMES = ("report.html", "report.md", "report.csv", "report.json")


def write_report(
    folder: Path,
    run_id: str,
    run: Run,
    *,
    baseline: tuple[str, Run] | None = None,
    comparison: Comparison | None = None,
    agreements: Sequence[Mapping[str, Any]] = (),
    around: Callable[[str], tuple[str, str]] | None = None,
) -> list[Path]:
    """Write the report in every form and return the files, each whole or not at all.

    Takes what ``report_html`` takes. Raises RunUnsaved, and BadRun if the baseline is of another
    set.
    """
    if baseline is not None and comparison is None:
        comparison = compare(baseline, (run_id, run))
    page = report_html(
        run_id, run, baseline=baseline, comparison=comparison, agreements=agreements, around=around
    )
    told = (
        page,
        markdown(run_id, run, comparison),
        csv_table(run),
        json_report(run_id, run, comparison),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What UTF-8 cannot hold is written as an escape.
        data = [text.encode("utf-8", "backslashreplace") for text in told]
        return [write_whole(folder / name, each) for name, each in zip(NAMES, data, strict=True)]
    except OSError as error:
        raise RunUnsaved(
            Message("eval.report_unwritable", path=folder, why=error.strerror)
        ) from error


def markdown(run_id: str, run: Run, comparison: Comparison | None = None) -> str:
    """Return the report as GitHub-flavoured Markdown: what was measured, sums, what went wrong."""
    return rendered(
        "report.md.jinja",
        run_id=run_id,
        run=run,
        comparison=comparison,
        independence=independence_of(run),
        nowhere=[(each.question.id, name) for each in run.records for name in each.nowhere],
        sums=sums,
        wrong=worst(run.records),
        problems=problems,
        MOST_QUESTIONS=MOST_QUESTIONS,
    )


def csv_table(run: Run) -> str:
    """Return a row for each question, as RFC 4180 says, for people with spreadsheets."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    head = ["id", "question", "kind", "tags", "unanswerable", "error", "abstained", "support"]
    writer.writerow([*head, "answer_ms", *BY_NAME])
    taken = {each.id: each.answer_ms for each in run.timings.questions}
    for record in run.records:
        writer.writerow(_row(record, taken.get(record.question.id)))
    return BOM + out.getvalue()


def json_report(run_id: str, run: Run, comparison: Comparison | None = None) -> str:
    """Return the report as JSON: the sums, what changed, and what went wrong with which question.

    What was asked and answered stands in the run's own files.
    """
    told: dict[str, Any] = {"id": run_id, **summary(run)}
    told["problems"] = {each.question.id: problems(each) for each in worst(run.records)}
    if comparison is not None:
        told["comparison"] = {
            "before": comparison.before,
            "after": comparison.after,
            "equal": comparison.equal,
            "changed": {name: list(pair) for name, pair in comparison.changed.items()},
            "differences": [_difference(each) for each in comparison.differences],
            "folds": [_difference(each) for each in comparison.folds],
            "flips": [
                {"id": each.question.id, "worse": each.worse, "better": each.better}
                for each in comparison.flips
            ],
        }
    return json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n"


def _difference(each: Difference) -> dict[str, Any]:
    return {**asdict(each), "difference": each.difference, "gain": each.gain}


def _row(record: Record, answer_ms: float | None) -> list[object]:
    question, answer = record.question, record.answer
    told: Any = answer
    return [
        _cell(question.id),
        _cell(question.text),
        _cell(question.kind),
        _cell(";".join(question.tags)),
        int(question.unanswerable),
        _cell(record.error or ""),
        "" if told is None else int(told["abstention"] is not None),
        "" if told is None else told["support"],
        "" if answer_ms is None else round(answer_ms, 3),
        *("" if (each := record.values.get(name)) is None else each for name in BY_NAME),
    ]


def _cell(text: str) -> str:
    """Return a text that a spreadsheet shows and does not run."""
    return ("'" if text.startswith(FORMULA) else "") + clean(text)
