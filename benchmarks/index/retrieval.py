"""How well passages are found: ``python -m benchmarks.index.retrieval --home FOLDER [--sets ...]``.

Each set's corpus is added to a library of its own below FOLDER (kept: the second run embeds
nothing; stard takes some 20 minutes the first time on two cores), and its questions are searched
for as a user's would be. Reported beside each other: vectors alone, BM25 alone, and the ranking
users get; hit@1, R@10, MRR@10, nDCG@10 and R@100, in percent, by record, as ``judian eval`` has
them. ``--tune`` tries other constants of index/fusion.py on the halves they were chosen on, and
reports nothing of the others.

stard: tuned on train, reported on dev. The others: halves by a digest of the question's id.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.kit.machine import machine
from eval.measures.ranking import rank_values
from index.fusion import fuse
from index.library import Library
from index.segments.searcher import best_places
from index.segments.vectors import Scores

BENCH = Path(os.environ.get("JUDIAN_BENCH", Path(__file__).parents[3] / "shared" / "bench"))
# name -> (corpus, questions)
SETS = {
    "stard": ("stard", "stard"),
    "cmrc": ("cmrc2018", "cmrc2018"),
    "xquad_zh": ("xquad_zh", "xquad_zh"),
    "xquad_en": ("xquad_en", "xquad_en"),
    "en_over_zh": ("xquad_zh", "xquad_en"),
    "zh_over_en": ("xquad_en", "xquad_zh"),
}
MEASURES = ("hit@1", "R@10", "MRR@10", "nDCG@10", "R@100")
DEPTH = 100  # records
PASSAGES = 300  # searched for: a record may have several
WORDS = (10.0, 12.0, 15.0, 18.0, 22.0)
FULL_SHARES = (0.0, 0.1, 0.15, 0.2)
STANDINGS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what is known of its candidates; arrays are in the order of places."""

    gold: frozenset[str]
    spread: tuple[float, float]
    cosines: Scores
    shares: Scores
    references: Scores
    records: Sequence[str]  # of the candidates
    dense: Sequence[str]  # records by vectors alone, best first
    lexical: Sequence[str]
    shown: Sequence[str]  # what a user gets
    seconds: float


def main() -> None:
    """Report, or tune."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder for the libraries")
    parser.add_argument("--sets", default=",".join(SETS), help="which, with commas")
    parser.add_argument("--tune", action="store_true", help="try constants on the tuning halves")
    parser.add_argument(
        "--traditional", action="store_true", help="ask in Traditional characters (OpenCC s2t)"
    )
    parser.add_argument("--questions", type=int, default=100_000, help="at most, of each set")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    asked = {}
    for name in options.sets.split(","):
        corpus, questions = SETS[name]
        if not (BENCH / corpus / "corpus.jsonl").is_file():
            print(f"{name}: skipped, no data at {BENCH} (set JUDIAN_BENCH)")
            continue
        with_library = ask_all(options.home / corpus, corpus, questions, options)
        asked[name] = list(itertools.islice(with_library, options.questions))
        if not options.tune:
            report(name, asked[name])
    if options.tune:
        tune(asked)
    elif options.json:
        write(options.json, asked)


def ask_all(
    home: Path, corpus: str, questions: str, options: argparse.Namespace
) -> Iterator[Asked]:
    """Add a corpus where it is not there yet, and ask the questions of one half."""
    library = Library(home, lambda: open_embedder_of(Settings.from_environment()))
    outcomes = library.add([BENCH / corpus / "corpus.jsonl"])
    refused = [one for one in outcomes if one.reason]
    if refused:
        print(f"{corpus}: {len(refused)} records refused, first: {refused[0].reason}")
    qrels = read_qrels(BENCH / questions / "qrels.tsv")
    for question in read_lines(BENCH / questions / "queries.jsonl"):
        if question["_id"] in qrels and is_for_tuning(question) == options.tune:
            text = (
                OpenCC("s2t").convert(question["text"]) if options.traditional else question["text"]
            )
            yield ask(library, text, frozenset(qrels[question["_id"]]))
    library.close()


def ask(library: Library, question: str, gold: frozenset[str]) -> Asked:
    """Search for a question as a user's, and by each side alone."""
    start = time.perf_counter()
    library.search(question, 10)
    seconds = time.perf_counter() - start
    hits = library.search(question, PASSAGES)
    retriever = library.retriever()
    assert retriever is not None
    searcher, asked = retriever.searcher, library.embedder.embed_questions([question])[0]
    mask = searcher.allowed(np.empty(0, dtype=np.int64))
    _, near = searcher.nearest(asked, 500, mask)
    terms = searcher.terms(question)
    wordy = best_places(terms.scores, 500, mask)
    places = np.union1d(near, wordy)
    known = library.catalogue.references()
    names = records_of(library, searcher.rows[places])
    by_place = dict(zip(places.tolist(), names, strict=True))
    return Asked(
        gold,
        searcher.spread(asked),
        searcher.cosines(asked, places),
        terms.scores[places] / np.float32(max(terms.ceiling, 1e-9)),
        searcher.values_at(places, known.rows, known.counts),
        names,
        distinct(by_place[place] for place in near.tolist()),
        distinct(by_place[place] for place in wordy.tolist()),
        distinct(record_of(library, hit.passage.document_id) for hit in hits),
        seconds,
    )


def records_of(library: Library, rows: Any) -> list[str]:  # noqa: ANN401 (an array)
    """Return the record's id of each row."""
    passages = library.store.passages(rows.tolist())
    return [record_of(library, row.passage.document_id) for row in passages]


def record_of(library: Library, document_id: str) -> str:
    """Return the id of the record a document was made of."""
    facts = library.facts(document_id)
    assert facts is not None
    return facts.source.rpartition("#")[2].rpartition("/")[2].removesuffix(".txt")


def tune(asked: Mapping[str, Sequence[Asked]]) -> None:
    """Print the measures of other constants, best mean nDCG@10 first."""
    table = []
    for words, full_share, standing in itertools.product(WORDS, FULL_SHARES, STANDINGS):
        scores = [
            measure((refused_to(one, words, full_share, standing), one.gold) for one in some)
            for some in asked.values()
        ]
        table.append(((words, full_share, standing), scores))
    table.sort(key=lambda row: -statistics.fmean(score[3] for score in row[1]))
    print("words, full share, standing: nDCG@10 and R@100 of", ", ".join(asked))
    for point, scores in table:
        print(point, " ".join(f"{one[3]:.2f}/{one[4]:.1f}" for one in scores))


def refused_to(one: Asked, words: float, full_share: float, standing: float) -> list[str]:
    """Return the records of one question fused anew with these constants."""
    fused = fuse(
        one.cosines,
        one.spread,
        one.shares,
        float(one.shares.max(initial=0.0)),
        one.references,
        words=words,
        full_share=full_share,
        standing=standing,
    )
    order = np.argsort(-fused.total, kind="stable")
    return distinct(one.records[at] for at in order.tolist())


def report(name: str, asked: Sequence[Asked]) -> None:
    """Print the measures of a set."""
    print(f"{name} ({len(asked)} questions)" + "".join(f"{one:>9}" for one in MEASURES))
    for side in ("dense", "lexical", "shown"):
        values = measure((getattr(one, side), one.gold) for one in asked)
        print(f"  {side:20}" + "".join(f"{value:9.1f}" for value in values), flush=True)
    times = sorted(1000 * one.seconds for one in asked)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"  one search of 10, with the model: p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)


def write(path: Path, asked: Mapping[str, Sequence[Asked]]) -> None:
    """Write the figures with the machine they were taken on."""
    sets = {
        name: {
            side: dict(
                zip(
                    MEASURES,
                    measure((getattr(one, side), one.gold) for one in some),
                    strict=True,
                )
            )
            for side in ("dense", "lexical", "shown")
        }
        for name, some in asked.items()
    }
    path.write_text(json.dumps({**machine(), "sets": sets}, indent=1), encoding="utf-8")


def measure(rankings: Iterable[tuple[Sequence[str], frozenset[str]]]) -> tuple[float, ...]:
    """Return the means of MEASURES over questions, in percent."""
    rows = [rank_values(dict.fromkeys(gold, 1), found[:DEPTH], DEPTH) for found, gold in rankings]
    return tuple(100 * statistics.fmean(row[name] for row in rows) for name in MEASURES)


def distinct(names: Iterable[str]) -> list[str]:
    """Return names in order, each once."""
    return list(dict.fromkeys(names))


def is_for_tuning(question: Mapping[str, Any]) -> bool:
    """Tell the halves apart: stard by its split, others by a digest of the id."""
    if question["_id"].startswith("stard"):
        return bool(question["split"] == "train")
    return hashlib.sha256(question["_id"].encode()).digest()[0] < 128


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


if __name__ == "__main__":
    main()
