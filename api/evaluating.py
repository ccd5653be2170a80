"""``judian eval run``: a set of questions over the library, recorded and reported."""

from __future__ import annotations

from pathlib import Path

from api.build import Judian
from api.progress import counting
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
    with counting(len(questions.questions), "question", "评测 evaluating") as on_done:
        finished = run(
            questions,
            library,
            judian.answerer,
            k=k,
            settings=settings,
            on_progress=lambda done, _total: on_done(done),
        )
    folder = save(finished, library.home / RUNS)
    saved = f"逐题记录 records: {folder}"
    return {**summary(finished), "folder": str(folder)}, [*render(finished).splitlines(), saved]
