"""Reading in another process: a parser that dies, hangs or swells costs its file and no more.

A few processes are kept, started when the first file comes, each reading one file after another.
Each file has its limits: address space and processor seconds, which the system enforces on that
process and on those it starts; and many times those seconds by the clock, enforced from here by
ending it with all that it has started: for a parser that waits for what never comes.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.messages.message import Message, restored
from corpus.readers.reader import Limits
from corpus.readers.sandbox.wire import WireError, unpack_result
from corpus.readers.sandbox.worker import Worker, WorkerDied, WorkerSlow
from corpus.types import ReadResult, SourceFile

# Two at a time is what two cores can do; a third upload waits for its turn.
WORKERS = 2
# A process is replaced after so many files, so that what parsers leak never adds up to a limit.
FILES_PER_WORKER = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why a file was not read, and whether a fresh process might yet do better."""

    reason: str
    again: bool = False
    undecided: bool = False


class Isolation:
    """Reads files in processes of their own; safe to use from many threads."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._turns = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._pid = os.getpid()

    def read(self, reader: str, file: SourceFile, limits: Limits) -> ReadResult:
        """Return what the reader, a ``module:Class``, makes of the file within the limits.

        Raises UnreadableSource with the reader's own reason, or which limit the file ran into.
        """
        with self._turns:
            worker = self._take()
            outcome = self._try(worker, reader, file, limits)
            # It may have been the files before this one: what counts is what a fresh process says.
            if isinstance(outcome, _Refusal) and outcome.again and worker.served > 1:
                outcome = self._try(_start(), reader, file, limits)
        if isinstance(outcome, ReadResult):
            return outcome
        error = UndecidedEncoding if outcome.undecided else UnreadableSource
        raise error(outcome.reason)

    def close(self) -> None:
        """End the processes that are waiting for a file."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._pid == os.getpid():  # after a fork they belong to the process forked from
            for worker in idle:
                worker.end()

    def _take(self) -> Worker:
        with self._lock:
            if self._pid != os.getpid():
                self._idle, self._pid = [], os.getpid()
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return worker
                worker.end()
        return _start()

    def _give_back(self, worker: Worker) -> None:
        if worker.served >= FILES_PER_WORKER:
            worker.end()
            return
        with self._lock:
            self._idle.append(worker)

    def _try(
        self, worker: Worker, reader: str, file: SourceFile, limits: Limits
    ) -> ReadResult | _Refusal:
        sound = False
        seconds = limits.seconds_for(len(file.data))
        try:
            header, body = worker.ask(reader, file, limits)
            outcome = _outcome(header, body, file, limits)
            sound = header["kind"] in ("result", "refused", "undecided")
        except WorkerSlow:
            outcome = _Refusal(Message("reader.waited", seconds=limits.patience * seconds))
        except WorkerDied as death:
            _log.warning("the parser of %s ended: %s", file.source, death)
            if death.by_processor_limit:
                outcome = _Refusal(Message("reader.processor_time", seconds=seconds))
            else:
                outcome = _Refusal(Message("reader.died", how=str(death)), again=True)
        except WireError as error:
            _log.warning("the parser of %s answered rubbish: %s", file.source, error)
            outcome = _Refusal(Message("reader.answer_no_sense"), again=True)
        finally:
            if not sound:
                worker.end()
        if sound:
            self._give_back(worker)
        return outcome


@cache
def shared_isolation() -> Isolation:
    """Return the one everybody uses; its processes end with this one."""
    isolation = Isolation()
    atexit.register(isolation.close)
    return isolation


def _start() -> Worker:
    try:
        return Worker()
    except OSError as error:
        raise UnreadableSource(Message("reader.not_startable", why=error.strerror)) from error


def _outcome(
    header: dict[str, Any], body: bytes, file: SourceFile, limits: Limits
) -> ReadResult | _Refusal:
    """Return what an answer says; raises WireError for one that says nothing."""
    kind, reason = header.get("kind"), header.get("reason")
    if kind == "result":
        result = unpack_result(header, body)
        if result.receipt.size != len(file.data):
            raise WireError("an answer about another file")
        return result
    if kind in ("refused", "undecided") and isinstance(reason, str):
        return _Refusal(restored(reason), undecided=kind == "undecided")
    if kind == "memory":
        return _Refusal(Message("reader.memory", limit=limits.memory / 1e9), again=True)
    if kind == "defect":
        said = f"{header.get('error')} ({header.get('place')})"
        _log.warning("a reader failed on %s: %s: %s", file.source, said, header.get("said"))
        return _Refusal(Message("reader.defect", what=said))
    raise WireError(f"an answer of kind {kind!r}")
