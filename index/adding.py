"""Adding sources: read, split, embed, commit, a few documents at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.ingest import embedded_text, load, prepare, source_of
from corpus.store import READING, NewDocument, Store
from corpus.types import AddOutcome, AddState, Quarantined, SourceFile
from index.embedder import Embedder
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
    ) -> None:
        """Prepare a run; ``on_replaced`` is called after a commit that replaced revisions.

        It has to make the index follow: until then the replaced passages are found no more, and
        the new ones not yet.
        """
        self._store = store
        self._embedder = embedder
        self._on_progress = on_progress
        self._on_replaced = on_replaced
        self._known = store.known_sources()
        self._pending: list[NewDocument] = []
        self._outcomes: list[AddOutcome] = []
        self._seen: set[str] = set()
        self._files = 0
        self._passages = 0

    def run(self, files: Iterable[Path | SourceFile]) -> list[AddOutcome]:
        """Add all files and return one outcome each, in order.

        What could be committed before an error or an interruption stays committed.
        """
        for file in files:
            self._one(file)
            if sum(len(new.passages) for new in self._pending) >= BATCH_PASSAGES:
                self._flush()
        self._flush()
        return self._outcomes

    def _one(self, file: Path | SourceFile) -> None:
        source = source_of(file) if isinstance(file, Path) else file.source
        if source in self._seen:
            return
        self._seen.add(source)
        try:
            loaded = load(file) if isinstance(file, Path) else file
            self._read(loaded)
        except UnreadableSource as error:
            kept = "（保留上次收入的版本） (the revision added before is kept)"
            reason = f"{error}{kept if source in self._known else ''}"
            self._outcomes.append(AddOutcome(source, AddState.REFUSED, reason=reason))
        self._files += 1
        self._tell(source)

    def _read(self, file: SourceFile) -> None:
        digest = hashlib.sha256(file.data).hexdigest()
        if self._known.get(file.source) == (digest, READING):
            self._store.quarantine.release(file.source)
            summary = self._store.find(file.source)
            self._outcomes.append(
                AddOutcome(
                    file.source, AddState.UNCHANGED, summary.id, summary.title, summary.paragraphs
                )
            )
            return
        try:
            new = prepare(file)
        except UndecidedEncoding as error:
            seen_at = datetime.now(UTC).isoformat(timespec="seconds")
            entry = Quarantined(file.source, str(error), len(file.data), digest, seen_at)
            self._store.quarantine.put(entry)
            raise
        self._pending.append(new)
        state = AddState.UPDATED if file.source in self._known else AddState.ADDED
        self._outcomes.append(
            AddOutcome(file.source, state, new.document.id, new.document.title, len(new.paragraphs))
        )

    def _flush(self) -> None:
        if not self._pending:
            return
        texts = dict(_texts(self._pending))
        before = self._passages

        def on_done(done: int) -> None:
            self._passages = before + done
            self._tell(self._pending[-1].document.source)

        embed_missing(self._store, self._embedder(), texts, on_done)
        self._store.commit(self._pending)
        sources = [new.document.source for new in self._pending]
        for source in sources:
            self._store.quarantine.release(source)
        if self._on_replaced and any(source in self._known for source in sources):
            self._on_replaced()
        self._passages = before + len(texts)
        self._pending.clear()

    def _tell(self, source: str) -> None:
        if self._on_progress:
            self._on_progress(AddProgress(self._files, self._passages, source))


def _texts(documents: Iterable[NewDocument]) -> Iterator[tuple[str, str]]:
    for new in documents:
        for passage, digest in zip(new.passages, new.digests, strict=True):
            yield digest, embedded_text(new.document.title, passage)
