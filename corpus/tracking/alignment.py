"""Which paragraph of a later revision stands where a paragraph of an earlier one stood.

Equal texts are matched first, from what is certain to what is likely: a text that stands once in
both; one that differs only in its number (第三条 became 第四条); a twin under the same heading; a
twin beside the same neighbour; then twins in their order. What is left are edits: see
`corpus.tracking.edits`. No new paragraph is the home of two old ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from corpus.legal.structure import division
from corpus.tracking.edits import Gap, pair_edited
from corpus.types import Paragraph

MOST_TWINS = 300  # equal paragraphs in one gap that difflib compares; more are taken in order


class Kinship(StrEnum):
    """How a paragraph of a later revision is that of an earlier one."""

    KEPT = "kept"  # equal text, in the same order
    MOVED = "moved"  # equal text, in another order
    EDITED = "edited"  # stands in its place, and has enough in common with it


@dataclass(frozen=True, slots=True)
class Home:
    """Where a paragraph lives on."""

    ordinal: int  # in the new revision
    kinship: Kinship


@dataclass(frozen=True, slots=True)
class Alignment:
    """Homes of all old paragraphs, and whose home each new one is."""

    homes: tuple[Home | None, ...]  # by old ordinal; None: gone
    owners: tuple[int | None, ...]  # by new ordinal; None: nobody's, so it is new

    def between(self, ordinal: int) -> tuple[int, int]:
        """Return the new ordinals, both included, between the kept neighbours of an old one.

        The neighbours themselves are among them; without one it is the document's end.
        """
        behind = (self.homes[i] for i in range(ordinal - 1, -1, -1))
        ahead = (self.homes[i] for i in range(ordinal + 1, len(self.homes)))
        low, high = _first_kept(behind), _first_kept(ahead)
        last = len(self.owners) - 1
        return (low if low is not None else 0, high if high is not None else last)


def align(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Alignment:
    """Return where each paragraph of ``old`` stands in ``new``.

    Near-linear: 50,000 paragraphs take seconds. Splitting and joining leave one home (the piece
    most like the whole); where a quote of the rest went is for `corpus.tracking.trace` to find.
    """
    matching = _Matching(old, new)
    matching.by_text()
    matching.by_parent()
    matching.beside()
    matching.twins()
    matching.edits()
    in_order = set(matching.backbone())
    homes = [
        None if j < 0 else Home(j, _kinship(old[i].text == new[j].text, (i, j) in in_order))
        for i, j in enumerate(matching.homes)
    ]
    return Alignment(tuple(homes), tuple(None if i < 0 else i for i in matching.owners))


def _kinship(equal: bool, in_order: bool) -> Kinship:
    if not equal:
        return Kinship.EDITED
    return Kinship.KEPT if in_order else Kinship.MOVED


def _first_kept(homes: Iterable[Home | None]) -> int | None:
    kept = (h.ordinal for h in homes if h is not None and h.kinship is Kinship.KEPT)
    return next(kept, None)


_Key = Callable[[int], Hashable]  # of an ordinal; None: cannot be matched so


class _Matching:
    """Homes found so far; -1 where none is."""

    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self._old, self._new = old, new
        self.homes = [-1] * len(old)
        self.owners = [-1] * len(new)
        self._parents, self._new_parents = _parents(old), _parents(new)

    def by_text(self) -> None:
        """Match texts that stand once in both, then those that differ in their number only."""
        old, new = self._old, self._new
        self._unique(range(len(old)), range(len(new)), lambda i: old[i].text, lambda j: new[j].text)
        bare = {i: _bare(old[i].text) for i in self._left()}
        new_bare = {j: _bare(new[j].text) for j in self._new_left()}
        self._unique(bare, new_bare, bare.__getitem__, new_bare.__getitem__)

    def by_parent(self) -> None:
        """Match twins that stand once under headings which are each other's homes."""
        claimed = True
        while claimed:  # a heading matched here may distinguish its own twins
            claimed = self._unique(self._left(), self._new_left(), self._key, self._new_key)

    def beside(self) -> None:
        """Match twins that stand right behind, then right ahead of, matched paragraphs."""
        forward = range(len(self._old) - 1)
        for i, step in [*((i, 1) for i in forward), *((i + 1, -1) for i in reversed(forward))]:
            j = self.homes[i] + step
            if self.homes[i] < 0 or not 0 <= j < len(self._new):
                continue
            free = self.homes[i + step] < 0 and self.owners[j] < 0
            if free and self._old[i + step].text == self._new[j].text:
                self._claim(i + step, j)

    def twins(self) -> None:
        """Match the twins left in each gap in order, then those left anywhere."""
        for gap in self._gaps():
            texts = [self._old[i].text for i in gap.old]
            new_texts = [self._new[j].text for j in gap.new]
            if not set(texts) & set(new_texts) or len(texts) * len(new_texts) > MOST_TWINS**2:
                continue
            blocks = SequenceMatcher(None, texts, new_texts, autojunk=False).get_matching_blocks()
            for start, new_start, size in blocks:
                for step in range(size):
                    self._claim(gap.old[start + step], gap.new[new_start + step])
        places: dict[str, list[int]] = {}
        for j in reversed(self._new_left()):
            places.setdefault(self._new[j].text, []).append(j)
        for i in self._left():
            if places.get(self._old[i].text):
                self._claim(i, places[self._old[i].text].pop())

    def edits(self) -> None:
        """Match what has no equal with what stands in its place."""
        for i, j in pair_edited(self._old, self._new, list(self._gaps())):
            self._claim(i, j)

    def backbone(self) -> list[tuple[int, int]]:
        """Return the longest run of matched pairs in the order of both revisions."""
        pairs = [(i, j) for i, j in enumerate(self.homes) if j >= 0]
        ends: list[int] = []  # the lowest new ordinal that ends a run of each length
        last: list[int] = []  # the pair it belongs to
        before: list[int] = []
        for at, (_, j) in enumerate(pairs):
            length = bisect_left(ends, j)
            before.append(last[length - 1] if length else -1)
            if length == len(ends):
                ends.append(j)
                last.append(at)
            else:
                ends[length], last[length] = j, at
        run: list[tuple[int, int]] = []
        at = last[-1] if last else -1
        while at >= 0:
            run.append(pairs[at])
            at = before[at]
        return run[::-1]

    def _gaps(self) -> Iterator[Gap]:
        """Yield what is unmatched in both revisions between neighbours of the backbone."""
        at, new_at = 0, 0
        for i, j in [*self.backbone(), (len(self._old), len(self._new))]:
            left = [k for k in range(at, i) if self.homes[k] < 0]
            new_left = [k for k in range(new_at, j) if self.owners[k] < 0]
            if left or new_left:
                yield Gap(left, new_left)
            at, new_at = i + 1, j + 1

    def _left(self) -> list[int]:
        return [i for i, j in enumerate(self.homes) if j < 0]

    def _new_left(self) -> list[int]:
        return [j for j, i in enumerate(self.owners) if i < 0]

    def _key(self, i: int) -> Hashable:
        parent = self._parents[i]
        home = self.homes[parent] if parent >= 0 else -1
        return self._old[i].text, home if home >= 0 else self._old[i].path

    def _new_key(self, j: int) -> Hashable:
        parent = self._new_parents[j]
        owned = parent >= 0 and self.owners[parent] >= 0
        return self._new[j].text, parent if owned else self._new[j].path

    def _unique(self, old: Iterable[int], new: Iterable[int], key: _Key, new_key: _Key) -> bool:
        """Match what has a key of its own on both sides; return whether anything was."""
        places, new_places = _by_key(old, self.homes, key), _by_key(new, self.owners, new_key)
        pairs = [
            (ordinals[0], new_places[found][0])
            for found, ordinals in places.items()
            if len(ordinals) == 1 and len(new_places.get(found, ())) == 1
        ]
        for i, j in pairs:
            self._claim(i, j)
        return bool(pairs)

    def _claim(self, i: int, j: int) -> None:
        self.homes[i], self.owners[j] = j, i


def _by_key(
    ordinals: Iterable[int], matched: Sequence[int], key: _Key
) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = {}
    for ordinal in ordinals:
        found = key(ordinal) if matched[ordinal] < 0 else None
        if found is not None:
            places.setdefault(found, []).append(ordinal)
    return places


def _bare(text: str) -> Hashable:
    """Return a text without the number it opens with, and the kind of that; None without one."""
    opened = division(text, unspaced_articles=True)
    return (opened.kind, text[opened.end :]) if opened and text[opened.end :] else None


def _parents(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Return the ordinal of the heading or article each paragraph stands under; -1: under none."""
    parents: list[int] = []
    opens: list[int] = []  # who opened each part of the path
    path: tuple[str, ...] = ()
    for i, paragraph in enumerate(paragraphs):
        if paragraph.path != path:
            shared = 0
            for one, other in zip(path, paragraph.path, strict=False):
                if one != other:
                    break
                shared += 1
            opens = opens[:shared] + [i] * (len(paragraph.path) - shared)
            path = paragraph.path
        above = [opener for opener in opens if opener != i]
        parents.append(above[-1] if above else -1)
    return parents
