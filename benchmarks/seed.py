"""The twenty seed questions, asked of a fresh library and compared with their targets.

``python -m benchmarks.seed [--laws] [--save FOLDER]``. Data is found by JUDIAN_SHARED and
JUDIAN_BENCH. Exit code 0: every target met, or skipped for want of data; 1: a target missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.build import open_judian
from api.settings import Settings
from corpus.ingest import find_files
from corpus.types import AddOutcome, AddState
from eval.judges import MechanicalJudge
from eval.measures.table import means
from eval.reports.formatting import pad, width
from eval.reports.text_report import render
from eval.runs.one_question import Asking
from eval.runs.run_list import RunStore
from eval.runs.runner import run, run_stored
from eval.sets.question_sets import read_set
from eval.types import Mean, Run

ROOT = Path(__file__).resolve().parent.parent
SHARED, BENCH = Path("../shared"), Path("../shared/bench")  # from the project's root


@dataclass(frozen=True, slots=True)
class Target:
    """At least ``least`` of the questions that a measure applies to must have the value 1."""

    measure: str
    words: str
    least: Callable[[int], int]  # of n questions


TARGETS = (
    Target("paragraph_hit@3", "标准段落在前 3 条 gold paragraph in first 3 hits", lambda n: n),
    Target("contains_all", "答案含全部要点 all musts contained", lambda n: n * 13 // 15),
    Target("quote_exact", "引文逐字准确 all quotes exact", lambda n: n),
    Target("abstention_recall", "该拒答的拒答 unanswerable abstain", lambda n: n * 4 // 5),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, print its table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed", description=__doc__)
    parser.add_argument("--laws", action="store_true", help="add the 251 laws to the library too")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep the run under FOLDER")
    options = parser.parse_args(arguments)
    shared = _folder("JUDIAN_SHARED", SHARED)
    questions = _folder("JUDIAN_BENCH", BENCH) / "seed" / "questions.jsonl"
    sources = [shared / "seed", *([shared / "data" / "laws"] if options.laws else [])]
    missing = [each.name for each in (*sources, questions) if not each.exists()]
    if missing:
        print(
            f"跳过：缺少数据 {', '.join(missing)}（JUDIAN_SHARED、JUDIAN_BENCH）。"
            " skipped: the data is missing."
        )
        return 0
    with tempfile.TemporaryDirectory(prefix="judian-seed-") as home:
        done = _run({**os.environ, "JUDIAN_HOME": home}, sources, questions, options.save)
    print(render(done))
    return 0 if print_targets(done) else 1


def print_targets(done: Run) -> bool:
    """Print what was reached of each target, and return whether all were met."""
    folded = means([record.values for record in done.records])
    rows = [(target, _reached(folded[target.measure])) for target in TARGETS]
    columns = max(width(target.words) for target, _ in rows)
    met = True
    print("目标 targets")
    for target, (reached, n) in rows:
        least = target.least(n)
        good = n > 0 and reached >= least
        met = met and good
        word = "达到 met" if good else "未达到 MISSED"
        print(f"  {pad(target.words, columns)}  {reached:>2} / {n:<2}  ≥ {least:<2}  {word}")
    return met


def _reached(folded: Mean) -> tuple[int, int]:
    """Return how many questions have the value 1, of how many (the measures here are 0 or 1)."""
    return (int(folded.value * folded.n) if folded.value is not None else 0, folded.n)


def _run(
    environ: Mapping[str, str], sources: Sequence[Path], questions: Path, keep: Path | None
) -> Run:
    services = open_judian(Settings.from_environment(environ))
    library = services.library
    outcomes = library.add(list(find_files(sources)))
    _tell_refused(outcomes)
    library.check()  # the model is loaded, so that the first question's time is its own
    settings = {"documents": len(library.documents()), "laws": len(sources) > 1}
    asked = read_set(questions)
    try:
        if keep is None:
            answerer, told = services.answerer, _progress()
            return run(asked, library, answerer, settings=settings, on_progress=told)
        asking = Asking(library, services.answerer, MechanicalJudge(), settings=settings)
        done, folder = run_stored(RunStore(keep), asked, asking, anew=True)
        print(folder.path)
        return done
    finally:
        library.close()


def _tell_refused(outcomes: Sequence[AddOutcome]) -> None:
    for each in outcomes:
        if each.state is AddState.REFUSED:
            print(f"未收入 refused: {Path(each.source).name}: {each.reason}", file=sys.stderr)


def _progress() -> Callable[[int, int], None] | None:
    """Return what shows progress on a terminal; nothing is shown in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r{done} / {total}", end="\n" if done == total else "", file=sys.stderr)

    return show


def _folder(variable: str, default: Path) -> Path:
    """Return the folder a variable names, or the default beside the project."""
    return (ROOT / (os.environ.get(variable) or default)).resolve()


if __name__ == "__main__":
    sys.exit(main())
