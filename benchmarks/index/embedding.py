"""Measures the engines of the bundled model side by side: ``python -m benchmarks.index.embedding``.

Each engine runs in a process of its own, so that its time to load is a cold one and its memory is
its own. Prints a table, the ratio of each engine to sentence-transformers on torch, what share of
the machine's floating-point limit the fastest reaches, how fast the whole pipeline of adding is
against the bare engine, and the same as JSON with the machine and the date.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from api.settings import Settings
from benchmarks.kit.machine import machine
from corpus.types import SourceFile
from index.embedders.base import Embedder, Vectors
from index.embedders.choice import CANDIDATES, chosen_engine
from index.embedders.export import build_graph
from index.embedders.graph import processors
from index.embedders.select import open_embedder
from index.embedding import BATCH
from index.library import Library

CACHE = Settings.from_environment().cache.expanduser()
REFERENCE = "torch"
ENGINES = (REFERENCE, *CANDIDATES)
QUESTION = "谁出席了2023年全国教育工作会议并讲话？"  # 19 tokens with its prefix
SENTENCE = "个体工商户可以起字号，依照本条例的规定从事工商业经营活动。"
LENGTHS = {128: 7, 256: 14}  # tokens, and how many SENTENCEs come nearest (131 and 257)
PASSAGES = 64  # a measurement
QUESTIONS = 30
REPEATS = 3  # the median of them is told
PIPELINE_DOCUMENTS = 40
PIPELINE_PARAGRAPHS = 25  # of a document, each a passage of some 130 tokens
MODEL_PARAMETERS = 21.3e6  # outside of the table of tokens
LAYERS, HIDDEN = 12, 384

Measures = dict[str, float]


def measure(engine: str) -> Measures:
    """Return seconds to the first answer, milliseconds a question, passages a second, peak MB."""
    start = time.perf_counter()
    embedder = open_embedder("bundled", cache=CACHE, engine=engine)
    embedder.embed_questions([QUESTION])
    measures = {"cold_first_question_s": time.perf_counter() - start}
    question_s = _median(lambda: embedder.embed_questions([QUESTION]), QUESTIONS)
    measures["question_ms"] = 1000 * question_s
    for tokens, sentences in LENGTHS.items():
        measures[f"passages_per_s_{tokens}"] = _rate(embedder, SENTENCE * sentences)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return measures | {"peak_mb": peak_kb / 1024}


class Counted:
    """An embedder that keeps the texts it was given, to embed them again without a pipeline."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self.identity = inner.identity
        self.batches: list[list[str]] = []

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return what the inner one does."""
        return self.inner.embed_questions(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return what the inner one does."""
        self.batches.append(list(texts))
        return self.inner.embed_passages(texts)


def pipeline(engine: str) -> Measures:
    """Add documents through the whole pipeline; embed the same texts bare; return the rates."""
    embedder = Counted(open_embedder("bundled", cache=CACHE, engine=engine))
    embedder.inner.embed_passages([SENTENCE] * 8)
    files = [
        SourceFile(f"upload:{number}.txt", f"{number}.txt", _document(number).encode())
        for number in range(PIPELINE_DOCUMENTS)
    ]
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), lambda: embedder)
        start = time.perf_counter()
        library.add(files)
        whole = time.perf_counter() - start
        library.close()
    texts = [text for batch in embedder.batches for text in batch]
    texts.sort(key=len)
    start = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        embedder.inner.embed_passages(texts[at : at + BATCH])
    bare = time.perf_counter() - start
    return {
        "passages": len(texts),
        "pipeline_passages_per_s": len(texts) / whole,
        "bare_passages_per_s": len(texts) / bare,
        "pipeline_share_of_bare": bare / whole,
    }


def _document(number: int) -> str:
    lines = [f"第{number}号事项的规定"]
    lines += [f"（{number}-{at}）{SENTENCE * 7}" for at in range(PIPELINE_PARAGRAPHS)]
    return "\n".join(lines)


def limit_gflops() -> float:
    """Return the float32 GFLOP/s of matrix products as large as the model's, over all cores."""
    left = np.ones((4096, HIDDEN), dtype=np.float32)
    right = np.ones((HIDDEN, 4 * HIDDEN), dtype=np.float32)
    seconds = _median(lambda: left @ right, 20)
    return 2 * left.size * right.shape[1] / seconds / 1e9


def flop(tokens: int) -> float:
    """Return the operations of one text: 2 a parameter and token, and attention's 4·L·T²·H."""
    return 2 * MODEL_PARAMETERS * tokens + 4 * LAYERS * tokens**2 * HIDDEN


def _rate(embedder: Embedder, passage: str) -> float:
    passages = [f"{number}{passage}" for number in range(PASSAGES)]
    return PASSAGES / _median(lambda: embedder.embed_passages(passages), REPEATS)


def _median(work: Callable[[], object], times: int) -> float:
    """Return the median seconds of several runs, after one that does not count."""
    work()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _apart(step: str, engine: str) -> Measures:
    command = [sys.executable, "-m", "benchmarks.index.embedding", step, engine]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measures: Measures = json.loads(done.stdout)
    return measures


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one engine and print JSON, or all and print a table, ratios and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, help="measure this one here, print JSON")
    parser.add_argument("--pipeline", choices=ENGINES, help="adding on this one, print JSON")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    chosen = parser.parse_args(arguments)
    if chosen.engine:
        print(json.dumps(measure(chosen.engine)))
        return
    if chosen.pipeline:
        print(json.dumps(pipeline(chosen.pipeline)))
        return
    results = {engine: _apart("--engine", engine) for engine in ENGINES}
    first = results[REFERENCE]
    print(f"{'':>24}" + "".join(f"{engine:>14}{'ratio':>7}" for engine in ENGINES))
    for name, base in first.items():
        cells = (f"{found[name]:14.2f}{found[name] / base:7.2f}" for found in results.values())
        print(f"{name:>24}" + "".join(cells))
    folder = build_graph(CACHE).parent
    fastest = chosen_engine(
        folder, lambda name: open_embedder("bundled", cache=CACHE, engine=name)
    ).engine
    limit = limit_gflops()
    reached = results[fastest]["passages_per_s_128"] * flop(131) / 1e9
    print(f"chosen on this machine: {fastest}")
    print(f"float32 matrix products, {processors()} cores: {limit:.0f} GFLOP/s;", end=" ")
    print(f"{fastest} at 128 tokens: {reached:.0f} GFLOP/s, {reached / limit:.0%} of that")
    whole = _apart("--pipeline", fastest)
    print(" ".join(f"{name} {value:.2f}" for name, value in whole.items()))
    body = {
        **machine(),
        "engines": results,
        "chosen": fastest,
        "limit_gflops": limit,
        "reached_gflops": reached,
        "pipeline": whole,
    }
    print(json.dumps(body))
    if chosen.json:
        chosen.json.write_text(json.dumps(body, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
