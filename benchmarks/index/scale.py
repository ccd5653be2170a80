"""What an index costs as it grows: ``python -m benchmarks.index.scale --folder F [--sizes ...]``.

For each size a library of made-up official text is added, through the whole pipeline but for the
embedding model, whose place a table of clustered vectors takes (10^6 real ones would take half a
day). Then, in processes of their own: opening, questions, memory, one more document of ten
paragraphs, one removed. Recall is against comparing every vector. Prints a line a figure, and all
as JSON with the machine and the date.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.kit.machine import machine
from corpus.types import SourceFile
from index.embedders.base import Vectors
from index.library import Library
from index.segments.segment import Segment
from index.segments.vectors import Places
from index.types import EmbedderIdentity

DIMENSION = 384
CLUSTERS = 5_000
NOISE = 0.6  # of a vector against its cluster's centre: neighbours at cosine 0.85 and less
PARAGRAPHS = 50  # of a document
QUESTIONS = 200
SEED = 7
WORDS = 60_000  # of two characters, as frequent as Zipf's law has it
WORDS_OF_PARAGRAPH = 70


class ClusteredEmbedder:
    """Gives each text a vector of its own, near one of CLUSTERS centres, by its CRC."""

    def __init__(self) -> None:
        self.identity = EmbedderIdentity("clustered", "1", DIMENSION, "", "")
        generator = np.random.default_rng(SEED)
        self._centres = generator.normal(size=(CLUSTERS, DIMENSION)).astype(np.float32)
        self._noise = generator.normal(size=(1 << 16, DIMENSION)).astype(np.float32)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows (n, DIMENSION)."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows (n, DIMENSION)."""
        numbers = np.asarray([zlib.crc32(text.encode()) for text in texts], dtype=np.uint64)
        one = self._noise[numbers >> np.uint64(16)]
        other = self._noise[(numbers * np.uint64(40_503)) % np.uint64(1 << 16)]
        vectors = self._centres[numbers % np.uint64(CLUSTERS)] + NOISE * (one + other) / np.sqrt(2)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def main() -> None:
    """Measure every size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="room for 5 KB a passage")
    parser.add_argument("--sizes", default="10000,100000,1000000", help="passages, with commas")
    parser.add_argument("--factory", default="", help="FAISS's description; empty: the rule")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options)))
        return
    results: dict[str, dict[str, float]] = {}
    for size in map(int, options.sizes.split(",")):
        home = options.folder / f"scale-{size}"
        results[str(size)] = figures = {}
        for step in STEPS:
            if step == "add" and home.exists():
                continue
            measured = apart(step, home, size, options.factory)
            figures.update(measured)
            for name, value in measured.items():
                print(f"{size:>9} {name:<44} {value}", flush=True)
    body = {**machine(), "factory": options.factory or "by the rule", "sizes": results}
    print(json.dumps(body))
    if options.json:
        options.json.write_text(json.dumps(body, indent=1), encoding="utf-8")


def apart(step: str, home: Path, size: int, factory: str) -> dict[str, float]:
    """Run a step in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.index.scale",
        "--folder",
        str(home),
        "--step",
        step,
    ]
    command += ["--sizes", str(size), "--factory", factory]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def add(options: argparse.Namespace) -> dict[str, float]:
    """Add documents of PARAGRAPHS paragraphs each."""
    size = int(options.sizes)
    building = options.folder.with_suffix(".building")
    shutil.rmtree(building, ignore_errors=True)
    start = time.perf_counter()
    library = opened(building, options.factory)
    library.add(documents(size // PARAGRAPHS))
    seconds = time.perf_counter() - start
    library.close()
    building.rename(options.folder)
    return {
        "adding, passages a second, without the model": round(size / seconds),
        "adding, peak memory, MB": round(peak_mb()),
    }


def opening(options: argparse.Namespace) -> dict[str, float]:
    """Open the library and ask the first question."""
    library = opened(options.folder, options.factory)
    assert library.embedder  # making the stand-in takes a second
    before = anonymous_mb()
    start = time.perf_counter()
    snapshot = library._index.fresh()
    index = time.perf_counter() - start
    library.search(sentence(random.Random(0), 0), 10)
    first = time.perf_counter() - start
    assert snapshot is not None
    return {
        "opening the index, every file checked, s": round(index, 2),
        "opening and the first answer, s": round(first, 2),
        "memory after it, MB": round(resident_mb()),
        "index memory, bytes a passage": round(
            (anonymous_mb() - before) * 1e6 / len(snapshot.searcher)
        ),
    }


def questions(options: argparse.Namespace) -> dict[str, float]:
    """Ask warm: vectors alone with their recall, words alone, and as a user does."""
    library = opened(options.folder, options.factory)
    retriever = library.retriever()
    assert retriever is not None
    searcher = retriever.searcher
    # A question is a fifth of a paragraph there is.
    texts = [sentence(random.Random(SEED + number), number)[10:40] for number in range(QUESTIONS)]
    asked = library.embedder.embed_questions(texts)
    mask = searcher.allowed(np.empty(0, dtype=np.int64))
    found, vector_ms = [], []
    for question in asked:
        start = time.perf_counter()
        found.append(searcher.nearest(question, 10, mask)[1])
        vector_ms.append(1000 * (time.perf_counter() - start))
    exact = exact_neighbours([one.segment for one in retriever.snapshot.held], asked)
    recall = statistics.fmean(
        len(set(one.tolist()) & set(other.tolist())) / 10
        for one, other in zip(found, exact, strict=True)
    )
    word_ms, whole_ms = [], []
    for text in texts:
        start = time.perf_counter()
        searcher.terms(text)
        word_ms.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        library.search(text, 10)
        whole_ms.append(1000 * (time.perf_counter() - start))
    return {
        "vectors: recall@10": round(recall, 4),
        "vectors, p50 ms": quantile(vector_ms, 0.5),
        "vectors, p95 ms": quantile(vector_ms, 0.95),
        "words, p50 ms": quantile(word_ms, 0.5),
        "whole search without the model, p50 ms": quantile(whole_ms, 0.5),
        "whole search without the model, p95 ms": quantile(whole_ms, 0.95),
    }


def changing(options: argparse.Namespace) -> dict[str, float]:
    """Add one document of ten paragraphs, then remove it: until it is found, and is not."""
    library = opened(options.folder, options.factory)
    library.search(sentence(random.Random(0), 0), 10)
    word = f"新增词{time.time_ns()}"
    text = "\n".join(
        f"{word}第{number}段，{sentence(random.Random(number), number)}" for number in range(10)
    )
    start = time.perf_counter()
    library.add([SourceFile("upload:one-more.txt", "one-more.txt", text.encode())])
    assert found_by(library, word)
    added = time.perf_counter() - start
    start = time.perf_counter()
    library.remove("upload:one-more.txt")
    assert not found_by(library, word)
    return {
        "one more document, until it is found, s": round(added, 2),
        "one removed, until it is gone, s": round(time.perf_counter() - start, 2),
    }


def found_by(library: Library, word: str) -> bool:
    """Whether a passage with this word is found; by words, as the vectors here mean nothing."""
    retriever = library.retriever()
    assert retriever is not None
    return any(word in hit.passage.text for hit in retriever.sharing_words(word, 5))


STEPS = {"add": add, "opening": opening, "questions": questions, "changing": changing}


def opened(home: Path, factory: str) -> Library:
    """Open a library with the stand-in for a model."""
    return Library(home, ClusteredEmbedder, factory=factory)


def documents(count: int) -> Iterator[SourceFile]:
    """Yield text files of made-up provisions."""
    for number in range(count):
        generator = random.Random(number)
        lines = [f"关于第{number}号事项的规定", ""]
        lines += [sentence(generator, number * PARAGRAPHS + at) for at in range(PARAGRAPHS)]
        yield SourceFile(f"upload:{number}.txt", f"{number}.txt", "\n".join(lines).encode())


def sentence(generator: random.Random, number: int) -> str:
    """Return a paragraph of some 150 characters, long enough to be a passage of its own."""
    words, weights = vocabulary()
    return f"（{number}）" + "".join(
        generator.choices(words, cum_weights=weights, k=WORDS_OF_PARAGRAPH)
    )


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Return made-up words, and the sums of their frequencies."""
    generator = random.Random(SEED)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3_500)]
    words = ["".join(generator.choices(characters, k=2)) for _ in range(WORDS)]
    return words, list(itertools.accumulate(1 / (rank + 5) for rank in range(WORDS)))


def exact_neighbours(segments: Sequence[Segment], asked: Vectors) -> list[Places]:
    """Return the places of the ten nearest of each question, comparing every vector."""
    cosines = np.concatenate([asked @ one.vectors.vectors.T for one in segments], axis=1)
    return [np.argpartition(-row, 10)[:10] for row in cosines]


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile, rounded."""
    return round(sorted(values)[int(len(values) * share)], 2)


def peak_mb() -> float:
    """Return the most memory this process had."""
    return status_mb("VmHWM")


def resident_mb() -> float:
    """Return its memory now, maps of files with it."""
    return status_mb("VmRSS")


def anonymous_mb() -> float:
    """Return its memory now without maps of files, which the system may take back."""
    return status_mb("RssAnon")


def status_mb(name: str) -> float:
    """Return a line of /proc/self/status, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(name))


if __name__ == "__main__":
    main()
