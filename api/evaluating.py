"""``judian eval run``: a set of questions over the library, recorded and reported."""

from __future__ import annotations

import sys
from pathlib import Path

from tqdm import tqdm

from api.build import Judian
from eval.report import render
from eval.runner import run
from eval.saving import save, summary
from eval.sets import read_set

RUNS = "runs"  # below the library's home


def evaluate(judian: Judian, set_file: Path, k: int) -> tuple[dict[str, object], list[str]]:
    """Run a set and return (its summary as data, the report's lines). Raises EvalError."""
    questions = read_set(set_file)
    library = judian.library
    library.check()  # loads the model, so that the first question's time is not the model's
    settings = {"embedder": library.embedder.identity.key}
    with tqdm(
        total=len(questions.questions),
        unit="question",
        desc="评测 evaluating",
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:
        finished = run(
            questions,
            library,
            judian.answerer,
            k=k,
            settings=settings,
            on_progress=lambda done, _total: _advance(bar, done),
        )
    folder = save(finished, library.home / RUNS)
    saved = f"逐题记录 records: {folder}"
    return {**summary(finished), "folder": str(folder)}, [*render(finished).splitlines(), saved]


def _advance(bar: tqdm[None], done: int) -> None:
    bar.update(done - bar.n)
