"""Vectors kept in the store under (model, text digest), so that nothing is embedded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.store.database import Database

SQL_VARIABLES = 500  # placeholders in one statement, well under SQLite's limit of 32,766


class VectorCache:
    """Bytes of vectors; what they mean is the index's business."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, model: str, digests: Sequence[str]) -> dict[str, bytes]:
        """Return digest -> float32 bytes, for those digests that are cached."""
        wanted = list(dict.fromkeys(digests))
        found: dict[str, bytes] = {}
        for start in range(0, len(wanted), SQL_VARIABLES):
            some = wanted[start : start + SQL_VARIABLES]
            marks = ",".join("?" * len(some))
            sql = f"SELECT digest, vector FROM vectors WHERE model = ? AND digest IN ({marks})"
            found.update(self._database.rows(sql, (model, *some)))
        return found

    def missing(self, model: str, digests: Sequence[str]) -> list[str]:
        """Return the distinct digests that are not cached, in order."""
        cached = self.get(model, digests)
        return [digest for digest in dict.fromkeys(digests) if digest not in cached]

    def put(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Remember vectors. Does not change the store's version."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(model, digest, vector) for digest, vector in vectors.items()],
            )
