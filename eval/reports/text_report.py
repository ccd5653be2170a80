"""Runs, comparisons and gates as plain text for a terminal, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from eval.comparison.comparing import EVERYTHING, Comparison, Difference
from eval.comparison.gate import Broken, Outcome, Tested
from eval.judges import same_kind
from eval.reports.formatting import ALPHA, one_line, pad, shorten, width
from eval.reports.per_question import problems, worst
from eval.reports.sums import LABELS, not_applying, sum_groups
from eval.runs.summary import counts, latencies
from eval.types import Record, Run

LISTED = 20  # questions, and slices, named; the rest are counted
QUESTION_WIDTH = 40  # columns


def render(run: Run) -> str:
    """Return the sums, each with the number of questions behind it, then the worst questions.

    Chinese characters are counted as two columns, as terminals draw them. Ends with a newline.
    """
    blocks = [_head(run), _sums(run), _questions(run.records)]
    if run.header.warnings:
        blocks.append(["注意 Warnings", *(f"  {one_line(each)}" for each in run.header.warnings)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def comparison_lines(found: Comparison) -> list[str]:
    """Return the flipped questions, then what differs over all, then in slices."""
    head = [
        f"比较 comparing  {found.before} → {found.after}",
        f"问题集 set      {found.set_name}，{found.questions} 个问题 questions",
        *(f"条件 changed    {name}: {was} → {now}" for name, (was, now) in found.changed.items()),
    ]
    if found.equal:
        return [*head, "", "逐题全部相同。 Every measure of every question is the same."]
    whole = [each for each in (*found.differences, *found.folds) if each.slice == EVERYTHING]
    parts = [each for each in found.differences if each.slice and each.adjusted <= ALPHA]
    lines = [
        *head,
        "",
        *_flips(found),
        "",
        *_differences([each for each in whole if each.difference or not each.comparable]),
    ]
    if parts:
        lines += ["", "有差异的分组 Slices that differ", *_differences(parts[:LISTED])]
        lines += [f"…… 还有 {len(parts) - LISTED} 个 more"] if len(parts) > LISTED else []
    return [*lines, "", _method(found)]


def outcome_lines(found: Outcome) -> list[str]:
    """Return what the gate found: regressions and broken promises first, then the verdict."""
    lines = [_regressed(each, found) for each in found.tested if each.regressed]
    lines += [_broken(each) for each in found.broken]
    lost = "、".join(_name(each) for each in found.lost)
    if lost:
        lines.append(f"✗ 基线有而本次没有的指标 no longer measured: {lost}")
    better = [each for each in found.tested if each.worse_by < 0]
    lines += [f"↑ {_name(each.measure)}  {each.before:.3f} → {each.after:.3f}" for each in better]
    doubtful = [each for each in found.tested if each.worse_by > 0 and not each.regressed]
    lines += [
        f"  {_name(each.measure)}  {each.before:.3f} → {each.after:.3f}"
        f"（p {each.adjusted:.3f}，容许 tolerance {each.tolerance:g}）"
        for each in doubtful
    ]
    told = f"{len(found.tested)} 项指标与基线比较 measures tested"
    verdict = "通过 passed" if found.passed else "未通过 FAILED"
    conditions = (f"条件 changed    {k}: {was} → {now}" for k, (was, now) in found.changed.items())
    return [*conditions, *lines, f"{verdict}：{told}；α {found.rules.alpha:g}"]


def _head(run: Run) -> list[str]:
    header, total = run.header, counts(run)
    return [
        f"问题集 set      {one_line(header.set_name)}  {header.set_digest[:12]}",
        f"索引 index      {header.index_version}",
        f"程序 program    {header.program_version}  {run.timings.started}",
        f"问题 questions  {total['questions']}"
        f"（无答案 unanswerable {total['unanswerable']}，失败 failed {total['failed']}）",
        f"标准依据 gold   {total['gold']}（不在库中 nowhere {total['gold_nowhere']}）",
        _judged(run),
    ]


def _judged(run: Run) -> str:
    """Say who judged the claims, and whether that is the service's own way of checking."""
    judge = one_line(str(run.header.settings.get("judge", "")))
    verifier = one_line(str(run.header.settings.get("verifier", "") or "mechanical"))
    told = f"评判 judge      {judge}；服务自查 own verifier {verifier}"
    same = "（同类，不独立 of one kind: not independent）" if same_kind(judge, verifier) else ""
    return told + same


def _sums(run: Run) -> list[str]:
    """Return the table; measures that applied to no question are left to one last line."""
    rows = [("指标 measure", "", "值 value", "n")]
    for some in sum_groups(run).values():
        for each in some:
            better = " ↓" if each.measure.lower_is_better else ""
            cells = f"{each.value:.3f}", str(each.n)
            rows.append((each.measure.zh, each.measure.en + better, *cells))
    taken = latencies(run)
    for name in ("p50", "p95"):
        milliseconds = taken[f"answer_ms_{name}"]
        if milliseconds is not None:
            rows.append(
                (f"用时 {name}", f"latency {name}", f"{milliseconds:.0f} ms", str(taken["n"]))
            )
    lines = _table(rows)
    absent = not_applying(run)
    if absent:
        lines.append(f"无从计算 do not apply: {', '.join(absent)}")
    return lines


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
    wrong = worst(records)
    if not wrong:
        return ["没有答错的问题。 No question went wrong."]
    lines = [f"有误的问题 Questions that went wrong: {len(wrong)} / {len(records)}"]
    listed = wrong[:LISTED]
    ids = max(width(record.question.id) for record in listed)
    for record in listed:
        text = pad(shorten(one_line(record.question.text), QUESTION_WIDTH), QUESTION_WIDTH)
        lines.append(f"  {pad(record.question.id, ids)}  {text}  {'；'.join(problems(record))}")
    if len(wrong) > LISTED:
        lines.append(f"  …… 还有 {len(wrong) - LISTED} 个 more")
    return lines


def _flips(found: Comparison) -> list[str]:
    worse = sum(bool(each.worse) for each in found.flips)
    lines = [f"翻转的问题 Flipped questions: {len(found.flips)}（变差 worse {worse}）"]
    for each in found.flips[:LISTED]:
        text = pad(shorten(each.question.text, QUESTION_WIDTH), QUESTION_WIDTH)
        told = [*(f"↓ {name}" for name in each.worse), *(f"↑ {name}" for name in each.better)]
        lines.append(f"  {each.question.id}  {text}  {', '.join(told)}")
    if len(found.flips) > LISTED:
        lines.append(f"  …… 还有 {len(found.flips) - LISTED} 个 more")
    return lines


def _differences(some: Sequence[Difference]) -> list[str]:
    rows = [("指标 measure", "前 before", "后 after", "差 diff", "95%", "p", "n", "")]
    for each in some:
        where = f" [{each.slice}]" if each.slice else ""
        certain = each.adjusted <= ALPHA
        verdict = ("变好 better" if each.gain > 0 else "变差 WORSE") if certain else "不确定 unsure"
        if not each.comparable:
            verdict = f"不可比 not comparable（另有 {each.apart} 题只在一方 in one run alone）"
        rows.append(
            (
                _name(each.measure) + where,
                f"{each.before:.3f}",
                f"{each.after:.3f}",
                f"{each.difference:+.3f}",
                f"[{each.low:+.3f}, {each.high:+.3f}]",
                f"{each.adjusted:.4f}",
                str(each.n),
                verdict,
            )
        )
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(map(pad, row, widths)).rstrip() for row in rows]


def _method(found: Comparison) -> str:
    return (
        f"p 已按同时比较的 {len(found.differences)} 项校正（max-T），整体指标按 Holm 校正；"
        "区间未校正。"
        f" p is adjusted for all {len(found.differences)} comparisons (max-T), of folds by Holm;"
        " intervals are of each alone."
    )


def _regressed(each: Tested, found: Outcome) -> str:
    return (
        f"✗ {_name(each.measure)}  {each.before:.3f} → {each.after:.3f}，变差 worse by"
        f" {each.worse_by:.3f}（容许 tolerance {each.tolerance:g}，p {each.adjusted:.4f} ≤"
        f" {found.rules.alpha:g}，n {each.n}）"
    )


def _broken(each: Broken) -> str:
    value = "–" if each.value is None else f"{each.value:.3f}"
    sign, words = ("<", "下限 floor") if each.least else (">", "上限 ceiling")
    return f"✗ {_name(each.measure)}  {value} {sign} {words} {each.limit:g}"


def _name(measure: str) -> str:
    return f"{LABELS[measure].zh} {LABELS[measure].en}"
