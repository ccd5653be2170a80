"""The report of a run as one HTML file, which needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.comparison.comparing import Comparison, compare
from eval.judges import MECHANICAL, same_kind
from eval.reports.charts import charts
from eval.reports.markup import ALPHA, both, clean, listed, number, pairs, text
from eval.reports.questions import flipped, went_wrong
from eval.reports.slices import moved_table, slices_table
from eval.reports.style import STYLE
from eval.reports.tables import agreements_table, not_applying, summary_table
from eval.runs.summary import counts, folds
from eval.types import Run

MOST_NOWHERE = 200  # lines of gold that the library does not have; the rest are counted
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SECTIONS = {
    "made": both("用什么做的", "Made with"),
    "sums": both("指标", "Measures"),
    "slices": both("分组", "Slices"),
    "charts": both("图", "Charts"),
    "agreements": both("评判者可信吗", "Judges against people"),
    "flips": both("翻转的问题", "Questions that flipped"),
    "worst": both("有误的问题", "Questions that went wrong"),
}


def report_html(
    run_id: str,
    run: Run,
    *,
    baseline: tuple[str, Run] | None = None,
    comparison: Comparison | None = None,
    agreements: Sequence[Mapping[str, Any]] = (),
    around: Callable[[str], tuple[str, str]] | None = None,
) -> str:
    """Return the report as one HTML page.

    ``around`` gives what stands before and after a citation's quote in its paragraph, empty where
    that is not known. ``agreements`` have judge, n, accuracy and kappa. A baseline without a
    comparison is compared here. Raises BadRun if they are not of one set.
    """
    if baseline is not None and comparison is None:
        comparison = compare(baseline, (run_id, run))
    old = baseline[1] if baseline else None
    sections = {
        "made": _made(run, comparison),
        "sums": _sums(run, comparison, old),
        "slices": slices_table(run, comparison) + (moved_table(comparison) if comparison else ""),
        "charts": f'<div class="charts">{"".join(charts(run, old))}</div>',
        "agreements": agreements_table(agreements) if agreements else "",
        "flips": flipped(run, old, comparison, around) if comparison else "",
        "worst": went_wrong(run, comparison, around),
    }
    return _page(run_id, run, {name: content for name, content in sections.items() if content})


def independence_of(run: Run) -> tuple[str, str]:
    """Say in Chinese and in English whether the run's judge is independent of the service."""
    judge, verifier = _judge_and_verifier(run)
    if not judge:
        return "没有记录评判者。", "No judge is on record."
    if same_kind(judge, verifier):
        return (
            "评判者与服务自查同类，评判不独立：自查放过的错误，评判者多半也看不出。",
            "The judge is of the same kind as the service's own verifier, so it is not independent:"
            " what the verifier lets pass, the judge will mostly let pass too.",
        )
    return (
        "评判者与服务自查不同类，评判独立于自查。",
        "The judge is of another kind than the service's own verifier: it is independent.",
    )


def _judge_and_verifier(run: Run) -> tuple[str, str]:
    settings = run.header.settings
    return str(settings.get("judge") or ""), str(settings.get("verifier") or MECHANICAL)


def _page(run_id: str, run: Run, sections: Mapping[str, str]) -> str:
    title = f"评测报告 {clean(run.header.set_name)} · {clean(run_id)}"
    links = listed(f'<a href="#{name}">{_SECTIONS[name]}</a>' for name in sections)
    bodies = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{_SECTIONS[name]}</h2>'
        f"{content}</section>"
        for name, content in sections.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head>"
        f'<body><a class="skip" href="#content">{both("跳到正文", "Skip to content")}</a>'
        f"<header><h1>{both('评测报告', 'Evaluation report')}：{text(run.header.set_name)}</h1>"
        f"<p><code>{text(run_id)}</code> · {text(run.timings.started)}</p>{_lede(run)}</header>"
        f'<nav aria-label="目录 contents">{links}</nav><main id="content">{bodies}</main>'
        f"<footer><p>{_method()}</p></footer></body></html>\n"
    )


def _lede(run: Run) -> str:
    total = counts(run)
    shown = (
        (both("问题", "questions"), total["questions"]),
        (both("其中无答案", "unanswerable"), total["unanswerable"]),
        (both("失败", "failed"), total["failed"]),
        (both("标准依据", "gold"), total["gold"]),
        (both("不在库中", "nowhere"), total["gold_nowhere"]),
        ("F1_GR", number(folds(run.records)["F1_GR"]["value"])),
    )
    return listed((f"<b>{value}</b>{name}" for name, value in shown), "lede")


def _made(run: Run, comparison: Comparison | None) -> str:
    """Return what was measured with what, then what is to be known before reading on."""
    header = run.header
    judge, verifier = _judge_and_verifier(run)
    rows = [
        (both("问题集", "set"), f"{text(header.set_name)} <code>{text(header.set_digest)}</code>"),
        (both("索引", "index"), text(header.index_version)),
        (both("程序", "program"), text(header.program_version)),
        (both("评判者", "judge"), text(judge or "–")),
        (both("服务自查", "own verifier"), text(verifier)),
    ]
    rows += [
        (f"<code>{text(name)}</code>", text("–" if value in ("", None) else value))
        for name, value in header.settings.items()
        if name not in ("judge", "verifier")
    ]
    told = pairs(rows) + f'<p class="notice">{both(*independence_of(run))}</p>'
    if header.warnings:
        told += f"<h3>{both('注意', 'Warnings')}</h3>{listed(map(text, header.warnings))}"
    return told + _nowhere(run) + (_changed(comparison) if comparison else "")


def _nowhere(run: Run) -> str:
    """Return the gold that the library does not have: measures over it say little."""
    lines = [
        f"<code>{text(record.question.id)}</code> {text(name)}"
        for record in run.records
        for name in record.nowhere
    ]
    if not lines:
        return ""
    left = len(lines) - MOST_NOWHERE
    more = [both(f"另有 {left} 处", f"{left} more")] if left > 0 else []
    told = both(
        "库中没有这些标准依据，检索与引用它们的指标因此偏低。",
        "The library does not have this gold, which lowers the measures of finding and citing it.",
    )
    title = both("不在库中的标准依据", "Gold that is nowhere")
    return f"<h3>{title}</h3><p>{told}</p>{listed([*lines[:MOST_NOWHERE], *more])}"


def _changed(comparison: Comparison) -> str:
    title = both("与基线相比，改了什么", "What was changed since the baseline")
    rows = [
        (f"<code>{text(name)}</code>", f"{text(before)} → {text(after)}")
        for name, (before, after) in comparison.changed.items()
    ]
    named = f"<p>{both('基线', 'baseline')}: <code>{text(comparison.before)}</code></p>"
    same = f"<p>{both('没有记录到改动。', 'No change is on record.')}</p>"
    return f"<h3>{title}</h3>{named}{pairs(rows) if rows else same}"


def _sums(run: Run, comparison: Comparison | None, baseline: Run | None) -> str:
    told = ""
    if comparison is not None:
        if comparison.equal:
            alike = both(
                "每个问题的每个指标都与基线相同。", "No measure of any question differs from it."
            )
            told += f"<p>{alike}</p>"
        told += f"<p>{_corrected()}</p>"
    told += summary_table(run, comparison, baseline)
    absent = not_applying(run)
    if absent:
        told += f"<p>{both('无从计算', 'do not apply')}: <code>{', '.join(absent)}</code></p>"
    return told


def _corrected() -> str:
    return both(
        "同时比较多项，p 已校正：所有指标与分组一起按 max-T（Westfall–Young），整套问题的指标按"
        f" Holm。校正 p 高于 {ALPHA} 的差别或属偶然。",
        "Many things are compared at once, so p is adjusted: max-T (Westfall and Young) over all"
        " measures and slices together, Holm over the measures of all questions at once. A"
        f" difference whose adjusted p is above {ALPHA} may be chance.",
    )


def _method() -> str:
    return both(
        "失败的问题按最差计入每个指标。置信区间为按问题配对的自助法。",
        "A question that failed counts as the worst in every measure. Intervals are of the paired"
        " bootstrap over questions.",
    )
