"""How well answers answer, and when they abstain: ``python -m benchmarks.answers --home FOLDER``.

Libraries of the benchmark's corpora below FOLDER, as ``benchmarks.index.retrieval`` builds them,
and one of the laws (``laws``: ``JUDIAN_HOME=FOLDER/laws judian add ../shared/data/laws``). Reported
on cmrc2018 half B (by a digest of the id) and stard dev; weights were chosen on the other halves.
Everything is measured by ``judian eval``'s own runs and measures (docs/measures.md).

- a gold answer contained, with the passages searched for and with the right passage given; how
  many sentences;
- stard: a gold article cited, how many citations;
- xquad half B, asked in the other language than that of the paragraphs: a gold answer answered or
  offered;
- abstention: answerable questions, bench/unanswerable and questions of other fields in one: AUROC
  of support, F1 of answering and refusing, AURC, and where 5 % of the answerable are declined.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.index.retrieval import BENCH, read_lines, read_qrels, record_of
from benchmarks.kit.machine import machine
from benchmarks.kit.sets import as_set, cmrc_half_b, in_half_a, stard_dev
from eval.measures.abstention import FOLDS, Decided, support_auroc
from eval.measures.answer_content import contains_answer, exact_match, overlap_f1
from eval.measures.table import means, percentile
from eval.plain_records import decisions
from eval.runs.runner import run
from eval.types import EvalSet, Question, Run
from index.library import Library
from rag.answerer import Answerer
from rag.defaults import DEFAULT_PASSAGES
from rag.extractive.candidates import gather
from rag.extractive.coverage import Coverage
from rag.extractive.generator import ExtractiveGenerator
from rag.extractive.judging import THRESHOLD, judge
from rag.question.parse import parse_question
from rag.reading.opening import shipped_answer_model
from rag.types import Answer

DECLINED = 0.05  # of the answerable questions, where the share of others that abstain is read
OTHERS = 300  # questions of another field, at most
# Which libraries a question of bench/unanswerable is put to, by the corpus it names.
_NEEDED = {"cmrc": ["cmrc2018"], "stard": ["stard"], None: ["cmrc2018", "stard", "laws"]}
_HOMES = {"laws": "laws", "laws|govreports2026": "laws", "cmrc2018|drcd|xquad_zh": "cmrc2018"}


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the libraries")
    parser.add_argument("--questions", type=int, default=1000, help="at most, of each set")
    parser.add_argument(
        "--only", choices=("cmrc", "stard", "xquad"), help="this set, without abstention"
    )
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    wanted = {"cmrc": ["cmrc2018"], "stard": ["stard"], "xquad": []}.get(
        options.only, ["cmrc2018", "stard", "laws"]
    )
    missing = [name for name in wanted if not (options.home / name).is_dir()]
    if missing or not BENCH.is_dir():
        print(f"skipped: no library {missing} below {options.home}, or no data at {BENCH}")
        return
    figures: dict[str, float] = {}
    answered: list[Run] = []
    if options.only in (None, "xquad"):
        report_across(options.home, options.questions, figures)
    if options.only in (None, "cmrc"):
        answered.append(report_cmrc(options.home, options.questions, figures))
    if options.only in (None, "stard"):
        answered.append(report_stard(options.home, options.questions, figures))
    if options.only is None:
        declined = list(report_unanswerable(options.home, options.questions, figures))
        report_abstention([*answered, *declined], figures)
    if options.json:
        table = {**machine(), "figures": {name: round(v, 4) for name, v in figures.items()}}
        options.json.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def report_cmrc(home: Path, most: int, figures: dict[str, float]) -> Run:
    """Report cmrc2018, half B, and return its run."""
    asked, gold = cmrc_half_b(most), read_qrels(BENCH / "cmrc2018" / "qrels.tsv")
    library = _library(home / "cmrc2018")
    done = _run(asked, library)
    folded = means([record.values for record in done.records])
    for name in ("contains_answer", "EM", "F1", "gold_recall", "gold_precision", "groundedness"):
        _figure(figures, f"cmrc open: {name}", folded[name].value or 0.0)
    told = _told(done)
    _figure(figures, "cmrc open: sentences an answer", _mean(len(a["claims"]) for a in told))
    for name, value in _given(library, asked.questions, gold).items():
        _figure(figures, f"cmrc given the passage: {name}", value)
    _times(figures, "cmrc open", done)
    library.close()
    return done


def report_stard(home: Path, most: int, figures: dict[str, float]) -> Run:
    """Report stard dev, and return its run."""
    library = _library(home / "stard")
    done = _run(stard_dev(most), library)
    cited = _mean((record.values["gold_recall"] or 0.0) > 0 for record in done.records)
    _figure(figures, "stard dev: a gold article cited", cited)
    shown = _mean((record.values["gold_shown"] or 0.0) > 0 for record in done.records)
    _figure(figures, "stard dev: a gold article cited or offered", shown)
    folded = means([record.values for record in done.records])
    for name in ("hit@1", "nDCG@10", "gold_recall", "gold_precision", "groundedness"):
        _figure(figures, f"stard dev: {name}", folded[name].value or 0.0)
    citations = _mean(len(answer["citations"]) for answer in _told(done))
    _figure(figures, "stard dev: citations an answer", citations)
    _times(figures, "stard dev", done)
    library.close()
    return done


def report_across(home: Path, most: int, figures: dict[str, float]) -> None:
    """Report questions of XQuAD's half B asked of paragraphs in the other language."""
    for asked, texts in (("en", "zh"), ("zh", "en")):
        library = _library(home / f"xquad_{texts}")
        library.add([BENCH / f"xquad_{texts}" / "corpus.jsonl"])
        answerer = Answerer(library)
        gold = {
            row["_id"]: row["answers"]
            for row in read_lines(BENCH / f"xquad_{texts}" / "queries.jsonl")
        }
        rows = read_lines(BENCH / f"xquad_{asked}" / "queries.jsonl")
        told: list[float] = []
        shown: list[float] = []
        for row in [row for row in rows if not in_half_a(row["_id"])][:most]:
            answer = answerer.answer(row["text"])
            offered = "\n".join(place.quote for place in answer.offered)
            for found, text in ((told, answer.text), (shown, f"{answer.text}\n{offered}")):
                found.append(float(contains_answer(gold[row["_id"]], _saying(text)) or 0))
        way = f"xquad, asked in {asked} of {texts}"
        _figure(figures, f"{way}: answered, gold contained", _mean(told))
        _figure(figures, f"{way}: answered or offered", _mean(shown))
        library.close()


def report_unanswerable(home: Path, most: int, figures: dict[str, float]) -> Iterator[Run]:
    """Report questions that have no answer in the library they are put to; yield their runs."""
    cases = [(f"{why} ({name})", name, texts) for (why, name), texts in sorted(_absent().items())]
    for words, name, texts in [*cases, *_other_fields(most)]:
        library = _library(home / name)
        questions = [
            Question(f"{words} {at}", text, unanswerable=True) for at, text in enumerate(texts)
        ]
        done = _run(as_set(words, questions[:most]), library)
        folded = means([record.values for record in done.records])
        value = folded["abstention_recall"].value or 0.0
        _figure(figures, f"abstains, {len(texts)}: {words}", value)
        library.close()
        yield done


def report_abstention(runs: Sequence[Run], figures: dict[str, float]) -> None:
    """Report all runs as one: what has an answer against what has none."""
    every = [each for done in runs for each in decisions(done)]
    good = np.array([each.support for each in every if not each.unanswerable])
    bad = np.array([_counted(each) for each in every if each.unanswerable])
    _figure(figures, "AUROC, answerable against not", support_auroc(every) or 0.0)
    for name, _, _, _, fold in FOLDS:
        value = fold(every)
        if value is not None and name != "AUROC":
            _figure(figures, f"all in one: {name}", value)
    edge = float(np.quantile(good, DECLINED))
    _figure(figures, "at 5 % false abstention: support under", edge)
    _figure(figures, "at 5 % false abstention: unanswerable abstain", float((bad < edge).mean()))
    _figure(figures, "at the threshold: false abstention", float((good < THRESHOLD).mean()))
    _figure(figures, "at the threshold: unanswerable abstain", float((bad <= THRESHOLD).mean()))
    for share in (0.5, 0.8, 0.9, 0.95, 1.0):
        least = float(np.quantile(good, 1 - share))
        risk = float((bad >= least).sum() / max((bad >= least).sum() + (good >= least).sum(), 1))
        _figure(figures, f"risk at {share:.0%} coverage of the answerable", risk)


def _counted(each: Decided) -> float:
    """Return support; what was declined for another reason than support has no more than that."""
    return min(each.support, THRESHOLD) if each.abstained else each.support


def _absent() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in read_lines(BENCH / "unanswerable" / "questions.jsonl"):
        found.setdefault((row["why"], _HOMES[row["corpus"]]), []).append(row["text"])
    return found


def _other_fields(most: int) -> Iterator[tuple[str, str, list[str]]]:
    rows = read_lines(BENCH / "cmrc2018" / "queries.jsonl")
    cmrc = [row["text"] for row in rows if not in_half_a(row["_id"])]
    stard = [r for r in read_lines(BENCH / "stard" / "queries.jsonl") if r["split"] == "dev"]
    yield "cmrc over laws of stard", "stard", cmrc[: min(most, OTHERS)]
    yield "stard dev over cmrc", "cmrc2018", [row["text"] for row in stard]


def _library(home: Path) -> Library:
    return Library(home, lambda: open_embedder_of(Settings.from_environment()))


def _run(asked: EvalSet, library: Library) -> Run:
    """Run one question at a time, as the times are reported."""
    library.check()
    return run(asked, library, Answerer(library))


def _given(
    library: Library, questions: Sequence[Question], gold: Mapping[str, set[str]]
) -> dict[str, float]:
    """Return what the right passage alone leads to: a gold answer said, and the span marked."""
    retriever = library.retriever()
    assert retriever is not None
    model = shipped_answer_model(library)
    generator = ExtractiveGenerator(library.read, retriever.idf, model, library.catalogue)
    right: list[float] = []
    exact: list[float] = []
    overlap: list[float] = []
    for question in questions:
        found = retriever.search(question.text, 5 * DEFAULT_PASSAGES)
        own = [
            hit for hit in found if record_of(library, hit.passage.document_id) in gold[question.id]
        ]
        draft = generator.generate(parse_question(question.text), own)
        said = "".join(claim.text for claim in draft.claims)
        right.append(float(contains_answer(question.answers, _saying(said)) or 0))
        asked = parse_question(question.text)
        candidates = gather(asked, own, Coverage(asked, retriever.idf), library.read)
        judged = judge(asked, candidates, model)
        best = max(judged, key=lambda one: one.chance * one.reading.span_chance, default=None)
        span = best.span if best is not None else ""
        exact.append(float(exact_match(question.answers, span)))
        overlap.append(float(overlap_f1(question.answers, span)))
    return {"contains_answer": _mean(right), "span EM": _mean(exact), "span F1": _mean(overlap)}


def _saying(text: str) -> Answer:
    return Answer("", text, (), (), (), None, (), 0.0, "", llm_generated=False)


def _told(done: Run) -> list[Mapping[str, Any]]:
    answers = [record.answer for record in done.records if record.answer]
    return [answer for answer in answers if answer["abstention"] is None]


def _mean(values: Iterable[float]) -> float:
    numbers = [float(one) for one in values]
    return statistics.fmean(numbers) if numbers else 0.0


def _times(figures: dict[str, float], name: str, done: Run) -> None:
    times = [each.answer_ms for each in done.timings.questions if each.answer_ms is not None]
    for label, share in (("p50", Fraction(50, 100)), ("p95", Fraction(95, 100))):
        _figure(figures, f"{name}: an answer, ms, {label}", percentile(times, share) or 0.0)


def _figure(figures: dict[str, float], name: str, value: float) -> None:
    figures[name] = value
    print(f"{name:75} {value:8.3f}", flush=True)


if __name__ == "__main__":
    main()
