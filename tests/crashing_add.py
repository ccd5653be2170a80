"""A process to be killed: ``python -m tests.crashing_add HOME FOLDER`` adds a folder, step by step.

It prints a line at every step, so that a test can kill it at one without waiting for time to pass.
"""

from __future__ import annotations

import sys
from pathlib import Path

from corpus.ingest import find_files
from index import snapshots
from index.adding import AddProgress
from index.library import Library
from tests.fakes import LetterEmbedder


def main(home: Path, folder: Path) -> None:
    publish_sync = snapshots._sync

    def tell_sync(path: Path) -> None:
        publish_sync(path)
        say(f"synced {path.name}")

    snapshots._sync = tell_sync
    library = Library(home, LetterEmbedder, wait=60.0)

    def on_progress(progress: AddProgress) -> None:
        say(f"progress {progress.files} {progress.passages}")

    library.add(find_files([folder]), on_progress)
    say("done")
    library.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
