"""``judian eval``: runs over the library, compared, gated and reported."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from api.build import RUNS, Judian, judge_of
from api.cli.console import in_language, labelled, say
from api.cli.progress import counting
from api.language import here
from api.settings import Settings
from corpus.errors import CorpusError
from corpus.messages.message import Message
from eval.comparison.comparing import Comparison, compare
from eval.comparison.gate import Outcome, Rules, gate, read_rules
from eval.errors import LibraryChanged
from eval.judges import Judge
from eval.measures.table import BY_NAME
from eval.plain_records import claims_of
from eval.reports.text_report import render
from eval.runs.judgements import judge_run, judged_sums
from eval.runs.labels import agreements
from eval.runs.one_question import Asking
from eval.runs.run_folder import RunFolder, RunState
from eval.runs.run_list import RunStore
from eval.runs.runner import resume, run_stored
from eval.runs.summary import summary
from eval.sets.question_sets import read_set
from eval.types import Run

RULES = "gate.toml"
HEADLINES = ("hit@10", "keypoint_recall", "gold_recall", "decision_right")


def runs_of(home: Path) -> RunStore:
    """Return the runs of the library at ``home``; no model is loaded."""
    return RunStore(home / RUNS)


def home_of(environ: Mapping[str, str] | None = None) -> Path:
    """Return the library's home that the environment names."""
    return Settings.from_environment(environ).home


def judge_named(name: str | None) -> Judge:
    """Return the judge of this name, or of the settings."""
    settings = Settings.from_environment(os.environ)
    return judge_of(settings if name is None else replace(settings, judge=name))


def evaluate(
    judian: Judian, set_file: Path, *, k: int, workers: int, judge: str | None, anew: bool
) -> tuple[dict[str, Any], list[str]]:
    """Run a set and return (its summary as data, the report's lines). Raises EvalError."""
    questions = read_set(set_file)
    for warning in questions.warnings:
        say(labelled(Message("cli.note"), warning))
    asking = _asking(judian, k, workers, judge)
    with _progress(len(questions.questions)) as (on_progress, on_begin):
        done, folder = run_stored(
            runs_of(judian.library.home),
            questions,
            asking,
            anew=anew,
            on_progress=on_progress,
            on_begin=on_begin,
        )
    return _told(done, folder)


def go_on(judian: Judian, name: str, workers: int) -> tuple[dict[str, Any], list[str]]:
    """Go on with an unfinished run, and return the same as ``evaluate``. Raises EvalError."""
    folder = runs_of(judian.library.home).open(name)
    begun = folder.header.settings
    judge = str(begun.get("judge", ""))
    named = None if judge.startswith("model:") else judge
    asking = _asking(judian, int(str(begun["k"])), workers, named)
    with _progress(folder.state().questions) as (on_progress, on_begin):
        done, folder = resume(folder, asking, on_progress=on_progress, on_begin=on_begin)
    return _told(done, folder)


def list_lines(store: RunStore) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every run as data, and a line each."""
    states = store.all()
    lines = [f"{each.id}  {_state(each.done, each.questions, each.damaged)}" for each in states]
    lines = [f"{line}{_headline(each)}" for line, each in zip(lines, states, strict=True)]
    return [asdict(each) for each in states], lines or [Message("cli.no_runs")]


def shown(store: RunStore, name: str) -> tuple[dict[str, Any], list[str]]:
    """Return a finished run's summary and its report's lines. Raises EvalError."""
    folder = store.open(name)
    return _told(folder.load(), folder)


def reported(
    judian: Judian, name: str, baseline: str | None, to: Path | None
) -> tuple[dict[str, Any], list[str]]:
    """Write a run's report as HTML, Markdown, CSV and JSON; return the paths. Raises EvalError."""
    from eval.reports.files import write_report

    store = runs_of(judian.library.home)
    folder = store.open(name)
    done = folder.load()
    before = _opened(store, baseline) if baseline else None
    paths = write_report(
        to or folder.path,
        folder.id,
        done,
        baseline=before,
        comparison=compare(before, (folder.id, done)) if before else None,
        agreements=agreements(folder, done),
        around=_around(judian),
    )
    told = [str(each) for each in paths]
    return {"id": folder.id, "files": told}, [
        labelled(Message("cli.written"), each) for each in told
    ]


def compared(store: RunStore, before: str, after: str) -> Comparison:
    """Compare two runs. Raises EvalError."""
    return compare(_opened(store, before), _opened(store, after))


def gated(store: RunStore, name: str, baseline: str | None, rules: Path | None) -> Outcome:
    """Hold a run against a baseline and rules. Raises EvalError.

    Rules not named are looked for in the working folder as ``gate.toml``; without a file every
    tolerance is 0.
    """
    found = rules or (Path(RULES) if Path(RULES).is_file() else None)
    read = read_rules(found) if found else Rules()
    before = _opened(store, baseline) if baseline else None
    return gate(before, _opened(store, name), read)


def judged(folder: RunFolder, judge: Judge) -> tuple[dict[str, Any], list[str]]:
    """Have a judge check every claim of a run, and return what it comes to. Raises EvalError."""
    done = folder.load()
    total = sum(len(claims_of(record)) for record in done.records)
    with counting(total, Message("cli.judging")) as on_done:
        rows = judge_run(folder, judge, lambda at, _total: on_done(at))
    sums = judged_sums(done, rows)
    agreed = [each for each in agreements(folder, done) if each["judge"] == judge.name]
    lines: list[str] = [Message("cli.judged", judge=judge.name, claims=total)]
    for name, each in sums.items():
        value = "–" if each["value"] is None else f"{each['value']:.3f}"
        lines.append(f"{value:>8}  n {each['n']}  {_measure(name)}")
    lines += [_agreement(each) for each in agreed]
    if not agreed:
        lines.append(Message("cli.no_labels"))
    return {"judge": judge.name, "measures": sums, "agreement": agreed}, lines


def _agreement(each: dict[str, Any]) -> str:
    accuracy, kappa = (
        "–" if each[name] is None else f"{each[name]:.3f}" for name in ("accuracy", "kappa")
    )
    return Message("cli.agreement", accuracy=accuracy, kappa=kappa, n=each["n"])


def _measure(name: str) -> str:
    return in_language(BY_NAME[name].zh, BY_NAME[name].en)


def _opened(store: RunStore, name: str) -> tuple[str, Run]:
    folder = store.open(name)
    return folder.id, folder.load()


def _asking(judian: Judian, k: int, workers: int, judge: str | None) -> Asking:
    library = judian.library
    library.check()  # loads the model, so that the first question's time is not the model's
    settings = {**judian.made_with, "embedder": library.embedder.identity.key}
    return Asking(library, judian.answerer, judge_named(judge), k, workers, settings)


def _told(done: Run, folder: RunFolder) -> tuple[dict[str, Any], list[str]]:
    saved = labelled(Message("cli.records"), str(folder.path))
    more = labelled(Message("cli.report"), f"judian eval report {folder.id}")
    data = {**summary(done), "id": folder.id, "folder": str(folder.path)}
    return data, [*render(done).splitlines(), saved, more]


def _headline(state: RunState) -> str:
    """Return what tells runs apart at a glance: what was found, cited and decided."""
    told = []
    for name in HEADLINES:
        value = (state.measures or {}).get(name, {}).get("value")
        if value is not None:
            told.append(f"{_measure(name)} {value:.3f}")
    return f"  {' · '.join(told)}" if told else ""


def _state(done: int, questions: int, damaged: str) -> str:
    if damaged:
        return labelled(Message("cli.damaged"), damaged)
    if done < questions:
        return here(Message("cli.unfinished", done=done, total=questions))
    return here(Message("cli.questions", count=questions))


@contextmanager
def _progress(
    total: int,
) -> Iterator[tuple[Callable[[int, int], None], Callable[[RunFolder, int], None]]]:
    """Show progress with the time left, and say how to go on when interrupted."""
    begun: list[RunFolder] = []
    with counting(total, Message("cli.evaluating")) as on_done:

        def on_begin(folder: RunFolder, done: int) -> None:
            begun.append(folder)
            if done:
                say(Message("cli.going_on", run=folder.id, done=done, total=total))
                on_done(done)

        try:
            yield (lambda done, _total: on_done(done)), on_begin
        except BaseException as error:
            for folder in begun:
                if not folder.finished and not isinstance(error, LibraryChanged):
                    say(Message("cli.go_on_with", run=folder.id))
            raise


def _around(judian: Judian) -> Callable[[str], tuple[str, str]]:
    """Return what tells the text of a citation's paragraph ahead of its quote and behind it."""

    def around(citation_id: str) -> tuple[str, str]:
        try:
            place = judian.library.cite(citation_id)
        except CorpusError:  # a document purged since: its quote alone is shown
            return "", ""
        return place.before, place.after

    return around
