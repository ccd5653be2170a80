"""The store's file, opened by several at once."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from corpus.store.database import Database


def test_opening_waits_for_who_is_writing_a_file_that_is_not_in_wal_mode_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE kept (n)")
    other.execute("BEGIN IMMEDIATE")
    waited: list[float] = []

    def instead_of_sleeping(seconds: float) -> None:
        waited.append(seconds)
        other.execute("COMMIT")
        other.close()

    monkeypatch.setattr(time, "sleep", instead_of_sleeping)
    database = Database(path)
    assert database.rows("PRAGMA journal_mode") == [("wal",)]
    assert len(waited) == 1
    database.close()
