"""OpenVINO under the bundled model's graph: the same file, other kernels."""

from __future__ import annotations

import queue
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.weights import Floats
from index.errors import ModelDamaged, ModelMissing

# 8-bit activations by groups of as many values as the weights have a scale for; 0 keeps floats.
_GROUP = "32"


class OpenVinoSession:
    """The compiled graph, and requests that threads take and give back."""

    def __init__(self, compiled: Any) -> None:  # noqa: ANN401 (its stubs are partial)
        self._compiled = compiled
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run(self, names: list[str], feed: dict[str, NDArray[np.generic]]) -> list[Floats]:
        """Return the named outputs, as copies: a request's own memory is used again."""
        try:
            request = self._requests.get_nowait()
        except queue.Empty:
            request = self._compiled.create_infer_request()
        try:
            found = request.infer(feed)
            return [found[name].copy() for name in names]
        finally:
            self._requests.put(request)


def open_openvino_session(graph: Path, *, streams: int, eight_bits: bool) -> OpenVinoSession:
    """Compile a graph in some 400 ms: as many runs at once as ``streams``, each on one thread.

    ``eight_bits`` rounds activations to 8 bits where the processor multiplies those faster, else
    everything is float32. Raises ModelMissing, ModelDamaged.
    """
    # Importing openvino reports to its maker by this package, unless that cannot be imported (its
    # tools/ovc then takes a stub). Nothing of an embedder leaves the machine.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise ModelMissing(
            Message("index.no_package", package="openvino", error=str(error), wanted="openvino")
        ) from error
    options = {
        "INFERENCE_PRECISION_HINT": "f32",  # bfloat16 was as fast as 8 bits, on fewer processors
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP if eight_bits else "0",
        "NUM_STREAMS": str(streams),
        "INFERENCE_NUM_THREADS": str(streams),
        "ENABLE_CPU_PINNING": "NO",  # two processes pinned to one core would halve each other
    }
    try:
        compiled = openvino.Core().compile_model(str(graph), "CPU", options)
    except RuntimeError as error:
        raise ModelDamaged(Message("index.openvino_refused", error=str(error))) from error
    return OpenVinoSession(compiled)
