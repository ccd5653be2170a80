"""The store's file: one connection per thread, transactions, SQLite's errors in our words."""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.errors import LibraryBusy, StoreDamaged, StoreError, StoreReadOnly
from corpus.messages.message import Message

BUSY_MILLISECONDS = 10_000  # another process's commit takes well under this
BETWEEN_TRIES = 0.01  # seconds


class _Connection(sqlite3.Connection):
    """Can be referred to weakly, and closes itself when its thread is gone."""

    def __del__(self) -> None:
        self.close()


class Database:
    """One SQLite file, opened once per thread; closed all together."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        # Weak: a thread that ends takes its connection with it.
        self._all: weakref.WeakSet[_Connection] = weakref.WeakSet()
        self._guard = threading.Lock()

    def rows(self, sql: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a reading statement."""
        with translated(self.path):
            return self.connection().execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one writing transaction: all of it happens, or none."""
        with translated(self.path):
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                # Also on Ctrl-C: what was not committed never happened.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection, opening it when there is none yet."""
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with translated(self.path):
                connection = self._open()
            self._local.connection = connection
            with self._guard:
                self._all.add(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection. The object cannot be used afterwards."""
        with self._guard:
            for connection in list(self._all):
                connection.close()
            self._all.clear()
        self._local = threading.local()

    def _open(self) -> _Connection:
        connection = sqlite3.connect(
            self.path,
            factory=_Connection,
            isolation_level=None,
            check_same_thread=False,
            timeout=BUSY_MILLISECONDS / 1e3,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        _switch_to_wal(connection)
        # FULL: a commit that was acknowledged survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        return connection


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once, which the first connection makes so for good.

    SQLite does not wait for another connection while it switches, whatever the timeout: it says at
    once that the file is locked. So the waiting is done here.
    """
    until = time.monotonic() + BUSY_MILLISECONDS / 1e3
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                connection.close()
                raise
            time.sleep(BETWEEN_TRIES)
        else:
            return


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the corpus's, naming the file and what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _operational(path, error) from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(Message("corpus.store_damaged", path=path, error=str(error))) from error


def _operational(path: Path, error: sqlite3.OperationalError) -> StoreError | LibraryBusy:
    words = str(error)
    if "locked" in words or "busy" in words:
        return LibraryBusy(Message("corpus.store_busy", path=path, error=words))
    if "readonly" in words or "read-only" in words:
        return StoreReadOnly(Message("corpus.store_read_only", path=path, error=words))
    if "malformed" in words or "not a database" in words:
        return StoreDamaged(Message("corpus.store_damaged", path=path, error=words))
    if "unable to open" in words:
        return StoreError(Message("corpus.store_unopened", path=path, error=words))
    if "full" in words:
        return StoreError(Message("corpus.disk_full", path=path, error=words))
    return StoreError(Message("corpus.store_failed", path=path, error=words))
