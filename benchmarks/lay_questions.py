"""Lay questions over real laws: ``python -m benchmarks.lay_questions --home FOLDER [--show KIND]``.

FOLDER: ``JUDIAN_HOME=FOLDER judian add ../shared/data/laws ../shared/seed``, laws and seed;
questions are those of ``../shared/cases`` (JUDIAN_CASES) or another set of that form (--set FILE).
Reported: how many answerable ones are answered and how many of these rightly (every string that
must occur does, none that must not), where the gold clause is answered or offered, how many
unanswerable ones are answered, and how many short answers are right.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.build import answer_model_of, open_embedder_of
from api.settings import Settings
from corpus.text.script import to_simplified
from index.library import Library
from rag.answerer import Answerer
from rag.types import Answer

CASES = Path(os.environ.get("JUDIAN_CASES", Path(__file__).parents[2] / "shared" / "cases"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question asked."""

    asked: Mapping[str, Any]
    answer: Answer
    seconds: float

    @property
    def unanswerable(self) -> bool:
        """Whether nothing in the library answers."""
        return bool(self.asked.get("unanswerable"))

    @property
    def asserted(self) -> bool:
        """Whether anything was said."""
        return self.answer.abstention is None

    @property
    def right(self) -> bool:
        """Whether what was said has every string it must have, and none it must not."""
        return self.asserted and _holds(self.answer.text, self.asked)

    @property
    def shown(self) -> bool:
        """Whether a gold quote is answered or offered."""
        quotes = [one.quote for one in (*self.answer.citations, *self.answer.offered)]
        said = _plain("\n".join(quotes))
        return any(_plain(quote) in said for quote in self.asked.get("gold_quotes") or ())

    @property
    def short_right(self) -> bool | None:
        """Whether the short answer is right; None where none is shown."""
        short = _plain(self.answer.short_answer)
        if not short:
            return None
        known = [_plain(each) for each in self.asked.get("answers") or ()]
        musts = [_plain(each) for each in self.asked.get("answer_must_contain") or ()]
        return any(short == each or each in short for each in known) or (
            bool(musts) and all(each in short for each in musts)
        )


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="a library of the laws")
    parser.add_argument("--set", type=Path, default=CASES / "questions_dev.jsonl")
    parser.add_argument("--show", choices=("wrong", "silent", "short", "all"))
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    if not options.set.is_file():
        print(f"skipped: no questions at {options.set} (set JUDIAN_CASES)")
        return
    outcomes = list(ask_all(options.home, options.set))
    figures = figures_of(outcomes)
    for name, value in figures.items():
        print(f"{name:52} {value:.3f}")
    for outcome in outcomes if options.show else ():
        _show(outcome, options.show)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def ask_all(home: Path, questions: Path) -> Iterator[Outcome]:
    """Ask every question, one at a time."""
    settings = Settings.from_environment()
    library = Library(home, lambda: open_embedder_of(settings))
    answerer = Answerer(library, reader=answer_model_of(settings, library))
    for line in questions.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        answer = answerer.answer(asked["question"])
        yield Outcome(asked, answer, sum(answer.timings.values()) / 1000)
    library.close()


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the figures by name; shares are of 1."""
    known = [one for one in outcomes if not one.unanswerable]
    unknown = [one for one in outcomes if one.unanswerable]
    asserted = [one for one in known if one.asserted]
    shorts = [one.short_right for one in outcomes if one.short_right is not None]
    reasons = Counter(one.answer.abstention.reason for one in known if one.answer.abstention)
    times = sorted(one.seconds for one in outcomes[3:])
    figures = {
        "questions": float(len(outcomes)),
        "answerable: asserted": len(asserted) / max(len(known), 1),
        "asserted: right": sum(one.right for one in asserted) / max(len(asserted), 1),
        "answerable: gold clause answered or offered": sum(one.shown for one in known)
        / max(len(known), 1),
        "unanswerable: asserted": sum(one.asserted for one in unknown) / max(len(unknown), 1),
        "unanswerable: offered": sum(bool(one.answer.offered) for one in unknown)
        / max(len(unknown), 1),
        "short answers": float(len(shorts)),
        "short answers: right": sum(map(bool, shorts)) / max(len(shorts), 1),
        "seconds, median": statistics.median(times) if times else 0.0,
        "seconds, 95 in 100": times[int(0.95 * (len(times) - 1))] if times else 0.0,
    }
    figures |= {f"answerable, silent: {reason}": float(n) for reason, n in reasons.items()}
    return figures


def _holds(text: str, asked: Mapping[str, Any]) -> bool:
    said = _plain(text)
    musts = asked.get("answer_must_contain") or ()
    nots = asked.get("answer_must_not_contain") or ()
    return all(_plain(each) in said for each in musts) and not any(_plain(e) in said for e in nots)


def _plain(text: str) -> str:
    return "".join(to_simplified(text).split())


def _show(outcome: Outcome, kind: str) -> None:
    wrong = outcome.asserted and (outcome.unanswerable or not outcome.right)
    silent = not outcome.unanswerable and not outcome.asserted
    chosen = {"wrong": wrong, "silent": silent, "short": outcome.short_right is False, "all": True}
    if not chosen[kind]:
        return
    answer = outcome.answer
    print(f"\n{outcome.asked['id']} {outcome.asked['question']} [{answer.support:.2f}]")
    print("  gold:", outcome.asked.get("gold_clauses"), outcome.asked.get("answer_must_contain"))
    if answer.abstention:
        print("  silent:", answer.abstention.reason, answer.abstention.message)
    if answer.short_answer or answer.yes_no:
        print("  short:", answer.short_answer, answer.yes_no, outcome.asked.get("answers"))
    for one in (*answer.citations, *answer.offered):
        print(f"  - {one.title} {one.clause}: {one.quote[:120]!r}")


if __name__ == "__main__":
    main()
