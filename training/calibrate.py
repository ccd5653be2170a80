"""Sets what joins model and search, and the thresholds: ``python -m training.calibrate --laws F``.

Held-out written questions (of laws and papers no weight was trained on) are asked of a library of
the laws as a user's would be: every clause read becomes an example, right where it is the gold
clause. The same questions with their law left out, and the altered ones, have no answer. Printed
are the weights of the logistic function and, by threshold, how many of the answers would be right.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from api.build import open_embedder_of
from api.settings import Settings
from index.catalogue import EVERYTHING_TODAY
from index.library import Library
from rag.answerer import passages_for
from rag.defaults import DEFAULT_PASSAGES
from rag.extractive.candidates import gather
from rag.extractive.coverage import Coverage
from rag.question.parse import parse_question
from rag.reading.opening import ShippedAnswerModel
from rag.reading.weights_file import FOLDER
from training.groups import Group, read_groups
from training.texts import squashed

_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Seen:
    """One clause read for one question."""

    logit: float
    score: float
    covered: float
    gold: bool
    span_chance: float
    span_right: bool
    yes_no: str
    yes_no_chance: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the clauses read for it; none of them is gold where it has no answer."""

    group: Group
    seen: tuple[Seen, ...]
    answerable: bool


Score = Callable[[Seen], float]


def main() -> None:
    """Print weights and thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    parser.add_argument("--laws", type=Path, default=Path("build/training/laws"))
    parser.add_argument("--weights", type=Path, default=FOLDER, help="folder of the weights")
    parser.add_argument("--most", type=int, default=400, help="questions")
    options = parser.parse_args()
    held_out = [
        each
        for each in read_groups(options.data / "groups.jsonl")
        if each.held_out and each.kind in ("law", "altered", "stard")
    ]
    asked = list(ask_all(held_out[:: max(len(held_out) // options.most, 1)], options))
    report(asked)


def ask_all(groups: Sequence[Group], options: argparse.Namespace) -> Iterator[Asked]:
    """Ask held-out questions; those with an answer also where their law is left out."""
    settings = Settings.from_environment()
    library = Library(options.laws, lambda: open_embedder_of(settings))
    model = ShippedAnswerModel(lambda: library.embedder, settings.cache, options.weights)
    titles = {one.id: one.title for one in library.catalogue.all_facts()}
    for group in groups:
        answerable = group.rows[0].answers
        if answerable and group.rows[0].title in titles.values():
            yield read(group, library, model, None, answerable=True)
            others = frozenset(
                name for name, title in titles.items() if title != group.rows[0].title
            )
            yield read(group, library, model, others, answerable=False)
        elif not answerable:
            yield read(group, library, model, None, answerable=False)


def read(
    group: Group,
    library: Library,
    model: ShippedAnswerModel,
    documents: frozenset[str] | None,
    *,
    answerable: bool,
) -> Asked:
    """Read what the search finds for a question."""
    question = parse_question(group.question)
    retriever = library.retriever(replace(EVERYTHING_TODAY, documents=documents))
    assert retriever is not None
    hits = passages_for(question, retriever, DEFAULT_PASSAGES)
    candidates = gather(question, hits, Coverage(question, retriever.idf), library.read)
    readings = model.read(question.text, [one.clause for one in candidates])
    gold = squashed(group.rows[0].text)
    row = group.rows[0]
    short = squashed(row.text[slice(*row.span)]) if row.span else ""
    seen = []
    for one, reading in zip(candidates, readings, strict=True):
        text = squashed(one.text)
        right = answerable and (gold in text or text in gold)
        span = squashed(one.text[slice(*reading.span)]) if reading.span else ""
        kept = min(max(reading.answers, _LEAST), 1 - _LEAST)
        seen.append(
            Seen(
                math.log(kept / (1 - kept)),
                one.hit.score,
                one.covered,
                right,
                reading.span_chance,
                bool(short) and (short in span or (span in short and len(span) > 2)),
                reading.yes_no,
                reading.yes_no_chance,
            )
        )
    return Asked(group, tuple(seen), answerable)


def report(asked: Sequence[Asked]) -> None:
    """Print what fits, and what thresholds give."""
    known = [one for one in asked if one.answerable]
    reached = [one for one in known if any(each.gold for each in one.seen)]
    print(f"{len(known)} answerable, gold read for {len(reached)}; {len(asked) - len(known)} not")
    rows = [(one.logit, one.score, one.covered) for each in asked for one in each.seen]
    truth = [one.gold for each in asked for one in each.seen]
    fit = LogisticRegression(C=10.0, max_iter=1000).fit(np.array(rows), np.array(truth))
    (weights,), (bias,) = fit.coef_, fit.intercept_
    print(f"weights: model, search, words {np.round(weights, 3).tolist()} bias {bias:.3f}")
    alone = LogisticRegression(C=10.0).fit(np.array(rows)[:, :1], np.array(truth))
    print(f"model alone: scale {alone.coef_[0][0]:.3f} offset {alone.intercept_[0]:.3f}")

    def joined(one: Seen) -> float:
        return float(np.dot(weights, (one.logit, one.score, one.covered)) + bias)

    print("search", ranked(known, lambda one: one.score))
    print("model", ranked(known, lambda one: one.logit))
    print("joined", ranked(known, joined))
    thresholds(asked, joined)
    shorts(known, joined)


def ranked(known: Sequence[Asked], score: Score) -> dict[str, float]:
    """Return how often the gold clause is first, among three, among ten."""
    found = {1: 0, 3: 0, 10: 0}
    for one in known:
        order = sorted(one.seen, key=lambda each: -score(each))
        for depth in found:
            found[depth] += any(each.gold for each in order[:depth])
    return {f"hit@{depth}": round(n / max(len(known), 1), 3) for depth, n in found.items()}


def thresholds(asked: Sequence[Asked], score: Score) -> None:
    """Print, by the chance from which the best clause is called the answer, what comes of it."""
    best = []
    for one in asked:
        top = max(one.seen, key=score, default=None)
        if top is not None:
            best.append((1 / (1 + math.exp(-score(top))), one.answerable, top.gold))
    known = sum(answerable for _, answerable, _ in best)
    for least in np.arange(0.05, 0.85, 0.05):
        said = [(answerable, gold) for chance, answerable, gold in best if chance >= least]
        of_known = [gold for answerable, gold in said if answerable]
        print(
            f"from {least:.2f}: answerable asserted {len(of_known) / max(known, 1):.3f}"
            f" right {sum(of_known) / max(len(of_known), 1):.3f}"
            f" unanswerable asserted {sum(not a for a, _ in said) / max(len(best) - known, 1):.3f}"
        )


def shorts(known: Sequence[Asked], score: Score) -> None:
    """Print, by chance of the span of a gold clause, how many short answers are right."""
    tops = [max(one.seen, key=score) for one in known if one.seen]
    gold = [one for one in tops if one.gold]
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        shown = [one.span_right for one in gold if one.span_chance >= least]
        print(f"span from {least}: shown {len(shown)} right {sum(shown) / max(len(shown), 1):.3f}")


if __name__ == "__main__":
    main()
