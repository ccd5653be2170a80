"""Questions on given passages with spans: encyclopaedia, judgments, SQuAD 2.0, across languages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.reading.encoding import Clause
from training.groups import BENCH, TRAIN, Group, Row, share_of
from training.texts import as_document, clause_of, row_of, units_of

# Share of each source that is read, by the question's id: what an hour or two on two cores allow.
SHARES: Mapping[str, float] = {"cmrc2018_train": 1.0, "cail2019_rc": 0.5, "chinese_squad2": 0.4}
WITHOUT_EVIDENCE = 0.3  # of questions, whose passage is read without the sentence that answers


def passage_questions(folder: str) -> Iterator[Group]:
    """Yield a sample of a source: the window that answers, and one that does not."""
    passages = {one["id"]: one for one in _lines(TRAIN / folder / "passages.jsonl")}
    windows: dict[str, list[tuple[int, Clause]]] = {}
    for one in _lines(TRAIN / folder / "questions.jsonl"):
        if share_of(one["id"]) >= SHARES[folder]:
            continue
        passage = passages[one["passage"]]
        found = windows.setdefault(one["passage"], _windows(passage["title"], passage["text"]))
        rows = _rows(one, found)
        if rows:
            yield Group(one["id"], folder.split("_")[0], one["question"], rows)


def _rows(one: Mapping[str, Any], windows: Sequence[tuple[int, Clause]]) -> tuple[Row, ...]:
    if not one["answers"]:
        best = max(windows, key=lambda each: _pairs_shared(one["question"], each[1].text))
        return (row_of(best[1]),)
    # Of several wordings of one answer the shortest.
    answer = min(one["answers"], key=lambda each: len(each["text"]))
    for begin, clause in windows:
        at = answer["start"] - begin
        if at >= 0 and clause.text[at : at + len(answer["text"])] == answer["text"]:
            rows = [row_of(clause, answers=True, short=answer["text"], at=at)]
            others = [each for _, each in windows if answer["text"] not in each.text]
            others.sort(key=lambda each: -_pairs_shared(one["question"], each.text))
            rows += map(row_of, others[:1])
            bare = _without(clause, one.get("evidence") or [], answer["text"])
            if bare is not None and share_of("bare" + one["id"]) < WITHOUT_EVIDENCE:
                rows.append(row_of(bare))
            return tuple(rows)
    return ()


def _without(clause: Clause, evidence: Sequence[str], answer: str) -> Clause | None:
    text = clause.text
    for sentence in evidence:
        text = text.replace(sentence, "")
    bare = Clause(text, clause.title, clause.path)
    return bare if len(text) > 40 and text != clause.text and answer not in text else None


def _windows(title: str, text: str) -> list[tuple[int, Clause]]:
    made = as_document(title, text.replace("\n", " "))
    if len(made.document.text) != len(text):  # cleaned: positions would differ
        return [(0, Clause(text[:400], title))]
    return [(unit.start, clause_of(made.document, unit)) for unit in units_of(made)]


def across_languages() -> Iterator[Group]:
    """Yield half A of XQuAD, asked in Chinese and English of paragraphs in either."""
    corpora = {
        language: {one["_id"]: one for one in _lines(BENCH / f"xquad_{language}" / "corpus.jsonl")}
        for language in ("zh", "en")
    }
    asked = {
        language: {one["_id"]: one for one in _lines(BENCH / f"xquad_{language}" / "queries.jsonl")}
        for language in ("zh", "en")
    }
    lines = (BENCH / "xquad_zh" / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        name, paragraph, _ = line.split("\t")
        if not in_half_a(name):
            continue
        for question, text in (("en", "zh"), ("zh", "en"), ("en", "en"), ("zh", "zh")):
            if share_of(name + question + text) < 0.6:
                one = {
                    "id": f"xquad-{name}-{question}-{text}",
                    "question": asked[question][name]["text"],
                    "answers": [],
                }
                record = corpora[text][paragraph]
                short = asked[text][name]["answers"][0]
                windows = _windows(record["title"], record["text"])
                places = [(each, at) for each in windows if (at := each[1].text.find(short)) >= 0]
                if places:
                    (_, clause), at = places[0]
                    others = [each for _, each in windows if short not in each.text][:1]
                    rows = (
                        row_of(clause, answers=True, short=short, at=at),
                        *map(row_of, others),
                    )
                    yield Group(one["id"], "xquad", one["question"], rows)


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question of a benchmark and the passage that answers it."""

    text: str
    answers: tuple[str, ...]
    title: str
    passage: str


def bench_questions(folder: str) -> dict[str, BenchQuestion]:
    """Return the questions of a benchmark by their ids."""
    corpus = {one["_id"]: one for one in _lines(BENCH / folder / "corpus.jsonl")}
    asked = {one["_id"]: one for one in _lines(BENCH / folder / "queries.jsonl")}
    found = {}
    for line in (BENCH / folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, passage, _ = line.split("\t")
        one, record = asked[name], corpus[passage]
        answers = tuple(one["answers"])
        found[name] = BenchQuestion(one["text"], answers, record["title"], record["text"])
    return found


def in_half_a(name: str) -> bool:
    """Tell the half that constants are chosen on, as ``benchmarks.kit.sets`` does."""
    return hashlib.sha256(name.encode()).digest()[0] < 128


def _pairs_shared(question: str, text: str) -> int:
    return sum(question[at : at + 2] in text for at in range(len(question) - 1))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
