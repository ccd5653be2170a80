"""Reports: a run as a plain text table for a terminal, Chinese and English."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from eval.judges import same_kind
from eval.measures.abstention import FOLDS
from eval.measures.table import MEASURES, means
from eval.rows import premise_denied
from eval.runs.summary import counts, folds, latencies
from eval.types import Mean, Record, Run

LISTED = 20  # questions listed by name; the rest are counted, and stand in records.jsonl
QUESTION_WIDTH = 40  # columns
PART_WIDTH = 24  # columns of a must or a gold quote
FOLD_LABELS = {name: (zh, en, lower) for name, zh, en, lower, _ in FOLDS}
PARTS = 3  # musts or gold quotes named in one line


def render(run: Run) -> str:
    """Return the sums, each with the number of questions behind it, then the worst questions.

    Chinese characters are counted as two columns, as terminals draw them. Ends with a newline.
    """
    blocks = [_head(run), _sums(run), _questions(run.records)]
    if run.header.warnings:
        blocks.append(["注意 Warnings", *(f"  {_clean(each)}" for each in run.header.warnings)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def problems(record: Record) -> list[str]:
    """Return what went wrong with one question, in Chinese and English; empty: nothing."""
    found: list[str] = []
    if record.nowhere:
        found.append(f"标准依据不在库中 gold nowhere: {_parts(record.nowhere)}")
    if record.error is not None:
        return [f"失败 failed: {_clean(record.error)}", *found]
    abstained = bool(record.answer and record.answer["abstention"])
    if record.values.get("forbidden_said"):
        found.append("说了不该说的 forbidden words said")
    if record.question.unanswerable:
        declined = abstained or premise_denied(record)
        return found if declined else ["应拒答 should have abstained", *found]
    return ["误拒 abstained falsely", *found] if abstained else [*found, *_of_answer(record)]


def _of_answer(record: Record) -> list[str]:
    """Return what is wrong with what was said to a question that has an answer."""
    found, values = [], record.values
    if record.missing:
        found.append(f"缺要点 missing: {_parts(record.missing)}")
    if values.get("contains_answer") == 0:
        found.append(f"不含参考答案 answer not contained: {_parts(record.question.answers)}")
    unseen = [each for each in record.uncited if each not in record.nowhere]
    if unseen:
        found.append(f"未引用 gold not cited: {_parts(unseen)}")
    if values.get("quote_exact") == 0:
        found.append("引文不准 quotes not exact")
    groundedness = values.get("groundedness")
    if groundedness is not None and groundedness < 1:
        found.append(f"有据比例 groundedness {groundedness:.2f}")
    return found


def width(text: str) -> int:
    """Return the columns a terminal gives ``text``: wide characters two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with spaces to at least ``columns`` columns."""
    return text + " " * (columns - width(text))


def shorten(text: str, columns: int) -> str:
    """Return ``text`` in at most ``columns`` columns, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"


def _head(run: Run) -> list[str]:
    header, total = run.header, counts(run)
    return [
        f"问题集 set      {_clean(header.set_name)}  {header.set_digest[:12]}",
        f"索引 index      {header.index_version}",
        f"程序 program    {header.program_version}  {run.timings.started}",
        f"问题 questions  {total['questions']}"
        f"（无答案 unanswerable {total['unanswerable']}，失败 failed {total['failed']}）",
        f"标准依据 gold   {total['gold']}（不在库中 nowhere {total['gold_nowhere']}）",
        _judged(run),
    ]


def _judged(run: Run) -> str:
    """Say who judged the claims, and whether that is the service's own way of checking."""
    judge = _clean(str(run.header.settings.get("judge", "")))
    verifier = _clean(str(run.header.settings.get("verifier", "") or "mechanical"))
    told = f"评判 judge      {judge}；服务自查 own verifier {verifier}"
    same = "（同类，不独立 of one kind: not independent）" if same_kind(judge, verifier) else ""
    return told + same


def _sums(run: Run) -> list[str]:
    """Return the table; measures that applied to no question are left to one last line."""
    folded = means([record.values for record in run.records])
    rows = [("指标 measure", "", "值 value", "n")]
    for measure in MEASURES:
        if folded[measure.name].n:
            better = " ↓" if measure.lower_is_better else ""
            cells = _cells(folded[measure.name])
            rows.append((measure.zh, measure.en + better, *cells))
    for name, fold in folds(run.records).items():
        if fold["value"] is not None:
            zh, en, lower = FOLD_LABELS[name]
            value = f"{fold['value']:.3f}"
            rows.append((zh, en + (" ↓" if lower else ""), value, str(fold["n"])))
    taken = latencies(run)
    for name in ("p50", "p95"):
        milliseconds = taken[f"answer_ms_{name}"]
        if milliseconds is not None:
            rows.append(
                (f"用时 {name}", f"latency {name}", f"{milliseconds:.0f} ms", str(taken["n"]))
            )
    lines = _table(rows)
    absent = [measure.name for measure in MEASURES if not folded[measure.name].n]
    if absent:
        lines.append(f"无从计算 do not apply: {', '.join(absent)}")
    return lines


def _cells(folded: Mean) -> tuple[str, str]:
    return ("–" if folded.value is None else f"{float(folded.value):.3f}", str(folded.n))


def _table(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Align: two columns of words to the left, two of numbers to the right."""
    widths = [max(width(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join(
            (
                pad(row[0], widths[0]),
                pad(row[1], widths[1]),
                " " * (widths[2] - width(row[2])) + row[2],
                " " * (widths[3] - width(row[3])) + row[3],
            )
        )
        for row in rows
    ]
    rule = "─" * (sum(widths) + 6)
    return [lines[0], rule, *lines[1:]]


def _questions(records: Sequence[Record]) -> list[str]:
    """Return a line for each question that went wrong: failed ones first, then by how much."""
    wrong = [(record, problems(record)) for record in records]
    wrong = [(record, found) for record, found in wrong if found]
    wrong.sort(key=lambda each: (each[0].error is None, -len(each[1])))
    if not wrong:
        return ["没有答错的问题。 No question went wrong."]
    lines = [f"有误的问题 Questions that went wrong: {len(wrong)} / {len(records)}"]
    listed = wrong[:LISTED]
    ids = max(width(record.question.id) for record, _ in listed)
    for record, found in listed:
        text = pad(shorten(_clean(record.question.text), QUESTION_WIDTH), QUESTION_WIDTH)
        lines.append(f"  {pad(record.question.id, ids)}  {text}  {'；'.join(found)}")
    if len(wrong) > LISTED:
        lines.append(f"  …… 还有 {len(wrong) - LISTED} 个 more")
    return lines


def _parts(texts: Sequence[str]) -> str:
    named = "、".join(shorten(_clean(text), PART_WIDTH) for text in texts[:PARTS])
    return named + (f" +{len(texts) - PARTS}" if len(texts) > PARTS else "")


def _clean(text: str) -> str:
    """Return ``text`` on one line, without characters that steer a terminal."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
    )
