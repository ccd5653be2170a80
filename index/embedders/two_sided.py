"""Questions embedded by an encoder of their own, trained for the vectors that passages have."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from index.embedders.adapters import read_adapters
from index.embedders.base import Embedder, Vectors
from index.embedders.built_folder import build_once
from index.embedders.bundled import BUNDLED_NAME, find_source, open_source
from index.embedders.export import EIGHT_BITS, EncoderGraph
from index.embedders.graph import GraphEmbedder, Session, open_tables
from index.errors import BadVectors, ModelDamaged, ModelMissing
from index.types import EmbedderIdentity

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "questions"
NAME = "question-encoder"
GRAPH_FILE = "question-encoder.onnx"
_FORMAT = 1  # of the graph; raised whenever what is written changes


class TwoSidedEmbedder:
    """Passages by one embedder, questions by another whose vectors are comparable with these."""

    def __init__(self, passages: Embedder, questions: Embedder) -> None:
        self.passages = passages
        self.questions = questions

    @property
    def identity(self) -> EmbedderIdentity:
        """What its vectors are comparable with: those of the passages, which are kept."""
        return self.passages.identity

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per question, in order."""
        return self.questions.embed_questions(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per passage, in order."""
        return self.passages.embed_passages(texts)


def with_questions(
    passages: Embedder,
    cache: Path,
    open_session: Callable[[Path], Session],
    folder: Path = FOLDER,
) -> Embedder:
    """Return the bundled embedder with the shipped encoder of questions beside it.

    Where its weights cannot be used, that is said in the log, and questions are embedded as
    passages are: vectors stay comparable, fewer questions in everyday words find their clause.
    """
    try:
        graph = build_question_graph(cache, folder)
        session = open_session(graph)
        if isinstance(passages, GraphEmbedder):
            tokenizer, words = passages.tokenizer, passages.words
        else:
            tokenizer, words = open_tables(cache)
        questions = GraphEmbedder(session, tokenizer, words, runtime="questions")
        questions.embed_questions(["据典"])  # raises where what comes out are no numbers
    except (ModelDamaged, ModelMissing, BadVectors) as error:
        logger.warning("questions are embedded as passages are: %s", error)
        return passages
    return TwoSidedEmbedder(passages, questions)


def build_question_graph(cache: Path, folder: Path = FOLDER) -> Path:
    """Return the graph's file, built once in the cache: 23 MB, a second. Raises ModelDamaged."""
    adapters = read_adapters(folder, NAME)

    def fill(target: Path) -> None:
        import onnx  # it takes half a second, once

        base = open_source(find_source())
        encoder = EncoderGraph(base, EIGHT_BITS, adapters.merged(base))
        encoder.mean(encoder.states(), "vectors")
        graph = encoder.model({"vectors": ("n", base.shape.hidden)})
        onnx.save(graph, target / GRAPH_FILE)

    origin = f"{adapters.digest}/{_FORMAT}"
    return build_once(cache / BUNDLED_NAME / "question-encoder", origin, fill) / GRAPH_FILE
