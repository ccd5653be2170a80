"""Progress bars: on a terminal, and nothing in a pipe."""

from __future__ import annotations

import sys
import time
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
        started = time.monotonic()

        def on_progress(progress: AddProgress) -> None:
            rate = progress.passages / max(time.monotonic() - started, 0.1)
            told = f"{progress.passages} 段 passages, {rate:.0f}/s"  # one file may hold thousands
            bar.set_postfix_str(told, refresh=False)
            bar.update(progress.files - bar.n)
            bar.refresh()

        yield on_progress


@contextmanager
def counting(total: int, unit: str, title: str) -> Iterator[Callable[[int], None]]:
    """Show how many of ``total`` are done, the rate and the time left."""
    hidden = not sys.stderr.isatty()
    with tqdm(total=total, unit=unit, desc=title, disable=hidden, leave=False) as bar:

        def on_done(done: int) -> None:
            bar.update(done - bar.n)

        yield on_done
