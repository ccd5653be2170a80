"""Whether the gate keeps its promises: ``python -m benchmarks.gate --home FOLDER``.

FOLDER holds a library of cmrc2018, as ``benchmarks.index.retrieval`` builds it. Its questions of
half B (1,000) are run as users would run them, and again with a fault planted: half of the passages
exchanged, fusion off, and, with a language model that invents, the verifier off.

- Each planted fault must be caught, two equal runs must pass.
- False alarms: pairs of equal quality are drawn from two real runs by drawing questions with
  replacement and swapping the runs' values of each at random; the share stopped at 5 %.
- Power: a run with 3 points of its right answers made wrong, against itself, and against another
  of equal quality, over such draws.

Times: the run of 1,000 questions, and what evaluation itself took of it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from api.build import open_judian
from api.settings import Settings
from benchmarks.index.retrieval import BENCH
from benchmarks.kit.machine import machine
from benchmarks.kit.planted import Bent, HalfShuffled, VectorsAlone, written
from benchmarks.kit.sets import cmrc_half_b
from eval.comparison.gate import GATED, Rules, changes, gate, one_sided
from eval.comparison.resampling import Matrix
from eval.measures.table import BY_NAME
from eval.runs.one_question import QuestionAnswerer, SearchedLibrary
from eval.runs.runner import run
from eval.runs.summary import summary
from eval.types import EvalSet, Record, Run
from index.library import Library
from rag.answerer import Answerer

QUESTIONS = 1000
PLANTED = 0.03  # share of all questions whose right answer is made wrong
FLIPS = 1_999  # of one test: 200 of them are made
WORKERS = 2


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the libraries")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--pairs", type=int, default=200, help="of equal quality")
    parser.add_argument("--draws", type=int, default=100, help="of planted regressions")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    if not (options.home / "cmrc2018").is_dir() or not BENCH.is_dir():
        print(f"skipped: no library cmrc2018 below {options.home}, or no data at {BENCH}")
        return
    figures: dict[str, float] = {}
    judian = open_judian(
        Settings(home=options.home / "cmrc2018", cache=Settings.from_environment().cache)
    )
    library = judian.library
    library.check()
    asked = cmrc_half_b(options.questions)
    plain = _timed(asked, library, judian.answerer, figures)
    again = _run(asked, library, judian.answerer)
    _say(figures, "two equal runs: stopped", float(not _passes(plain, again)))
    fused = _bent(asked, VectorsAlone(library))
    _say(figures, "fusion off: caught", float(not _passes(plain, fused)))
    shuffled = _bent(asked, HalfShuffled(library))
    _say(figures, "half the passages exchanged: caught", float(not _passes(plain, shuffled)))
    on = _run(asked, library, written(library, verified=True))
    off = _run(asked, library, written(library, verified=False))
    _say(figures, "verifier off: caught", float(not _passes(on, off)))
    random = np.random.default_rng(1)
    alarms = [_alarm(plain.records, fused.records, random) for _ in range(options.pairs)]
    _say(figures, f"false alarms at 5 %, {options.pairs} pairs", float(np.mean(alarms)))
    caught = [_planted(plain.records, fused.records, random) for _ in range(options.draws)]
    alone, noisy = np.mean(caught, axis=0)
    _say(figures, f"3 points planted, {options.draws} draws: caught", float(alone))
    _say(figures, "the same, between runs that differ by chance: caught", float(noisy))
    library.close()
    if options.json:
        table = {**machine(), "figures": {name: round(v, 4) for name, v in figures.items()}}
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def _timed(asked: EvalSet, library: Library, answerer: Answerer, figures: dict[str, float]) -> Run:
    began = time.perf_counter()
    done = _run(asked, library, answerer)
    _say(figures, f"{len(asked.questions)} questions: seconds", time.perf_counter() - began)
    overhead = summary(done)["timings"]["overhead"]
    _say(figures, "evaluation itself, share of answering", overhead)
    for name in ("contains_answer", "nDCG@10", "gold_recall", "groundedness"):
        _say(figures, f"  {name}", summary(done)["measures"][name]["value"])
    return done


def _run(asked: EvalSet, library: SearchedLibrary, answerer: QuestionAnswerer) -> Run:
    return run(asked, library, answerer, workers=WORKERS)


def _bent(asked: EvalSet, library: Bent) -> Run:
    return _run(asked, library, Answerer(library))  # type: ignore[arg-type]


def _passes(before: Run, after: Run) -> bool:
    found = gate(("before", before), ("after", after))
    for each in found.tested:
        if each.regressed:
            print(
                f"    {each.measure}: {each.before:.3f} -> {each.after:.3f} p {each.adjusted:.4f}"
            )
    return found.passed


def worse_by(old: Sequence[Record], new: Sequence[Record]) -> Matrix:
    """Return how much worse each question got by each gated measure, 0 where it does not apply."""
    found = np.zeros((len(old), len(GATED)))
    for at, name in enumerate(GATED):
        sign = 1.0 if BY_NAME[name].lower_is_better else -1.0
        for row, (before, after) in enumerate(zip(old, new, strict=True)):
            was, now = before.values.get(name), after.values.get(name)
            if was is not None and now is not None:
                found[row, at] = sign * (now - was)
    return found


def _alarm(old: Sequence[Record], new: Sequence[Record], random: np.random.Generator) -> bool:
    """Tell whether a pair of equal quality is stopped."""
    worse = worse_by(old, new)
    drawn = random.integers(0, len(old), len(old))
    signs = random.integers(0, 2, len(old)) * 2.0 - 1.0
    return min(one_sided(worse[drawn] * signs[:, None], FLIPS)) <= Rules().alpha


def _planted(
    old: Sequence[Record], new: Sequence[Record], random: np.random.Generator
) -> tuple[bool, bool]:
    """Tell whether a run is stopped in which some right answers of another were made wrong.

    First against itself; then against one of equal quality, drawn as for the false alarms.
    """
    drawn = random.integers(0, len(old), len(old)).tolist()
    swapped = random.integers(0, 2, len(old)).tolist()
    pairs = [
        (old[at], new[at]) if s else (new[at], old[at])
        for at, s in zip(drawn, swapped, strict=True)
    ]
    before, after = [b for b, _ in pairs], [a for _, a in pairs]
    right = [at for at, each in enumerate(after) if each.values.get("contains_answer") == 1]
    spoilt = set(random.choice(right, round(PLANTED * len(after)), replace=False).tolist())
    worse = [_spoilt(each) if at in spoilt else each for at, each in enumerate(after)]
    alone, noisy = (changes(some, worse, Rules()) for some in (after, before))
    return any(each.regressed for each in alone), any(each.regressed for each in noisy)


def _spoilt(record: Record) -> Record:
    return replace(record, values={**record.values, "contains_answer": 0.0})


def _say(figures: dict[str, float], name: str, value: float) -> None:
    figures[name] = value
    print(f"{name:60} {value:10.4f}", flush=True)


if __name__ == "__main__":
    main()
