"""Adapters shipped with the project: what was learned beside the bundled encoder's weights.

A safetensors file and a card in JSON beside it, with the digest of the weights and what was set on
held-out data. How they were made: ``training/``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.messages.message import Message
from index.embedders.built_folder import file_digest
from index.embedders.weights import BundledWeights, Floats
from index.errors import ModelDamaged

# How Hugging Face's BertLayer, and the bundled file, name one matrix.
_LAYER_NAMES = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
_ENCODER = "encoder.encoder.layer."


@dataclass(frozen=True, slots=True)
class Adapters:
    """What was trained, by the name it was trained under."""

    digest: str  # SHA-256 of the file
    tensors: Mapping[str, Floats]
    card: Mapping[str, Any]  # what the JSON beside it says

    def merged(self, base: BundledWeights) -> dict[str, Floats]:
        """Return the encoder's tensors with what was learned in them, by the bundled names."""
        found: dict[str, Floats] = {}
        for name, tensor in self.tensors.items():
            if not name.startswith(_ENCODER):
                continue
            layer, _, rest = name.removeprefix(_ENCODER).partition(".")
            part, _, kind = rest.rpartition(".")
            target = f"l{layer}.{_LAYER_NAMES[part]}"
            if kind == "up":
                down = self.tensors[f"{_ENCODER}{layer}.{part}.down"]
                sizes = (tensor.shape[0], down.shape[1])
                found[f"{target}.w"] = base.tensor(f"{target}.w", *sizes) + tensor @ down
            elif kind in ("weight", "bias"):
                found[f"{target}.{kind[0]}"] = tensor
        return found


def read_adapters(folder: Path, name: str) -> Adapters:
    """Return ``name.safetensors`` of a folder. ModelDamaged: missing, damaged or not numbers."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder / f"{name}.safetensors"
    try:
        card = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        digest = file_digest(path)
        if digest != card["sha256"]:
            raise ValueError(f"SHA-256 {digest[:12]}, expected {str(card['sha256'])[:12]}")
        tensors = {key: each.astype(np.float32) for key, each in load_file(path).items()}
        if not all(np.isfinite(each).all() for each in tensors.values()):
            raise ValueError("not all numbers are finite")
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelDamaged(Message("index.bad_adapters", path=path, why=str(error))) from error
    return Adapters(digest, tensors, card)
