"""Which headings and which article stand over each paragraph of a text.

第一百二十三条 on a line of its own may be an article of the document, or one of another that it
quotes: the words an amendment puts into the law it amends. A clause that is quoted heads nothing
here: what stands in it belongs to the clause that quotes it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass

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
        self._quoted = _quoted_lines(texts, self._openings, stated)
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


# --- lines taken over from another document -------------------------------------------------------

# Paragraphs: an amendment may insert a chapter. Beyond that a mark left open is a slip of the pen.
LONGEST_QUOTATION = 200
# A text that leaves so many marks open does not use them in pairs; keeps the search linear.
MOST_SLIPS = 500

_MARKS = re.compile("[“”「」『』]")
_OPENING = frozenset("“「『")
_ANNOUNCES = ("：", ":", "：“", ":“")


def _quoted_lines(
    texts: Sequence[str], openings: Sequence[Division | None], stated: Collection[int]
) -> frozenset[int]:
    """Return the paragraphs that are quoted whole: inside quotation marks, or announced as words.

    ``stated`` are the headings the format marks as such; a quotation never runs over one.
    """
    quoted = _inside_marks(texts, openings, stated)
    return frozenset(quoted | _announced(texts, openings, stated, quoted))


# in quotation marks


def _inside_marks(
    texts: Sequence[str], openings: Sequence[Division | None], stated: Collection[int]
) -> set[int]:
    inside: set[int] = set()
    own = 0  # the document's last own article
    at = slips = 0
    while at < len(texts) and slips < MOST_SLIPS:
        opened = openings[at]
        if opened is not None and opened.kind == "条" and at not in inside:
            own = opened.number
        if _depth(texts[at], 0) == 0:
            at += 1
            continue
        last = _closing_paragraph(texts, at, stated)
        if last is not None and not _counts_on(openings[at + 1 : last + 1], own):
            inside.update(range(at + 1, last + 1))
            at = last  # what closes one quotation may open the next
        else:
            at, slips = at + 1, slips + 1
    return inside


def _depth(text: str, depth: int) -> int:
    """Return how many quotation marks are open behind ``text`` when ``depth`` were ahead of it.

    A paragraph within a quotation may begin with the opening mark again, which opens nothing.
    """
    for number, match in enumerate(_MARKS.finditer(text)):
        if match[0] not in _OPENING:
            depth = max(depth - 1, 0)
        elif not (number == 0 and depth and match.start() == 0):
            depth += 1
    return depth


def _closing_paragraph(texts: Sequence[str], at: int, stated: Collection[int]) -> int | None:
    """Return the paragraph in which the quotation left open in ``at`` ends; None if it never does.

    What is left open and never closed is a slip: then nothing is taken for quoted.
    """
    depth = _depth(texts[at], 0)
    for number in range(at + 1, min(at + 1 + LONGEST_QUOTATION, len(texts))):
        if number in stated:
            return None
        before, depth = depth, _depth(texts[number], depth)
        if depth == 0 or (depth < before and texts[number].endswith("”")):
            return number
        if depth > before + 1:
            return None
    return None


def _counts_on(openings: Sequence[Division | None], own: int) -> bool:
    """Whether the document's own next article is among them: then the marks are wrong."""
    return own > 0 and any(
        each is not None and (each.kind, each.number, each.branch) == ("条", own + 1, 0)
        for each in openings
    )


# announced


def _announced(
    texts: Sequence[str],
    openings: Sequence[Division | None],
    stated: Collection[int],
    inside: Collection[int],
) -> set[int]:
    """Return what follows 增加一条，作为第一百二十三条，内容如下： up to the next own clause."""
    quoted: set[int] = set()
    own = item = 0  # the document's last own article, and its last own 一、
    last = 0  # the last article quoted; 0 outside of a quotation
    for at, opened in enumerate(openings):
        if at in stated or _is_own(opened, own, item):
            last = 0
        if at in inside or opened is None or opened.kind not in ("条", "一、"):
            if last:
                quoted.add(at)
        elif opened.kind == "一、":
            item = item if last else opened.number
            if last:
                quoted.add(at)
        elif last and opened.number in (last, last + 1):
            last = opened.number
            quoted.add(at)
        else:
            announcement = _announcement(texts, openings, at, stated)
            is_next = own > 0 and opened.number == own + 1
            if announcement is None or is_next:
                own, last = opened.number, 0
            else:
                last = opened.number
                quoted.update(range(announcement + 1, at + 1))
    return quoted


def _is_own(opened: Division | None, own: int, item: int) -> bool:
    if opened is None or opened.branch:
        return False
    expected = {"条": own, "一、": item}.get(opened.kind, 0)
    return expected > 0 and opened.number == expected + 1


def _announcement(
    texts: Sequence[str], openings: Sequence[Division | None], at: int, stated: Collection[int]
) -> int | None:
    """Return the paragraph that announces the article ``at`` by its number; None without one."""
    before = at - 1
    while before > 0 and before not in stated and _is_division_heading(openings[before]):
        before -= 1
    opened = openings[at]
    if opened is None or before < 0 or not texts[before].endswith(_ANNOUNCES):
        return None
    marker = texts[at][opened.start : opened.marker_end]
    mentioned_from = openings[before]
    start = mentioned_from.marker_end if mentioned_from is not None else 0
    return before if marker in texts[before][start:] else None


def _is_division_heading(opened: Division | None) -> bool:
    return opened is not None and opened.kind in ("编", "分编", "章", "节")
