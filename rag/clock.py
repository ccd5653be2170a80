"""How long each stage of an answer takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._inner = 0.0  # spent in stages within the one that runs

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside; a stage within another counts for itself alone."""
        start, outer = time.perf_counter(), self._inner
        self._inner = 0.0
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            own = (spent - self._inner) * 1000
            self._inner = outer + spent
            self.stages[name] = round(self.stages.get(name, 0.0) + own, 3)
