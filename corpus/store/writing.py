"""Putting a document into the store's tables."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

from corpus.legal.references import mentioned_names
from corpus.store import packing
from corpus.store.stored import NewDocument


def put(connection: sqlite3.Connection, new: NewDocument) -> None:
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


def bump(connection: sqlite3.Connection) -> int:
    """Count one more commit that changed what can be found; return its number."""
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'version'")
    (version,) = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(version)
