"""What changes a library: adding, removing, facts set by hand, embedding it again.

Every change holds the write lock, is refused where another model made the vectors, is one commit
or several whole ones, and has the index follow before it returns. Reading and searching are in
`index.library`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.facts.by_hand import as_found, checked, set_by_hand, standard_key, with_hand
from corpus.ingest import assemble
from corpus.messages.message import Message
from corpus.sources import is_under
from corpus.store.lock import WriteLock
from corpus.store.store import Store
from corpus.types import AddOutcome, AddState, Document, DocumentSummary, SourceFile, Value
from index.adding import Adding, AddProgress, texts_to_embed
from index.embedding import LibraryEmbedder, embed_missing, texts_of
from index.keeper import FORGETTING, IndexKeeper

ADDING = "adding"  # set in the store while an add runs: who began it, and when


class Changes:
    """All that changes one library, one change at a time. Used from any thread."""

    def __init__(
        self, store: Store, lock: WriteLock, embedder: LibraryEmbedder, index: IndexKeeper
    ) -> None:
        self._store = store
        self._lock = lock
        self._embedder = embedder
        self._index = index

    def add(
        self,
        files: Iterable[Path | SourceFile],
        on_progress: Callable[[AddProgress], None] | None = None,
        *,
        options: Mapping[str, Value] | None = None,
    ) -> list[AddOutcome]:
        """Add files and return one outcome each; what is searchable is up to date on return.

        ``options`` are facts of all of them, such as collection and tags. Raises LibraryBusy,
        StoreError, EmbedderMismatch.
        """
        with self._lock.hold("judian add"):
            self._embedder.adopt()
            self._store.set_meta(ADDING, _now_json())
            adding = Adding(
                self._store, self._embedder.get, on_progress, self._index.follow, options=options
            )
            try:
                return adding.run(files)
            finally:
                # Also after an error or Ctrl-C: nothing is half-done, and what is committed is
                # made searchable; a second Ctrl-C leaves that to the next start.
                self._store.set_meta(ADDING, None)
                self._index.follow()

    def preview(
        self, files: Iterable[Path | SourceFile], *, options: Mapping[str, Value] | None = None
    ) -> list[AddOutcome]:
        """Return what ``add`` would come to; nothing is changed."""
        adding = Adding(self._store, self._embedder.get, options=options, dry_run=True)
        return adding.run(files)

    def gone(self, roots: Sequence[str], seen: Iterable[str]) -> list[DocumentSummary]:
        """Return the documents below these files and folders that a run over them did not see."""
        there = set(seen)
        return [
            one
            for one in self._store.documents()
            if one.source not in there and any(is_under(one.source, root) for root in roots)
        ]

    def remove_all(self, documents: Sequence[DocumentSummary]) -> list[AddOutcome]:
        """Take documents out, all or none; old citations of them still have their words."""
        with self._lock.hold("judian add --prune"):
            self._embedder.refuse_other()
            self._store.remove_all([one.id for one in documents])
            self._index.follow()
        return [AddOutcome(d.source, AddState.REMOVED, d.id, d.title) for d in documents]

    def release(self, sources: Iterable[str]) -> None:
        """Forget what was quarantined under these names."""
        for source in sources:
            self._store.quarantine.release(source)

    def remove(self, reference: str, *, purge: bool = False) -> DocumentSummary:
        """Take a document out, by id, source, file name or title; ``purge`` forgets its revisions.

        A document removed before can still be purged, by its id or source. Raises UnknownDocument,
        LibraryBusy, EmbedderMismatch.
        """
        with self._lock.hold("judian remove"):
            self._embedder.refuse_other()
            summary = self._store.find(reference, removed=purge)
            if purge:  # first: were we killed behind the commit, the next start must still know
                self._store.set_meta(FORGETTING, "1")
            self._store.remove(summary.id, purge=purge)
            self._store.quarantine.release(summary.source)
            self._index.follow()
            return summary

    def set_facts(
        self, reference: str, given: Mapping[str, Value], undone: Iterable[str] = ()
    ) -> Document:
        """Set facts of a document by hand, over what was found; ``undone`` go back to that.

        Keys may be said in Chinese or English; an empty value says that nothing is known. Old
        citations keep their words. Raises BadFact, UnknownDocument, LibraryBusy.
        """
        with self._lock.hold("judian set"):
            self._embedder.refuse_other()
            document = self._store.document(self._store.find(reference).id)
            stated = checked(given, document.metadata)
            forgotten = {standard_key(key) for key in undone}
            kept = set_by_hand(document.metadata)
            by_hand = {key: value for key, value in kept.items() if key not in forgotten} | stated
            title, facts = with_hand(*as_found(document.title, document.metadata), by_hand)
            changed = replace(document, title=title, metadata=facts)
            reading = self._store.known_sources()[document.source].reading
            new = assemble(changed, self._store.paragraphs(document), reading)
            embed_missing(self._store, self._embedder.get(), texts_to_embed([new]))
            self._store.commit([new])
            self._index.follow()
            return changed

    def reindex(self, on_done: Callable[[int], None] | None = None) -> int:
        """Embed everything with today's embedder and rebuild the index; return the passages."""
        with self._lock.hold("judian reindex"):
            embedder = self._embedder.get()
            rows = self._store.rows()
            texts = texts_of(self._store.passages(rows))
            embed_missing(self._store, embedder, texts, on_done)
            self._embedder.take_over()
            self._index.derive(anew=True)
            return len(rows)

    def interrupted(self) -> Message | None:
        """Say in words that the last ``add`` was killed, and what state that left; else None."""
        if self._store.get_meta(ADDING) is None or self._lock.is_held():
            return None
        started = self._store.get_meta(ADDING)  # again: an add may just have ended well
        if started is None:
            return None
        note = json.loads(started)
        count = len(self._store.documents())
        return Message("index.add_killed", since=note["since"], pid=note["pid"], count=count)


def _now_json() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "since": since})
