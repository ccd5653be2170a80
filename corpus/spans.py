"""Small questions about spans of texts: what stands where, how far two places agree."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeVar


class Span(Protocol):
    """What takes a place in a text, such as a Paragraph: ``[start, end)``."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


S = TypeVar("S", bound=Span)


def occurrences(quote: str, text: str) -> Iterator[int]:
    """Yield where ``quote`` stands in ``text``, overlapping ones too, ascending."""
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def paragraph_at(paragraphs: Sequence[S], offset: int) -> S | None:
    """Return the paragraph that holds a position, or None between paragraphs."""
    at = bisect_right(paragraphs, offset, key=lambda p: p.start) - 1
    return paragraphs[at] if at >= 0 and offset < paragraphs[at].end else None


def paragraphs_within(paragraphs: Sequence[S], span: tuple[int, int]) -> Sequence[S]:
    """Return the paragraphs that hold some of a span, in order."""
    first = bisect_right(paragraphs, span[0], key=lambda p: p.end)
    last = bisect_left(paragraphs, span[1], key=lambda p: p.start)
    return paragraphs[first:last]


def common_start(a: str, b: str) -> int:
    """Return how many code points two texts begin with in common."""
    low, high = 0, min(len(a), len(b))
    while low < high:  # comparing slices is far faster than walking long equal texts
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def common_end(a: str, b: str) -> int:
    """Return how many code points two texts end with in common."""
    return common_start(a[::-1], b[::-1])


def stretch(old: str, at: int, new: str, place: int, length: int) -> int:
    """Return how long the equal stretch is that two equal pieces of ``length`` stand in."""
    ahead = common_start(old[at + length :], new[place + length :])
    return common_end(old[:at], new[:place]) + length + ahead


def best_pairs(weights: Mapping[tuple[int, int], tuple[float, ...]]) -> dict[int, int]:
    """Return the pairs with the lowest weights, no left and no right place twice."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for (left, right), _ in sorted(weights.items(), key=lambda item: (item[1], item[0])):
        if left not in found and right not in taken:
            found[left] = right
            taken.add(right)
    return found
