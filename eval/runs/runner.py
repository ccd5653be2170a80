"""Runs: every question of a set is answered once, scored, judged and recorded.

Several questions are asked at once; what was answered is kept line by line, so a run that was
killed goes on where it stopped. A library that changes meanwhile stops the run: the mean over two
libraries says nothing about either.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, replace
from time import perf_counter

from corpus.messages.message import Message
from eval.errors import LibraryChanged
from eval.judges import Judge, MechanicalJudge
from eval.plain_records import line, plain_record
from eval.runs.one_question import (
    DEFAULT_HITS,
    Asking,
    Entry,
    QuestionAnswerer,
    SearchedLibrary,
    ask,
)
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore, now
from eval.sets.locating import Evidence
from eval.types import EvalSet, Header, Question, Run, Timings

Progress = Callable[[int, int], None]  # (done, total)


def run(
    eval_set: EvalSet,
    library: SearchedLibrary,
    answerer: QuestionAnswerer,
    *,
    k: int = DEFAULT_HITS,
    settings: Mapping[str, object] | None = None,
    on_progress: Progress | None = None,
    judge: Judge | None = None,
    workers: int = 1,
) -> Run:
    """Return one record per question, in the set's order, and store nothing.

    A question that raises one of ``FAILURES`` is recorded with its error and the worst values.
    What goes wrong before the first question passes through. Raises LibraryChanged.
    """
    asking = Asking(library, answerer, judge or MechanicalJudge(), k, workers, settings)
    started, began = now(), perf_counter()
    header = asking.header(eval_set)
    entries: dict[str, Entry] = {}
    for entry in _ask_all(eval_set, asking, header.index_version, ()):
        entries[entry[0].question.id] = entry
        if on_progress is not None:
            on_progress(len(entries), len(eval_set.questions))
    return _whole(eval_set, header, entries, started, perf_counter() - began, workers)


def run_stored(
    store: RunStore,
    eval_set: EvalSet,
    asking: Asking,
    *,
    anew: bool = False,
    on_progress: Progress | None = None,
    on_begin: Callable[[RunFolder, int], None] | None = None,
) -> tuple[Run, RunFolder]:
    """Run a set and keep it; an unfinished run of equal inputs is resumed, but for ``anew``.

    ``on_begin`` hears the folder and how many questions it has already answered. Raises
    LibraryChanged, RunBusy, RunUnsaved; what was answered is kept.
    """
    header = asking.header(eval_set)
    folder = None if anew else store.unfinished(header)
    folder = folder or store.begin(eval_set, header, now())
    return resume(folder, asking, on_progress=on_progress, on_begin=on_begin, eval_set=eval_set)


def resume(
    folder: RunFolder,
    asking: Asking,
    *,
    on_progress: Progress | None = None,
    on_begin: Callable[[RunFolder, int], None] | None = None,
    eval_set: EvalSet | None = None,
) -> tuple[Run, RunFolder]:
    """Go on with a run. Raises LibraryChanged if it was begun with other inputs."""
    eval_set = eval_set or folder.questions()
    began = perf_counter()
    with folder.working():
        if folder.finished:
            return folder.load(), folder
        header = folder.header
        if asking.header(eval_set) != header:
            raise LibraryChanged(_changed(header, asking.header(eval_set)))
        entries = folder.entries()
        if on_begin is not None:
            on_begin(folder, len(entries))
        total = len(eval_set.questions)
        with folder.journal() as journal:
            for entry in _ask_all(eval_set, asking, header.index_version, entries):
                record, timing = entry
                row = {"record": plain_record(record), "timing": asdict(timing)}
                journal.write(line(row))
                journal.flush()
                entries[record.question.id] = entry
                if on_progress is not None:
                    on_progress(len(entries), total)
        seconds = perf_counter() - began
        done = _whole(eval_set, header, entries, folder.started, seconds, asking.workers)
        folder.finish(done)
    return done, folder


def _whole(
    eval_set: EvalSet,
    header: Header,
    entries: Mapping[str, Entry],
    started: str,
    seconds: float,
    workers: int,
) -> Run:
    ordered = [entries[each.id] for each in eval_set.questions]
    timings = Timings(started, tuple(timing for _, timing in ordered), seconds, _peak_mb(), workers)
    header = replace(header, warnings=eval_set.warnings)
    return Run(header, tuple(record for record, _ in ordered), timings)


def _ask_all(
    eval_set: EvalSet, asking: Asking, index_version: str, without: Iterable[str]
) -> Iterator[Entry]:
    """Yield each question's record as it comes; few are under way at once, however many wait."""
    skipped = frozenset(without)
    waiting = (each for each in eval_set.questions if each.id not in skipped)
    evidence = Evidence(eval_set, asking.library)

    def asked(question: Question) -> Entry:
        entry = ask(question, evidence.of(question), asking)
        if asking.library.version != index_version:
            raise LibraryChanged(
                Message("eval.library_changed", before=index_version, after=asking.library.version)
            )
        return entry

    if asking.workers == 1:
        yield from map(asked, waiting)
        return
    with ThreadPoolExecutor(asking.workers, thread_name_prefix="eval") as pool:
        running: set[Future[Entry]] = set()
        try:
            for question in waiting:
                running.add(pool.submit(asked, question))
                if len(running) > asking.workers:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (each.result() for each in done)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (each.result() for each in done)
        finally:
            for each in running:
                each.cancel()


def _peak_mb() -> float:
    """Return the process's resident memory at its highest, in 10^6 bytes (getrusage)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _changed(before: Header, after: Header) -> str:
    old, new = asdict(before), asdict(after)
    parts = [f"{key}: {old[key]} → {new[key]}" for key in old if old[key] != new[key]]
    return Message("eval.conditions_changed", changes=parts)
