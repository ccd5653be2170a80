"""One process that reads files for us, seen from our side of its pipes."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.reader import Limits
from corpus.readers.sandbox.wire import (
    BODY_LIMIT,
    HEADER_LIMIT,
    PREFIX,
    WireError,
    header_of,
    opening_of,
)
from corpus.types import SourceFile

# Importing Python and the readers takes 0.1 s, on a busy machine with cold disks a hundred times.
START_SECONDS = 300.0
END_SECONDS = 5.0  # what a process that was told to die gets to be gone
_AT_ONCE = 1 << 20
_LOOK = 1.0  # seconds between two looks at the clock
# What a parser may know of our surroundings: where programs and temporary files are, no secrets.
_PASSED_ON = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "from corpus.readers.sandbox.child import main; main()"
)


class WorkerSlow(Exception):
    """The time for a file is up."""


class WorkerDied(Exception):
    """The process ended in the middle of a file; the message says how."""

    def __init__(self, status: int | None) -> None:
        self.by_processor_limit = status == -signal.SIGXCPU
        if status is not None and status < 0:
            super().__init__(signal.Signals(-status).name)
        else:
            super().__init__(f"exit {status}")


class Worker:
    """A process, its two pipes and its folder for temporary files.

    Starting one raises OSError when the system has no room for another.
    """

    def __init__(self) -> None:
        self.served = 0
        self._scratch = tempfile.mkdtemp(prefix="judian-reader-")
        environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
        environment |= {
            "TMPDIR": self._scratch,
            "MALLOC_ARENA_MAX": "2",  # each arena reserves 64 MB of the address space
            "OMP_NUM_THREADS": "2",
        }
        paths = [os.path.abspath(path) for path in sys.path]  # noqa: PTH100 - "" is the folder here
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _START, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=self._scratch,
            start_new_session=True,  # a group of its own, to be ended as one
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        os.set_blocking(self._to.fileno(), False)
        os.set_blocking(self._from.fileno(), False)

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, reader: str, file: SourceFile, limits: Limits) -> tuple[dict[str, Any], bytes]:
        """Return the header and body of the answer about a file.

        Raises WorkerSlow, WorkerDied or WireError, after each of which the worker must be ended.
        """
        if not self.served:
            self._await_start()
        self.served += 1
        seconds = limits.seconds_for(len(file.data))
        longest = seconds * limits.patience
        order = {
            "reader": reader,
            "source": file.source,
            "name": file.name,
            "memory": limits.memory,
            "processor_seconds": seconds,
            "seconds": longest,
        }
        deadline = monotonic() + longest
        self._write(opening_of(order, len(file.data)), deadline)
        self._write(file.data, deadline)
        return self._read_frame(deadline)

    def end(self) -> None:
        """End the process with all that it started, and remove its temporary files."""
        with suppress(
            ProcessLookupError, PermissionError
        ):  # macOS says EPERM of a group of zombies
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(END_SECONDS)
        with suppress(BrokenPipeError):
            self._to.close()
        self._from.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _await_start(self) -> None:
        try:
            header, _ = self._read_frame(monotonic() + START_SECONDS)
        except (WorkerSlow, WorkerDied) as error:
            raise UnreadableSource(Message("reader.not_started", why=str(error))) from error
        if header.get("kind") != "ready":
            raise WireError("it did not say that it is ready")

    def _write(self, data: bytes, deadline: float) -> None:
        left = memoryview(data)
        with selectors.DefaultSelector() as ready:
            ready.register(self._to, selectors.EVENT_WRITE)
            while left:
                self._wait(ready, deadline)
                try:
                    left = left[os.write(self._to.fileno(), left[:_AT_ONCE]) :]
                except BrokenPipeError as error:
                    raise self._death() from error

    def _read_frame(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        with selectors.DefaultSelector() as ready:
            ready.register(self._from, selectors.EVENT_READ)
            header_size, body_size = PREFIX.unpack(self._read(ready, PREFIX.size, deadline))
            if header_size > HEADER_LIMIT or body_size > BODY_LIMIT:
                raise WireError(f"an answer of {header_size} and {body_size} bytes")
            header = header_of(self._read(ready, header_size, deadline))
            return header, self._read(ready, body_size, deadline)

    def _read(self, ready: selectors.BaseSelector, size: int, deadline: float) -> bytes:
        return b"".join(self._parts(ready, size, deadline))

    def _parts(self, ready: selectors.BaseSelector, size: int, deadline: float) -> Iterator[bytes]:
        while size:
            self._wait(ready, deadline)
            part = os.read(self._from.fileno(), min(size, _AT_ONCE))
            if not part:
                raise self._death()
            size -= len(part)
            yield part

    def _wait(self, ready: selectors.BaseSelector, deadline: float) -> None:
        while not ready.select(min(_LOOK, max(deadline - monotonic(), 0))):
            if monotonic() >= deadline:
                raise WorkerSlow("no answer in time")

    def _death(self) -> WorkerDied:
        """Say how the process ended; its pipe may break a moment before it is gone."""
        try:
            return WorkerDied(self._process.wait(END_SECONDS))
        except subprocess.TimeoutExpired:
            return WorkerDied(None)
