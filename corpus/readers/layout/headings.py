"""The title of a PDF, and its headings where outline or print leave no doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.legal.structure import LONGEST_HEADING, division, is_short_title
from corpus.readers.layout.paragraphs import Piece

LONGEST_TITLE = 80  # characters; titles of notices about notices about notices come near it
_LARGE = 1.15  # of the size of the text
_MOST_HEADINGS = 0.3  # of the paragraphs; more large print than that is no heading
_MOST_SIZES = 4  # of headings; levels
_TITLE_PIECES = 12  # paragraphs of the first page among which a title stands
_DIVISIONS = ("编", "分编", "章", "节")

# What programs write into /Title by themselves.
_NO_TITLE = re.compile(
    r"\.(?:docx?|wps|rtf|txt|pdf|xlsx?|pptx?|indd|dwg|tmp|html?)\b|^microsoft|^untitled|^无标题"
    r"|^未命名|^document\s*\d*$|^文档\s*\d*$|^doc\d|^新建|^new |^slide|^幻灯片|^powerpoint|^print"
    r"|^[\W\d_]*$|^\(anonymous\)$|[\ufffd\x00-\x1f]|^file:|[\\/]",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(r"(?:文件|公报|公報|简报|內刊|内刊)$")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of a PDF's outline."""

    title: str
    level: int  # from 1
    page: int | None  # from 0


def find_title(pieces: Sequence[Piece], stated: str, body: float) -> str | None:
    """Return the title: the stated one where the first pages say it, else the largest first lines.

    A stated title that the text never says counts only where print shows none.
    """
    stated = _BLANKS.sub(" ", stated).strip()
    plausible = 2 <= len(stated) <= LONGEST_TITLE and not _NO_TITLE.search(stated)
    head = [piece for piece in pieces[: 2 * _TITLE_PIECES] if piece.page <= 1]
    text = "".join(_bare(piece.text) for piece in head)
    if plausible and _bare(stated) in text:
        same = (piece.text for piece in head if _bare(piece.text) == _bare(stated))
        return next(same, stated)
    return _largest(pieces, body) or (stated if plausible else None)


def _largest(pieces: Sequence[Piece], body: float) -> str | None:
    first = [
        piece
        for piece in pieces[:_TITLE_PIECES]
        if piece.page == 0 and piece.table < 0 and _heads(piece, LONGEST_TITLE)
    ]
    large = [piece for piece in first if piece.size >= _LARGE * body]
    named = [piece for piece in large if not _MASTHEAD.search(piece.text)] or large
    return max(named, key=lambda piece: piece.size).text if named else None


def _bare(text: str) -> str:
    return _BLANKS.sub("", text)


def _heads(piece: Piece, longest: int) -> bool:
    text = piece.text
    return len(text) <= longest and text[-1] not in "。；，、;," and any(map(str.isalpha, text))


def heading_levels(
    pieces: Sequence[Piece], title: str | None, bookmarks: Sequence[Bookmark], body: float
) -> dict[int, int]:
    """Return the level of each paragraph that is a heading for certain, the title's being 1.

    Where a text has 编, 章, 节 that outline does not cover, only the title is stated: those are
    found by their markers, and a level of print between them would break their order.
    """
    at_title = next(
        (at for at, piece in enumerate(pieces[:_TITLE_PIECES]) if title and piece.text == title),
        None,
    )
    levels = _from_outline(pieces, bookmarks)
    divisions = {at for at, piece in enumerate(pieces) if _is_division(piece)}
    if divisions - levels.keys():
        levels = {}
    if not levels and not divisions:
        levels = _from_print(pieces, body, at_title)
    if at_title is None:
        return levels
    below = {at: level for at, level in levels.items() if at != at_title}
    shift = 2 - min(below.values(), default=2)
    return {at_title: 1, **{at: level + shift for at, level in below.items()}}


def _is_division(piece: Piece) -> bool:
    opened = division(piece.text)
    return opened is not None and opened.is_heading and opened.kind in _DIVISIONS


def _from_outline(pieces: Sequence[Piece], bookmarks: Sequence[Bookmark]) -> dict[int, int]:
    """Return the paragraphs that bookmarks name, in their order; an article's is no heading."""
    levels: dict[int, int] = {}
    start = 0
    bare = [_bare(piece.text) for piece in pieces]
    for bookmark in bookmarks:
        name = _bare(bookmark.title)
        opened = division(bookmark.title + " ")
        if not name or len(name) > LONGEST_TITLE or (opened is not None and opened.kind == "条"):
            continue
        for at in range(start, len(pieces)):
            if bookmark.page is not None and pieces[at].page > bookmark.page + 1:
                break
            near = bookmark.page is None or pieces[at].page >= bookmark.page - 1
            if near and bare[at] == name and pieces[at].table < 0:
                levels[at] = bookmark.level
                start = at + 1
                break
    outermost = min(levels.values(), default=1)
    return {at: min(level - outermost + 1, 8) for at, level in levels.items()}


def _from_print(pieces: Sequence[Piece], body: float, at_title: int | None) -> dict[int, int]:
    """Return short lines set larger than the text, or bold above it: the larger, the higher."""
    bold_text = sum(len(p.text) for p in pieces if p.bold) > 0.3 * sum(len(p.text) for p in pieces)
    ranks: dict[int, tuple[float, bool]] = {}
    for at, piece in enumerate(pieces[:-1]):
        if at == at_title or piece.table >= 0 or any(each.line.row for each in piece.lines):
            continue
        short = is_short_title(piece.text) and _heads(piece, LONGEST_HEADING)
        size = round(piece.size * 2) / 2
        if short and size >= _LARGE * body:
            ranks[at] = (size, piece.bold)
        elif short and piece.bold and not bold_text and size >= body and not pieces[at + 1].bold:
            ranks[at] = (size, True)
    if len(ranks) > _MOST_HEADINGS * len(pieces):
        return {}
    order = sorted(Counter(ranks.values()), reverse=True)[:_MOST_SIZES]
    return {at: order.index(rank) + 1 for at, rank in ranks.items() if rank in order}
