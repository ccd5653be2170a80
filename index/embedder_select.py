"""Opens the embedder that the settings name."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder
from index.embedder_bundled import (
    BUNDLED_NAME,
    BUNDLED_PASSAGE_PREFIX,
    BUNDLED_QUESTION_PREFIX,
    BUNDLED_REVISION,
    build_bundled_model,
)
from index.embedder_sentence import SentenceEmbedder

BUNDLED = "bundled"


def open_embedder(
    name: str,
    *,
    cache: Path,
    question_prefix: str | None = None,
    passage_prefix: str | None = None,
    engine: str = "auto",
) -> Embedder:
    """Return the embedder of that name: `bundled`, or what sentence-transformers loads."""
    if name == BUNDLED:
        return SentenceEmbedder(
            build_bundled_model(cache),
            name=BUNDLED_NAME,
            revision=BUNDLED_REVISION,
            question_prefix=BUNDLED_QUESTION_PREFIX if question_prefix is None else question_prefix,
            passage_prefix=BUNDLED_PASSAGE_PREFIX if passage_prefix is None else passage_prefix,
        )
    return SentenceEmbedder(name, question_prefix=question_prefix, passage_prefix=passage_prefix)
