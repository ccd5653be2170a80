"""Which headings and which article stand over each paragraph of a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.legal.quoted_lines import quoted_lines
from corpus.legal.structure import (
    ANNEXES,
    ARTICLE_RANK,
    BOOK_RANK,
    GUESSED_RANK,
    Division,
    division,
    heading_rank,
    introduced,
    sets_articles_unspaced,
)
from corpus.types import ReadResult

_LOWEST_STATED = 9  # level; what a format states deeper counts as this
_ANNEX_RANK = 1  # of an annex known by its looks among stated headings: they stand below it
_DIVISIONS = frozenset(("编", "分编", "章", "节", "条", "附则", *ANNEXES))

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that stands over the current paragraph."""

    rank: int
    words: str
    kind: str  # of its division; "" without one


def outline_paths(read: ReadResult, starts: Sequence[int], texts: Sequence[str]) -> list[Path]:
    """Return the path of each paragraph, given where they start and their texts.

    A heading's own path ends with the heading, an article's first paragraph's with 第N条.
    """
    stated = _stated_levels(read, starts, texts)
    return _Walk(stated, _title_ordinal(read, stated, texts), texts).paths()


class _Walk:
    """Goes through the paragraphs of a text and keeps the headings over the current one."""

    def __init__(self, stated: dict[int, int], title: int | None, texts: Sequence[str]) -> None:
        self._texts = texts
        self._stated = stated
        self._title = title
        self._openings = _openings(texts, stated)
        self._quoted = quoted_lines(texts, self._openings, stated)
        self._has_books = any(each is not None and each.kind == "编" for each in self._openings)
        self._open: list[_Open] = []  # outermost first
        self._path: Path = ()
        self._closes: int | None = None  # where the list under a guessed heading ends

    def paths(self) -> list[Path]:
        """Return one path for each paragraph."""
        return [self._advance(at) for at in range(len(self._texts))]

    def _advance(self, at: int) -> Path:
        level, opened = self._stated.get(at), self._openings[at]
        if at in self._quoted:
            return self._path
        if level is not None:
            self._enter(level, at if at != self._title else None)
        elif opened is not None and opened.kind == "条":
            self._enter(ARTICLE_RANK, at)
        else:
            self._enter_by_looks(at)
        return self._path

    def _enter_by_looks(self, at: int) -> None:
        if at == self._closes:
            self._enter(GUESSED_RANK, None)
        opened = self._openings[at]
        rank = heading_rank(self._texts, self._openings, at)
        in_article = bool(self._open) and self._open[-1].kind == "条"
        if rank is not None and not (in_article and rank > GUESSED_RANK):
            if opened is not None and opened.kind in ANNEXES and self._stated:
                rank = _ANNEX_RANK
            elif opened is not None and opened.kind == "附则" and self._has_books:
                rank = BOOK_RANK  # 附则 without a number is no chapter of the last 编
            self._enter(rank, at)
        elif not self._stated and not in_article and rank is None:
            count = introduced(self._texts, self._openings, at)
            if count:
                self._enter(GUESSED_RANK, at)
                self._closes = at + count + 1 if count < len(self._texts) else None

    def _enter(self, rank: int, at: int | None) -> None:
        """Close what stands at ``rank`` or below it, and open paragraph ``at`` if it is given."""
        opened = self._openings[at] if at is not None else None
        kind = opened.kind if opened is not None else ""
        keep = 0
        for each in self._open:
            # An article ends where the next begins, and an annex belongs to no chapter or article,
            # whatever level the format gives them.
            apart = (kind == each.kind == "条") or (kind in ANNEXES and each.kind in _DIVISIONS)
            if each.rank >= rank or apart:
                break
            keep += 1
        del self._open[keep:]
        if at is not None:
            words = self._texts[at]
            if opened is not None and kind == "条":
                words = words[opened.start : opened.marker_end]
            self._open.append(_Open(rank, words, kind))
        self._closes = None
        self._path = tuple(each.words for each in self._open)


def _openings(texts: Sequence[str], stated: dict[int, int]) -> list[Division | None]:
    unspaced = sets_articles_unspaced(texts)
    # What a format marks as a heading is no sentence that begins with a reference.
    return [
        division(text, unspaced_articles=unspaced or at in stated) for at, text in enumerate(texts)
    ]


def _stated_levels(read: ReadResult, starts: Sequence[int], texts: Sequence[str]) -> dict[int, int]:
    """Return the level of each paragraph that the format says is a heading."""
    levels: dict[int, int] = {}
    for heading in read.headings:
        at = bisect_right(starts, heading.end - 1) - 1
        if at >= 0 and heading.start < starts[at] + len(texts[at]):
            levels[at] = min(heading.level, _LOWEST_STATED)
    return levels


def _title_ordinal(read: ReadResult, stated: dict[int, int], texts: Sequence[str]) -> int | None:
    """Return the one outermost heading that only repeats the title; no path needs it."""
    outermost = [at for at, level in stated.items() if level == 1]
    if len(outermost) == 1 and texts[outermost[0]] == (read.title or "").strip():
        return outermost[0]
    return None
