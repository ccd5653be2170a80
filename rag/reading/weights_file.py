"""The answer model's shipped weights, and how its logits become chances."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.messages.message import Message, message_of
from index.embedders.adapters import Adapters, read_adapters
from index.errors import ModelDamaged
from rag.errors import ModelUnusable

FOLDER = Path(__file__).parent / "weights"
NAME = "answer-model"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logit of a clause -> chance that it answers: logistic of ``scale * logit + offset``.

    Platt 1999, on the held-out half named in the model card.
    """

    scale: float = 1.0
    offset: float = 0.0


def read_shipped(folder: Path = FOLDER) -> tuple[Adapters, Calibration]:
    """Return the weights of a folder. ModelUnusable: missing, damaged or of another model."""
    path = folder / f"{NAME}.safetensors"
    try:
        adapters = read_adapters(folder, NAME)
        calibration = Calibration(**adapters.card["calibration"])
        shapes = adapters.tensors["first.weight"].shape, adapters.tensors["span.weight"].shape
        if (shapes[0][0], shapes[1][0]) != (5, 2):
            raise ValueError(f"shapes {shapes}")
    except ModelDamaged as error:
        raise ModelUnusable(message_of(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnusable(Message("index.bad_adapters", path=path, why=str(error))) from error
    return adapters, calibration
