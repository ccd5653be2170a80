"""Adding sources: read, split, embed, commit, a few documents at a time.

While one batch is embedded and committed by a thread, the next is read and split: the model's
threads leave Python to it. There is never more than one batch on its way, so memory stays flat.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.facts.by_hand import as_found, set_by_hand
from corpus.ingest import documents_of, embedded_text, prepare, reading_key, source_of
from corpus.messages.message import Message, message_of
from corpus.sources import KnownSources, used_by_another
from corpus.store.store import Store
from corpus.store.stored import KnownSource, NewDocument
from corpus.types import (
    AddOutcome,
    AddState,
    Fact,
    Origin,
    Quarantined,
    RefusedMember,
    SourceFile,
    Value,
)
from index.embedders.base import Embedder
from index.embedding import embed_missing

BATCH_PASSAGES = 256  # documents are committed together up to this: some 20 s of embedding


@dataclass(frozen=True, slots=True)
class AddProgress:
    """How far an ``add`` is."""

    files: int  # done
    passages: int  # embedded so far
    source: str  # the one in hand


class Adding:
    """One run of ``add``: keeps what waits for the next commit."""

    def __init__(
        self,
        store: Store,
        embedder: Callable[[], Embedder],
        on_progress: Callable[[AddProgress], None] | None = None,
        on_replaced: Callable[[], None] | None = None,
        *,
        options: Mapping[str, Value] | None = None,
        dry_run: bool = False,
    ) -> None:
        """Prepare a run; ``on_replaced`` is called after a commit that replaced revisions.

        It has to make the index follow: until then the replaced passages are found no more, and
        the new ones not yet. ``options`` are facts of every document added. ``dry_run``: say what
        would be done, and change nothing.
        """
        self._store = store
        self._embedder = embedder
        self._on_progress = on_progress
        self._on_replaced = on_replaced
        self._options = dict(options or {})
        self._dry_run = dry_run
        self._known = KnownSources(store.known_sources())
        self._pending: list[NewDocument] = []
        self._waiting = 0  # passages of those
        self._committing: Future[None] | None = None
        self._stopped = threading.Event()
        self._reporting = threading.Lock()
        self._outcomes: list[AddOutcome] = []
        self._seen: set[str] = set()
        self._files = 0
        self._passages = 0

    def run(self, files: Iterable[Path | SourceFile]) -> list[AddOutcome]:
        """Add all files and return one outcome each, members of containers each their own.

        What could be committed before an error or an interruption stays committed.
        """
        with ThreadPoolExecutor(1, "judian-commit") as self._pool:
            try:
                for file in files:
                    source = source_of(file) if isinstance(file, Path) else file.source
                    if source not in self._seen:
                        self._seen.add(source)
                        self._file(source, file)
                self._flush()
                self._settle()
            except BaseException:
                self._stopped.set()  # ends what is being embedded at its next batch
                raise
        return self._outcomes

    def _settle(self) -> None:
        """Wait for the batch on its way; raises what went wrong with it."""
        if self._committing is not None:
            self._committing.result()
            self._committing = None

    def _file(self, source: str, file: Path | SourceFile) -> None:
        try:
            for one in documents_of(file):
                self._one(one)
        except UnreadableSource as error:
            self._refuse(source, message_of(error))
        self._files += 1
        self._report(source)

    def _one(self, file: SourceFile | RefusedMember) -> None:
        if isinstance(file, RefusedMember):
            self._refuse(file.source, file.reason)
            return
        self._seen.add(file.source)
        self._read(file)
        if self._waiting >= BATCH_PASSAGES:
            self._flush()

    def _refuse(self, source: str, reason: str, before: KnownSource | None = None) -> None:
        """Name a source that does not come in; ``before`` is the document it was until now."""
        before = before or self._known.get(source)
        known = before.id if before else None
        if before:
            reason = Message("index.kept_before", why=reason)
        self._outcomes.append(AddOutcome(source, AddState.REFUSED, known, reason=reason))

    def _read(self, file: SourceFile) -> None:
        digest = hashlib.sha256(file.data).hexdigest()
        known = self._known.get(file.source)
        moved = self._known.moved_from(file.source, digest) if known is None else None
        before = known or moved
        other = used_by_another(known, self._options) if known else None
        if other is not None:
            reason = _name_used(other)
            self._outcomes.append(AddOutcome(file.source, AddState.REFUSED, reason=reason))
            return
        facts = before.facts if before else {}
        options = _kept(as_found("", facts)[1], Origin.OPTION) | self._options
        if known and (known.digest, known.reading) == (digest, reading_key(file.given, options)):
            self._unchanged(known)
            return
        by_hand = set_by_hand(facts)
        identity = self._known.identity(file.source, before)
        try:
            new = prepare(file, identity=identity, options=options, by_hand=by_hand)
        except UnreadableSource as error:
            if isinstance(error, UndecidedEncoding):
                self._quarantine(file, digest, message_of(error))
            self._refuse(file.source, message_of(error), before)
            return
        self._pending.append(new)
        self._waiting += len(new.passages)
        state = AddState.UPDATED if known else AddState.MOVED if moved else AddState.ADDED
        self._outcomes.append(_outcome(new, state))

    def _unchanged(self, known: KnownSource) -> None:
        if not self._dry_run:
            self._store.quarantine.release(known.source)
        summary = self._store.find(known.id)
        self._outcomes.append(
            AddOutcome(
                known.source, AddState.UNCHANGED, summary.id, summary.title, summary.paragraphs
            )
        )

    def _quarantine(self, file: SourceFile, digest: str, reason: str) -> None:
        if self._dry_run:
            return
        seen_at = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Quarantined(file.source, reason, len(file.data), digest, seen_at)
        self._store.quarantine.put(entry)

    def _flush(self) -> None:
        """Send what waits on its way, after what went before has arrived."""
        batch, self._pending, self._waiting = self._pending, [], 0
        if self._dry_run or not batch:
            return
        self._settle()
        self._committing = self._pool.submit(self._commit, batch)

    def _commit(self, batch: list[NewDocument]) -> None:
        texts = texts_to_embed(batch)
        before = self._passages

        def on_done(done: int) -> None:
            self._passages = before + done
            self._report(batch[-1].document.source)

        embed_missing(self._store, self._embedder(), texts, on_done, self._stopped.is_set)
        self._store.commit(batch)
        for new in batch:
            self._store.quarantine.release(new.document.source)
        if self._on_replaced and any(self._known.has_id(n.document.id) for n in batch):
            self._on_replaced()
        self._passages = before + len(texts)

    def _report(self, source: str) -> None:
        if self._on_progress:
            with self._reporting:
                self._on_progress(AddProgress(self._files, self._passages, source))


def _name_used(collection: str) -> Message:
    if collection:
        return Message("index.name_used", collection=collection)
    return Message("index.name_used_outside")


def _kept(facts: Mapping[str, Fact], origin: Origin) -> dict[str, Value]:
    return {key: fact.value for key, fact in facts.items() if fact.origin is origin}


def _outcome(new: NewDocument, state: AddState) -> AddOutcome:
    document = new.document
    return AddOutcome(
        document.source,
        state,
        document.id,
        document.title,
        len(new.paragraphs),
        notes=document.receipt.notes,
    )


def texts_to_embed(documents: Iterable[NewDocument]) -> dict[str, str]:
    """Return what is embedded for these documents: digest -> text."""
    return {
        digest: embedded_text(new.document.title, passage)
        for new in documents
        for passage, digest in zip(new.passages, new.digests, strict=True)
    }
