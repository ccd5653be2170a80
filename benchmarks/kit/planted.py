"""Answerers with a fault planted in them: what a gate must catch.

Each is what the service would be if one part of it were broken or switched off.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from corpus.types import Citation
from index.catalogue import EVERYTHING_TODAY, Scope
from index.library import Library
from index.types import Hit
from rag.answerer import Answerer
from rag.drafts import ChatMessage
from rag.types import Label
from rag.verification.verifier import Check
from rag.writing.writer import ModelWriter

DEPTH = 50  # hits looked through for another order
_PASSAGE = re.compile(r"<passage-(\w+) (\w+)>\n.*\n(.*?)\n</passage-\1>", re.DOTALL)


class Bent(ABC):
    """A library whose retriever gives something else than it found."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the library has
        return getattr(self._library, name)

    def retriever(self, scope: Scope = EVERYTHING_TODAY) -> Any:  # noqa: ANN401
        """Return the library's retriever, its search bent."""
        inner = self._library.retriever(scope)
        return None if inner is None else _BentRetriever(inner, self)

    def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
        """Return what the bent retriever finds."""
        found: list[Hit] = self.retriever(scope).search(question, k)
        return found

    @abstractmethod
    def bend(self, hits: list[Hit], k: int) -> list[Hit]:
        """Return other hits."""


class _BentRetriever:
    def __init__(self, inner: Any, library: Bent) -> None:  # noqa: ANN401
        self._inner = inner
        self._library = library

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._inner, name)

    def search(self, question: str, k: int) -> list[Hit]:
        hits = self._library.bend(self._inner.search(question, max(k, DEPTH)), k)
        return [replace(hit, rank=at) for at, hit in enumerate(hits[:k], start=1)]


class HalfShuffled(Bent):
    """Half of the passages (by a digest of their ids) stand where another should."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        rows = library.store.passages(library.store.rows())
        self._passages = sorted((row.passage for row in rows), key=lambda each: each.id)

    def bend(self, hits: list[Hit], k: int) -> list[Hit]:
        """Return the hits, every other one of all passages exchanged for some other."""
        return [self._exchanged(hit) for hit in hits]

    def _exchanged(self, hit: Hit) -> Hit:
        digest = sha256(hit.passage_id.encode()).digest()
        if digest[0] % 2:
            return hit
        other = int.from_bytes(digest[1:8], "big") % len(self._passages)
        return replace(hit, passage=self._passages[other])


class VectorsAlone(Bent):
    """Ranked by cosine, as with fusion switched off."""

    def bend(self, hits: list[Hit], k: int) -> list[Hit]:
        """Return the hits by their cosines."""
        return sorted(hits, key=lambda hit: -(hit.dense or 0.0))


class Inventive:
    """A language model that says one true sentence, and adds one of its own, to any question."""

    name = "inventive"
    window = 6_000

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        """Yield the first sentence of the first passage, and an invention that cites it."""
        prompt = "\n".join(message.text for message in messages)
        for _, key, text in _PASSAGE.findall(prompt)[:1]:
            sentence = re.split(r"(?<=[。！？!?])", text.strip())[0]
            yield f"{sentence}[^{key}]\n"
            yield f"此事自2099年1月1日起由有关部门另行规定。[^{key}]\n"


class Credulous:
    """A verifier that is switched off: it finds everything supported."""

    def verify(self, claim: str, citations: Sequence[Citation]) -> Check:
        """Return that it is supported."""
        return Check(Label.SUPPORTED, 1.0, ())


def written(library: Library, *, verified: bool) -> Answerer:
    """Return an answerer that writes with the inventive model, with or without verification."""
    writer = ModelWriter(Inventive(), library.read)
    return Answerer(library, None if verified else Credulous(), writer)
