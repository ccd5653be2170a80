"""The whole way over the sample library, with the real model: faults planted must be caught."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.build import open_embedder_of
from api.settings import Settings
from benchmarks.kit.planted import HalfShuffled, written
from corpus.ingest import find_files
from eval.comparison.gate import gate, read_rules
from eval.runs.runner import run
from eval.sets.question_sets import read_set
from eval.types import Run
from index.library import Library
from rag.answerer import Answerer
from tests.places import CACHE, SAMPLES

pytestmark = pytest.mark.model

QUESTIONS = read_set(SAMPLES / "questions.jsonl")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("samples")
    library = Library(home, lambda: open_embedder_of(Settings(cache=CACHE)))
    library.add(list(find_files([SAMPLES / "library"])))
    yield library
    library.close()


@pytest.fixture(scope="module")
def plain(samples: Library) -> Run:
    return run(QUESTIONS, samples, Answerer(samples))


def stopped_by(before: Run, after: Run) -> set[str]:
    found = gate(("before", before), ("after", after))
    return {each.measure for each in found.tested if each.regressed}


def test_two_equal_runs_pass_and_keep_the_promises(samples: Library, plain: Run) -> None:
    again = run(QUESTIONS, samples, Answerer(samples), workers=2)
    assert [each.values for each in again.records] == [each.values for each in plain.records]
    rules = read_rules(SAMPLES / "gate.toml")
    assert gate(("plain", plain), ("again", again), rules).passed


def test_half_the_passages_exchanged_are_caught(samples: Library, plain: Run) -> None:
    bent = HalfShuffled(samples)
    broken = run(QUESTIONS, bent, Answerer(bent))  # type: ignore[arg-type]
    assert stopped_by(plain, broken) >= {"nDCG@10", "gold_recall"}


def test_a_verifier_switched_off_is_caught(samples: Library) -> None:
    on = run(QUESTIONS, samples, written(samples, verified=True))
    off = run(QUESTIONS, samples, written(samples, verified=False))
    assert stopped_by(on, off) >= {"citation_recall", "numbers_wrong"}
    assert stopped_by(off, on) == set()
    assert all(each.values["groundedness"] in (None, 1.0) for each in on.records)
