"""The bundled model as a graph on any runtime: the vectors of the torch build, without torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.base import Vectors, unit_rows
from index.embedders.bundled import (
    BUNDLED_NAME,
    BUNDLED_PASSAGE_PREFIX,
    BUNDLED_QUESTION_PREFIX,
    BUNDLED_REVISION,
    MAX_TOKENS,
)
from index.embedders.export import TOKENIZER_FILE, WORDS_FILE, build_graph
from index.embedders.weights import BLOCK_BYTES, BLOCK_WEIGHTS, Bytes, Floats, dequantise
from index.errors import BadVectors, ModelDamaged
from index.types import EmbedderIdentity

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH_TOKENS = 1024  # padded; measured: two to four texts of 256 tokens are the fastest batch
GROUP_TEXTS = 2048  # tokenised and sorted by length together; bounds memory for any input
MOST_WORKERS = 8  # beyond it memory bandwidth, not cores, bounds this small a model

# A text and the first components of its vector in the torch build. Another runtime or processor
# rounds in the seventh digit; a wrong operator shows in the second.
PROBE_TEXT = "据典 probe: 国发〔2023〕15号"
PROBE_VECTOR = (0.06203, -0.00653, -0.02764, -0.03149, 0.07516, 0.00513, 0.02786, 0.06663)
PROBE_TOLERANCE = 1e-3


class Session(Protocol):
    """A runtime with the graph opened; used from several threads at once."""

    def run(self, names: list[str], feed: dict[str, NDArray[np.generic]]) -> list[Floats]:
        """Return the named outputs."""
        ...


class GraphEmbedder:
    """Embeds with an opened session; `open_graph_embedder` makes one.

    One question runs on one thread; many texts are sorted by length, cut into batches and shared
    out to `workers` threads over the one session. A vector does not depend on the texts beside it.
    """

    def __init__(
        self,
        session: Session,
        tokenizer: Tokenizer,
        words: Bytes,  # (vocabulary, blocks, BLOCK_BYTES), as a rule a memory map
        *,
        runtime: str = "",
        question_prefix: str | None = None,
        passage_prefix: str | None = None,
        workers: int | None = None,
    ) -> None:
        self.runtime = runtime  # for people
        self.tokenizer = tokenizer  # these two are shared with other graphs over the same table
        self.words = words
        self._session = session
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.workers = workers or min(processors(), MOST_WORKERS)
        self._identity = EmbedderIdentity(
            name=BUNDLED_NAME,
            revision=BUNDLED_REVISION,
            dimension=words.shape[1] * BLOCK_WEIGHTS,
            question_prefix=BUNDLED_QUESTION_PREFIX if question_prefix is None else question_prefix,
            passage_prefix=BUNDLED_PASSAGE_PREFIX if passage_prefix is None else passage_prefix,
        )

    @property
    def identity(self) -> EmbedderIdentity:
        """What its vectors are comparable with: the torch build has the same."""
        return self._identity

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per question, in order; BadVectors if the session gives none."""
        return self._embed([self._identity.question_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per passage, in order; BadVectors if the session gives none."""
        return self._embed([self._identity.passage_prefix + text for text in texts])

    def token_ids(self, text: str) -> list[int]:
        """Return the ids the model sees of a text without a prefix, cut at its window."""
        return self.tokenizer.encode(text).ids

    def prove(self) -> None:
        """Embed a known text and compare; ModelDamaged if this runtime computes another vector."""
        try:
            found = self._embed([PROBE_TEXT])[0, : len(PROBE_VECTOR)]
        except BadVectors:  # NaN, on a processor that the runtime does not know
            found = np.full(len(PROBE_VECTOR), np.nan, dtype=np.float32)
        if not np.allclose(found, PROBE_VECTOR, rtol=0.0, atol=PROBE_TOLERANCE):
            raise ModelDamaged(Message("index.other_vectors", runtime=self.runtime))

    def _embed(self, texts: list[str]) -> Vectors:
        rows = np.empty((len(texts), self._identity.dimension), dtype=np.float32)
        for start in range(0, len(texts), GROUP_TEXTS):
            group = slice(start, start + GROUP_TEXTS)
            rows[group] = self._embed_group(texts[group])
        return unit_rows(rows, len(texts), self._identity.dimension)

    def _embed_group(self, texts: list[str]) -> Floats:
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch_fast(texts)]
        batches = list(_batches([len(tokens) for tokens in ids]))
        rows = np.empty((len(ids), self._identity.dimension), dtype=np.float32)

        def fill(batch: list[int]) -> None:
            rows[batch] = self._run([ids[position] for position in batch])

        if len(batches) == 1 or self.workers == 1:
            for batch in batches:
                fill(batch)
            return rows
        with ThreadPoolExecutor(self.workers) as pool:
            for _ in pool.map(fill, batches):  # iterating raises what a worker raised
                pass
        return rows

    def _run(self, ids: list[list[int]]) -> Floats:
        longest = max(len(tokens) for tokens in ids)
        padded = np.zeros((len(ids), longest), dtype=np.int64)  # any id does: the mask hides it
        mask = np.zeros((len(ids), longest), dtype=np.int32)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return self._session.run(["vectors"], {"words": look_up(self.words, padded), "mask": mask})[
            0
        ]


def look_up(words: Bytes, ids: NDArray[np.int64]) -> Floats:
    """Return (texts, tokens, hidden) embeddings of ids; each distinct one is dequantised once."""
    distinct, places = np.unique(ids, return_inverse=True)
    rows = dequantise(words[distinct].reshape(-1, BLOCK_BYTES))
    return rows.reshape(len(distinct), -1)[places.reshape(ids.shape)]


def open_tables(cache: Path) -> tuple[Tokenizer, Bytes]:
    """Return the tokenizer and the table of words, (vocabulary, blocks, BLOCK_BYTES), a map."""
    folder = build_graph(cache)
    return _tokenizer_of(folder), _words_of(folder)


def _tokenizer_of(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(folder / TOKENIZER_FILE))


def _words_of(folder: Path) -> Bytes:
    words: Bytes = np.load(folder / WORDS_FILE, mmap_mode="r", allow_pickle=False)
    return words


def open_graph_embedder(
    folder: Path,
    session: Session,
    *,
    runtime: str,
    question_prefix: str | None = None,
    passage_prefix: str | None = None,
    workers: int | None = None,
) -> GraphEmbedder:
    """Put a session on what `build_graph` returned: half a second, the tokenizer's trie.

    ModelDamaged when it gives other vectors than the torch build.
    """
    embedder = GraphEmbedder(
        session,
        _tokenizer_of(folder),
        _words_of(folder),
        runtime=runtime,
        question_prefix=question_prefix,
        passage_prefix=passage_prefix,
        workers=workers,
    )
    embedder.prove()
    return embedder


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Yield positions by falling length, cut so that a padded batch holds BATCH_TOKENS at most."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
