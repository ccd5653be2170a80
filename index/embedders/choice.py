"""Which runtime the bundled model is fastest on, measured once on each machine and remembered."""

from __future__ import annotations

import json
import logging
import math
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.messages.message import message_of
from index.embedders.base import Embedder, Vectors
from index.embedders.graph import processors
from index.errors import BadVectors, ModelDamaged, ModelMissing

logger = logging.getLogger(__name__)

# In order of preference where the rates are equal: exact arithmetic first, then what opens sooner.
CANDIDATES = ("onnx", "openvino", "onnx-int8", "openvino-int8")
REFERENCE = "onnx"
LEAST_COSINE = 0.999  # with the reference's vector of the same text: a smaller one is another model
CLEARLY = 1.1  # times as fast as a preferred engine, to be chosen over it: machines are noisy
CHOICE_FILE = "engine.json"

_SENTENCE = "各级人民政府应当加强对第{}项工作的领导，依照有关规定安排经费，不得截留、挪用。"
_TEXTS = [_SENTENCE.format(number) * 4 for number in range(12)]  # of some 100 tokens each
_ROUNDS = 3  # the first does not count: memory is laid out in it


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine chosen, and what it was chosen by."""

    engine: str
    rates: Mapping[str, float]  # passages of 100 tokens a second
    cosines: Mapping[str, float]  # the least with the reference's vectors
    machine: str  # choices of another machine or of other versions do not count


def chosen_engine(folder: Path, open_engine: Callable[[str], Embedder]) -> Choice:
    """Return the choice remembered in a folder for this machine, measuring (4 s) if there is none.

    ``open_engine`` opens a candidate by name; one that raises ModelMissing or ModelDamaged takes
    no part. Raises what the last one raised when none opens.
    """
    remembered = _remembered(folder / CHOICE_FILE)
    if remembered:
        return remembered
    choice = measure(open_engine)
    try:
        new = folder / f"{CHOICE_FILE}.{os.getpid()}"
        new.write_text(json.dumps(asdict(choice), indent=1), encoding="utf-8")
        new.replace(folder / CHOICE_FILE)
    except OSError as error:  # a read-only cache: measured again next time
        logger.warning("the choice of an engine could not be kept: %s", error)
    return choice


def measure(open_engine: Callable[[str], Embedder]) -> Choice:
    """Let the candidates embed the same texts in turn, and choose."""
    opened: dict[str, Embedder] = {}
    failure: ModelMissing | ModelDamaged | None = None
    for name in CANDIDATES:
        try:
            opened[name] = open_engine(name)
        except (ModelMissing, ModelDamaged) as error:
            logger.warning("engine %s is not used: %s", name, error)
            failure = error
    if failure and not opened:
        raise failure
    seconds = dict.fromkeys(opened, math.inf)
    vectors: dict[str, Vectors] = {}
    for number in range(_ROUNDS):
        for name, embedder in list(opened.items()):
            start = time.perf_counter()
            try:
                vectors[name] = embedder.embed_passages(_TEXTS)
            except BadVectors as error:
                logger.warning("engine %s is not used: %s", name, error)
                del opened[name], seconds[name]
                vectors.pop(name, None)
                failure = ModelDamaged(message_of(error))
                continue
            if number:
                seconds[name] = min(seconds[name], time.perf_counter() - start)
    if failure and not opened:
        raise failure
    rates = {name: round(len(_TEXTS) / taken, 1) for name, taken in seconds.items()}
    exact = vectors[REFERENCE if REFERENCE in vectors else next(iter(vectors))]
    cosines = {
        name: round(float((found * exact).sum(axis=1).min()), 6) for name, found in vectors.items()
    }
    return Choice(choose(rates, cosines), rates, cosines, this_machine())


def choose(rates: Mapping[str, float], cosines: Mapping[str, float]) -> str:
    """Return the fastest engine that keeps the vectors; a preferred one unless clearly slower."""
    good = [name for name in CANDIDATES if cosines.get(name, 0.0) >= LEAST_COSINE]
    best = max(rates[name] for name in good)
    return next(name for name in good if rates[name] * CLEARLY >= best)


def this_machine() -> str:
    """Return what a measurement depends on: processor, its abilities, cores, versions."""
    runtimes = " ".join(f"{name} {_version(name)}" for name in ("onnxruntime", "openvino"))
    return f"{_processor()}; {processors()} cores; {runtimes}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    fields = (line.partition(":") for line in lines)
    stated = {key.strip(): value.strip() for key, _, value in fields}
    flags = set(stated.get("flags", stated.get("Features", "")).split())
    known = sorted(flags & {"avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16"})
    known += sorted(flags & {"avx_vnni", "amx_int8", "amx_bf16", "asimddp", "i8mm", "bf16"})
    return f"{stated.get('model name', platform.machine())} {' '.join(known)}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _remembered(path: Path) -> Choice | None:
    try:
        choice = Choice(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    usable = choice.machine == this_machine() and choice.engine in CANDIDATES
    return choice if usable else None
