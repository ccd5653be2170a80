"""The report of a run as one HTML file, which needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from eval.comparison.comparing import EVERYTHING, Comparison, compare
from eval.judges import MECHANICAL, same_kind
from eval.reports import per_question, sums
from eval.reports.charts import charts
from eval.reports.per_question import MOST_QUESTIONS, Around, in_paragraph, places, worst
from eval.reports.templating import rendered
from eval.runs.summary import counts, folds
from eval.types import Run
from rag.types import Label

MOST_NOWHERE = 200  # lines of gold that the library does not have; the rest are counted
MOST_SLICES = 60  # lines; the rest are counted
MOST_HITS = 20  # of a question; the rest are counted
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
SECTIONS = {
    "made": ("用什么做的", "Made with"),
    "sums": ("指标", "Measures"),
    "slices": ("分组", "Slices"),
    "charts": ("图", "Charts"),
    "agreements": ("评判者可信吗", "Judges against people"),
    "flips": ("翻转的问题", "Questions that flipped"),
    "worst": ("有误的问题", "Questions that went wrong"),
}
LABELS = {
    Label.SUPPORTED.value: ("有据", "supported"),
    Label.PARTIAL.value: ("部分有据", "partial"),
    Label.UNSUPPORTED.value: ("无据", "unsupported"),
    Label.CONTRADICTED.value: ("与原文相反", "contradicted"),
}


def report_html(
    run_id: str,
    run: Run,
    *,
    baseline: tuple[str, Run] | None = None,
    comparison: Comparison | None = None,
    agreements: Sequence[Mapping[str, Any]] = (),
    around: Around | None = None,
) -> str:
    """Return the report as one HTML page.

    ``around`` gives what stands before and after a citation's quote in its paragraph, empty where
    that is not known. ``agreements`` have judge, n, accuracy and kappa. A baseline without a
    comparison is compared here. Raises BadRun if they are not of one set.
    """
    if baseline is not None and comparison is None:
        comparison = compare(baseline, (run_id, run))
    old = baseline[1] if baseline else None
    left_out = {"agreements": not agreements, "flips": comparison is None}
    wrong = worst(run.records)
    flips = comparison.flips if comparison else ()
    above = {each.question.id for each in flips[:MOST_QUESTIONS]}
    return rendered(
        "report.html.jinja",
        sections={name: both for name, both in SECTIONS.items() if not left_out.get(name)},
        policy=POLICY,
        run_id=run_id,
        run=run,
        baseline=old,
        comparison=comparison,
        agreements=agreements,
        counts=counts(run),
        f1_gr=folds(run.records)["F1_GR"]["value"],
        judges=_judge_and_verifier(run),
        independence=independence_of(run),
        nowhere=[(each.question.id, name) for each in run.records for name in each.nowhere],
        sums=sums,
        slice_rows=sums.slice_rows(run, comparison),
        charts=charts(run, old),
        questions=per_question,
        places=places(run),
        wrong=wrong,
        fresh=[each for each in wrong if each.question.id not in above],
        in_paragraph=partial(in_paragraph, around=around),
        labels=LABELS,
        EVERYTHING=EVERYTHING,
        MOST_NOWHERE=MOST_NOWHERE,
        MOST_SLICES=MOST_SLICES,
        MOST_HITS=MOST_HITS,
    )


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
