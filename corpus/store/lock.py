"""One writer on a library: a lock file that says who holds it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from corpus.errors import LibraryBusy, StoreReadOnly
from corpus.messages.message import Message, restored, stored


class WriteLock:
    """Held by the one process that writes. The system frees it when that process dies."""

    def __init__(self, home: Path, wait: float = 0.0) -> None:
        self.wait = wait  # seconds, before another's hold is taken for an answer
        self.on_wait: Callable[[str], None] | None = None  # is given who holds it, before a wait
        self._path = home / "write.lock"
        self._holder = home / "write.lock.json"

    @contextmanager
    def hold(self, purpose: str, *, wait: float | None = None) -> Iterator[None]:
        """Hold the lock for a while; ``wait`` is in seconds, instead of the usual.

        Raises LibraryBusy, naming the holder, when it is not free in time.
        """
        # A lock object of its own each time: one object may be taken again by another thread.
        lock = FileLock(self._path)
        self._acquire(lock, self.wait if wait is None else wait)
        try:
            self._sign(purpose)
            yield
        finally:
            self._holder.unlink(missing_ok=True)
            lock.release()

    def _acquire(self, lock: BaseFileLock, wait: float) -> None:
        try:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if self.on_wait and wait:
                    self.on_wait(self.holder())
                lock.acquire(timeout=wait)
        except Timeout:
            raise LibraryBusy(Message("corpus.library_busy", holder=self.holder())) from None
        except PermissionError as error:
            raise StoreReadOnly(Message("corpus.no_permission", path=error.filename)) from error

    def _sign(self, purpose: str) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        signature = {"pid": os.getpid(), "purpose": stored(purpose), "since": since}
        self._holder.write_text(json.dumps(signature), encoding="utf-8")

    def is_held(self) -> bool:
        """Whether any process holds the lock right now."""
        lock = FileLock(self._path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    def holder(self) -> Message:
        """Return who holds the lock; unknown between taking and signing it."""
        try:
            signature = json.loads(self._holder.read_text(encoding="utf-8"))
            purpose = restored(signature["purpose"])
            pid, since = signature["pid"], signature["since"]
        except (FileNotFoundError, ValueError, KeyError):
            return Message("corpus.holder_unknown")
        return Message("corpus.holder", purpose=purpose, pid=pid, since=since)
