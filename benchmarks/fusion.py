"""Chooses the constants of index/fusion.py: sweeps on train, reports on what was not swept.

Run: python -m benchmarks.fusion --cache FOLDER [--articles 6000]. Sets are read from JUDIAN_BENCH
(BEIR form). Swept: stard train, cmrc2018 half A, English questions over Chinese paragraphs half A.
Reported: stard dev, and half B of the others; halves are by a digest of the question's id.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.embedder import Embedder, Vectors
from index.embedder_bundled import default_cache
from index.embedder_select import open_embedder
from index.fusion import fuse
from index.terms import TantivyIndex
from index.vectors import FaissIndex

BENCH = Path(os.environ.get("JUDIAN_BENCH", Path(__file__).parents[2] / "shared" / "bench"))
DEPTH = 200  # of each side, as the retriever asks
WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
FULL_SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.6)
DENSE_DEPTHS = (20, 50, 200)
NOISE = 0.1  # points of MRR@10: less is no loss

Ranking = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with both sides' lists."""

    tuned: bool  # swept; else reported
    gold: frozenset[int]
    dense: Ranking
    lexical: Ranking


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the records of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_qrels(path: Path) -> dict[str, set[str]]:
    """Return question id -> ids of its gold passages."""
    gold: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        question, passage, _ = line.split("\t")
        gold.setdefault(question, set()).add(passage)
    return gold


def in_half_a(question: dict[str, Any]) -> bool:
    """Tell whether a question is swept: stard by its split, others by a digest of the id."""
    if question.get("split") == "train" or question["_id"].startswith("stard"):
        return question.get("split") == "train"
    return hashlib.sha256(question["_id"].encode()).digest()[0] < 128


def sample(corpus: list[dict[str, Any]], gold: set[str], size: int) -> list[dict[str, Any]]:
    """Return all gold passages, filled up to ``size`` at random (seed 0), in the corpus's order."""
    others = [one["_id"] for one in corpus if one["_id"] not in gold]
    extra = max(0, size - (len(corpus) - len(others)))
    chosen = gold | set(random.Random(0).sample(others, min(extra, len(others))))
    return [one for one in corpus if one["_id"] in chosen]


def embedded(
    name: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors], cache: Path
) -> Vectors:
    """Return vectors of ``texts``, kept in the cache folder under a digest of the texts."""
    digest = hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:16]
    path = cache / f"{name}-{digest}.npy"
    if path.exists():
        kept: Vectors = np.load(path)
        return kept
    parts = []
    for start in range(0, len(texts), 256):
        parts.append(embed(texts[start : start + 256]))
        print(f"{name}: {min(start + 256, len(texts))} of {len(texts)}", flush=True)
    vectors: Vectors = np.concatenate(parts)
    np.save(path, vectors)
    return vectors


def ask_all(
    corpus_set: str, question_set: str, embedder: Embedder, cache: Path, limits: tuple[int, int]
) -> list[Asked]:
    """Ask at most ``limits[1]`` questions of one set over at most ``limits[0]`` passages."""
    qrels = read_qrels(BENCH / question_set / "qrels.tsv")
    questions = [q for q in read_lines(BENCH / question_set / "queries.jsonl") if q["_id"] in qrels]
    questions = random.Random(0).sample(questions, min(limits[1], len(questions)))
    gold = set().union(*(qrels[q["_id"]] for q in questions))
    corpus = sample(read_lines(BENCH / corpus_set / "corpus.jsonl"), gold, limits[0])
    places = {one["_id"]: row for row, one in enumerate(corpus)}
    texts = [f"{one['title']}\n{one['text']}" for one in corpus]
    vectors = embedded(f"{corpus_set}-passages", texts, embedder.embed_passages, cache)
    asked = [q["text"] for q in questions]
    near = embedded(f"{question_set}-questions", asked, embedder.embed_questions, cache)
    scores, rows = FaissIndex.build(np.arange(len(corpus)), vectors).search(near, DEPTH)
    with tempfile.TemporaryDirectory() as folder:
        terms = TantivyIndex.create(Path(folder))
        terms.update((), ((i, one["title"], one["text"]) for i, one in enumerate(corpus)))
        return [
            Asked(
                in_half_a(question),
                frozenset(places[one] for one in qrels[question["_id"]] if one in places),
                [(int(r), float(s)) for r, s in zip(rows[i], scores[i], strict=True) if r >= 0],
                terms.search(question["text"], DEPTH),
            )
            for i, question in enumerate(questions)
        ]


def measure(rankings: Iterable[tuple[list[int], frozenset[int]]]) -> tuple[float, float, float]:
    """Return mean hit@1, R@10 and MRR@10, in percent."""
    rows = []
    for found, gold in rankings:
        places = [place for place, row in enumerate(found[:10], start=1) if row in gold]
        first = places[0] if places else 0
        rows.append((first == 1, len(places) / len(gold), 1 / first if first else 0.0))
    hit, recall, reciprocal = 100 * np.mean(np.array(rows, dtype=float), axis=0)
    return float(hit), float(recall), float(reciprocal)


def fused(some: list[Asked], weight: float, full: float, depth: int) -> tuple[float, float, float]:
    """Return the measures of fusing with these constants."""
    ranked = (
        fuse(one.dense, one.lexical, lexical_weight=weight, full_share=full, dense_depth=depth)
        for one in some
    )
    return measure(([f.row for f in r], one.gold) for r, one in zip(ranked, some, strict=True))


def dense_only(some: list[Asked]) -> list[tuple[list[int], frozenset[int]]]:
    """Return the dense side's rankings with their gold."""
    return [([row for row, _ in one.dense], one.gold) for one in some]


def report(name: str, some: list[Asked], best: tuple[float, float, int]) -> None:
    """Print hit@1, R@10, MRR@10 of each side alone and fused."""
    sides = {
        "dense": measure(dense_only(some)),
        "bm25": measure(([row for row, _ in one.lexical], one.gold) for one in some),
        "fused": fused(some, *best),
    }
    for side, (hit, recall, reciprocal) in sides.items():
        print(f"{name:20} {len(some):5} {side:6} {hit:6.1f} {recall:6.1f} {reciprocal:6.1f}")


def main() -> None:
    """Sweep, choose by the mean of MRR@10 where no set falls below dense alone, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="folder for vectors")
    parser.add_argument("--articles", type=int, default=6000, help="stard: gold and random others")
    parser.add_argument("--questions", type=int, default=10_000, help="at most, of each set")
    parser.add_argument(
        "--sets", default="stard,cmrc,xquad,across", help="which of these, with commas"
    )
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    embedder = open_embedder("bundled", cache=default_cache())
    pairs = {
        "stard": ("stard", "stard"),
        "cmrc": ("cmrc2018", "cmrc2018"),
        "xquad": ("xquad_zh", "xquad_zh"),
        "across": ("xquad_zh", "xquad_en"),
    }
    limits = {"stard": options.articles, "cmrc": 10_000, "xquad": 10_000, "across": 10_000}
    sets = {
        name: ask_all(*pairs[name], embedder, options.cache, (limits[name], options.questions))
        for name in options.sets.split(",")
    }
    grid = list(itertools.product(WEIGHTS, FULL_SHARES, DENSE_DEPTHS))
    swept = {name: [one for one in asked if one.tuned] for name, asked in sets.items()}
    table = {point: [fused(some, *point)[2] for some in swept.values()] for point in grid}
    alone = [measure(dense_only(some))[2] for some in swept.values()]

    def cost(point: tuple[float, float, int]) -> tuple[bool, float]:
        harmed = any(v < d - NOISE for v, d in zip(table[point], alone, strict=True))
        return harmed, -sum(table[point])

    ranked = sorted(grid, key=cost)
    print("weight, full share, depth: MRR@10 swept of", ", ".join(sets))
    for point in ranked[:12]:
        print(point, " ".join(f"{value:.1f}" for value in table[point]))
    for name, asked in sets.items():
        report(f"{name} swept", swept[name], ranked[0])
        report(f"{name} reported", [one for one in asked if not one.tuned], ranked[0])


if __name__ == "__main__":
    main()
