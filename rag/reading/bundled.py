"""The bundled answer model: adapters over multilingual-e5-small, as a graph in 8 bits."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.messages.message import Message
from index.embedders.adapters import Adapters
from index.embedders.built_folder import build_once
from index.embedders.bundled import BUNDLED_NAME, find_source, open_source
from index.embedders.export import EIGHT_BITS, EncoderGraph
from index.embedders.graph import Session, look_up, processors
from index.embedders.weights import Bytes
from index.errors import BadVectors
from rag.reading.encoding import Clause, Encoded, Encoding
from rag.reading.model import Reading, YesNo
from rag.reading.weights_file import FOLDER, Calibration, read_shipped

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]

GRAPH_FILE = "answer-model.onnx"
BATCH_TOKENS = 1024  # padded; as for the embedder
LONGEST_SPAN = 90  # tokens of a short answer
_FORMAT = 2  # of the graph; raised whenever what is written changes
_PROBE = "据典"
_YES_NO = (YesNo.NOT_ASKED, YesNo.YES, YesNo.NO, YesNo.DEPENDS)


def build_answer_graph(cache: Path, folder: Path = FOLDER) -> tuple[Path, Calibration]:
    """Return the graph's file, built once in the cache, and how its logits are calibrated.

    23 MB, two seconds. Raises ModelUnusable for the weights, ModelMissing and ModelDamaged as the
    embedder does.
    """
    adapters, calibration = read_shipped(folder)

    def fill(target: Path) -> None:
        import onnx  # it takes half a second, once

        onnx.save(_graph(adapters), target / GRAPH_FILE)

    origin = f"{adapters.digest}/{_FORMAT}"
    built = build_once(cache / BUNDLED_NAME / "answer-model", origin, fill)
    return built / GRAPH_FILE, calibration


def _graph(adapters: Adapters) -> ModelProto:
    base = open_source(find_source())
    encoder = EncoderGraph(base, EIGHT_BITS, adapters.merged(base))
    states = encoder.states()
    mean = encoder.mean(states, "means")
    encoder.constant("first_token", np.zeros(1, dtype=np.int64))
    encoder.constant("tokens_axis", np.ones(1, dtype=np.int64))
    taken = encoder.node("Gather", [states, "first_token"], "first_states", axis=1)
    start = encoder.node("Squeeze", [taken, "tokens_axis"], "first_state")
    both = encoder.node("Concat", [start, mean], "both", axis=-1)
    for name, source in (("first", both), ("span", states)):
        encoder.constant(f"{name}.w", adapters.tensors[f"{name}.weight"].T)
        encoder.constant(f"{name}.b", adapters.tensors[f"{name}.bias"])
        product = encoder.node("MatMul", [source, f"{name}.w"], f"{name}.product")
        encoder.node("Add", [product, f"{name}.b"], name)
    return encoder.model({"first": ("n", 5), "span": ("n", "tokens", 2)})


class BundledAnswerModel:
    """Reads with an opened session over the embedder's tokenizer and table of words."""

    def __init__(
        self,
        session: Session,
        tokenizer: Tokenizer,
        words: Bytes,  # (vocabulary, blocks, BLOCK_BYTES)
        calibration: Calibration,
        *,
        name: str = "judian-answer-model",
        workers: int | None = None,
    ) -> None:
        self.name = name
        self._session = session
        self._encoding = Encoding(tokenizer)
        self._words = words
        self._calibration = calibration
        self._workers = workers or processors()
        # The first run of OpenVINO in a process must not be two at once: they wait for each other
        # for ever (in pybind11, gil_safe_call_once_and_store).
        self._run(self._encoding.encode(_PROBE, [Clause(_PROBE)]))

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        """Return a reading of each clause, in order. BadVectors: what came out are no numbers."""
        rows = self._encoding.encode(question, clauses)
        readings: dict[int, Reading] = {}

        def fill(batch: list[int]) -> None:
            found = self._run([rows[at] for at in batch])
            readings.update(zip(batch, found, strict=True))

        batches = _batches([len(row.ids) for row in rows], self._workers)
        if len(batches) <= 1 or self._workers == 1:
            for batch in batches:
                fill(batch)
        else:
            with ThreadPoolExecutor(self._workers) as pool:
                list(pool.map(fill, batches))
        return [readings[at] for at in range(len(rows))]

    def _run(self, rows: Sequence[Encoded]) -> list[Reading]:
        longest = max(len(row.ids) for row in rows)
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int32)
        for at, row in enumerate(rows):
            ids[at, : len(row.ids)] = row.ids
            mask[at, : len(row.ids)] = 1
        feed: dict[str, NDArray[np.generic]] = {"words": look_up(self._words, ids), "mask": mask}
        first, spans = self._session.run(["first", "span"], feed)
        if not (np.isfinite(first).all() and np.isfinite(spans[mask.astype(bool)]).all()):
            raise BadVectors(Message("rag.answer_numbers", model=self.name))
        return [self._reading(row, first[at], spans[at]) for at, row in enumerate(rows)]

    def _reading(self, row: Encoded, first: Floats, spans: Floats) -> Reading:
        logit = self._calibration.scale * float(first[0]) + self._calibration.offset
        chances = _softmax(first[1:])
        place = int(chances.argmax())
        span, chance = _span(row, spans)
        answers = float(1.0 / (1.0 + np.exp(-logit)))
        return Reading(answers, span, chance, _YES_NO[place], float(chances[place]))


def _span(row: Encoded, spans: Floats) -> tuple[tuple[int, int] | None, float]:
    """Return the likeliest span of the clause in characters, and its chance."""
    count = len(row.offsets)
    if count == 0:
        return None, 0.0
    inside = spans[row.first : row.first + count]
    starts, ends = _softmax(inside[:, 0]), _softmax(inside[:, 1])
    both = np.triu(np.outer(starts, ends))
    both -= np.triu(both, LONGEST_SPAN)
    begin, end = np.unravel_index(int(both.argmax()), both.shape)
    chance = float(both[begin, end])
    return (row.offsets[int(begin)][0], row.offsets[int(end)][1]), chance


def _softmax(logits: Floats) -> Floats:
    weights = np.exp(logits - logits.max())
    found: Floats = weights / weights.sum()
    return found


def _batches(lengths: Sequence[int], workers: int) -> list[list[int]]:
    """Return positions by falling length, in padded batches, at least one for each worker."""
    most = min(BATCH_TOKENS, max(-(-sum(lengths) // workers), 1))
    batches: list[list[int]] = []
    for at in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        if not batches or (len(batches[-1]) + 1) * lengths[batches[-1][0]] > most:
            batches.append([])
        batches[-1].append(at)
    return batches


__all__ = ["BundledAnswerModel", "build_answer_graph"]
