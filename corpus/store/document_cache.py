"""Documents kept in memory between questions, by the store's version."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from corpus.store.store import Store
from corpus.types import Document, Paragraph

LIMIT_CHARACTERS = 8_000_000  # some 16 MB of Chinese text, with its paragraphs about 40 MB


class DocumentCache:
    """The documents read last, with their paragraphs; forgotten when the store changes."""

    def __init__(self, store: Store, limit: int = LIMIT_CHARACTERS) -> None:
        self._store = store
        self._limit = limit
        self._version = -1
        self._kept: OrderedDict[str, tuple[Document, Sequence[Paragraph]]] = OrderedDict()
        self._characters = 0
        self._guard = threading.Lock()

    def get(self, document_id: str) -> tuple[Document, Sequence[Paragraph]]:
        """Return a document's current revision and its paragraphs. Raises UnknownDocument."""
        version = self._store.version
        with self._guard:
            if version != self._version:
                self._kept.clear()
                self._characters, self._version = 0, version
            found = self._kept.get(document_id)
            if found is not None:
                self._kept.move_to_end(document_id)
                return found
        document = self._store.document(document_id)
        entry = (document, self._store.paragraphs(document))
        with self._guard:
            self._keep(document_id, entry, version)
        return entry

    def _keep(
        self, document_id: str, entry: tuple[Document, Sequence[Paragraph]], version: int
    ) -> None:
        # What was read before a commit that another thread has seen already is not kept.
        if document_id in self._kept or version != self._version:
            return
        self._kept[document_id] = entry
        self._characters += len(entry[0].text)
        while self._characters > self._limit and len(self._kept) > 1:
            _, (document, _) = self._kept.popitem(last=False)
            self._characters -= len(document.text)
