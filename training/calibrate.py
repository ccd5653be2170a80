"""Sets what joins model and search, and the chances: ``python -m training.calibrate --laws F``.

Questions no weight was trained on are asked of three libraries as a user's would be: of laws, of
encyclopaedia paragraphs, of made-up papers that look alike. The same questions with the text that
answers left out, and altered ones, have no answer. Two logistic functions are fitted: one over all
clauses read, which orders them, and one over the first clauses of each question, which says how
sure each is to answer, in sight of the others. Printed are their weights and, by field and
threshold, how many of the answers would be right.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from api.build import open_embedder_of
from api.settings import Settings
from corpus.types import SourceFile
from index.catalogue import EVERYTHING_TODAY
from index.library import Library
from rag.answerer import passages_for
from rag.defaults import DEFAULT_PASSAGES
from rag.extractive.candidates import MOST_READ, gather
from rag.extractive.coverage import Coverage
from rag.extractive.judging import leads_of
from rag.question.parse import parse_question
from rag.reading.opening import ShippedAnswerModel
from rag.reading.weights_file import FOLDER
from training.groups import BENCH, Group, read_groups, share_of
from training.law_questions import paper_files
from training.passage_questions import bench_questions, in_half_a
from training.texts import squashed

LEFT_OUT = 0.3  # what a question counts whose document is left out, where chances are fitted
JUDGED = 6  # clauses of a question, best first, on which chances are fitted
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Seen:
    """One clause read for one question."""

    text: str
    logit: float
    score: float
    covered: float
    named: bool
    gold: bool
    span_chance: float
    span_right: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the clauses read for it; none of them is gold where it has no answer."""

    field: str
    question: str
    seen: tuple[Seen, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Gold:
    """A question and the text that answers it; "" where nothing does."""

    question: str
    text: str = ""
    short: str = ""
    title: str = ""  # of the document that it stands in


@dataclass(frozen=True, slots=True)
class Field:
    """A library, and questions of it."""

    name: str
    library: Library
    asked: Sequence[Gold]


Score = Callable[[Seen], float]


def main() -> None:
    """Print weights and thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("build/training"))
    parser.add_argument("--laws", type=Path, default=Path("build/training/laws"))
    parser.add_argument("--weights", type=Path, default=FOLDER, help="folder of the weights")
    parser.add_argument("--most", type=int, default=400, help="questions of a field")
    parser.add_argument("--keep", type=Path, help="write what was read here, or take it from here")
    options = parser.parse_args()
    if options.keep and options.keep.is_file():
        lines = options.keep.read_text(encoding="utf-8").splitlines()
        asked = [_from_json(json.loads(line)) for line in lines]
    else:
        asked = [one for field in fields(options) for one in ask_all(field, options.weights)]
    if options.keep and not options.keep.is_file():
        lines = [json.dumps(asdict(one), ensure_ascii=False) for one in asked]
        options.keep.write_text("\n".join(lines), encoding="utf-8")
    report(asked)


def _from_json(made: Mapping[str, Any]) -> Asked:
    return Asked(**{**made, "seen": tuple(Seen(**one) for one in made["seen"])})


def fields(options: argparse.Namespace) -> Iterator[Field]:
    """Yield the libraries with what is held out of training for them, a sample by name."""
    held = [
        each
        for each in read_groups(options.data / "groups.jsonl")
        if each.held_out and each.kind in ("law", "altered")
    ]
    held.sort(key=lambda each: share_of("order" + each.id))
    settings = Settings.from_environment()

    def opened(home: Path) -> Library:
        return Library(home, lambda: open_embedder_of(settings))

    laws = opened(options.laws)
    names = {one.title for one in laws.catalogue.all_facts()}
    yield Field("laws", laws, _golds(held, names)[: options.most])
    cmrc = opened(options.data / "cmrc")
    cmrc.add([BENCH / "cmrc2018" / "corpus.jsonl"])
    yield Field("encyclopaedia", cmrc, list(_encyclopaedia())[: options.most // 3])
    papers = opened(options.data / "papers")
    papers.add([one for file in paper_files() for one in _sources(file)])
    names = {one.title for one in papers.catalogue.all_facts()}
    yield Field("papers", papers, _golds(held, names)[: options.most])


def _golds(groups: Sequence[Group], names: set[str]) -> list[Gold]:
    """Return the questions on the documents of these names; altered ones without an answer."""
    found = []
    for group in groups:
        row = group.rows[0]
        if row.title not in names:
            continue
        if row.answers:
            short = row.text[slice(*row.span)] if row.span else ""
            found.append(Gold(group.question, row.text, short, row.title))
        else:
            found.append(Gold(group.question))
    return found


def _encyclopaedia() -> Iterator[Gold]:
    """Yield the questions of cmrc2018's half A; its half B reports."""
    for name, one in bench_questions("cmrc2018").items():
        if in_half_a(name):
            yield Gold(one.text, one.passage, one.answers[0], one.title)


def _sources(file: Path) -> Iterator[SourceFile]:
    """Yield made-up papers as uploads, by their titles."""
    for line in file.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        name = f"{one['title']}.txt"
        facts = {"title": one["title"]}
        yield SourceFile(f"upload:{name}", name, one["text"].encode(), None, facts)


def ask_all(field: Field, weights: Path) -> Iterator[Asked]:
    """Ask a field's questions; those with an answer also where their document is left out."""
    settings = Settings.from_environment()
    library = field.library
    model = ShippedAnswerModel(lambda: library.embedder, settings.cache, weights)
    titles = {one.id: one.title for one in library.catalogue.all_facts()}
    for gold in field.asked:
        yield read(field.name, gold, library, model, None)
        if gold.text:
            others = frozenset(name for name, title in titles.items() if title != gold.title)
            yield read(field.name, Gold(gold.question), library, model, others)


def read(
    field: str,
    gold: Gold,
    library: Library,
    model: ShippedAnswerModel,
    documents: frozenset[str] | None,
) -> Asked:
    """Read what the search finds for a question."""
    question = parse_question(gold.question)
    retriever = library.retriever(replace(EVERYTHING_TODAY, documents=documents))
    assert retriever is not None
    hits = passages_for(question, retriever, DEFAULT_PASSAGES)
    coverage = Coverage(question, retriever.idf)
    references = library.catalogue.cross_references
    candidates = gather(question, hits, coverage, library.read, MOST_READ, references)
    readings = model.read(question.text, [one.clause for one in candidates])
    wanted, short = squashed(gold.text), squashed(gold.short)
    seen = []
    for one, reading in zip(candidates, readings, strict=True):
        text = squashed(one.text)
        if field == "encyclopaedia":  # gold is a whole paragraph, the clause that answers a part
            right = bool(short) and text in wanted and short in text
        else:
            right = bool(wanted) and (wanted in text or text in wanted)
        span = squashed(one.text[slice(*reading.span)]) if reading.span else ""
        kept = min(max(reading.answers, _LEAST), 1 - _LEAST)
        seen.append(
            Seen(
                one.text,
                math.log(kept / (1 - kept)),
                one.hit.score,
                one.covered,
                bool(one.named),
                right,
                reading.span_chance,
                bool(short) and (short in span or (span in short and len(span) > 2)),
            )
        )
    return Asked(field, gold.question, tuple(seen), bool(gold.text))


def report(asked: Sequence[Asked]) -> None:
    """Print what fits, and what thresholds give.

    Scale and offset are those of ``answer-model.json``, on top of what stands there now; the other
    weights are of logits with them.
    """
    asked = _alone(asked)
    known = [one for one in asked if one.answerable]
    rows = [_parts(one) for each in asked for one in each.seen]
    truth = [one.gold for each in asked for one in each.seen]
    fit = LogisticRegression(C=10.0, max_iter=1000).fit(np.array(rows), np.array(truth))
    (weights,), (bias,) = fit.coef_, fit.intercept_
    print(f"ranking: model, search, words, named {np.round(weights, 3).tolist()} ({bias:.2f})")

    def joined(one: Seen) -> float:
        return float(np.dot(weights, _parts(one)))

    judged = [(one, each, facts) for one in asked for each, facts in _first(one, joined)]
    count = Counter(one.field for one, _, _ in judged)
    # Fields count alike; of what people ask, less has its document missing than of what is asked
    # here.
    had = {one.question for one in known}
    shares = [
        len(judged)
        / count[one.field]
        / len(count)
        * (LEFT_OUT if one.question in had and not one.answerable else 1.0)
        for one, _, _ in judged
    ]
    sure = LogisticRegression(C=10.0, max_iter=1000)
    gold = [each.gold for _, each, _ in judged]
    sure.fit(np.array([facts for *_, facts in judged]), np.array(gold), sample_weight=shares)
    own, lead, span = sure.coef_[0]
    parts = np.round([*(own * weights[:3]), lead, span], 3).tolist()
    print(f"sureness: model, search, words, lead, span {parts} bias {sure.intercept_[0]:.3f}")
    best = [(one, *_first(one, joined)[0]) for one in asked if one.seen]
    gold = [each.gold for _, each, _ in best]
    chances = sure.predict_proba(np.array([facts for *_, facts in best]))[:, 1]
    for field in count:
        of_field = [one for one in known if one.field == field]
        reached = sum(any(each.gold for each in one.seen) for one in of_field)
        print(f"\n{field}: {len(of_field)} answerable, gold read for {reached}")
        for name, by in (("search", _search), ("model", _logit), ("joined", joined)):
            print(name, ranked(of_field, by))
        chosen = [at for at, (one, _, _) in enumerate(best) if one.field == field]
        thresholds([(float(chances[at]), best[at][0].answerable, bool(gold[at])) for at in chosen])
        shorts(of_field, joined)


def _alone(asked: Sequence[Asked]) -> list[Asked]:
    """Print how the model's logits become chances by themselves; return what was read with them."""
    every = [each for one in asked for each in one.seen]
    fit = LogisticRegression(C=10.0)
    fit.fit(np.array([[each.logit] for each in every]), [each.gold for each in every])
    scale, offset = float(fit.coef_[0][0]), float(fit.intercept_[0])
    print(f"model alone: scale {scale:.3f} offset {offset:.3f}")
    return [
        replace(
            one,
            seen=tuple(replace(each, logit=scale * each.logit + offset) for each in one.seen),
        )
        for one in asked
    ]


def _parts(one: Seen) -> tuple[float, float, float, float]:
    return one.logit, one.score, one.covered, float(one.named)


def _search(one: Seen) -> float:
    return one.score


def _logit(one: Seen) -> float:
    return one.logit


def _first(one: Asked, score: Score) -> list[tuple[Seen, tuple[float, float, float]]]:
    """Return the first clauses, best first, and what a chance goes by: sum, lead, span."""
    order = sorted(one.seen, key=score, reverse=True)
    leads = leads_of([score(each) for each in order], [each.text for each in order])
    found = zip(order, leads, strict=True)
    return [(each, (score(each), lead, each.span_chance)) for each, lead in found][:JUDGED]


def ranked(known: Sequence[Asked], score: Score) -> dict[str, float]:
    """Return how often the gold clause is first, among three, among ten."""
    found = {1: 0, 3: 0, 10: 0}
    for one in known:
        order = sorted(one.seen, key=lambda each: -score(each))
        for depth in found:
            found[depth] += any(each.gold for each in order[:depth])
    return {f"hit@{depth}": round(n / max(len(known), 1), 3) for depth, n in found.items()}


def thresholds(best: Sequence[tuple[float, bool, bool]]) -> None:
    """Print, by the chance from which the best clause is called the answer, what comes of it.

    Given are chance, whether the question has an answer, and whether the clause is it.
    """
    known = sum(answerable for _, answerable, _ in best)
    for least in np.arange(0.05, 0.95, 0.05):
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
