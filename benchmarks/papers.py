"""Questions on made-up papers: ``python -m benchmarks.papers [--cases NAME] [--show]``.

Written for this and seen by no weight (``benchmarks/cases``):

- ``near_field``: reports, notices, minutes, with questions that they answer, and with the same
  questions for another year, place, party or measure, which they do not;
- ``question_pages``: pages of questions and answers, asked in their own words and reworded.

Reported: how many are answered, and how many of these rightly.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.build import answer_model_of, open_embedder_of
from api.settings import Settings
from corpus.types import SourceFile
from index.library import Library
from rag.answerer import Answerer
from rag.types import Answer

CASES = Path(__file__).parent / "cases"
NAMES = ("near_field", "question_pages")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what its answer must hold ("" for none), and what kind it is of."""

    question: str
    must: str
    kind: str
    answer: Answer

    @property
    def asserted(self) -> bool:
        """Whether anything was said."""
        return self.answer.abstention is None

    @property
    def right(self) -> bool:
        """Whether what was said holds what it must."""
        return self.asserted and self.must in self.answer.text


def main() -> None:
    """Report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", choices=NAMES, help="these alone")
    parser.add_argument("--show", action="store_true", help="each question that came out wrong")
    options = parser.parse_args()
    for name in [options.cases] if options.cases else NAMES:
        report(name, list(ask_all(CASES / f"{name}.jsonl")), show=options.show)


def report(name: str, outcomes: Sequence[Asked], *, show: bool) -> None:
    """Print the shares of one file's questions by their kinds."""
    by_kind: dict[tuple[bool, str], list[Asked]] = defaultdict(list)
    for one in outcomes:
        by_kind[bool(one.must), one.kind].append(one)
        by_kind[bool(one.must), "all"].append(one)
    for (answerable, kind), some in by_kind.items():
        told = f"{name}: {'answerable' if answerable else 'unanswerable'}, {kind}: {len(some)}"
        right = f", right {_share([one.right for one in some]):.3f}" if answerable else ""
        offered = _share([bool(one.answer.offered) for one in some])
        answered = _share([one.asserted for one in some])
        print(f"{told}, answered {answered:.3f}{right}, offered {offered:.3f}")
    for one in outcomes if show else ():
        if one.asserted != bool(one.must) or (one.must and not one.right):
            reason = one.answer.abstention.reason if one.answer.abstention else ""
            print(f"{one.kind} {one.question} [{one.answer.support:.2f}] {reason} {one.must}")
            print("    ", one.answer.text[:160].replace("\n", " / "))


def ask_all(cases: Path) -> Iterator[Asked]:
    """Put every question to a library of all the papers of a file."""
    settings = Settings.from_environment()
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), lambda: open_embedder_of(settings))
        papers = [row for row in rows if "text" in row]
        library.add(
            [
                SourceFile(
                    f"upload:{row['title']}.txt", f"{row['title']}.txt", row["text"].encode()
                )
                for row in papers
            ]
        )
        answerer = Answerer(library, reader=answer_model_of(settings, library))
        for row in rows:
            if "question" in row:
                answer = answerer.answer(row["question"])
                yield Asked(row["question"], row.get("must", ""), row.get("kind", ""), answer)
        library.close()


def _share(some: Sequence[bool]) -> float:
    return sum(some) / max(len(some), 1)


if __name__ == "__main__":
    main()
