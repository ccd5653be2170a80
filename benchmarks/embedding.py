"""Measures the engines of the bundled model side by side: `python -m benchmarks.embedding`.

Each engine runs in a process of its own, so that its time to load is a cold one and its memory is
its own. Prints a table, the ratios of each engine to the first, and the same as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from index.embedder import Embedder
from index.embedder_bundled import default_cache
from index.embedder_select import open_embedder

ENGINES = ("onnx", "torch")
QUESTION = "谁出席了2023年全国教育工作会议并讲话？"  # 19 tokens with its prefix
SENTENCE = "个体工商户可以起字号，依照本条例的规定从事工商业经营活动。"
LENGTHS = {128: 7, 256: 14}  # tokens, and how many SENTENCEs come nearest (131 and 257)
PASSAGES = 16  # a measurement: two workers with four batches of 256 tokens and four each
QUESTIONS = 30
REPEATS = 3  # the median of them is told

Measures = dict[str, float]


def measure(engine: str) -> Measures:
    """Return seconds to the first answer, milliseconds a question, passages a second, peak MB."""
    start = time.perf_counter()
    embedder = open_embedder("bundled", cache=default_cache(), engine=engine)
    embedder.embed_questions([QUESTION])
    measures = {"cold_first_question_s": time.perf_counter() - start}
    question_s = _median(lambda: embedder.embed_questions([QUESTION]), QUESTIONS)
    measures["question_ms"] = 1000 * question_s
    for tokens, sentences in LENGTHS.items():
        measures[f"passages_per_s_{tokens}"] = _rate(embedder, SENTENCE * sentences)
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return measures | {"peak_mb": peak_kb / 1024}


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


def _measure_apart(engine: str) -> Measures:
    command = [sys.executable, "-m", "benchmarks.embedding", "--engine", engine]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measures: Measures = json.loads(done.stdout)
    return measures


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one engine and print JSON, or all and print a table, ratios and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, help="measure this one here, print JSON")
    chosen = parser.parse_args(arguments).engine
    if chosen:
        print(json.dumps(measure(chosen)))
        return
    results = {engine: _measure_apart(engine) for engine in ENGINES}
    first = results[ENGINES[0]]
    print(f"{'':>24}" + "".join(f"{engine:>12}{'ratio':>8}" for engine in ENGINES))
    for name, base in first.items():
        cells = (f"{found[name]:12.2f}{found[name] / base:8.2f}" for found in results.values())
        print(f"{name:>24}" + "".join(cells))
    print(json.dumps(results))


if __name__ == "__main__":
    main()
