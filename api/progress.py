"""Progress bars: on a terminal, and nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from index.adding import AddProgress


@contextmanager
def adding(files: int) -> Iterator[Callable[[AddProgress], None]]:
    """Show files done, passages embedded, rate and time left."""
    with tqdm(
        total=files, unit="file", desc="添加 adding", disable=not sys.stderr.isatty(), leave=False
    ) as bar:

        def on_progress(progress: AddProgress) -> None:
            bar.set_postfix_str(f"{progress.passages} 段 passages", refresh=False)
            bar.update(progress.files - bar.n)
            bar.refresh()

        yield on_progress


@contextmanager
def embedding(passages: int) -> Iterator[Callable[[int], None]]:
    """Show passages embedded, rate and time left."""
    with tqdm(
        total=passages,
        unit="passage",
        desc="嵌入 embedding",
        disable=not sys.stderr.isatty(),
        leave=False,
    ) as bar:

        def on_done(done: int) -> None:
            bar.update(done - bar.n)

        yield on_done
