"""A short run of benchmarks/corpus/fuzz.py: damaged files are read whole or refused.

The long run finds; what it found stands as tests of their own beside each reader.
"""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from benchmarks.corpus.fuzz import MARKDOWN, PAGE, TEXT, check, damage
from corpus.errors import UnreadableSource
from tests.corpus.readers.ofd.fixtures import Ofd, set_pages
from tests.corpus.readers.test_docx import GOOD

SEEDS = {
    "txt": TEXT.encode("gb18030"),
    "md": (MARKDOWN + TEXT).encode(),
    "html": PAGE.encode(),
    "csv": '项目,下限\n书费,1\n"证,书","4\n5"\n'.encode("gb18030"),
    "docx": GOOD,
    "ofd": Ofd(set_pages(TEXT.split("\n")[:8])).bytes(),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_damaged_files_are_read_whole_or_refused(kind: str) -> None:
    for seed in range(1000):
        with suppress(UnreadableSource):
            check(damage(SEEDS[kind], random.Random(seed)), f"seed.{kind}")
