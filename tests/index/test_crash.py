"""Kill -9 at any step: the next start sees the old or the new state, never a mixture.

``python -m benchmarks.index.crashes 200`` does the same for longer.
"""

from __future__ import annotations

from pathlib import Path

from tests.index.crash_rounds import run_rounds

ROUNDS = 8


def test_a_killed_process_leaves_whole_documents_and_the_next_one_finishes(tmp_path: Path) -> None:
    run_rounds(tmp_path, ROUNDS, seed=20_261_124)
