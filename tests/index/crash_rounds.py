"""Kill -9 at any step of adding, removing and editing: what the next start must see."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

from index.library import Library
from tests.fakes import LetterEmbedder
from tests.index.crashing_add import DOCUMENTS, PARAGRAPHS, REMOVED, finish
from tests.places import ROOT

QUESTIONS = ("第7份文件读书", "第9份文件第2版", "学校")


def run_rounds(folder: Path, rounds: int, seed: int) -> None:
    """Kill a process so many times, each in a home of its own; AssertionError tells the seed."""
    with steps(folder / "whole") as process:
        assert process.stdout is not None
        total = len(process.stdout.readlines())
    assert process.returncode == 0
    oracle = Library(folder / "whole", LetterEmbedder)
    expected = found(oracle)
    oracle.close()
    chosen = random.Random(seed)
    for number in range(rounds):
        home = folder / f"round{number}"
        step = chosen.randrange(1, total)
        kill_at(home, step)
        check(home, expected, f"seed {seed}, round {number}, step {step} of {total}")
        shutil.rmtree(home)


def check(home: Path, expected: object, where: str) -> None:
    library = Library(home, LetterEmbedder, wait=60.0)
    documents = library.documents()
    for summary in documents:
        document, paragraphs = library.document(summary.id), library.paragraphs(summary.id)
        assert len(paragraphs) == PARAGRAPHS, f"half a document: {where}"
        assert all(document.text[p.start : p.end] == p.text for p in paragraphs), where
    served = found(library)  # the state there is, whatever that is
    library.close()
    shutil.rmtree(home / "index", ignore_errors=True)
    library = Library(home, LetterEmbedder, wait=60.0)
    assert served == found(library), f"a mixture was served: {where}"
    finish(library)
    assert len(library.documents()) == DOCUMENTS + 1 - len(REMOVED), where
    assert library.changes.interrupted() is None
    assert found(library) == expected, where
    library.close()


def found(library: Library) -> list[list[tuple[str, float]]]:
    return [
        sorted((hit.passage.id, hit.score) for hit in library.search(question, 500))
        for question in QUESTIONS
    ]


def steps(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.index.crashing_add", str(home)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def kill_at(home: Path, step: int) -> None:
    with steps(home) as process:
        assert process.stdout is not None
        for number, _ in enumerate(process.stdout, start=1):
            if number == step:
                process.kill()
                break
