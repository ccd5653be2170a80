"""Errors of the index.

IndexingError
├── ModelMissing         the embedding model cannot be found or loaded
├── ModelDamaged         its files are not what they must be
├── BadVectors           the model gave vectors that are not finite and of unit length
├── BadFactory           FAISS knows no index of the kind the settings name
├── EmbedderMismatch     the library was made by another embedder
├── IndexDamaged         derived files fail their digests (they are rebuilt, not used)
└── IndexUnwritable      derived files cannot be written: a full disk, no permission
"""

from __future__ import annotations


class IndexingError(Exception):
    """Anything the index can say is wrong. The message is for people and says what to do."""


class ModelMissing(IndexingError):
    """The embedding model cannot be found or loaded."""


class ModelDamaged(IndexingError):
    """The embedding model's files are not what they must be."""


class BadVectors(IndexingError):
    """The model gave vectors that are not finite or not of unit length."""


class BadFactory(IndexingError):
    """FAISS knows no index of this description."""


class EmbedderMismatch(IndexingError):
    """The library was made by another embedder; the message names both and the way out."""


class IndexDamaged(IndexingError):
    """A derived file does not match the manifest."""


class IndexUnwritable(IndexingError):
    """Derived files cannot be written; the message says why. The store is as it was."""
