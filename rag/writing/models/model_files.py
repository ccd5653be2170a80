"""Where the weights of a language model are: an id, a folder, or a GGUF file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
        names = "、".join(files)
        raise unusable(
            model,
            f"目录中有几个 GGUF 文件（{names}），请写明一个",
            f"name one GGUF file of {names}",
        )
    if path.exists() or path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise unusable(
            model,
            "没有这个目录，或不是 GGUF 文件",
            "there is no such folder, or it is no GGUF file",
        )
    return Weights(model, None, local=False)


def unusable(model: str, chinese: str, english: str) -> ModelUnusable:
    """Return the error that says why a model cannot be loaded, in two languages."""
    return ModelUnusable(
        f"无法加载语言模型 {model}：{chinese}。请检查 JUDIAN_MODEL。"
        f" The language model {model} cannot be loaded: {english}. Check JUDIAN_MODEL."
    )
