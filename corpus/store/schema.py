"""The store's tables, and how an older store becomes today's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from corpus.errors import StoreTooNew
from corpus.messages.message import Message

# One entry per schema version, applied in order; an entry is never edited once released.
# Statements end with a semicolon, which stands nowhere else.
MIGRATIONS: Sequence[str] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE documents (
        id TEXT PRIMARY KEY,
        source TEXT NOT NULL UNIQUE,
        revision TEXT NOT NULL,
        media_type TEXT NOT NULL,
        metadata TEXT NOT NULL,           -- JSON
        receipt TEXT NOT NULL,            -- JSON
        source_digest TEXT NOT NULL,      -- of the bytes: equal ones are not read twice
        reading TEXT NOT NULL,            -- version of the reading code that made the text
        added_at TEXT NOT NULL,           -- ISO 8601, UTC
        FOREIGN KEY (id, revision) REFERENCES revisions (document_id, revision)
            DEFERRABLE INITIALLY DEFERRED
    ) STRICT;
    -- Every revision ever added, so that an old citation still has its words. With row ids: a key
    -- of a table without them is compared by reading its whole row, texts of 50 MB included.
    CREATE TABLE revisions (
        document_id TEXT NOT NULL,
        revision TEXT NOT NULL,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        characters INTEGER NOT NULL,
        paragraph_count INTEGER NOT NULL,
        text BLOB NOT NULL,               -- canonical text, UTF-8, zlib
        paragraphs BLOB NOT NULL,         -- JSON, zlib: see corpus/store/packing.py
        PRIMARY KEY (document_id, revision)
    ) STRICT;
    -- Passages of the current revisions. A row number is never used twice: the index knows rows.
    CREATE TABLE passages (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        path TEXT NOT NULL,               -- JSON
        digest TEXT NOT NULL              -- of what is embedded: title, path and text
    ) STRICT;
    CREATE INDEX passages_of_document ON passages (document_id);
    CREATE TABLE vectors (
        model TEXT NOT NULL,
        digest TEXT NOT NULL,
        vector BLOB NOT NULL,             -- float32, little-endian
        PRIMARY KEY (model, digest)
    ) STRICT;
    CREATE TABLE quarantine (
        source TEXT PRIMARY KEY,
        reason TEXT NOT NULL,
        size INTEGER NOT NULL,
        digest TEXT NOT NULL,
        seen_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    # What is known of a document says where it was found; until then it was front matter.
    """
    UPDATE documents SET metadata = (
        SELECT json_group_object(key, json_object('value', value, 'origin', 'front_matter'))
        FROM json_each(documents.metadata)
    );
    CREATE INDEX documents_by_digest ON documents (source_digest);
    CREATE INDEX documents_by_revision ON documents (revision);
    ALTER TABLE revisions ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}';
    UPDATE revisions SET metadata = coalesce(
        (SELECT d.metadata FROM documents d
         WHERE d.id = revisions.document_id AND d.revision = revisions.revision), '{}');
    """,
    # The names a document's text refers to. Of documents added before they are not known until
    # their files are read again, which the next add does.
    """
    ALTER TABLE documents ADD COLUMN mentions TEXT NOT NULL DEFAULT '[]';  -- JSON
    """,
)


def migrate(connection: sqlite3.Connection, *, path: str) -> None:
    """Bring the store to today's schema, all or nothing.

    Raises StoreTooNew when a newer program wrote it.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another process may have migrated while this one waited.
        version = _version(connection)
        if version > len(MIGRATIONS):
            known = len(MIGRATIONS)
            raise StoreTooNew(
                Message("corpus.store_too_new", path=path, version=version, known=known)
            )
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
