"""The store: one SQLite file that is the only truth. Everything else can be rebuilt from it."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from corpus.errors import UnknownDocument
from corpus.facts.by_hand import known
from corpus.legal.references import Mentions, mentioned_names
from corpus.messages.message import Message
from corpus.store import packing, schema
from corpus.store.database import Database, translated
from corpus.store.quarantine import Quarantine
from corpus.store.stored import KeptRevision, KnownSource, NewDocument, PassageRow
from corpus.store.vector_cache import SQL_VARIABLES, VectorCache
from corpus.types import Document, DocumentFacts, DocumentSummary, Paragraph, Passage, place_id

_T = TypeVar("_T")


class Store:
    """Documents, revisions, passages, vectors and quarantine in one file.

    Reading is safe from any thread and process; writing needs the library's write lock.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the store; its folder must exist.

        Raises StoreTooNew, StoreDamaged, StoreReadOnly.
        """
        self.path = path
        self._database = Database(path)
        with translated(path):
            schema.migrate(self._database.connection(), path=str(path))
        self.vectors = VectorCache(self._database)
        self.quarantine = Quarantine(self._database)
        if self.get_meta("store_id") is None:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT OR IGNORE INTO meta VALUES ('store_id', ?), ('version', '0')",
                    (secrets.token_hex(4),),
                )

    def close(self) -> None:
        """Close the file. The object cannot be used afterwards."""
        self._database.close()

    # --- versions and settings ---------------------------------------------------------------

    @property
    def version(self) -> int:
        """Number of the last commit that changed what can be found; 0 when nothing ever was."""
        return int(self.get_meta("version") or 0)

    @property
    def store_id(self) -> str:
        """Random name given at creation, so that indexes of two stores are never mixed up."""
        return self.get_meta("store_id") or ""

    def get_meta(self, key: str) -> str | None:
        """Return a stored setting, or None when it was never set."""
        found = self._database.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def set_meta(self, key: str, value: str | None) -> None:
        """Store a setting; None forgets it. Does not change the version."""
        with self._database.transaction() as connection:
            if value is None:
                connection.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # --- documents -----------------------------------------------------------------------------

    def commit(self, documents: Sequence[NewDocument]) -> int:
        """Put documents in, replacing earlier revisions, all or nothing; return the new version."""
        with self._database.transaction() as connection:
            for new in documents:
                _put(connection, new)
            return _bump(connection)

    def remove(self, document_id: str, *, purge: bool = False) -> int:
        """Take a document out; ``purge`` also forgets its revisions. Return the new version."""
        return self.remove_all([document_id], purge=purge)

    def remove_all(self, document_ids: Iterable[str], *, purge: bool = False) -> int:
        """Take documents out, all or none of them. Return the new version."""
        ids = [(document_id,) for document_id in document_ids]
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM documents WHERE id = ?", ids)
            if purge:
                connection.executemany("DELETE FROM revisions WHERE document_id = ?", ids)
                connection.execute(
                    "DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)"
                )
            return _bump(connection)

    def documents(self) -> list[DocumentSummary]:
        """Return all documents by source."""
        return [
            _summary(row)
            for row in self._database.rows(f"{_SUMMARY} GROUP BY d.id ORDER BY d.source")
        ]

    def find(self, reference: str, *, removed: bool = False) -> DocumentSummary:
        """Return the document with this id, source, file name or title.

        ``removed``: also one that was removed and has kept revisions, by its id or source.
        Raises UnknownDocument when there is none, or when a name fits several.
        """
        # A path is meant as seen from where the command is given.
        path = os.path.abspath(reference)  # noqa: PTH100 - as in ingest.source_of
        for column, value in (("id", reference), ("source", reference), ("source", path)):
            sql = f"{_SUMMARY} WHERE d.{column} = ? GROUP BY d.id"
            found = self._database.rows(sql, (value,))
            if found:
                return _summary(found[0])
        kept = self._database.rows(f"{_REMOVED} LIMIT 1", (reference, reference)) if removed else []
        if kept:
            return DocumentSummary(*kept[0])
        by_name = [
            s
            for s in self.documents()
            if reference in (s.title, Path(s.source).name, s.source.removeprefix("upload:"))
        ]
        if len(by_name) > 1:
            some = [f"{s.id}（{s.source}）" for s in by_name[:5]]
            raise UnknownDocument(
                Message("corpus.several_documents", reference=reference, documents=some)
            )
        if not by_name:
            raise UnknownDocument(Message("corpus.no_document_found", reference=reference))
        return by_name[0]

    def known_sources(self) -> dict[str, KnownSource]:
        """Return source -> what is known of it, of all documents."""
        rows = self._database.rows(
            "SELECT id, source, source_digest, reading, metadata FROM documents"
        )
        return {
            source: KnownSource(document_id, source, digest, reading, packing.unpack_facts(packed))
            for document_id, source, digest, reading, packed in rows
        }

    def document(self, document_id: str) -> Document:
        """Return the current revision of a document. Raises UnknownDocument."""
        rows = self._database.rows(
            "SELECT d.revision, r.title, d.source, d.media_type, r.text, d.metadata, d.receipt"
            " FROM documents d JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
            " WHERE d.id = ?",
            (document_id,),
        )
        if not rows:
            raise UnknownDocument(Message("corpus.no_such_document", id=document_id))
        revision, title, source, media_type, text, metadata, receipt = rows[0]
        return Document(
            document_id,
            revision,
            title,
            source,
            media_type,
            packing.unpack_text(text),
            packing.unpack_facts(metadata),
            packing.unpack_receipt(receipt),
        )

    def facts(self) -> list[DocumentFacts]:
        """Return what is known of every document, by source."""
        rows = self._database.rows(
            "SELECT d.id, d.revision, r.title, d.source, d.media_type, d.metadata FROM documents d"
            " JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
            " ORDER BY d.source"
        )
        return [
            DocumentFacts(
                document_id, revision, title, source, kind, known(packing.unpack_facts(packed))
            )
            for document_id, revision, title, source, kind, packed in rows
        ]

    def paragraphs(self, document: Document) -> list[Paragraph]:
        """Return a document's paragraphs in order."""
        rows = self._database.rows(
            "SELECT paragraphs FROM revisions WHERE document_id = ? AND revision = ?",
            (document.id, document.revision),
        )
        if not rows:
            raise UnknownDocument(Message("corpus.no_such_document", id=document.id))
        return packing.unpack_paragraphs(rows[0][0], document.id, document.text)

    def with_revision(self, revision: str) -> str | None:
        """Return the id of a document whose current text this is, the first by source, or None."""
        rows = self._database.rows(
            "SELECT id FROM documents WHERE revision = ? ORDER BY source LIMIT 1", (revision,)
        )
        return str(rows[0][0]) if rows else None

    def revision(self, document_id: str, prefix: str) -> KeptRevision | None:
        """Return the revision whose digest begins with ``prefix``, current or not, or None."""
        rows = self._database.rows(
            "SELECT revision, title, source, text, paragraphs, metadata FROM revisions"
            " WHERE document_id = ? AND revision >= ? AND revision < ? ORDER BY revision LIMIT 1",
            (document_id, prefix, prefix + "g"),  # "g" sorts right behind every hexadecimal digit
        )
        if not rows:
            return None
        revision, title, source, packed, paragraphs, metadata = rows[0]
        text = packing.unpack_text(packed)
        parts = packing.unpack_paragraphs(paragraphs, document_id, text)
        facts = known(packing.unpack_facts(metadata))
        return KeptRevision(document_id, revision, title, source, text, parts, facts)

    # --- passages ------------------------------------------------------------------

    def mentions(self) -> list[Mentions]:
        """Return every document with the names its text refers to."""
        rows = self._database.rows(
            "SELECT d.id, r.title, d.mentions FROM documents d"
            " JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
        )
        return [Mentions(one, title, tuple(json.loads(names))) for one, title, names in rows]

    def has_passages(self) -> bool:
        """Whether there is anything to search."""
        return bool(self._database.rows("SELECT 1 FROM passages LIMIT 1"))

    def rows(self) -> list[int]:
        """Return the row numbers of all passages, ascending."""
        # In the order of an index that holds them, so that no text is read.
        found = self._database.rows("SELECT row FROM passages ORDER BY document_id")
        return sorted(row for (row,) in found)

    def rows_after(self, row: int) -> list[int]:
        """Return the row numbers greater than ``row``, ascending."""
        sql = "SELECT row FROM passages WHERE row > ? ORDER BY row"
        return [found for (found,) in self._database.rows(sql, (row,))]

    def count_passages(self) -> int:
        """Return how many passages there are."""
        ((count,),) = self._database.rows("SELECT count(*) FROM passages")
        return int(count)

    def rows_of(self, document_ids: Iterable[str]) -> list[int]:
        """Return the row numbers of these documents' passages, ascending."""
        return list(self.rows_by_document(document_ids))

    def rows_by_document(self, document_ids: Iterable[str]) -> dict[int, str]:
        """Return row number -> document of these documents' passages, rows ascending."""
        found: list[tuple[int, str]] = []
        for some in _batches(sorted(document_ids)):
            marks = ",".join("?" * len(some))
            sql = f"SELECT row, document_id FROM passages WHERE document_id IN ({marks})"
            found.extend(self._database.rows(sql, some))
        return dict(sorted(found))

    def rows_within(self, document_id: str, start: int, end: int) -> list[int]:
        """Return the row numbers of a document's passages that share text with a span."""
        sql = 'SELECT row FROM passages WHERE document_id = ? AND start < ? AND "end" > ?'
        return sorted(row for (row,) in self._database.rows(sql, (document_id, end, start)))

    def passages(self, rows: Iterable[int]) -> Iterator[PassageRow]:
        """Yield the passages that exist among ``rows``, in the order of ``rows``."""
        for some in _batches(list(rows)):
            marks = ",".join("?" * len(some))
            found = self._database.rows(
                'SELECT p.row, p.document_id, d.revision, p.start, p."end", p.text, p.path,'
                " p.digest, r.title FROM passages p JOIN documents d ON d.id = p.document_id"
                " JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
                f" WHERE p.row IN ({marks})",
                tuple(some),
            )
            by_row = {row[0]: _passage_row(row) for row in found}
            yield from (by_row[row] for row in some if row in by_row)

    def check(self) -> list[str]:
        """Return what SQLite's own check finds wrong; empty when the file is healthy."""
        return [word for (word,) in self._database.rows("PRAGMA quick_check") if word != "ok"]


_REMOVED = (
    "SELECT r.document_id, r.title, r.source, '', r.revision, r.characters, r.paragraph_count,"
    " 0, '', '' FROM revisions r WHERE (r.document_id = ? OR r.source = ?)"
    " AND r.document_id NOT IN (SELECT id FROM documents)"
)

_SUMMARY = (
    "SELECT d.id, r.title, d.source, d.media_type, d.revision, r.characters, r.paragraph_count,"
    " COUNT(p.row), json_extract(d.receipt, '$.encoding'), d.added_at"
    " FROM documents d JOIN revisions r ON r.document_id = d.id AND r.revision = d.revision"
    " LEFT JOIN passages p ON p.document_id = d.id"
)


def _summary(row: tuple[Any, ...]) -> DocumentSummary:
    return DocumentSummary(*row)


def _passage_row(row: tuple[Any, ...]) -> PassageRow:
    number, document_id, revision, start, end, text, path, digest, title = row
    parts = tuple(json.loads(path))
    passage = Passage(
        place_id(document_id, revision, start, end), document_id, start, end, text, parts
    )
    return PassageRow(number, digest, passage, title)


def _batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), SQL_VARIABLES):
        yield values[start : start + SQL_VARIABLES]


# --- writing --------------------------------------------------------------------------------------


def _put(connection: sqlite3.Connection, new: NewDocument) -> None:
    """Put a document and its parts in, in place of an earlier revision, which is kept."""
    document = new.document
    connection.execute(
        "INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.revision,
            document.title,
            document.source,
            len(document.text),
            len(new.paragraphs),
            packing.pack_text(document.text),
            packing.pack_paragraphs(new.paragraphs),
            packing.pack_facts(document.metadata),
        ),
    )
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " source = excluded.source, revision = excluded.revision,"
        " media_type = excluded.media_type, metadata = excluded.metadata,"
        " receipt = excluded.receipt, source_digest = excluded.source_digest,"
        " reading = excluded.reading, added_at = excluded.added_at,"
        " mentions = excluded.mentions",
        (
            document.id,
            document.source,
            document.revision,
            document.media_type,
            packing.pack_facts(document.metadata),
            packing.pack_receipt(document.receipt),
            document.receipt.digest,
            new.reading,
            datetime.now(UTC).isoformat(timespec="seconds"),
            json.dumps(mentioned_names(document.text), ensure_ascii=False),
        ),
    )
    # Equal passages keep their rows: the index has nothing to do when only facts or a name changed.
    rows = [
        (document.id, p.start, p.end, p.text, json.dumps(p.path, ensure_ascii=False), digest)
        for p, digest in zip(new.passages, new.digests, strict=True)
    ]
    before = connection.execute(
        'SELECT document_id, start, "end", text, path, digest FROM passages'
        " WHERE document_id = ? ORDER BY row",
        (document.id,),
    ).fetchall()
    if before == rows:
        return
    connection.execute("DELETE FROM passages WHERE document_id = ?", (document.id,))
    connection.executemany(
        'INSERT INTO passages (document_id, start, "end", text, path, digest)'
        " VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )


def _bump(connection: sqlite3.Connection) -> int:
    """Count one more commit that changed what can be found; return its number."""
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'version'")
    (version,) = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(version)
