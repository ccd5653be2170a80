"""The straight lines of an OFD's paths (GB/T 33190-2016, 9.3): what tables are ruled with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.readers.layout.page import Rule
from corpus.readers.ofd.package import numbers

_COMMAND = re.compile(r"([SMLQBACmlqbac])|([-+0-9.eE]+)")

Segment = tuple[float, float, float, float]  # from x, y to x, y


def tokens_of(data: str) -> list[tuple[str, str]]:
    """Return the commands and numbers of a path's data."""
    return _COMMAND.findall(data)


def rules_of(segments: Sequence[Segment]) -> Iterator[Rule]:
    """Yield the straight lines that are level or upright."""
    for x0, y0, x1, y1 in segments:
        if abs(y1 - y0) < 0.5 < abs(x1 - x0):
            yield Rule(min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2)
        elif abs(x1 - x0) < 0.5 < abs(y1 - y0):
            yield Rule((x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1))


def segments_of(
    tokens: Sequence[tuple[str, str]],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight parts of a path; of curves only where they end (table 35)."""
    length = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
    start = last = (0.0, 0.0)
    at = 0
    while at < len(tokens):
        command = tokens[at][0].upper()
        count = length.get(command, 0)
        values = numbers(" ".join(number for _, number in tokens[at + 1 : at + 1 + count]))
        at += 1
        if command == "C":
            yield last, start
            last = start
        elif count and len(values) == count:
            at += count
            point = (values[-2], values[-1])
            if command == "L":
                yield last, point
            elif command in ("S", "M"):
                start = point
            last = point
