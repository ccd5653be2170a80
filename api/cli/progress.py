"""Progress bars: on a terminal, and nothing in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from tqdm import tqdm

from api.language import here
from corpus.messages.message import Message
from index.adding import AddProgress


@contextmanager
def adding(files: int) -> Iterator[Callable[[AddProgress], None]]:
    """Show files done, passages embedded, rate and time left."""
    with _bar(files, Message("cli.adding")) as bar:
        started = time.monotonic()

        def on_progress(progress: AddProgress) -> None:
            rate = progress.passages / max(time.monotonic() - started, 0.1)
            # One file may hold thousands.
            told = Message("cli.passages_added", passages=progress.passages, rate=rate)
            bar.set_postfix_str(here(told), refresh=False)
            bar.update(progress.files - bar.n)
            bar.refresh()

        yield on_progress


@contextmanager
def counting(total: int, title: str) -> Iterator[Callable[[int], None]]:
    """Show how many of ``total`` are done, the rate and the time left."""
    with _bar(total, title) as bar:

        def on_done(done: int) -> None:
            bar.update(done - bar.n)

        yield on_done


def _bar(total: int, title: str) -> tqdm[NoReturn]:
    return tqdm(
        total=total, unit="", desc=here(title), disable=not sys.stderr.isatty(), leave=False
    )
