"""A library: one folder with its store and its derived index, and everything done to it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Self

from corpus.errors import StoreReadOnly
from corpus.facts.by_hand import as_found, checked, set_by_hand, standard_key, with_hand
from corpus.ingest import assemble
from corpus.sources import is_under
from corpus.store.document_cache import DocumentCache
from corpus.store.documents import Store
from corpus.store.lock import WriteLock
from corpus.store.stored import PassageRow
from corpus.tracking.lookup import look_up
from corpus.types import (
    AddOutcome,
    AddState,
    CitationState,
    CitedPlace,
    Document,
    DocumentFacts,
    DocumentSummary,
    Paragraph,
    Quarantined,
    SourceFile,
    Value,
)
from index.adding import Adding, AddProgress, texts_to_embed
from index.catalogue import EVERYTHING_TODAY, Catalogue, FoundClause, Scope
from index.embedders.base import Embedder, Vectors
from index.embedding import embed_missing, texts_of, vectors_of
from index.errors import EmbedderMismatch
from index.explain import Explanation
from index.keeper import FORGETTING, IndexKeeper
from index.reranker import Reranker
from index.retriever import HybridRetriever
from index.segments.snapshot import Stamp
from index.types import Hit

WAIT_SECONDS = 600.0  # how long a writer waits for another before it gives up


class Library:
    """Opened once, used from any thread. Only what needs the embedding model loads it."""

    def __init__(
        self,
        home: Path,
        open_embedder: Callable[[], Embedder] | None = None,
        *,
        wait: float | None = None,
        factory: str = "",
        open_reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """Open or create the library at ``home``; without ``open_embedder`` over the bundled model.

        ``wait`` is in seconds, for the write lock; ``factory`` is FAISS's description of the index
        of many vectors, empty for the rule in index/segments/vectors.py; with ``open_reranker`` the
        first hits are ranked by that. Raises StoreError.
        """
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreReadOnly(
                f"{home}: 无法创建。 Cannot be created: {error.strerror}"
            ) from error
        self.home = home
        self.store = Store(home / "store.sqlite")
        self.on_wait: Callable[[str], None] | None = None  # told who holds the lock
        self._lock = WriteLock(home)
        self.wait = WAIT_SECONDS if wait is None else wait  # seconds, for the write lock
        self._open_embedder = open_embedder or _open_bundled
        self._embedder: Embedder | None = None
        self._open_reranker = open_reranker
        self._reranker: Reranker | None = None
        self._guard = threading.Lock()
        self.factory = factory  # FAISS's, of many vectors
        self._index = IndexKeeper(
            home / "index", self.store, self._lock, self._stamp, self._vectors_of
        )
        self._documents = DocumentCache(self.store)
        self.catalogue = Catalogue(self.store, self._documents)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store. The object cannot be used afterwards."""
        self.store.close()

    # --- changing -----------------------------------------------------------------------------

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
        with self._writing("judian add"):
            self._adopt_or_refuse()
            self.store.set_meta("adding", _now_json())
            adding = Adding(
                self.store, lambda: self.embedder, on_progress, self._index.follow, options=options
            )
            try:
                return adding.run(files)
            finally:
                # Also after an error or Ctrl-C: nothing is half-done, and what is committed is
                # made searchable; a second Ctrl-C leaves that to the next start.
                self.store.set_meta("adding", None)
                self._index.follow()

    def preview(
        self, files: Iterable[Path | SourceFile], *, options: Mapping[str, Value] | None = None
    ) -> list[AddOutcome]:
        """Return what ``add`` would come to; nothing is changed."""
        adding = Adding(self.store, lambda: self.embedder, options=options, dry_run=True)
        return adding.run(files)

    def gone(self, roots: Sequence[str], seen: Iterable[str]) -> list[DocumentSummary]:
        """Return the documents below these files and folders that a run over them did not see."""
        there = set(seen)
        return [
            one
            for one in self.documents()
            if one.source not in there and any(is_under(one.source, root) for root in roots)
        ]

    def remove_all(self, documents: Sequence[DocumentSummary]) -> list[AddOutcome]:
        """Take documents out, all or none; old citations of them still have their words."""
        with self._writing("judian add --prune"):
            self._refuse_other()
            self.store.remove_all([one.id for one in documents])
            self._index.follow()
        return [AddOutcome(d.source, AddState.REMOVED, d.id, d.title) for d in documents]

    def release(self, sources: Iterable[str]) -> None:
        """Forget what was quarantined under these names."""
        for source in sources:
            self.store.quarantine.release(source)

    def remove(self, reference: str, *, purge: bool = False) -> DocumentSummary:
        """Take a document out, by id, source, file name or title; ``purge`` forgets its revisions.

        A document removed before can still be purged, by its id or source. Raises UnknownDocument,
        LibraryBusy, EmbedderMismatch.
        """
        with self._writing("judian remove"):
            self._refuse_other()
            summary = self.store.find(reference, removed=purge)
            if purge:  # first: were we killed behind the commit, the next start must still know
                self.store.set_meta(FORGETTING, "1")
            self.store.remove(summary.id, purge=purge)
            self.store.quarantine.release(summary.source)
            self._index.follow()
            return summary

    def set_facts(
        self, reference: str, given: Mapping[str, Value], undone: Iterable[str] = ()
    ) -> Document:
        """Set facts of a document by hand, over what was found; ``undone`` go back to that.

        Keys may be said in Chinese or English; an empty value says that nothing is known. Old
        citations keep their words. Raises BadFact, UnknownDocument, LibraryBusy.
        """
        with self._writing("judian set"):
            self._refuse_other()
            document = self.document(reference)
            stated = checked(given, document.metadata)
            forgotten = {standard_key(key) for key in undone}
            kept = set_by_hand(document.metadata)
            by_hand = {key: value for key, value in kept.items() if key not in forgotten} | stated
            title, facts = with_hand(*as_found(document.title, document.metadata), by_hand)
            changed = replace(document, title=title, metadata=facts)
            reading = self.store.known_sources()[document.source].reading
            new = assemble(changed, self.paragraphs(document.id), reading)
            embed_missing(self.store, self.embedder, texts_to_embed([new]))
            self.store.commit([new])
            self._index.follow()
            return changed

    def reindex(self, on_done: Callable[[int], None] | None = None) -> int:
        """Embed everything with today's embedder and rebuild the index; return the passages."""
        with self._writing("judian reindex"):
            embedder = self.embedder
            rows = self.store.rows()
            texts = texts_of(self.store.passages(rows))
            embed_missing(self.store, embedder, texts, on_done)
            self.store.set_meta("embedder", embedder.identity.key)
            self._index.derive(anew=True)
            return len(rows)

    # --- reading ------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """The store's last commit, which is the index_version once the index has followed."""
        return f"{self.store.store_id}.{self.store.version}"

    def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
        """Return the best ``k`` passages for a question within a scope, best first."""
        retriever = self.retriever(scope)
        return retriever.search(question, k) if retriever else []

    def explain(
        self, question: str, hits: Sequence[Hit], scope: Scope = EVERYTHING_TODAY
    ) -> list[Explanation]:
        """Return what each hit of a search is ranked by."""
        retriever = self.retriever(scope)
        return retriever.explain(question, hits) if retriever else []

    def retriever(self, scope: Scope = EVERYTHING_TODAY) -> HybridRetriever | None:
        """Return what searches the present state, or None while the library is empty."""
        snapshot = self._index.fresh(self.wait)
        if snapshot is None:
            return None
        return HybridRetriever(
            self.store,
            self.embedder,
            snapshot,
            without=self.catalogue.excluded(scope),
            references=self.catalogue.references(),
            lapse_of=self.catalogue.lapse,
            reranker=self.reranker,
            named_rows=lambda question: self.catalogue.named_rows(question, scope.as_of),
        )

    def similarity(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the cosine of the question with each text, embedded as passages."""
        if not texts:
            return []
        asked = self.embedder.embed_questions([question])[0]
        cosines = self.embedder.embed_passages(list(texts)) @ asked
        return [float(cosine) for cosine in cosines]

    def documents(self) -> list[DocumentSummary]:
        """Return all documents by source."""
        return self.store.documents()

    def document(self, reference: str) -> Document:
        """Return the current revision of a document by id, source, file name or title."""
        return self._documents.get(self.store.find(reference).id)[0]

    def paragraphs(self, document_id: str) -> list[Paragraph]:
        """Return a document's paragraphs in order. Raises UnknownDocument."""
        return list(self._documents.get(document_id)[1])

    def read(self, document_id: str) -> tuple[Document, Sequence[Paragraph]]:
        """Return a document with its paragraphs, of one and the same revision."""
        return self._documents.get(document_id)

    def rows_within(self, document_id: str, start: int, end: int) -> list[int]:
        """Return the row numbers of a document's passages that share text with a span."""
        return self.store.rows_within(document_id, start, end)

    def quarantined(self) -> list[Quarantined]:
        """Return the sources that could not be read for certain."""
        return self.store.quarantine.all()

    def cite(self, citation_id: str) -> CitedPlace:
        """Look a citation up. Raises UnknownCitation."""
        place = look_up(self.store, citation_id)
        if place.state is CitationState.GONE and place.current is None and place.became is None:
            return place
        mark = self.catalogue.marked
        return replace(
            place,
            citation=mark(place.citation),
            current=mark(place.current) if place.current else None,
            became=mark(place.became) if place.became else None,
        )

    def clause(
        self, address: str, *, as_of: date | None = None, within: str | None = None
    ) -> FoundClause:
        """Return the clause an address names, in force on a day. Raises BadAddress."""
        return self.catalogue.find(address, as_of=as_of, within=within)

    def facts(self, document_id: str) -> DocumentFacts | None:
        """Return what is known of a document, None for one that is not here."""
        return self.catalogue.facts(document_id)

    def check(self) -> None:
        """Really embed a word and search for it; raises what is wrong."""
        self.similarity("检查 check", ["检查 check"])
        self.search("检查 check", 1)

    def describe(self) -> dict[str, str | int]:
        """Return what an operator wants to know: sizes, versions, the embedder."""
        documents = self.documents()
        identity = self.embedder.identity
        return {
            "home": str(self.home),
            "index_version": self.version,
            "documents": len(documents),
            "passages": sum(d.passages for d in documents),
            "quarantined": len(self.quarantined()),
            "embedder": identity.name,
            "embedder_revision": identity.revision,
            "dimension": identity.dimension,
        }

    def describe_index(self) -> str:
        """Return one line for operators: segments, passages in each, kinds, memory of vectors."""
        snapshot = self._index.fresh(self.wait)
        if snapshot is None:
            return "空 empty"
        kinds = [f"{len(one.segment)} {one.segment.vectors.kind}" for one in snapshot.held]
        return f"{len(snapshot.searcher)} passages in {len(kinds)} segments: {', '.join(kinds)}"

    def interrupted(self) -> str | None:
        """Say in words that the last ``add`` was killed, and what state that left; else None."""
        if self.store.get_meta("adding") is None or self._lock.is_held():
            return None
        started = self.store.get_meta("adding")  # again: an add may just have ended well
        if started is None:
            return None
        note = json.loads(started)
        count = len(self.documents())
        return (
            f"上一次添加（{note['since']}，进程 {note['pid']}）中途被中断：已收入的文件完整可用"
            f"（现有 {count} 个），未收入的请重新运行同一命令。"
            f" The add started at {note['since']} was killed: what had been committed is whole"
            f" ({count} documents now); run the same command again for the rest."
        )

    # --- the embedder ---------------------------------------------------------------------------

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded at first use."""
        with self._guard:
            if self._embedder is None:
                self._embedder = self._open_embedder()
            return self._embedder

    @property
    def reranker(self) -> Reranker | None:
        """The reranker, loaded at first use; None where none is wanted."""
        with self._guard:
            if self._reranker is None and self._open_reranker is not None:
                self._reranker = self._open_reranker()
            return self._reranker

    def _adopt_or_refuse(self) -> None:
        """Make a library without passages this embedder's own; the write lock must be held."""
        if self.store.get_meta("embedder") is None or not self.store.has_passages():
            self.store.set_meta("embedder", self.embedder.identity.key)
        self._refuse_other()

    def _refuse_other(self) -> None:
        made_by = self.store.get_meta("embedder")
        key = self.embedder.identity.key
        if made_by is None or made_by == key or not self.store.has_passages():
            return
        raise EmbedderMismatch(
            f"此库由嵌入模型 {made_by} 建成，当前设置为 {key}。"
            "请改回 JUDIAN_EMBEDDER，或运行 judian reindex 用当前模型重建。"
            f" This library was made by {made_by}, not by {key}:"
            " set JUDIAN_EMBEDDER back, or run judian reindex to embed it again."
        )

    def _writing(self, purpose: str) -> AbstractContextManager[None]:
        return self._lock.hold(purpose, wait=self.wait, on_wait=self.on_wait)

    def _stamp(self) -> Stamp:
        self._refuse_other()
        identity = self.embedder.identity
        return Stamp(
            self.store.store_id,
            self.store.version,
            identity.key,
            identity.dimension,
            self.factory,
        )

    def _vectors_of(self, rows: Sequence[PassageRow]) -> Vectors:
        return vectors_of(self.store, self.embedder, rows)


def _open_bundled() -> Embedder:
    # Here and not above: what needs no embedding starts at once.
    from index.embedders.select import open_embedder

    return open_embedder()


def _now_json() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "since": since})
