"""Opens the embedder that the settings name."""

from __future__ import annotations

import logging
from pathlib import Path

from index.embedder import Embedder
from index.embedder_bundled import (
    BUNDLED_NAME,
    BUNDLED_PASSAGE_PREFIX,
    BUNDLED_QUESTION_PREFIX,
    BUNDLED_REVISION,
    build_bundled_model,
)
from index.embedder_export import build_onnx_model
from index.embedder_onnx import OnnxEmbedder, open_onnx_embedder
from index.embedder_sentence import SentenceEmbedder
from index.errors import ModelDamaged, ModelMissing

logger = logging.getLogger(__name__)

BUNDLED = "bundled"
ENGINES = ("auto", "onnx", "torch")


def open_embedder(
    name: str,
    *,
    cache: Path,
    question_prefix: str | None = None,
    passage_prefix: str | None = None,
    engine: str = "auto",
) -> Embedder:
    """Return the embedder of that name, loaded: `bundled`, or whatever sentence-transformers loads.

    The bundled model runs on ONNX Runtime (about a second to open), with engine "torch" on
    sentence-transformers (about ten), which also uses a GPU; "auto" is ONNX Runtime and, where that
    fails, torch after a warning in the log. Both give the same vectors under one identity. The
    first call builds the model in the cache. Raises ModelMissing and ModelDamaged.
    """
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        message = f"未知的引擎 {engine}，可选：{known}。 Unknown engine {engine}, known: {known}."
        raise ModelMissing(message)
    if name != BUNDLED:
        return SentenceEmbedder(
            name, question_prefix=question_prefix, passage_prefix=passage_prefix
        )
    if engine == "torch":
        return _open_on_torch(cache, question_prefix, passage_prefix)
    try:
        return open_onnx_embedder(
            build_onnx_model(cache),
            question_prefix=question_prefix,
            passage_prefix=passage_prefix,
        )
    except (ModelMissing, ModelDamaged) as error:
        if engine == "onnx":
            raise
        logger.warning("the bundled model runs on torch, not on ONNX Runtime: %s", error)
        return _open_on_torch(cache, question_prefix, passage_prefix)


def describe(embedder: Embedder) -> str:
    """Return one line: engine, model, revision, dimension, threads or device."""
    identity = embedder.identity
    model = f"{identity.name}@{identity.revision}, {identity.dimension} dimensions"
    if isinstance(embedder, OnnxEmbedder):
        return f"onnxruntime: {model}, {embedder.workers} workers of 1 thread"
    if isinstance(embedder, SentenceEmbedder):
        return f"sentence-transformers: {model}, on {embedder.device}, {embedder.threads} threads"
    return f"{type(embedder).__name__}: {model}"


def _open_on_torch(cache: Path, question: str | None, passage: str | None) -> SentenceEmbedder:
    return SentenceEmbedder(
        build_bundled_model(cache),
        name=BUNDLED_NAME,
        revision=BUNDLED_REVISION,
        question_prefix=BUNDLED_QUESTION_PREFIX if question is None else question,
        passage_prefix=BUNDLED_PASSAGE_PREFIX if passage is None else passage,
    )
