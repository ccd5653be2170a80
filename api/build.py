"""The one function that builds the object graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from api.services import ServeSettings, Services
from api.settings import Settings
from eval.judges import Judge
from index.embedders.base import Embedder
from index.library import Library
from index.reranker import Reranker
from rag.answerer import Answerer
from rag.drafts import OperatedModel
from rag.extractive.candidates import MOST_READ
from rag.extractive.judging import THRESHOLD
from rag.reading.model import AnswerModel
from rag.reading.opening import SHIPPED, ShippedAnswerModel
from rag.verification.checker import TextChecker
from rag.verification.mechanical import MechanicalVerifier
from rag.verification.verifier import Verifier
from rag.writing.writer import MOST_TOKENS

if TYPE_CHECKING:
    from api.evaluations.queue import EvalJobs

RUNS = "runs"  # of evaluations, below the library's home


@dataclass(frozen=True, slots=True)
class Judian:
    """A library with everything that stands on it."""

    library: Library
    answerer: Answerer
    settings: ServeSettings
    checker: TextChecker
    reranks: bool = False
    model: OperatedModel | None = None
    made_with: Mapping[str, object] = field(default_factory=dict)  # settings that change answers
    evals: EvalJobs | None = None

    @property
    def services(self) -> Services:
        """The same as the HTTP API takes it: ``create_app(judian.services)``."""
        return Services(self.library, self.answerer, self.settings, self.checker, self.evals)


def open_judian(settings: Settings) -> Judian:
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
    answerer = answerer_of(settings, library, verifier, model)
    return Judian(
        library,
        answerer,
        serving,
        TextChecker(library, verifier),
        reranks=bool(settings.reranker),
        model=model,
        made_with=made_with(settings),
        evals=evals_of(settings, library, answerer),
    )


def made_with(settings: Settings) -> dict[str, object]:
    """Return the settings that answers depend on, as evaluation runs keep them; no key is told."""
    return {
        "embedder": settings.embedder,
        "engine": settings.engine,
        "reranker": settings.reranker or "–",
        "model": settings.model or "–",
        "model_url": settings.model_url or "–",
        "verifier": settings.verifier or "mechanical",
        "answer_model": settings.answer_model,
        "clauses_read": settings.clauses_read or MOST_READ,
        "threshold": THRESHOLD if settings.threshold is None else settings.threshold,
    }


def evals_of(settings: Settings, library: Library, answerer: Answerer) -> EvalJobs:
    """Return the evaluations of a library, none under way; runs lie in its home."""
    from api.evaluations.queue import EvalJobs
    from eval.runs.run_list import RunStore

    def kept() -> dict[str, object]:
        return {**made_with(settings), "embedder": library.embedder.identity.key}

    return EvalJobs(RunStore(library.home / RUNS), library, answerer, kept, judge_of(settings))


def judge_of(settings: Settings) -> Judge:
    """Return the judge of evaluations the settings name, not loaded yet."""
    from eval.judges import (
        CLASSIFIER,
        MECHANICAL,
        ClassifierJudge,
        MechanicalJudge,
        ModelJudge,
    )

    if settings.judge in ("", MECHANICAL):
        return MechanicalJudge()
    if settings.judge.startswith(CLASSIFIER):
        from rag.verification.classifier import EntailmentClassifier

        return ClassifierJudge(EntailmentClassifier(settings.judge.removeprefix(CLASSIFIER)))
    model = model_of(
        replace(
            settings,
            model=settings.judge,
            model_url=settings.judge_url,
            model_key=settings.judge_key,
        )
    )
    assert model is not None  # there is a name
    return ModelJudge(model)


def verifier_of(settings: Settings) -> Verifier:
    """Return what checks claims: wording alone, or with a model beside it."""
    if not settings.verifier:
        return MechanicalVerifier()
    from rag.verification.classifier import ClassifierVerifier, EntailmentClassifier

    return ClassifierVerifier(EntailmentClassifier(settings.verifier))


def answerer_of(
    settings: Settings, library: Library, verifier: Verifier, model: OperatedModel | None
) -> Answerer:
    """Put an answerer on a library: with a language model where the settings name one."""
    threshold = THRESHOLD if settings.threshold is None else settings.threshold
    reader = answer_model_of(settings, library)
    read = settings.clauses_read or MOST_READ
    if model is None:
        return Answerer(library, verifier, reader=reader, threshold=threshold, clauses_read=read)
    return Answerer.with_model(
        library,
        model,
        verifier,
        most_tokens=settings.model_tokens or MOST_TOKENS,
        reader=reader,
        threshold=threshold,
        clauses_read=read,
    )


def answer_model_of(settings: Settings, library: Library) -> AnswerModel:
    """Return the answer model the settings name, not loaded yet."""
    if settings.answer_model == SHIPPED:
        return ShippedAnswerModel(lambda: library.embedder, settings.cache)
    from rag.reading.transformers_model import TransformersAnswerModel

    return TransformersAnswerModel(settings.answer_model)


def model_of(settings: Settings) -> OperatedModel | None:
    """Return the language model the settings name, not loaded yet; None for none."""
    if settings.model_url:
        from rag.writing.models.endpoint import TOTAL, WINDOW, EndpointModel

        return EndpointModel(
            settings.model_url,
            settings.model,
            key=settings.model_key,
            timeout=settings.model_timeout or TOTAL,
            window=settings.model_window or WINDOW,
        )
    if settings.model:
        from rag.writing.models import transformers_model as here

        return here.TransformersModel(
            settings.model,
            timeout=settings.model_timeout or here.TOTAL,
            window=settings.model_window or here.WINDOW,
        )
    return None


def open_embedder_of(settings: Settings) -> Embedder:
    """Load the embedding model the settings name. Raises ModelMissing, ModelDamaged."""
    # Here and not above: what needs no embedding (list, cite, --help) starts at once.
    from index.embedders.batching import QuestionEmbedder
    from index.embedders.graph import processors
    from index.embedders.select import open_embedder

    inner = open_embedder(
        settings.embedder,
        cache=settings.cache.expanduser(),
        question_prefix=settings.question_prefix,
        passage_prefix=settings.passage_prefix,
        engine=settings.engine,
    )
    return QuestionEmbedder(inner, lanes=processors())


def open_reranker_of(settings: Settings) -> Reranker:
    """Load the reranker the settings name. Raises ModelMissing."""
    from index.reranker import CrossEncoderReranker

    return CrossEncoderReranker(settings.reranker)
