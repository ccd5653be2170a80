"""The commands of evaluation: ``judian eval COMMAND``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.console import REFUSED, Console, json_option, opened
from api.cli.eval_sets import export, import_, make
from corpus.messages.message import Message
from rag.defaults import DEFAULT_PASSAGES

REGRESSED = 7  # exit code of the gate when a measure got worse, or a promise is not kept

_workers = click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="同时提问的数目。 Questions at once.",
)
_baseline = click.option("--baseline", help="基线运行的编号。 The run to compare with.")


@click.group(name="eval", help="评测。 Evaluate answers on a set of questions.")
def eval_() -> None:
    """Hold the commands of evaluation."""


@eval_.command()
@click.argument("set_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-k",
    default=DEFAULT_PASSAGES,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="检索的段落数。 Passages to retrieve.",
)
@_workers
@click.option("--judge", help="评判：mechanical、classifier:模型，或语言模型。 Who judges claims.")
@click.option("--anew", is_flag=True, help="不继续未完成的运行。 Do not resume an earlier run.")
@json_option
def run(set_file: Path, k: int, workers: int, judge: str | None, anew: bool, as_json: bool) -> None:
    """在问题集上评测；被中断的同一评测接着做。 Run a set; an interrupted one is resumed."""
    from api.cli.evaluating import evaluate

    with opened(as_json=as_json) as judian:
        data, lines = evaluate(judian, set_file, k=k, workers=workers, judge=judge, anew=anew)
        Console(as_json=as_json).show(data, lines)
    _exit_for_failures(data)


@eval_.command()
@click.argument("run_id")
@_workers
@json_option
def resume(run_id: str, workers: int, as_json: bool) -> None:
    """继续未完成的评测。 Go on with an unfinished run."""
    from api.cli.evaluating import go_on

    with opened(as_json=as_json) as judian:
        data, lines = go_on(judian, run_id, workers)
        Console(as_json=as_json).show(data, lines)
    _exit_for_failures(data)


def _exit_for_failures(data: Mapping[str, Any]) -> None:
    """Exit with 1 if questions failed: they are scored as worst, and the rest is told."""
    if data["counts"]["failed"]:
        sys.exit(REFUSED)


@eval_.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """列出评测运行。 List the runs."""
    from api.cli.evaluating import home_of, list_lines, runs_of

    data, lines = list_lines(runs_of(home_of()))
    Console(as_json=as_json).show(data, lines)


@eval_.command()
@click.argument("run_id")
@json_option
def show(run_id: str, as_json: bool) -> None:
    """查看一次评测；latest 为最近一次。 Show a run; latest is the newest."""
    from api.cli.evaluating import home_of, runs_of, shown

    data, lines = shown(runs_of(home_of()), run_id)
    Console(as_json=as_json).show(data, lines)


@eval_.command()
@click.argument("run_id")
@_baseline
@click.option("-o", "--to", type=click.Path(path_type=Path, file_okay=False), help="写到此处。")
@json_option
def report(run_id: str, baseline: str | None, to: Path | None, as_json: bool) -> None:
    """写出报告：HTML、Markdown、CSV、JSON。 Write the report of a run."""
    from api.cli.evaluating import reported

    with opened(as_json=as_json) as judian:
        data, lines = reported(judian, run_id, baseline, to)
        Console(as_json=as_json).show(data, lines)


@eval_.command()
@click.argument("run_id")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="写到此文件夹，替换原有基线。 The folder; a baseline that is there is replaced.",
)
@json_option
def keep(run_id: str, to: Path, as_json: bool) -> None:
    """把一次评测存为基线。 Keep a run as the baseline that later ones are compared with."""
    from api.cli.evaluating import home_of, runs_of

    folder = runs_of(home_of()).open(run_id)
    folder.keep(to)
    told = Message("cli.kept", run=folder.id, to=to)
    Console(as_json=as_json).show({"id": folder.id, "to": str(to)}, [told])


@eval_.command()
@click.argument("before")
@click.argument("after")
@json_option
def compare(before: str, after: str, as_json: bool) -> None:
    """比较两次评测，先列出翻转的问题。 Compare two runs, flipped questions first."""
    from dataclasses import asdict

    from api.cli.evaluating import compared, home_of, runs_of
    from eval.reports.text_report import comparison_lines

    found = compared(runs_of(home_of()), before, after)
    Console(as_json=as_json).show(asdict(found), comparison_lines(found))


@eval_.command()
@click.argument("run_id")
@_baseline
@click.option(
    "--rules",
    type=click.Path(path_type=Path, dir_okay=False),
    help="门槛文件，默认为当前目录的 gate.toml。 The rules; default gate.toml here.",
)
@json_option
def gate(run_id: str, baseline: str | None, rules: Path | None, as_json: bool) -> None:
    """有真实退步时以退出码 7 结束。 Exit with 7 on a real regression or a broken promise."""
    from dataclasses import asdict

    from api.cli.evaluating import gated, home_of, runs_of
    from eval.reports.text_report import outcome_lines

    found = gated(runs_of(home_of()), run_id, baseline, rules)
    data = {**asdict(found), "passed": found.passed}
    Console(as_json=as_json).show(data, outcome_lines(found))
    if not found.passed:
        sys.exit(REGRESSED)


@eval_.command()
@click.argument("run_id")
@click.option("--judge", help="评判：mechanical、classifier:模型，或语言模型。 Who judges claims.")
@json_option
def judge(run_id: str, judge: str | None, as_json: bool) -> None:
    """请另一位评判核对一次评测的全部论断。 Have another judge check a run's claims."""
    from api.cli.evaluating import home_of, judge_named, judged, runs_of

    data, lines = judged(runs_of(home_of()).open(run_id), judge_named(judge))
    Console(as_json=as_json).show(data, lines)


for command in (make, import_, export):
    eval_.add_command(command)
