"""The one function that builds the object graph."""

from __future__ import annotations

from dataclasses import dataclass

from api.services import ServeSettings
from api.settings import Settings
from index.embedder import Embedder
from index.library import Library
from rag.answerer import Answerer


@dataclass(frozen=True, slots=True)
class Judian:
    """A library with everything that stands on it."""

    library: Library
    answerer: Answerer
    settings: ServeSettings


def build(settings: Settings) -> Judian:
    """Open the library and put the answerer on it. The embedding model loads at first use.

    Raises StoreError.
    """
    library = Library(settings.home, lambda: open_embedder_of(settings))
    return Judian(library, Answerer(library), ServeSettings(settings.allowed_hosts))


def open_embedder_of(settings: Settings) -> Embedder:
    """Load the embedding model the settings name. Raises ModelMissing, ModelDamaged."""
    # Here and not above: what needs no embedding (list, cite, --help) starts at once.
    from index.embedder_bundled import default_cache
    from index.embedder_select import open_embedder

    return open_embedder(
        settings.embedder,
        cache=settings.cache or default_cache(),
        question_prefix=settings.question_prefix,
        passage_prefix=settings.passage_prefix,
        engine=settings.engine,
    )
