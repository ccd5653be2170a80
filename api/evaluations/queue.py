"""Evaluations in the background: one at a time, the rest in the order they came.

What is known of a run after a restart is what its folder says: a finished one is whole, another has
stopped and can be resumed. Nothing here is ever deleted from a folder.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Protocol

from api.evaluations.folders import EvalFolders
from api.evaluations.states import (
    EvalProgress,
    EvalState,
    Job,
    TooManyEvals,
    stored,
    under_way,
    worked_on,
)
from corpus.errors import CorpusError
from corpus.messages.message import Message, message_of
from eval.errors import BadRun, EvalError, RunBusy
from eval.judges import Judge, MechanicalJudge
from eval.runs.one_question import (
    DEFAULT_HITS,
    DEFAULT_WORKERS,
    Asking,
    QuestionAnswerer,
    SearchedLibrary,
)
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore, now
from eval.runs.runner import resume
from eval.types import EvalSet
from index.errors import IndexingError
from rag.errors import RagError

logger = logging.getLogger(__name__)

MOST_WAITING = 20  # more than a person starts by hand; a program can wait and try again
TELLABLE = (EvalError, CorpusError, IndexingError, RagError, OSError)  # in their own words


class EvaluatedLibrary(SearchedLibrary, Protocol):
    """The library as an evaluation in the background needs it."""

    def check(self) -> None:
        """Embed a word and search for it; raise what is wrong."""
        ...


class _Cancelled(Exception):
    """Raised between two questions."""


class EvalJobs:
    """Runs evaluations; used from several threads."""

    def __init__(
        self,
        store: RunStore,
        library: EvaluatedLibrary,
        answerer: QuestionAnswerer,
        settings: Callable[[], Mapping[str, object]] = dict,  # what is kept with each run
        judge: Judge | None = None,
    ) -> None:
        self.folders = EvalFolders(store)
        self._store = store
        self._library = library
        self._answerer = answerer
        self._settings = settings
        self._judge = judge or MechanicalJudge()
        self._changed = threading.Condition()
        self._active: OrderedDict[str, Job] = OrderedDict()  # the first is under way
        self._ended: dict[str, tuple[EvalState, str]] = {}  # failed or cancelled since the start

    def start(self, eval_set: EvalSet, *, k: int, workers: int, anew: bool = False) -> EvalProgress:
        """Begin a run, or resume one of equal inputs that has stopped, but for ``anew``.

        Raises TooManyEvals, RunUnsaved.
        """
        asking = self._asking(k, workers)
        with self._changed:
            self._refuse_if_full()
            header = asking.header(eval_set)
            folder = None if anew else self._store.unfinished(header)
            if folder is None or folder.id in self._active or worked_on(folder):
                folder = self._store.begin(eval_set, header, now())
            return self._enqueue(Job(folder, asking, eval_set))

    def go_on(self, run_id: str) -> EvalProgress:
        """Go on with a run that is not finished. Raises NoSuchRun, BadRun, TooManyEvals."""
        folder = self.folders.folder(run_id)
        k = folder.header.settings.get("k", DEFAULT_HITS)
        if not isinstance(k, int):
            raise BadRun(Message("http.run_damaged", run=run_id, k=k))
        asking, eval_set = self._asking(k, DEFAULT_WORKERS), folder.questions()
        with self._changed:
            if folder.finished or run_id in self._active:
                raise BadRun(_not_now(self.progress(run_id)))
            self._refuse_if_full()
            return self._enqueue(Job(folder, asking, eval_set))

    def cancel(self, run_id: str) -> EvalProgress:
        """Take a waiting run off the list; stop a running one once its question is answered.

        Raises NoSuchRun; BadRun where nothing is under way; RunBusy where another process is at it.
        """
        self.folders.folder(run_id)
        with self._changed:
            job = self._active.get(run_id)
            if job is None:
                told = self.progress(run_id)
                if told.state is EvalState.RUNNING:
                    raise RunBusy(Message("http.run_elsewhere", run=run_id))
                if told.state is EvalState.CANCELLED:
                    return told
                raise BadRun(_not_now(told))
            job.cancelled = True
            if job.began is None:
                del self._active[run_id]
                self._ended[run_id] = (EvalState.CANCELLED, "")
                self._changed.notify_all()
            return self.progress(run_id)

    def progress(self, run_id: str) -> EvalProgress:
        """Return where a run stands. Raises NoSuchRun."""
        folder = self.folders.folder(run_id)
        with self._changed:
            job = self._active.get(run_id)
            return under_way(job) if job else stored(folder, folder.state(), self._ended)

    def all(self) -> list[EvalProgress]:
        """Return every run, the newest first."""
        states = self._store.all()
        with self._changed:
            return [
                under_way(self._active[each.id])
                if each.id in self._active
                else stored(RunFolder(self._store.folder / each.id), each, self._ended)
                for each in reversed(states)
            ]

    def around(self, citation_id: str) -> tuple[str, str]:
        """Return what stands in a citation's paragraph before and behind its quote, if known."""
        try:
            place = self._library.cite(citation_id)
        except CorpusError:  # its document is gone: the quote alone is shown
            return "", ""
        return place.before, place.after

    def wait_until_idle(self) -> None:
        """Return once nothing waits or runs."""
        with self._changed:
            self._changed.wait_for(lambda: not self._active)

    def close(self) -> None:
        """Stop all and return once the question under way is answered: its library is in use."""
        with self._changed:
            for run_id in list(self._active):
                self.cancel(run_id)
        self.wait_until_idle()

    def _asking(self, k: int, workers: int) -> Asking:
        return Asking(self._library, self._answerer, self._judge, k, workers, self._settings())

    def _refuse_if_full(self) -> None:
        if len(self._active) > MOST_WAITING:  # one is under way
            raise TooManyEvals(Message("http.too_many_evals", waiting=MOST_WAITING))

    def _enqueue(self, job: Job) -> EvalProgress:
        job.done = job.before = job.folder.state().done
        self._ended.pop(job.folder.id, None)
        self._active[job.folder.id] = job
        self._start_next()
        return under_way(job)

    def _start_next(self) -> None:
        """Start the first job, unless it is under way. Called with the lock held."""
        job = next(iter(self._active.values()), None)
        if job is None or job.began is not None:
            return
        job.began = perf_counter()
        # Daemon: a process that is told to end does not wait for thousands of questions.
        threading.Thread(target=self._work, args=(job,), name="eval", daemon=True).start()

    def _work(self, job: Job) -> None:
        state = EvalState.FAILED
        error: str = Message("http.unforeseen")
        try:
            self._library.check()  # loads the model: the first question's time is not the model's
            resume(
                job.folder,
                job.asking,
                eval_set=job.eval_set,
                on_begin=lambda _folder, done: self._on_begin(job, done),
                on_progress=lambda done, _total: self._on_progress(job, done),
            )
            state, error = EvalState.FINISHED, ""
        except _Cancelled:
            state, error = EvalState.CANCELLED, ""
        except TELLABLE as problem:
            error = message_of(problem)
            logger.warning("evaluation %s: %s", job.folder.id, problem)
        finally:  # whatever else went wrong passes on to the thread's hook, and into the log
            self._end(job, state, error)

    def _on_begin(self, job: Job, done: int) -> None:
        with self._changed:
            job.before, job.began = done, perf_counter()
        self._on_progress(job, done)

    def _on_progress(self, job: Job, done: int) -> None:
        with self._changed:
            job.done = done
            self._changed.notify_all()
            if job.cancelled and done < len(job.eval_set.questions):
                raise _Cancelled

    def _end(self, job: Job, state: EvalState, error: str) -> None:
        with self._changed:
            del self._active[job.folder.id]
            if state is not EvalState.FINISHED:
                self._ended[job.folder.id] = (state, error)
            self._start_next()
            self._changed.notify_all()


def _not_now(told: EvalProgress) -> Message:
    return Message("http.not_in_this_state", run=told.id, state=told.state)
