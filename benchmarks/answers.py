"""How well answers answer, and when they abstain: ``python -m benchmarks.answers --home FOLDER``.

Libraries of the benchmark's corpora below FOLDER, as ``benchmarks.retrieval`` builds them, and one
of the laws (``laws``: ``JUDIAN_HOME=FOLDER/laws judian add ../shared/data/laws``). Reported on
cmrc2018 half B (by a digest of the id) and stard dev; weights were chosen on the other halves.

- a gold answer contained, with the passages searched for and with the right passage given; how
  many sentences; the marked short answer's EM and F1 (CMRC 2018: of the longest common run);
- stard: a gold article cited, how many citations;
- answerable questions against bench/unanswerable and questions of other fields: AUROC of support,
  the share that abstains at the threshold, and where 5 % of the answerable would be declined.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.machine import machine
from benchmarks.retrieval import BENCH, read_lines, read_qrels, record_of
from corpus.script import fold
from index.library import Library
from rag.answerer import Answerer
from rag.extractive import ExtractiveGenerator
from rag.question import parse_question
from rag.support import THRESHOLD
from rag.types import DEFAULT_PASSAGES, Answer

DECLINED = 0.05  # of the answerable questions, where the share of others that abstain is read
# Which libraries a question of bench/unanswerable is put to, by the corpus it names.
_HOMES = {"laws": "laws", "laws|govreports2026": "laws", "cmrc2018|drcd|xquad_zh": "cmrc2018"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what came of it."""

    answer: Answer
    seconds: float
    golds: Sequence[str]

    @property
    def support(self) -> float:
        """Support, 0 where the question names a clause or law that is not there."""
        return self.answer.support


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the libraries")
    parser.add_argument("--questions", type=int, default=1000, help="at most, of each set")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    missing = [name for name in ("cmrc2018", "stard", "laws") if not (options.home / name).is_dir()]
    if missing or not BENCH.is_dir():
        print(f"skipped: no library {missing} below {options.home}, or no data at {BENCH}")
        return
    figures: dict[str, float] = {}
    cmrc = report_cmrc(options.home, options.questions, figures)
    stard = report_stard(options.home, options.questions, figures)
    report_abstention(options.home, options.questions, [*cmrc, *stard], figures)
    if options.json:
        table = {**machine(), "figures": {name: round(v, 4) for name, v in figures.items()}}
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def report_cmrc(home: Path, most: int, figures: dict[str, float]) -> list[float]:
    """Report cmrc2018, half B; return the support of each question."""
    rows = [row for row in read_lines(BENCH / "cmrc2018" / "queries.jsonl") if not _half_a(row)]
    rows, gold = rows[:most], read_qrels(BENCH / "cmrc2018" / "qrels.tsv")
    library = _library(home / "cmrc2018")
    answerer = Answerer(library)
    asked = [_ask(answerer, row["text"], row["answers"]) for row in rows]
    told = [one for one in asked if one.answer.abstention is None]
    _figure(figures, "cmrc open: gold contained", _mean(_contains(one) for one in asked))
    _figure(figures, "cmrc open: contained, of those answered", _mean(map(_contains, told)))
    sentences = statistics.fmean(len(one.answer.claims) for one in told)
    _figure(figures, "cmrc open: sentences an answer", sentences)
    _figure(figures, "cmrc open: marked, of those answered", _mean(_is_marked(o) for o in told))
    _figure(figures, "cmrc open: short answer or sentence, EM", _mean(map(_exact, asked)))
    _figure(figures, "cmrc open: short answer or sentence, F1", _mean(map(_overlap, asked)))
    marked = [one for one in told if one.answer.short_answer]
    _figure(figures, "cmrc open: EM of the marked", _mean(map(_exact, marked)))
    _figure(figures, "cmrc open: F1 of the marked", _mean(map(_overlap, marked)))
    given = _given(library, rows, gold)
    _figure(figures, "cmrc given the passage: gold contained", _mean(given))
    _times(figures, "cmrc open", asked)
    library.close()
    return [one.support for one in asked]


def report_stard(home: Path, most: int, figures: dict[str, float]) -> list[float]:
    """Report stard dev; return the support of each question."""
    rows = [r for r in read_lines(BENCH / "stard" / "queries.jsonl") if r["split"] == "dev"][:most]
    gold = read_qrels(BENCH / "stard" / "qrels.tsv")
    library = _library(home / "stard")
    answerer = Answerer(library)
    asked = [_ask(answerer, row["text"], ()) for row in rows]
    cited = [
        any(
            record_of(library, one.document_id) in gold[row["_id"]] for one in each.answer.citations
        )
        for row, each in zip(rows, asked, strict=True)
    ]
    told = [one for one in asked if one.answer.abstention is None]
    _figure(figures, "stard dev: a gold article cited", _mean(cited))
    citations = statistics.fmean(len(one.answer.citations) for one in told)
    _figure(figures, "stard dev: citations an answer", citations)
    _times(figures, "stard dev", asked)
    library.close()
    return [one.support for one in asked]


def report_abstention(
    home: Path, most: int, answerable: Sequence[float], figures: dict[str, float]
) -> None:
    """Report support of questions that have no answer in the library they are put to."""
    unanswerable: list[float] = []
    cases = [
        (f"{why} ({name})", name, texts) for (why, name), texts in sorted(_unanswerable().items())
    ]
    cases += list(_other_fields(most))
    for words, name, texts in cases:
        library = _library(home / name)
        answerer = Answerer(library)
        asked = [_ask(answerer, text, ()) for text in texts[:most]]
        scores = [
            one.support if one.answer.abstention is None else min(one.support, THRESHOLD)
            for one in asked
        ]
        abstained = _mean(one.answer.abstention is not None for one in asked)
        _figure(figures, f"abstains, {len(texts)}: {words}", abstained)
        unanswerable += scores
        library.close()
    good, bad = np.array(answerable), np.array(unanswerable)
    scores_, labels = np.r_[good, bad], np.r_[np.ones(len(good)), np.zeros(len(bad))] > 0
    _figure(figures, "AUROC, answerable against not", auroc(scores_, labels))
    edge = float(np.quantile(good, DECLINED))
    _figure(figures, "at 5 % false abstention: support under", edge)
    _figure(figures, "at 5 % false abstention: unanswerable abstain", float((bad < edge).mean()))
    _figure(figures, "at the threshold: false abstention", float((good < THRESHOLD).mean()))
    _figure(figures, "at the threshold: unanswerable abstain", float((bad <= THRESHOLD).mean()))
    for share in (0.5, 0.8, 0.9, 0.95, 1.0):
        least = float(np.quantile(good, 1 - share))
        risk = float((bad >= least).sum() / max((bad >= least).sum() + (good >= least).sum(), 1))
        _figure(figures, f"risk at {share:.0%} coverage of the answerable", risk)


def _unanswerable() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in read_lines(BENCH / "unanswerable" / "questions.jsonl"):
        found.setdefault((row["why"], _HOMES[row["corpus"]]), []).append(row["text"])
    return found


def _other_fields(most: int) -> Iterator[tuple[str, str, list[str]]]:
    cmrc = [r["text"] for r in read_lines(BENCH / "cmrc2018" / "queries.jsonl") if not _half_a(r)]
    stard = [r for r in read_lines(BENCH / "stard" / "queries.jsonl") if r["split"] == "dev"]
    yield "cmrc over laws of stard", "stard", cmrc[: min(most, 300)]
    yield "stard dev over cmrc", "cmrc2018", [row["text"] for row in stard]


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative (Mann-Whitney, ties a half)."""
    good, bad = scores[positive][:, None], scores[~positive][None, :]
    return float(np.mean((good > bad) + 0.5 * (good == bad)))


def _library(home: Path) -> Library:
    return Library(home, lambda: open_embedder_of(Settings()))


def _half_a(row: Mapping[str, Any]) -> bool:
    return hashlib.sha256(row["_id"].encode()).digest()[0] < 128


def _ask(answerer: Answerer, text: str, golds: Sequence[str]) -> Asked:
    began = time.perf_counter()
    answer = answerer.answer(text)
    return Asked(answer, time.perf_counter() - began, golds)


def _given(
    library: Library, rows: Sequence[Mapping[str, Any]], gold: Mapping[str, set[str]]
) -> list[bool]:
    """Say of each question whether the right passage alone leads to a gold answer."""
    retriever = library.retriever()
    assert retriever is not None
    generator = ExtractiveGenerator(library.read, retriever.idf, library.similarity)
    right: list[bool] = []
    for row in rows:
        found = retriever.search(row["text"], 5 * DEFAULT_PASSAGES)
        own = [
            hit for hit in found if record_of(library, hit.passage.document_id) in gold[row["_id"]]
        ]
        draft = generator.generate(parse_question(row["text"]), own)
        said = _letters("".join(claim.text for claim in draft.claims))
        right.append(any(_letters(one) in said for one in row["answers"]))
    return right


def _contains(asked: Asked) -> bool:
    said = _letters("".join(claim.text for claim in asked.answer.claims))
    return any(_letters(one) in said for one in asked.golds)


def _is_marked(asked: Asked) -> bool:
    return bool(asked.answer.short_answer)


def _short(answer: Answer) -> str:
    first = answer.claims[0].text if answer.claims else ""
    return _letters(answer.short_answer or first)


def _exact(asked: Asked) -> bool:
    return any(_letters(one) == _short(asked.answer) for one in asked.golds)


def _overlap(asked: Asked) -> float:
    """Return the F1 of CMRC 2018's own script: of the longest common run of characters."""
    return max(_run_f1(_letters(one), _short(asked.answer)) for one in asked.golds)


def _run_f1(gold: str, said: str) -> float:
    matcher = SequenceMatcher(None, gold, said, autojunk=False)
    size = matcher.find_longest_match().size
    return 2 * size / (len(gold) + len(said)) if size else 0.0


def _letters(text: str) -> str:
    return "".join(one for one in fold(text) if one.isalnum())


def _mean(values: Iterable[float]) -> float:
    numbers = [float(one) for one in values]
    return statistics.fmean(numbers) if numbers else 0.0


def _times(figures: dict[str, float], name: str, asked: Sequence[Asked]) -> None:
    times = sorted(1000 * one.seconds for one in asked)
    _figure(figures, f"{name}: an answer, ms, p50", times[len(times) // 2])
    _figure(figures, f"{name}: an answer, ms, p95", times[int(len(times) * 0.95)])


def _figure(figures: dict[str, float], name: str, value: float) -> None:
    figures[name] = value
    print(f"{name:75} {value:8.3f}", flush=True)


if __name__ == "__main__":
    main()
