"""Where the weights of a language model are: an id, a folder, or a GGUF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.messages.message import Message
from rag.errors import ModelUnusable

_GGUF = ".gguf"


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's weights are."""

    source: str  # what from_pretrained is given
    gguf: str | None  # the file's name in the folder ``source``
    local: bool  # the network is not asked


def find_weights(model: str) -> Weights:
    """Return where a model's weights are. Raises ModelUnusable for a path that leads nowhere."""
    path = Path(model).expanduser()
    if path.is_file() and path.suffix.lower() == _GGUF:
        return Weights(str(path.parent), path.name, local=True)
    if path.is_dir():
        files = sorted(one.name for one in path.iterdir() if one.suffix.lower() == _GGUF)
        if (path / "config.json").exists() or not files:
            return Weights(str(path), None, local=True)
        if len(files) == 1:
            return Weights(str(path), files[0], local=True)
        raise unusable(model, Message("rag.several_gguf_files", names=files))
    if path.exists() or path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise unusable(model, Message("rag.no_such_weights"))
    return Weights(model, None, local=False)


def unusable(model: str, why: str) -> ModelUnusable:
    """Return the error that says why a model cannot be loaded."""
    return ModelUnusable(
        Message("rag.model_unusable", model=model, why=why, setting="JUDIAN_MODEL")
    )
