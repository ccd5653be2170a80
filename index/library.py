"""A library: one folder with its store and its derived index; opened, searched and looked up in.

What changes a library is a subject of its own, `index.changes`: it takes the write lock, refuses
another model's vectors and makes the index follow. `Library.changes` does all of it; adding,
removing and setting facts, which every interface offers, are reached from the library itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Self

from corpus.errors import StoreReadOnly
from corpus.messages.message import Message
from corpus.store.document_cache import DocumentCache
from corpus.store.lock import WriteLock
from corpus.store.store import Store
from corpus.tracking.lookup import look_up
from corpus.types import (
    AddOutcome,
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
from index.adding import AddProgress
from index.catalogue import EVERYTHING_TODAY, Catalogue, FoundClause, Scope
from index.changes import Changes
from index.embedders.base import Embedder
from index.embedding import LibraryEmbedder
from index.keeper import IndexKeeper
from index.reranker import Reranker
from index.retriever import HybridRetriever
from index.types import Explanation, Hit

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
                Message("index.no_home", path=home, error=error.strerror)
            ) from error
        self.home = home
        self.store = Store(home / "store.sqlite")
        self.lock = WriteLock(home, WAIT_SECONDS if wait is None else wait)
        self.factory = factory  # FAISS's, of many vectors
        self._embedder = LibraryEmbedder(self.store, open_embedder or _open_bundled)
        self._open_reranker = open_reranker
        self._reranker: Reranker | None = None
        self._guard = threading.Lock()
        self._index = IndexKeeper(
            home / "index",
            self.store,
            self.lock,
            lambda: self._embedder.stamp(self.factory),
            self._embedder.vectors_of,
        )
        self._documents = DocumentCache(self.store)
        self.catalogue = Catalogue(self.store, self._documents)
        self.changes = Changes(self.store, self.lock, self._embedder, self._index)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store. The object cannot be used afterwards."""
        self.store.close()

    # --- changing, as every interface does --------------------------------------------------------

    def add(
        self,
        files: Iterable[Path | SourceFile],
        on_progress: Callable[[AddProgress], None] | None = None,
        *,
        options: Mapping[str, Value] | None = None,
    ) -> list[AddOutcome]:
        """Add files and return one outcome each, as `Changes.add` says."""
        return self.changes.add(files, on_progress, options=options)

    def remove(self, reference: str, *, purge: bool = False) -> DocumentSummary:
        """Take a document out, as `Changes.remove` says."""
        return self.changes.remove(reference, purge=purge)

    def set_facts(
        self, reference: str, given: Mapping[str, Value], undone: Iterable[str] = ()
    ) -> Document:
        """Set facts of a document by hand, as `Changes.set_facts` says."""
        return self.changes.set_facts(reference, given, undone)

    # --- searching and looking up -----------------------------------------------------------------

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
        snapshot = self._index.fresh()
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

    def describe_index(self) -> Message:
        """Return one line for operators: segments, passages in each, kinds, memory of vectors."""
        snapshot = self._index.fresh()
        if snapshot is None:
            return Message("index.empty")
        kinds = [f"{len(one.segment)} {one.segment.vectors.kind}" for one in snapshot.held]
        passages, segments = len(snapshot.searcher), len(kinds)
        return Message("index.size", passages=passages, segments=segments, kinds=kinds)

    # --- models -----------------------------------------------------------------------------------

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded at first use."""
        return self._embedder.get()

    @property
    def reranker(self) -> Reranker | None:
        """The reranker, loaded at first use; None where none is wanted."""
        with self._guard:
            if self._reranker is None and self._open_reranker is not None:
                self._reranker = self._open_reranker()
            return self._reranker


def _open_bundled() -> Embedder:
    # Here and not above: what needs no embedding starts at once.
    from index.embedders.select import open_embedder

    return open_embedder()
