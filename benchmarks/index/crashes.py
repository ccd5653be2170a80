"""Kills adding, removing and editing at random steps.

Run: ``python -m benchmarks.index.crashes [200] [SEED]``.

After each kill the documents must be whole, a search must equal one over an index made anew, and
the same work done again must come to the same end.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.index.crash_rounds import run_rounds


def main(rounds: int, seed: int) -> None:
    """Run the rounds and say so."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run_rounds(Path(folder), rounds, seed)
    print(f"{rounds} kills (seed {seed}), none left half a document, a mixture or another end")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    main(numbers[0] if numbers else 200, numbers[1] if numbers[1:] else random.randrange(10**6))
