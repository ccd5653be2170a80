"""How well follow-up questions find what they mean: ``python -m benchmarks.followups --home F``.

F holds a library of the laws (``JUDIAN_HOME=F judian add ../shared/data/laws``). Questions are
``benchmarks/cases/followups.jsonl``, written for this measurement: those of odd number were looked
at while the mechanism was built, those of even number were not; ids that begin with s stand by
themselves, behind a question on something else. ``--set FILE`` takes others of the same form, or
of ``../shared/cases/followups_dev.jsonl``.

Reported for each group: the mean reciprocal rank of the first passage of the gold clause among ten,
and the share that has it within three, for the question alone, for the question before and this one
as one text, for both fused (what the product does), and for the question as a person completed it;
and how often the answer cites the gold clause, cites something else, or abstains.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.build import open_embedder_of
from api.settings import Settings
from corpus.errors import BadAddress
from index.library import Library
from index.types import Hit
from rag.answerer import Answerer, passages_for
from rag.question.followup import Turn, completed, in_sight_of
from rag.question.parse import Question, parse_question

CASES = Path(__file__).parent / "cases" / "followups.jsonl"
DEPTH = 10  # passages looked at, as the product reads
WITHIN = 3
KINDS = {"s": "stands alone", "c": "clause's number"}  # by the first letter of the id

Span = tuple[str, int, int]  # document id, start, end


@dataclass(frozen=True, slots=True)
class Case:
    """A question before, a question, what it means, and where its answer stands."""

    id: str
    before: Sequence[str]
    question: str
    whole: str
    gold: Sequence[str]  # addresses of clauses; none: the library cannot answer

    @property
    def group(self) -> str:
        """What it is reported with."""
        kind = KINDS.get(self.id[:1], "follow-up")
        number = int("".join(filter(str.isdigit, self.id)) or 0)
        return f"{kind}, {'looked at' if number % 2 else 'held out'}"


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file that have an answer."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    cases = [
        Case(
            row["id"],
            row["history"],
            row["question"],
            row["self_contained"],
            row.get("gold_clauses") or [row["gold"]] if not row.get("unanswerable") else [],
        )
        for row in rows
    ]
    return [case for case in cases if case.gold]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when there is nothing to measure on."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.followups", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--set", type=Path, default=CASES)
    parser.add_argument("--show", action="store_true", help="print each case that is not first")
    parser.add_argument("--answers", action="store_true", help="answer too, not only search")
    options = parser.parse_args(arguments)
    embedder = open_embedder_of(Settings.from_environment(os.environ))
    library = Library(options.home, lambda: embedder)
    try:
        cases = read_cases(options.set)
        if library.retriever() is None or not cases:
            print(f"skipped: no library at {options.home}, or no cases in {options.set}")
            return 1
        print_search(cases, library, show=options.show)
        if options.answers:
            print_answers(cases, library, show=options.show)
    finally:
        library.close()
    return 0


def spans_of(case: Case, library: Library) -> list[Span]:
    """Return where the gold clauses stand; an address that does not resolve is an error."""
    found: list[Span] = []
    for address in case.gold:
        clauses = library.clause(address).resolution.clauses
        if not clauses:
            raise BadAddress(f"{case.id}: {address} is not in the library")
        found += [(one.document_id, one.start, one.end) for one in clauses]
    return found


def print_search(cases: Sequence[Case], library: Library, *, show: bool) -> None:
    """Print how well each way of searching ranks the gold clause."""
    retriever = library.retriever()
    assert retriever is not None

    def asked(case: Case) -> Question:
        history = [Turn(one) for one in case.before]
        whole = completed(case.question, history, library.catalogue)
        return (
            parse_question(whole) if whole else in_sight_of(parse_question(case.question), history)
        )

    ways: Mapping[str, Callable[[Case], Sequence[Hit]]] = {
        "alone": lambda case: retriever.search(case.question, DEPTH),
        "together": lambda case: retriever.search(f"{case.before[-1]} {case.question}", DEPTH),
        "fused": lambda case: passages_for(asked(case), retriever, DEPTH),
        "completed by a person": lambda case: retriever.search(case.whole, DEPTH),
    }
    groups: dict[str, dict[str, list[float]]] = {}
    for case in cases:
        spans = spans_of(case, library)
        for way, search in ways.items():
            rank = next(rank_of(spans, search(case)), None)
            values = groups.setdefault(case.group, {}).setdefault(way, [])
            values.append(1.0 / rank if rank else 0.0)
            if show and way == "fused" and rank != 1:
                print(f"  {case.id} rank {rank}: {case.before[-1]} → {case.question}")
    for group, by_way in sorted(groups.items()):
        for way, values in by_way.items():
            near = statistics.fmean(one >= 1 / WITHIN for one in values)
            mean = statistics.fmean(values)
            print(f"{group} ({len(values)}): {way:22} MRR {mean:.2f}, within {WITHIN} {near:.0%}")


def rank_of(spans: Sequence[Span], hits: Sequence[Hit]) -> Iterator[int]:
    """Yield the ranks of the passages that touch one of these spans."""
    for hit in hits:
        one = hit.passage
        if any(one.document_id == d and one.start < e and s < one.end for d, s, e in spans):
            yield hit.rank


def print_answers(cases: Sequence[Case], library: Library, *, show: bool) -> None:
    """Print how often an answer in conversation cites the gold clause."""
    answerer = Answerer(library)
    groups: dict[str, list[str]] = {}
    for case in cases:
        spans = spans_of(case, library)
        history: list[Turn] = []
        for one in case.before:
            said = answerer.answer(one)
            history.append(Turn(one, said.text, tuple(place.id for place in said.citations)))
        answer = answerer.answer(case.question, history=history)
        cited = [
            any(one.document_id == d and one.start < e and s < one.end for d, s, e in spans)
            for one in answer.citations
        ]
        came = "abstained" if answer.abstention else "gold cited" if any(cited) else "other cited"
        groups.setdefault(case.group, []).append(came)
        if show and came != "gold cited":
            print(f"  {case.id} {came}: {case.question} → {answer.text[:120]!r}")
    for group, outcomes in sorted(groups.items()):
        shares = ", ".join(f"{one} {outcomes.count(one)}" for one in sorted(set(outcomes)))
        print(f"{group} ({len(outcomes)}): answers: {shares}")


if __name__ == "__main__":
    sys.exit(main())
