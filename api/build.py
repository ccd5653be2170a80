"""The one function that builds the object graph."""

from __future__ import annotations

from dataclasses import dataclass

from api.services import ServeSettings
from api.settings import Settings
from index.embedder import Embedder
from index.library import Library
from index.reranker import Reranker
from rag.answerer import Answerer
from rag.checking import TextChecker
from rag.conversation import follow_by_rules, follow_with_model
from rag.generator import OperatedModel
from rag.support import THRESHOLD
from rag.verifier import Verifier
from rag.verifier_mechanical import MechanicalVerifier


@dataclass(frozen=True, slots=True)
class Judian:
    """A library with everything that stands on it."""

    library: Library
    answerer: Answerer
    settings: ServeSettings
    checker: TextChecker
    reranks: bool = False
    model: OperatedModel | None = None


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
    model = model_of(settings)
    verifier = verifier_of(settings)
    return Judian(
        library,
        answerer_of(settings, library, verifier, model),
        serving,
        TextChecker(library, verifier),
        reranks=bool(settings.reranker),
        model=model,
    )


def verifier_of(settings: Settings) -> Verifier:
    """Return what checks claims: wording alone, or with a model beside it."""
    if not settings.verifier:
        return MechanicalVerifier()
    from rag.verifier_model import ClassifierVerifier, EntailmentClassifier

    return ClassifierVerifier(EntailmentClassifier(settings.verifier))


def answerer_of(
    settings: Settings, library: Library, verifier: Verifier, model: OperatedModel | None
) -> Answerer:
    """Put an answerer on a library: with a language model where the settings name one."""
    from rag.writer import MOST_TOKENS, ModelWriter

    most = settings.model_tokens or MOST_TOKENS
    writer = ModelWriter(model, library.read, most_tokens=most) if model else None
    return Answerer(
        library,
        verifier,
        writer,
        follow=follow_with_model(model) if model else follow_by_rules,
        threshold=THRESHOLD if settings.threshold is None else settings.threshold,
    )


def model_of(settings: Settings) -> OperatedModel | None:
    """Return the language model the settings name, not loaded yet; None for none."""
    if settings.model_url:
        from rag.generator_endpoint import TOTAL, WINDOW, EndpointModel

        return EndpointModel(
            settings.model_url,
            settings.model,
            key=settings.model_key,
            timeout=settings.model_timeout or TOTAL,
            window=settings.model_window or WINDOW,
        )
    if settings.model:
        from rag import generator_transformers as here

        return here.TransformersModel(
            settings.model,
            timeout=settings.model_timeout or here.TOTAL,
            window=settings.model_window or here.WINDOW,
        )
    return None


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
