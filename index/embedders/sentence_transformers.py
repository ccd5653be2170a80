"""Any embedding model that sentence-transformers loads: a Hugging Face id or a folder."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.messages.message import Message
from index.embedders.base import Vectors, unit_rows
from index.errors import ModelDamaged, ModelMissing
from index.types import EmbedderIdentity

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# --- prefixes -------------------------------------------------------------------------------------

_TASK = "Given a web search query, retrieve relevant passages that answer the query"


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The words put before a text; an embedding without them is worse, not wrong."""

    question: str = ""
    passage: str = ""


# The first pattern found in the lower-case name decides. Sources: the models' cards.
_FAMILIES: tuple[tuple[str, Prefixes], ...] = (
    (r"\be5\b.*instruct", Prefixes(question=f"Instruct: {_TASK}\nQuery: ")),
    (r"\be5\b", Prefixes("query: ", "passage: ")),
    (r"\bbge\b.*\bzh\b", Prefixes(question="为这个句子生成表示以用于检索相关文章：")),
    (
        r"\bbge\b.*\ben\b",
        Prefixes(question="Represent this sentence for searching relevant passages: "),
    ),
    (r"\bqwen3-embedding\b", Prefixes(question=f"Instruct: {_TASK}\nQuery:")),
)


def prefixes_of(name: str) -> Prefixes:
    """Return the prefixes of a model's family, known by its id or folder name; else none."""
    spaced = name.lower().replace("_", "-").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    for pattern, prefixes in _FAMILIES:
        if re.search(pattern, spaced):
            return prefixes
    return Prefixes()


# --- models ---------------------------------------------------------------------------------------

MAX_TOKENS = 512  # longer windows cost quadratically; passages are cut shorter than this anyway
BATCH_SIZE = 16  # on a CPU larger batches are no faster, they only pad more
BATCH_SIZE_CUDA = 128

_UNKNOWN_REVISION = "unknown"
_SMALL_FILE = 1 << 20  # files to this size are digested whole
_SAMPLES = 16  # of a larger one, this many pieces spread evenly: a retrained model differs in all
_SAMPLE_BYTES = 1 << 16


class SentenceEmbedder:
    """Embeds with sentence-transformers on the GPU when there is one, else on the CPU.

    Constructing imports torch and loads the model: seconds. A folder is loaded without any attempt
    at the network; an id is downloaded the first time unless HF_HUB_OFFLINE is set. Prefixes not
    given are those of the model's family, else the prompts its own configuration names.
    Raises ModelMissing or ModelDamaged when it cannot be loaded.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        name: str | None = None,
        revision: str | None = None,
        question_prefix: str | None = None,
        passage_prefix: str | None = None,
        device: str | None = None,
        batch_size: int | None = None,
    ) -> None:
        folder = Path(model).expanduser()
        self._model = _load(str(model), local=folder.is_dir(), device=device)
        self._model.max_seq_length = min(self._model.max_seq_length or MAX_TOKENS, MAX_TOKENS)
        on_gpu = self._model.device.type == "cuda"
        self._batch_size = batch_size or (BATCH_SIZE_CUDA if on_gpu else BATCH_SIZE)
        family = prefixes_of(str(model))
        if family == Prefixes():
            prompts = self._model.prompts
            family = Prefixes(prompts.get("query") or "", prompts.get("document") or "")
        if revision is None:
            revision = folder_revision(folder) if folder.is_dir() else _commit(self._model)
        self._identity = EmbedderIdentity(
            name=name or (folder.resolve().name if folder.is_dir() else str(model)),
            revision=revision,
            dimension=self._dimension(),
            question_prefix=family.question if question_prefix is None else question_prefix,
            passage_prefix=family.passage if passage_prefix is None else passage_prefix,
        )

    @property
    def identity(self) -> EmbedderIdentity:
        """What its vectors are comparable with."""
        return self._identity

    @property
    def device(self) -> str:
        """Where it computes: cpu, cuda:0, and so on."""
        return str(self._model.device)

    @property
    def threads(self) -> int:
        """Threads that torch gives one operation on the CPU."""
        import torch

        return torch.get_num_threads()

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per question, in order; BadVectors if the model gives none."""
        return self._embed(texts, self._identity.question_prefix)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row per passage, in order; BadVectors if the model gives none."""
        return self._embed(texts, self._identity.passage_prefix)

    def token_ids(self, text: str) -> list[int]:
        """Return the ids the model sees of a text without a prefix, cut at its window."""
        window = self._model.max_seq_length
        ids: list[int] = self._model.tokenizer(text, truncation=True, max_length=window).input_ids
        return ids

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.zeros((0, self._identity.dimension), dtype=np.float32)
        rows = self._encode(list(texts), prefix)
        return unit_rows(rows, len(texts), self._identity.dimension)

    def _encode(self, texts: list[str], prefix: str) -> Vectors:
        # encode sorts by length before it makes batches and restores the order. An empty prompt is
        # not None: it keeps a default prompt of the model's configuration out.
        return self._model.encode(
            texts, prompt=prefix, batch_size=self._batch_size, show_progress_bar=False
        )

    def _dimension(self) -> int:
        return self._model.get_embedding_dimension() or int(self._encode(["1"], "").shape[1])


def folder_revision(folder: Path) -> str:
    """Return 12 hexadecimal digits that change with any file of a model's folder.

    Files of a megabyte and less count whole; of larger ones the size and evenly spread pieces.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        size = path.stat().st_size
        digest.update(f"{relative.as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _SMALL_FILE:
                digest.update(file.read())
                continue
            for piece in range(_SAMPLES):
                file.seek((size - _SAMPLE_BYTES) * piece // (_SAMPLES - 1))
                digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:12]


def _load(model: str, *, local: bool, device: str | None) -> SentenceTransformer:
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        with _quiet_unless_terminal():
            return SentenceTransformer(model, device=device, local_files_only=local)
    except SafetensorError as error:
        raise ModelDamaged(Message("index.model_damaged", model=model, error=str(error))) from error
    # what the loaders raise for no such id, no network, a folder without a model, a broken setup
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelMissing(
            Message("index.model_unloaded", model=model, error=str(error))
        ) from error


@contextmanager
def _quiet_unless_terminal() -> Iterator[None]:
    """Keep transformers' bar over the weights out of pipes and logs."""
    from transformers.utils import logging

    if sys.stderr.isatty() or not logging.is_progress_bar_enabled():
        yield
        return
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _commit(model: SentenceTransformer) -> str:
    """Return the commit of the hub that was loaded, where the configuration states it."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit: str | None = getattr(config, "_commit_hash", None)
    return commit[:12] if commit else _UNKNOWN_REVISION
