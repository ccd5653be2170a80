"""Sources that could not be read for certain: kept by name and reason until they can."""

from __future__ import annotations

from corpus.messages.message import restored, stored
from corpus.store.database import Database
from corpus.types import Quarantined


class Quarantine:
    """The list behind ``judian list --quarantined``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, entry: Quarantined) -> None:
        """Remember a source, or renew its reason."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?)",
                (entry.source, stored(entry.reason), entry.size, entry.digest, entry.seen_at),
            )

    def release(self, source: str) -> bool:
        """Forget a source; True when it was quarantined."""
        with self._database.transaction() as connection:
            return (
                connection.execute("DELETE FROM quarantine WHERE source = ?", (source,)).rowcount
                > 0
            )

    def all(self) -> list[Quarantined]:
        """Return all of them by source."""
        sql = "SELECT source, reason, size, digest, seen_at FROM quarantine ORDER BY source"
        rows = self._database.rows(sql)
        return [Quarantined(source, restored(reason), *more) for source, reason, *more in rows]
