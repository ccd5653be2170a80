"""Opens the embedder that the settings name."""

from __future__ import annotations

import logging
from pathlib import Path

from corpus.messages.message import Message
from index.embedders.base import Embedder
from index.embedders.batching import QuestionEmbedder
from index.embedders.bundled import (
    BUNDLED_NAME,
    BUNDLED_PASSAGE_PREFIX,
    BUNDLED_QUESTION_PREFIX,
    BUNDLED_REVISION,
    build_bundled_model,
)
from index.embedders.choice import CANDIDATES, chosen_engine
from index.embedders.export import EIGHT_BIT_GRAPH_FILE, GRAPH_FILE, build_graph
from index.embedders.graph import GraphEmbedder, Session, open_graph_embedder, processors
from index.embedders.onnx_runtime import open_onnx_session
from index.embedders.openvino_runtime import open_openvino_session
from index.embedders.sentence_transformers import SentenceEmbedder
from index.embedders.two_sided import TwoSidedEmbedder, with_questions
from index.errors import ModelDamaged, ModelMissing

logger = logging.getLogger(__name__)

BUNDLED = "bundled"
GPU_DRIVER = Path("/proc/driver/nvidia/version")  # looked at first: importing torch takes seconds
ENGINES = ("auto", *CANDIDATES, "torch")


def open_embedder(
    name: str = BUNDLED,
    *,
    cache: Path | None = None,
    question_prefix: str | None = None,
    passage_prefix: str | None = None,
    engine: str = "auto",
) -> Embedder:
    """Return the embedder of that name, loaded: `bundled`, or whatever sentence-transformers loads.

    The bundled model runs on the engine named: ONNX Runtime or OpenVINO, each in float32 or with
    8-bit products, or torch (ten seconds to open), which also uses a GPU. "auto" is torch where
    there is an NVIDIA GPU it can use, else the fastest on this machine of those that open in a
    second, measured the first time; where none opens, torch after a warning in the log. All give
    the same vectors but for rounding, under one identity. The first call builds the model in the
    ``cache``, by default ~/.cache/judian. Raises ModelMissing and ModelDamaged.
    """
    cache = cache or Path.home() / ".cache" / "judian"
    if engine not in ENGINES:
        raise ModelMissing(Message("index.unknown_engine", engine=engine, known=ENGINES))
    if name != BUNDLED:
        return SentenceEmbedder(
            name, question_prefix=question_prefix, passage_prefix=passage_prefix
        )

    passages = _open_bundled(cache, question_prefix, passage_prefix, engine)
    if question_prefix is not None:  # the encoder of questions was trained with the usual one
        return passages
    # ONNX Runtime whatever runs the passages: one question is as fast on it, and OpenVINO keeps
    # memory for every length it has seen.
    return with_questions(passages, cache, open_onnx_session)


def _open_bundled(cache: Path, question: str | None, passage: str | None, engine: str) -> Embedder:
    """Return the bundled model on the engine named, or on the fastest."""

    def opened(chosen: str) -> Embedder:
        folder = build_graph(cache)
        return open_graph_embedder(
            folder,
            _open_session(chosen, folder / graph_file(chosen)),
            runtime=chosen,
            question_prefix=question,
            passage_prefix=passage,
        )

    if engine == "torch":
        return _open_on_torch(cache, question, passage)
    if engine != "auto":
        return opened(engine)
    if GPU_DRIVER.exists():
        on_gpu = _open_on_torch(cache, question, passage)
        if on_gpu.device.startswith("cuda"):
            return on_gpu
        logger.warning("there is a GPU, but this torch has no CUDA: the CPU is used")
    try:
        return opened(chosen_engine(build_graph(cache).parent, opened).engine)
    except (ModelMissing, ModelDamaged) as error:
        logger.warning("the bundled model runs on torch: %s", error)
        return _open_on_torch(cache, question, passage)


def graph_file(engine: str) -> str:
    """Return which of the built graphs an engine opens."""
    return EIGHT_BIT_GRAPH_FILE if engine == "onnx-int8" else GRAPH_FILE


def _open_session(engine: str, graph: Path) -> Session:
    runtime, _, bits = engine.partition("-")
    if runtime == "onnx":
        return open_onnx_session(graph)
    return open_openvino_session(graph, streams=processors(), eight_bits=bits == "int8")


def describe(embedder: Embedder) -> Message:
    """Return one line: engine, model, revision, dimension, threads or device."""
    if isinstance(embedder, QuestionEmbedder):
        return describe(embedder.inner)
    if isinstance(embedder, TwoSidedEmbedder):
        return describe(embedder.passages)
    identity = embedder.identity
    engine, on = type(embedder).__name__, ""
    if isinstance(embedder, GraphEmbedder):
        engine, on = embedder.runtime, Message("index.workers", workers=embedder.workers)
    if isinstance(embedder, SentenceEmbedder):
        device, threads = embedder.device, embedder.threads
        engine = "sentence-transformers"
        on = Message("index.threads", device=device, threads=threads)
    return Message(
        "index.embedder",
        engine=engine,
        model=f"{identity.name}@{identity.revision}",
        dimension=identity.dimension,
        on=on,
    )


def _open_on_torch(cache: Path, question: str | None, passage: str | None) -> SentenceEmbedder:
    return SentenceEmbedder(
        build_bundled_model(cache),
        name=BUNDLED_NAME,
        revision=BUNDLED_REVISION,
        question_prefix=BUNDLED_QUESTION_PREFIX if question is None else question,
        passage_prefix=BUNDLED_PASSAGE_PREFIX if passage is None else passage,
    )
