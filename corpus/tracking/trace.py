"""Where the words of a span of one revision stand in a later one, and what stands in their place.

A span's paragraphs are aligned first (`corpus.tracking.alignment`); only then are its words looked
for: in the home of their paragraph, and after a split, a join or a move within the text in words of
the new revision that are nobody else's. Words that belong to another paragraph are never taken
for the span's, however equal, and equal words that are lost never claim the same place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from corpus.spans import best_pairs, occurrences, paragraphs_within, stretch
from corpus.tracking.alignment import Alignment, align
from corpus.tracking.diff import diff, equal_blocks
from corpus.types import Paragraph

# Equal words are worth a place when what agrees around them is at least this long (code points),
# or is the whole of the old or the new paragraph.
STRETCH_NEAR = 8  # between the kept neighbours of their paragraph
STRETCH_FAR = 20  # anywhere else
MOST_EQUALS = 200  # equal quotes distinguished; 的 stands thousands of times, and nobody cites it
MOST_STARTS = 8  # of a span of several paragraphs; all of them must agree on one in the end
_SHARED = 2  # code points a joined text may share with what it was joined to: a full stop


@dataclass(frozen=True, slots=True)
class Revision:
    """A text with its paragraphs."""

    text: str
    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a span."""

    start: int | None  # where its words begin today; None when they are not there
    place: tuple[int, int] | None  # span of what stands in place of its paragraphs; None: nothing


class Tracer:
    """Two revisions, aligned once; traces any number of spans from the old into the new."""

    def __init__(self, old: Revision, new: Revision) -> None:
        self._old, self._new = old, new

    @cached_property
    def alignment(self) -> Alignment:
        """Return which paragraph is whose home."""
        return align(self._old.paragraphs, self._new.paragraphs)

    def trace(self, span: tuple[int, int]) -> Trace:
        """Say where the old text at ``span`` stands in the new one."""
        touched = paragraphs_within(self._old.paragraphs, span)
        if not touched:
            return Trace(None, None)
        first = touched[0]
        if len(touched) == 1 and first.start <= span[0] and span[1] <= first.end:
            quote = self._old.text[slice(*span)]
            start = self._at_home(first, quote).get(span[0] - first.start)
            if start is None:
                start = self._stray(quote, span[0])
        else:
            start = self._across(touched, span)
        return Trace(start, self._place(touched))

    def _home(self, old: Paragraph) -> Paragraph | None:
        home = self.alignment.homes[old.ordinal]
        return None if home is None else self._new.paragraphs[home.ordinal]

    def _at_home(self, old: Paragraph, quote: str) -> dict[int, int]:
        """Return, by where ``quote`` stands in an old paragraph, where it stands in the new text.

        Only in the paragraph's home; no two of them at one place.
        """
        home = self._home(old)
        if home is None:
            return {}
        if home.text == old.text:
            found = occurrences(quote, old.text)
            return {at: home.start + at for at in found}
        return {at: home.start + place for at, place in within(old.text, home.text, quote).items()}

    def _across(self, touched: Sequence[Paragraph], span: tuple[int, int]) -> int | None:
        """Return where a span of several paragraphs stands: all of it, and all of it its own."""
        text = self._old.text[slice(*span)]
        for start in self._starts(touched, span):
            if not self._new.text.startswith(text, start):
                continue
            ours = {p.ordinal for p in touched}
            there = paragraphs_within(self._new.paragraphs, (start, start + len(text)))
            owners = [self.alignment.owners[p.ordinal] for p in there]
            if all(owner is None or owner in ours for owner in owners):
                return start
        return None

    def _starts(self, touched: Sequence[Paragraph], span: tuple[int, int]) -> list[int]:
        """Return where the span would begin by each of its parts; the first few that differ."""
        starts: list[int] = []
        for paragraph in touched:
            if len(starts) == MOST_STARTS:
                break
            begin, end = max(span[0], paragraph.start), min(span[1], paragraph.end)
            part = self._old.text[begin:end]
            place = self._at_home(paragraph, part).get(begin - paragraph.start)
            start = None if place is None else place - (begin - span[0])
            if start is not None and start >= 0 and start not in starts:
                starts.append(start)
        return starts

    def _stray(self, quote: str, start: int) -> int | None:
        """Return where words went that are not in the home of their paragraph.

        All equal words that are lost compete for the places that are nobody's, so that none is
        claimed twice.
        """
        free = list(self._free(quote))
        if not free:
            return None
        lost = self._lost(quote)
        if start not in lost or len(lost) > MOST_EQUALS or len(free) > MOST_EQUALS:
            return None
        weights: dict[tuple[int, int], tuple[float, ...]] = {}
        for a in lost:
            for b in free:
                evidence = self._evidence(a, b, len(quote))
                if evidence is not None:
                    weights[a, b] = evidence
        return best_pairs(weights).get(start)

    def _lost(self, quote: str) -> list[int]:
        """Return where the old text has ``quote`` in one paragraph, but its home does not."""
        lost: list[int] = []
        placed: dict[int, dict[int, int]] = {}
        for at in islice(occurrences(quote, self._old.text), MOST_EQUALS * 10):
            there = paragraphs_within(self._old.paragraphs, (at, at + len(quote)))
            if len(there) != 1:
                continue
            holder = there[0]
            if holder.ordinal not in placed:
                placed[holder.ordinal] = self._at_home(holder, quote)
            if at - holder.start not in placed[holder.ordinal]:
                lost.append(at)
        return lost

    def _free(self, quote: str) -> Iterator[int]:
        """Yield where the new text has ``quote`` in words that no old paragraph lives on in."""
        free: dict[int, set[int]] = {}
        for at in islice(occurrences(quote, self._new.text), MOST_EQUALS * 10):
            there = paragraphs_within(self._new.paragraphs, (at, at + len(quote)))
            if len(there) != 1:
                continue
            holder = there[0]
            owner = self.alignment.owners[holder.ordinal]
            if owner is not None and holder.ordinal not in free:
                was = self._old.paragraphs[owner]
                claimed = self._at_home(was, quote).values()
                added = _put_in(was.text, holder.text, quote)
                free[holder.ordinal] = {holder.start + place for place in added} - set(claimed)
            if owner is None or at in free[holder.ordinal]:
                yield at

    def _evidence(self, at: int, place: int, length: int) -> tuple[float, ...] | None:
        """Return how well two equal places agree, the best lowest; None when not well enough."""
        old = paragraphs_within(self._old.paragraphs, (at, at + length))[0]
        new = paragraphs_within(self._new.paragraphs, (place, place + length))[0]
        agreed = stretch(old.text, at - old.start, new.text, place - new.start, length)
        low, high = self.alignment.between(old.ordinal)
        near = low <= new.ordinal <= high
        whole = agreed in (len(old.text), len(new.text)) and near
        if not whole and agreed < (STRETCH_NEAR if near else STRETCH_FAR):
            return None
        apart = abs(at / len(self._old.text) - place / len(self._new.text))
        return (-near, -agreed, apart)

    def _place(self, touched: Sequence[Paragraph]) -> tuple[int, int] | None:
        """Return the span of the paragraphs' homes; the first of them where they lie apart."""
        homes = [home for p in touched if (home := self._home(p)) is not None]
        if not homes:
            return None
        ours = {p.ordinal for p in touched}
        first, last = homes[0].ordinal, homes[-1].ordinal
        owners = self.alignment.owners[first : last + 1]
        if owners and all(owner is None or owner in ours for owner in owners):
            return homes[0].start, homes[-1].end
        return homes[0].start, homes[0].end


def within(old: str, new: str, quote: str) -> dict[int, int]:
    """Return, by where ``quote`` stands in a text, where it stands in the edited text.

    What the difference of the texts keeps stays itself; what is left finds the likest
    surroundings, if they are like enough. No two stand at one place.
    """
    placed: dict[int, int] = {}
    blocks = equal_blocks(old, new)
    left: list[int] = []
    for at in islice(occurrences(quote, old), MOST_EQUALS * 10):
        shift = next(
            (b - a for a, b, size in blocks if a <= at and at + len(quote) <= a + size), None
        )
        if shift is None:
            left.append(at)
        else:
            placed[at] = at + shift
    taken = set(placed.values())
    free = [at for at in islice(occurrences(quote, new), MOST_EQUALS * 10) if at not in taken]
    if 0 < len(left) <= MOST_EQUALS and 0 < len(free) <= MOST_EQUALS:
        weights: dict[tuple[int, int], tuple[float, ...]] = {}
        for a in left:
            for b in free:
                agreed = stretch(old, a, new, b, len(quote))
                if agreed >= STRETCH_NEAR:
                    weights[a, b] = (-agreed, abs(a / len(old) - b / len(new)))
        placed |= best_pairs(weights)
    return placed


def _put_in(old: str, new: str, quote: str) -> Iterator[int]:
    """Yield where ``quote`` stands in an edited text, in what the edit added."""
    added: list[tuple[int, int]] = []
    at = 0
    for part in diff(old, new):
        if part.kind == "added":
            added.append((at, at + len(part.text)))
        at += len(part.text) if part.kind != "removed" else 0
    shared = min(_SHARED, len(quote) // 2)
    for place in islice(occurrences(quote, new), MOST_EQUALS * 10):
        if any(a - shared <= place and place + len(quote) <= b + shared for a, b in added):
            yield place
