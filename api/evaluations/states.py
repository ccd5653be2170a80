"""Where an evaluation stands, as far as its folder tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

from eval.errors import RunBusy
from eval.runs.run_folder import RunFolder, RunState
from eval.types import EvalSet

if TYPE_CHECKING:
    from eval.runs.one_question import Asking

Ended = Mapping[str, tuple["EvalState", str]]  # id -> how it ended without a result, and why


class EvalState(StrEnum):
    """Where an evaluation stands."""

    WAITING = "waiting"  # for those before it
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"  # by a restart: it can be resumed
    FAILED = "failed"
    CANCELLED = "cancelled"  # what was answered is kept: it can be resumed


@dataclass(frozen=True, slots=True)
class EvalProgress:
    """Where an evaluation stands."""

    id: str
    set_name: str
    started: str
    state: EvalState
    done: int
    total: int
    seconds_left: float | None = None  # as far as the questions so far tell
    error: Annotated[str, "Why it failed, for people; else empty."] = ""
    measures: Annotated[Mapping[str, Any] | None, "Of a finished one: name to value and n."] = None


@dataclass(slots=True)
class Job:
    """A run that waits or is under way. Whoever holds the lock of the jobs may change it."""

    folder: RunFolder
    asking: Asking
    eval_set: EvalSet
    done: int = 0
    before: int = 0  # answered when this part of it began
    began: float | None = None  # perf_counter; None: it is waiting
    cancelled: bool = False

    def seconds_left(self) -> float | None:
        """Return how long the rest takes at the pace so far; None: there is none yet."""
        if self.began is None or self.done <= self.before:
            return None
        each = (perf_counter() - self.began) / (self.done - self.before)
        return each * (len(self.eval_set.questions) - self.done)


class TooManyEvals(Exception):
    """So many evaluations wait that another is not taken on."""


class NoSuchClaim(Exception):
    """The answers of a run hold no such claim; the message names it."""


def under_way(job: Job) -> EvalProgress:
    """Return where a job stands."""
    state = EvalState.WAITING if job.began is None else EvalState.RUNNING
    return EvalProgress(
        job.folder.id,
        job.eval_set.name,
        job.folder.started,
        state,
        job.done,
        len(job.eval_set.questions),
        job.seconds_left(),
    )


def stored(folder: RunFolder, told: RunState, ended: Ended) -> EvalProgress:
    """Return where a run stands that is not under way here; ``told`` is its line of the list."""
    if folder.finished and not told.finished:  # meanwhile
        told = folder.state()
    state, error = EvalState.STOPPED, ""
    if told.damaged:
        state, error = EvalState.FAILED, told.damaged
    elif told.finished:
        state = EvalState.FINISHED
    elif worked_on(folder):
        state = EvalState.RUNNING
    elif told.id in ended:
        state, error = ended[told.id]
    return EvalProgress(
        told.id,
        told.set_name,
        told.started,
        state,
        told.done,
        told.questions,
        error=error,
        measures=told.measures,
    )


def worked_on(folder: RunFolder) -> bool:
    """Tell whether another process is at a run."""
    try:
        with folder.working():
            return False
    except RunBusy:
        return True
    except OSError:  # a folder that is only read: nobody can be at it
        return False
