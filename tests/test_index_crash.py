"""Kill -9 at any step of an add: the next start sees whole documents, and the same search."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.ingest import find_files
from index.library import Library
from tests.conftest import ROOT, Writer
from tests.fakes import LetterEmbedder

DOCUMENTS = 12
PARAGRAPHS = 30  # more than one commit's worth of passages in all
ROUNDS = 10


@pytest.fixture
def folder(write: Writer) -> Path:
    for number in range(DOCUMENTS):
        lines = [
            f"第{number}份文件第{line}段，学校应当读书{number}本。" * 8
            for line in range(PARAGRAPHS)
        ]
        write(f"{number:02}.txt", "\n".join(lines))
    return write.folder


def steps(home: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crashing_add", str(home), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_a_killed_add_leaves_whole_documents_and_the_next_one_finishes(
    tmp_path: Path, folder: Path
) -> None:
    with steps(tmp_path / "whole", folder) as process:
        assert process.stdout is not None
        total = len(process.stdout.readlines())
    assert process.returncode == 0
    oracle = Library(tmp_path / "whole", LetterEmbedder)
    question = "第7份文件读书"
    expected = [(h.passage.id, h.score) for h in oracle.search(question, 20)]
    oracle.close()

    seed = 20_261_123
    chosen = random.Random(seed)
    for round_ in range(ROUNDS):
        home = tmp_path / f"round{round_}"
        kill_at(home, folder, chosen.randrange(1, total))
        library = Library(home, LetterEmbedder, wait=60.0)
        for summary in library.documents():
            document = library.document(summary.id)
            paragraphs = library.paragraphs(summary.id)
            assert len(paragraphs) == PARAGRAPHS, f"half a document, seed {seed}"
            assert all(document.text[p.start : p.end] == p.text for p in paragraphs)
        library.search(question, 20)  # serves the state there is, whatever that is
        library.add(find_files([folder]))
        assert len(library.documents()) == DOCUMENTS
        assert library.interrupted() is None
        found = [(h.passage.id, h.score) for h in library.search(question, 20)]
        assert sorted(found) == sorted(expected)
        library.close()


def kill_at(home: Path, folder: Path, step: int) -> None:
    with steps(home, folder) as process:
        assert process.stdout is not None
        for number, _ in enumerate(process.stdout, start=1):
            if number == step:
                process.kill()
                break
