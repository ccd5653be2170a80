"""Index: passages become vectors and terms; a question becomes hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from index.adding import AddProgress
    from index.catalogue import FoundClause, Scope
    from index.embedders.base import Embedder, Vectors
    from index.embedders.select import open_embedder
    from index.errors import (
        BadVectors,
        EmbedderMismatch,
        IndexingError,
        IndexUnwritable,
        ModelDamaged,
        ModelMissing,
    )
    from index.library import Library
    from index.reranker import CrossEncoderReranker, Reranker
    from index.types import EmbedderIdentity, Hit
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "index.adding": "AddProgress",
            "index.catalogue": "FoundClause Scope",
            "index.embedders.base": "Embedder Vectors",
            "index.embedders.select": "open_embedder",
            "index.errors": (
                "BadVectors EmbedderMismatch IndexUnwritable IndexingError ModelDamaged "
                "ModelMissing"
            ),
            "index.library": "Library",
            "index.reranker": "CrossEncoderReranker Reranker",
            "index.types": "EmbedderIdentity Hit",
        },
    )

__all__ = [
    "AddProgress",
    "BadVectors",
    "CrossEncoderReranker",
    "Embedder",
    "EmbedderIdentity",
    "EmbedderMismatch",
    "FoundClause",
    "Hit",
    "IndexUnwritable",
    "IndexingError",
    "Library",
    "ModelDamaged",
    "ModelMissing",
    "Reranker",
    "Scope",
    "Vectors",
    "open_embedder",
]
