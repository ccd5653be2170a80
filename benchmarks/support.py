"""Fit and judge support: ``python -m benchmarks.support [--questions N]``.

The weights of ``rag.support`` are fitted on half A of cmrc2018 and xquad (questions whose id's
digest is even) and judged on half B. Each question is asked twice: with its document in the
library, and as if it were not there (its passages are passed over), which makes it unanswerable.
A draft counts as right when it contains a gold answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.build import build
from api.settings import Settings
from corpus.ingest import document_id
from corpus.script import fold
from corpus.types import SourceFile
from index.library import Library
from index.types import Hit
from rag.coverage import Coverage
from rag.evidence import gather
from rag.extractive import ExtractiveGenerator, features_of, score_of
from rag.question import Question, parse_question
from rag.support import ACROSS_LANGUAGES, SAME_LANGUAGE, Weights

BENCH = Path(os.environ.get("JUDIAN_BENCH", "../shared/bench"))
RIDGE = 1.0  # keeps weights small where features nearly agree
STEPS = 50  # of Newton's method; it converges in about ten


@dataclass(frozen=True, slots=True)
class Case:
    """One question asked once."""

    set_name: str
    half: str
    answerable: bool
    right: bool
    values: tuple[float, ...]
    support: float


def main() -> None:
    """Print what support reaches on half B, with today's weights and with those fitted on A."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="where the libraries are built")
    parser.add_argument("--questions", type=int, default=800, help="of each set")
    parser.add_argument("--across", type=int, default=120, help="of each set across languages")
    options = parser.parse_args()
    if not BENCH.is_dir():
        print(f"skipped: no benchmark data at {BENCH} (set JUDIAN_BENCH)")
        return
    same: list[Case] = [
        case
        for corpus, asked in (
            ("cmrc2018", "cmrc2018"),
            ("xquad_zh", "xquad_zh"),
            ("xquad_en", "xquad_en"),
        )
        for case in cases(corpus, asked, options.home, options.questions)
    ]
    judge("same language", same, SAME_LANGUAGE, used=(0, 1, 2, 3, 4))
    across = [
        case
        for corpus, asked in (("xquad_zh", "xquad_en"), ("xquad_en", "xquad_zh"))
        for case in cases(corpus, asked, options.home, options.across)
    ]
    judge("across languages", across, ACROSS_LANGUAGES, used=(2,))


def cases(corpus: str, asked: str, home: Path, limit: int) -> Iterator[Case]:
    """Yield every question of ``asked`` over ``corpus`` twice: answerable, and not."""
    library = filled(corpus, home / corpus)
    gold = dict(line.split("\t")[:2] for line in _lines(BENCH / asked / "qrels.tsv")[1:])
    answers = {row["_id"]: row["answers"] for row in _rows(BENCH / corpus / "queries.jsonl")}
    retriever = library.retriever()
    assert retriever is not None
    generator = ExtractiveGenerator(library.read, retriever.idf, library.similarity)
    for row in list(_rows(BENCH / asked / "queries.jsonl"))[:limit]:
        question = parse_question(row["text"])
        half = "AB"[hashlib.sha256(row["_id"].encode()).digest()[0] % 2]
        hits = retriever.search(question.text, 30)
        own = document_id(_source(gold[row["_id"]]))
        absent = [hit for hit in hits if hit.passage.document_id != own]
        for answerable, some in ((True, hits[:10]), (False, absent[:10])):
            draft = generator.generate(question, some)
            said = fold("".join(claim.text for claim in draft.claims))
            right = answerable and any(fold(a) in said for a in answers[row["_id"]])
            values = features(question, some, retriever, library)
            yield Case(asked, half, answerable, right, values, draft.support)
    library.close()


def features(
    question: Question, hits: Sequence[Hit], retriever: object, library: Library
) -> tuple[float, ...]:
    """Return the features of the best sentence."""
    coverage = Coverage(question, retriever.idf)  # type: ignore[attr-defined]
    units = gather(question, hits, coverage, library.read)
    return features_of(max(units, key=score_of)).values()


def filled(corpus: str, home: Path) -> Library:
    """Return a library of a benchmark's corpus, one document each."""
    library = build(Settings(home=home)).library
    files = (
        SourceFile(_source(row["_id"]), "a.md", f"# {row['title']}\n\n{row['text']}\n".encode())
        for row in _rows(BENCH / corpus / "corpus.jsonl")
    )
    library.add(files, lambda p: print(f"\r{corpus}: {p.files} files", end="", file=sys.stderr))
    return library


def _source(identifier: str) -> str:
    return f"upload:{identifier}.md"


def judge(name: str, cases_: Sequence[Case], today: Weights, used: Sequence[int]) -> None:
    """Print AUROC and abstention for today's and for fitted weights, on half B."""
    if not cases_:
        return
    half_a = [case for case in cases_ if case.half == "A"]
    half_b = [case for case in cases_ if case.half == "B"]
    fitted = fit(half_a, used)
    print(f"\n{name}: {len(half_a)} cases in A, {len(half_b)} in B")
    print("  fitted on A: bias", round(fitted[0], 2), "weights", np.round(fitted[1:], 2).tolist())
    for label, some, scores in (
        ("today's, B", half_b, [case.support for case in half_b]),
        ("fitted, B", half_b, _apply(half_b, used, fitted)),
    ):
        report(label, some, np.asarray(scores))


def report(label: str, cases_: Sequence[Case], scores: NDArray[np.float64]) -> None:
    """Print how well scores part right from wrong, and answerable from not."""
    right = np.array([case.right for case in cases_])
    answerable = np.array([case.answerable for case in cases_])
    kept = scores >= 0.5
    edge = np.quantile(scores[answerable], 0.05)
    print(
        f"  {label}: right among answerable {right[answerable].mean():.3f}"
        f" · AUROC right {auroc(scores, right):.3f}, answerable {auroc(scores, answerable):.3f}"
        f" · at 0.5: false abstention {1 - kept[answerable].mean():.3f},"
        f" unanswerable abstain {1 - kept[~answerable].mean():.3f}"
        f" · at 5 % false abstention (>= {edge:.3f}): {(scores[~answerable] < edge).mean():.3f}"
    )


def auroc(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive scores above a negative (Mann-Whitney, ties a half)."""
    ranks = np.empty(len(scores))
    order = np.argsort(scores, kind="stable")
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    wins = ranks[positive].sum() - positive.sum() * (positive.sum() + 1) / 2
    return float(wins / (positive.sum() * (~positive).sum()))


def fit(cases_: Sequence[Case], used: Sequence[int]) -> NDArray[np.float64]:
    """Return bias and weights: ridge logistic regression on "answerable", Newton's method."""
    x = _matrix(cases_, used)
    y = np.array([float(case.answerable) for case in cases_])
    weights = np.zeros(x.shape[1])
    ridge = RIDGE * np.eye(x.shape[1])
    ridge[0, 0] = 0.0
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - y) + ridge @ weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge
        weights -= np.linalg.solve(curvature, gradient)
    return weights


def _apply(
    cases_: Sequence[Case], used: Sequence[int], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-_matrix(cases_, used) @ weights)))


def _matrix(cases_: Sequence[Case], used: Sequence[int]) -> NDArray[np.float64]:
    return np.array([[1.0, *(case.values[at] for at in used)] for case in cases_])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line in _lines(path):
        yield json.loads(line)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    main()
