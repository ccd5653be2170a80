"""Lines a document takes over from another: the words an amendment puts into the law it amends.

第一百二十三条 on a line of its own may be an article of the document, or one it quotes. A clause
that is quoted heads nothing here: what stands in it belongs to the clause that quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.legal.structure import Division

# Paragraphs: an amendment may insert a chapter. Beyond that a mark left open is a slip of the pen.
LONGEST_QUOTATION = 200
# A text that leaves so many marks open does not use them in pairs; keeps the search linear.
MOST_SLIPS = 500

_MARKS = re.compile("[“”「」『』]")
_OPENING = frozenset("“「『")
_ANNOUNCES = ("：", ":", "：“", ":“")


def quoted_lines(
    texts: Sequence[str], openings: Sequence[Division | None], stated: Collection[int]
) -> frozenset[int]:
    """Return the paragraphs that are quoted whole: inside quotation marks, or announced as words.

    ``stated`` are the headings the format marks as such; a quotation never runs over one.
    """
    quoted = _inside_marks(texts, openings, stated)
    return frozenset(quoted | _announced(texts, openings, stated, quoted))


# --- in quotation marks --------------------------------------------------------------------------


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
    """Tell whether the document's own next article is among them: then the marks are wrong."""
    return own > 0 and any(
        each is not None and (each.kind, each.number, each.branch) == ("条", own + 1, 0)
        for each in openings
    )


# --- announced -----------------------------------------------------------------------------------


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
