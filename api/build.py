"""The one function that builds the object graph."""

from __future__ import annotations

from dataclasses import dataclass

from api.services import ServeSettings
from api.settings import Settings
from index.embedder import Embedder
from index.library import Library
from index.reranker import Reranker
from rag.answerer import Answerer


@dataclass(frozen=True, slots=True)
class Judian:
    """A library with everything that stands on it."""

    library: Library
    answerer: Answerer
    settings: ServeSettings
    reranks: bool = False


def build(settings: Settings) -> Judian:
    """Open the library and put the answerer on it. The embedding model loads at first use.

    Raises StoreError.
    """
    library = Library(
        settings.home,
        lambda: open_embedder_of(settings),
        factory=settings.index_factory,
        open_reranker=(lambda: open_reranker_of(settings)) if settings.reranker else None,
    )
    serving = ServeSettings(settings.allowed_hosts)
    return Judian(library, Answerer(library), serving, reranks=bool(settings.reranker))


def open_embedder_of(settings: Settings) -> Embedder:
    """Load the embedding model the settings name. Raises ModelMissing, ModelDamaged."""
    # Here and not above: what needs no embedding (list, cite, --help) starts at once.
    from index.embedder_bundled import default_cache
    from index.embedder_graph import processors
    from index.embedder_questions import QuestionEmbedder
    from index.embedder_select import open_embedder

    inner = open_embedder(
        settings.embedder,
        cache=settings.cache or default_cache(),
        question_prefix=settings.question_prefix,
        passage_prefix=settings.passage_prefix,
        engine=settings.engine,
    )
    return QuestionEmbedder(inner, lanes=processors())


def open_reranker_of(settings: Settings) -> Reranker:
    """Load the reranker the settings name. Raises ModelMissing."""
    from index.reranker import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker)
