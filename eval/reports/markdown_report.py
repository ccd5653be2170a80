"""The parts of a report in GitHub-flavoured Markdown; text of the data shows as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.comparison.comparing import EVERYTHING, Comparison, Difference
from eval.comparison.resampling import TOLERATED
from eval.measures.abstention import FOLDS
from eval.measures.table import BY_NAME, MEASURES
from eval.reports.markup import ALPHA, NOTHING, clean, number, signed
from eval.reports.questions import MOST_QUESTIONS, worst
from eval.reports.run_table import problems
from eval.reports.tables import COSTS, costs
from eval.runs.summary import summary
from eval.types import Run

_MARKDOWN = re.compile(r"([\\`*_\[\]|~#<>!&$])")
_LABELS = {name: (zh, en) for name, zh, en, _, _ in FOLDS} | {
    each.name: (each.zh, each.en) for each in MEASURES
}
_LOWER = {name for name, _, _, lower, _ in FOLDS if lower} | {
    each.name for each in MEASURES if each.lower_is_better
}
_COMPARED = (
    "基线 before",
    "差 difference",
    "95% 区间 interval",
    "校正 p adjusted",
    "效应 effect",
    "判断 verdict",
)


def facts(run_id: str, run: Run) -> str:
    """Return what was measured with what."""
    header = run.header
    rows = [
        ("评测 run", run_id),
        ("开始 started", run.timings.started),
        ("问题集 set", f"{header.set_name} {header.set_digest}"),
        ("索引 index", header.index_version),
        ("程序 program", header.program_version),
        *((name, str(value)) for name, value in header.settings.items()),
    ]
    return _table(("用什么做的 made with", ""), [(plain(a), plain(b)) for a, b in rows])


def sums(run: Run, comparison: Comparison | None) -> list[str]:
    """Return the table of measures, folds and cost, and how comparisons were dealt with."""
    told = summary(run)
    changed = {each.measure: each for each in _of_all(comparison)}
    compared = comparison is not None
    rows = [
        [_label(name), number(each["value"]), str(each["n"])]
        + (_compared(changed.get(name)) if compared else [])
        for part in ("measures", "folds")
        for name, each in told[part].items()
        if each["value"] is not None
    ]
    for name, value in costs(run).items():
        if name in COSTS and value is not None:
            zh, en, unit, times = COSTS[name]
            row = [f"{zh} {en} ↓", f"{number(value * times, 1)} {unit}", ""]
            rows.append(row + (_compared(None) if compared else []))
    head = ["指标 measure", "值 value", "n"]
    if not compared:
        return [_table(head, rows)]
    adjusted = (
        "p 已按多重比较校正：指标与分组用 max-T，整套问题的指标用 Holm。"
        " p is adjusted for many comparisons: max-T over measures and slices, Holm over the"
        " measures of all questions at once."
    )
    return [_table([*head, *_COMPARED], rows), adjusted]


def _of_all(comparison: Comparison | None) -> list[Difference]:
    if comparison is None:
        return []
    return [*(e for e in comparison.differences if e.slice == EVERYTHING), *comparison.folds]


def _compared(each: Difference | None) -> list[str]:
    if each is None:
        return [NOTHING] * len(_COMPARED)
    return [
        number(each.before),
        signed(each.difference),
        f"[{signed(each.low)}, {signed(each.high)}]",
        f"{each.adjusted:.3f}",
        signed(each.effect, 2) if each.measure in BY_NAME else NOTHING,
        _verdict(each),
    ]


def _verdict(each: Difference) -> str:
    if not each.comparable:
        return f"不可比 not comparable (n {each.n})"
    if abs(each.gain) < TOLERATED:
        return "＝ 相同 same"
    told = "▲ 较好 better" if each.gain > 0 else "▼ 较差 worse"
    return told + ("（或属偶然 may be chance）" if each.adjusted > ALPHA else "")


def changes(comparison: Comparison) -> list[str]:
    """Return what differs in slices beyond chance, and which questions flipped."""
    sure = [
        [f"{plain(e.slice)} · {_label(e.measure)}", number(e.after), str(e.n), *_compared(e)]
        for e in comparison.differences
        if e.slice != EVERYTHING and abs(e.difference) > TOLERATED and e.adjusted <= ALPHA
    ]
    head = ["分组 slice", "值 value", "n", *_COMPARED]
    none = "没有变化足以排除偶然。 No change is beyond chance."
    blocks = ["## 分组 Slices", _table(head, sure) if sure else none]
    rows = [
        (plain(e.question.id), plain(e.question.text), ", ".join(e.worse), ", ".join(e.better))
        for e in comparison.flips[:MOST_QUESTIONS]
    ]
    head = ["id", "问题 question", "变差 worse", "变好 better"]
    blocks += [f"## 翻转的问题 Questions that flipped: {len(comparison.flips)}"]
    return [*blocks, _table(head, rows)] if rows else blocks


def went_wrong(run: Run) -> list[str]:
    """Return the questions that went wrong, the worst first; many are only counted."""
    wrong = worst(run)
    title = f"## 有误的问题 Questions that went wrong: {len(wrong)} / {len(run.records)}"
    rows = [
        (plain(e.question.id), plain(e.question.text), plain("；".join(problems(e))))
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


def plain(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))
