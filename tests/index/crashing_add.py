"""A process to be killed: ``python -m tests.index.crashing_add HOME`` adds, removes and edits.

It prints a line at every step, so that a test can kill it at one without waiting for time to pass.
"""

from __future__ import annotations

import sys
from pathlib import Path

from corpus.types import SourceFile
from index.adding import AddProgress
from index.library import Library
from index.segments import snapshot as snapshots
from tests.fakes import LetterEmbedder

DOCUMENTS = 12
PARAGRAPHS = 30  # more than one commit's worth of passages in all
REMOVED = (2, 3, 5, 7)  # enough for a segment to be written anew


def main(home: Path) -> None:
    publish_sync = snapshots._sync

    def tell_sync(path: Path) -> None:
        publish_sync(path)
        say(f"synced {path.name}")

    snapshots._sync = tell_sync
    library = Library(home, LetterEmbedder, wait=60.0)
    finish(library, lambda progress: say(f"progress {progress.files} {progress.passages}"))
    say("done")
    library.close()


def finish(library: Library, on_progress: object = None) -> None:
    """Bring a library in whatever state to the last one."""
    tell = on_progress if callable(on_progress) else None

    def told(progress: AddProgress) -> None:
        if tell:
            tell(progress)

    # What was edited before is known by its text, and not set back.
    names = {one.source for one in library.documents()}
    if f"upload:{DOCUMENTS}.txt" not in names:
        library.add([file(number, edition=1) for number in range(DOCUMENTS)], told)
        for number in REMOVED:
            library.remove(f"upload:{number}.txt")
    library.add([file(number, edition=2) for number in range(8, DOCUMENTS + 1)], told)


def file(number: int, *, edition: int) -> SourceFile:
    """Return a document of one edition."""
    lines = [
        f"第{number}份文件第{line}段第{edition}版，学校应当读书{number}本。" * 8
        for line in range(PARAGRAPHS)
    ]
    return SourceFile(f"upload:{number}.txt", f"{number}.txt", "\n".join(lines).encode())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
