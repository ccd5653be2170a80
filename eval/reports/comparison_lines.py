"""Comparisons and gates as lines for a terminal, Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence

from eval.comparison.comparing import EVERYTHING, Comparison, Difference
from eval.comparison.gate import Broken, Outcome, Tested
from eval.measures.abstention import FOLDS
from eval.measures.table import BY_NAME
from eval.reports.run_table import pad, shorten, width

LISTED = 20  # flipped questions, and slices, named; the rest are counted
QUESTION_WIDTH = 44  # columns
CERTAIN = 0.05  # adjusted p up to which a difference is called one
_LABELS = {name: (measure.zh, measure.en) for name, measure in BY_NAME.items()} | {
    name: (zh, en) for name, zh, en, _, _ in FOLDS
}


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
    parts = [each for each in found.differences if each.slice and each.adjusted <= CERTAIN]
    lines = [
        *head,
        "",
        *_flips(found),
        "",
        *_table([each for each in whole if each.difference or not each.comparable]),
    ]
    if parts:
        lines += ["", "有差异的分组 Slices that differ", *_table(parts[:LISTED])]
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


def _table(some: Sequence[Difference]) -> list[str]:
    rows = [("指标 measure", "前 before", "后 after", "差 diff", "95%", "p", "n", "")]
    for each in some:
        where = f" [{each.slice}]" if each.slice else ""
        certain = each.adjusted <= CERTAIN
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
    zh, en = _LABELS[measure]
    return f"{zh} {en}"
