"""A run's report as files: HTML, Markdown, a table for spreadsheets, JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.abstention import FOLDS
from eval.comparing import EVERYTHING, Comparison, Difference, compare
from eval.errors import RunUnsaved
from eval.measures import BY_NAME, MEASURES
from eval.report import problems
from eval.report_html import independence_of, report_html
from eval.report_markup import ALPHA, NOTHING, clean, number, signed
from eval.report_questions import MOST_QUESTIONS, worst
from eval.report_tables import COSTS, costs
from eval.summary import summary
from eval.types import Record, Run

BOM = "\ufeff"  # without it Excel takes the file's Chinese for another encoding
# A cell that begins so is a formula to a spreadsheet, which would run it; full width too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
NAMES = ("report.html", "report.md", "report.csv", "report.json")
_MARKDOWN = re.compile(r"([\\`*_\[\]|~#<>!])")
_LABELS = {name: (zh, en) for name, zh, en, _, _ in FOLDS} | {
    each.name: (each.zh, each.en) for each in MEASURES
}
_LOWER = {name for name, _, _, lower, _ in FOLDS if lower} | {
    each.name for each in MEASURES if each.lower_is_better
}


def write_report(
    folder: Path,
    id: str,  # noqa: A002
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
        comparison = compare(baseline, (id, run))
    page = report_html(
        id, run, baseline=baseline, comparison=comparison, agreements=agreements, around=around
    )
    told = (page, markdown(id, run, comparison), csv_table(run), json_report(id, run, comparison))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, text) for name, text in zip(NAMES, told, strict=True)]
    except OSError as error:
        raise RunUnsaved(
            f"{folder}: 写不了评测报告（{error.strerror}），请换一个文件夹。"
            " Cannot write the report there: choose another folder."
        ) from error


def markdown(id: str, run: Run, comparison: Comparison | None = None) -> str:  # noqa: A002
    """Return the report as GitHub-flavoured Markdown: what was measured, sums, what went wrong."""
    header = run.header
    zh, en = independence_of(run)
    blocks = [
        f"# 评测报告 Evaluation report: {_plain(header.set_name)}",
        _facts(id, run),
        f"> {zh} {en}",
    ]
    if header.warnings:
        blocks += ["## 注意 Warnings", "\n".join(f"- {_plain(each)}" for each in header.warnings)]
    nowhere = [(each.question.id, name) for each in run.records for name in each.nowhere]
    if nowhere:
        lines = "\n".join(f"- {_plain(question)}: {_plain(name)}" for question, name in nowhere)
        blocks += ["## 不在库中的标准依据 Gold that is nowhere", lines]
    blocks += ["## 指标 Measures", *_sums(run, comparison)]
    if comparison is not None:
        blocks += _changes(comparison)
    blocks += _wrong(run)
    return "\n\n".join(blocks) + "\n"


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


def json_report(id: str, run: Run, comparison: Comparison | None = None) -> str:  # noqa: A002
    """Return the report as JSON: the sums, what changed, and what went wrong with which question.

    What was asked and answered stands in the run's own files.
    """
    told: dict[str, Any] = {"id": id, **summary(run)}
    told["problems"] = {each.question.id: problems(each) for each in worst(run)}
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


def _facts(id: str, run: Run) -> str:  # noqa: A002
    header = run.header
    rows = [
        ("评测 run", id),
        ("开始 started", run.timings.started),
        ("问题集 set", f"{header.set_name} {header.set_digest}"),
        ("索引 index", header.index_version),
        ("程序 program", header.program_version),
        *((name, str(value)) for name, value in header.settings.items()),
    ]
    return _table(("用什么做的 made with", ""), [(_plain(a), _plain(b)) for a, b in rows])


def _sums(run: Run, comparison: Comparison | None) -> list[str]:
    """Return the table of measures, folds and cost, and how comparisons were dealt with."""
    told = summary(run)
    changes = {each.measure: each for each in _of_all(comparison)}
    rows = [
        (_label(name), number(each["value"]), str(each["n"]), *_compared(comparison, changes, name))
        for part in ("measures", "folds")
        for name, each in told[part].items()
        if each["value"] is not None
    ]
    for name, value in costs(run).items():
        if name in COSTS and value is not None:
            zh, en, unit, times = COSTS[name]
            dashes = [NOTHING] * len(_compared(comparison, changes, ""))
            rows.append((f"{zh} {en} ↓", f"{number(value * times, 1)} {unit}", "", *dashes))
    head = ["指标 measure", "值 value", "n"]
    if comparison is None:
        return [_table(head, rows)]
    head += ["基线 before", "差 difference", "95% 区间 interval", "校正 p adjusted", "效应 effect"]
    adjusted = (
        "p 已按多重比较校正：指标与切片用 max-T，整套问题的指标用 Holm。"
        " p is adjusted for many comparisons: max-T over measures and slices, Holm over the"
        " measures of all questions at once."
    )
    return [_table([*head, "判断 verdict"], rows), adjusted]


def _of_all(comparison: Comparison | None) -> list[Difference]:
    if comparison is None:
        return []
    return [*(e for e in comparison.differences if e.slice == EVERYTHING), *comparison.folds]


def _compared(
    comparison: Comparison | None, changes: Mapping[str, Difference], name: str
) -> list[str]:
    if comparison is None:
        return []
    each = changes.get(name)
    if each is None:
        return [NOTHING] * 6
    return [
        number(each.before),
        signed(each.difference),
        f"[{signed(each.low)}, {signed(each.high)}]",
        f"{each.adjusted:.3f}",
        signed(each.effect, 2) if name in BY_NAME else NOTHING,
        _verdict(each),
    ]


def _verdict(each: Difference) -> str:
    if not each.gain:
        return "＝ 相同 same"
    told = "▲ 较好 better" if each.gain > 0 else "▼ 较差 worse"
    return told + ("（或属偶然 may be chance）" if each.adjusted > ALPHA else "")


def _changes(comparison: Comparison) -> list[str]:
    """Return what differs in slices beyond chance, and which questions flipped."""
    sure = [
        (_plain(e.slice), _label(e.measure), str(e.n), *_compared(comparison, {"": e}, ""))
        for e in comparison.differences
        if e.slice != EVERYTHING and e.difference and e.adjusted <= ALPHA
    ]
    blocks = ["## 切片 Slices"]
    head = ["切片 slice", "指标 measure", "n", "基线 before", "差 difference", "95% 区间 interval"]
    head += ["校正 p adjusted", "效应 effect", "判断 verdict"]
    blocks.append(_table(head, sure) if sure else "没有变化足以排除偶然。 None beyond chance.")
    rows = [
        (_plain(e.question.id), _plain(e.question.text), ", ".join(e.worse), ", ".join(e.better))
        for e in comparison.flips[:MOST_QUESTIONS]
    ]
    head = ["id", "问题 question", "变差 worse", "变好 better"]
    blocks += [f"## 翻转的问题 Questions that flipped: {len(comparison.flips)}"]
    return [*blocks, _table(head, rows)] if rows else blocks


def _wrong(run: Run) -> list[str]:
    wrong = worst(run)
    title = f"## 有误的问题 Questions that went wrong: {len(wrong)} / {len(run.records)}"
    rows = [
        (_plain(e.question.id), _plain(e.question.text), _plain("；".join(problems(e))))
        for e in wrong[:MOST_QUESTIONS]
    ]
    blocks = [
        title,
        *([_table(["id", "问题 question", "出了什么问题 problems"], rows)] if rows else []),
    ]
    left = len(wrong) - MOST_QUESTIONS
    return [*blocks, f"另有 {left} 个 more"] if left > 0 else blocks


def _label(name: str) -> str:
    zh, en = _LABELS[name]
    return f"{zh} {en}" + (" ↓" if name in _LOWER else "")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))


def _write(path: Path, text: str) -> Path:
    """Write a file whole or not at all; what UTF-8 cannot hold is written as an escape."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(text.encode("utf-8", "backslashreplace"))
        return partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
