"""Writes the training examples: ``python -m training.prepare --out FOLDER``.

Negatives come from the real search, so the laws, and STARD's articles, are added to libraries of
their own first (a quarter of an hour on two cores, kept for the next time).
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from api.build import open_embedder_of
from api.settings import Settings
from index.library import Library
from training.drafted import definitions, named, reports
from training.groups import BENCH, LAWS, TRAIN, Group, write_groups
from training.law_questions import (
    rows_are_sound,
    searching,
    stard_questions,
    written_questions,
)
from training.passage_questions import SHARES, across_languages, passage_questions
from training.table_questions import table_questions

logger = logging.getLogger(__name__)


def main() -> None:
    """Write ``groups.jsonl``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/training"))
    parser.add_argument("--laws", type=Path, help="a library of the laws that is there already")
    parser.add_argument("--stard", type=Path, help="a library of STARD's articles, likewise")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    missing = [folder for folder in (TRAIN, BENCH, LAWS) if not folder.is_dir()]
    if missing:
        raise SystemExit(
            f"no training data at {missing[0]}: set JUDIAN_TRAIN, JUDIAN_BENCH, JUDIAN_LAWS"
        )
    laws = opened(options.laws or options.out / "laws", LAWS)
    stard = opened(options.stard or options.out / "stard", BENCH / "stard" / "corpus.jsonl")
    counts: Counter[str] = Counter()
    rows: Counter[str] = Counter()

    def counted() -> Iterator[Group]:
        for group in all_groups(laws, stard):
            if not rows_are_sound(group):
                raise ValueError(f"{group.id}: a span outside of its text, or two answers")
            counts[group.kind] += 1
            rows[group.kind] += len(group.rows)
            yield group

    total = write_groups(options.out / "groups.jsonl", counted())
    for kind, count in counts.most_common():
        logger.info("%-12s %6d groups %6d rows", kind, count, rows[kind])
    logger.info("%-12s %6d groups %6d rows", "all", total, rows.total())


def opened(home: Path, source: Path) -> Library:
    """Return a library with a source in it, added where it is not there yet."""
    library = Library(home, lambda: open_embedder_of(Settings.from_environment()))
    library.add([source])
    return library


def all_groups(laws: Library, stard: Library) -> Iterable[Group]:
    """Yield the examples of all sources."""
    written = list(written_questions(searching(laws)))
    yield from written
    names = sorted({group.rows[0].title.removeprefix("中华人民共和国") for group in written})
    yield from named(written, [name for name in names if name.endswith(("法", "条例", "办法"))])
    yield from stard_questions(searching(stard))
    for folder in SHARES:
        yield from passage_questions(folder)
    yield from across_languages()
    yield from table_questions()
    yield from definitions()
    yield from reports()


if __name__ == "__main__":
    main()
