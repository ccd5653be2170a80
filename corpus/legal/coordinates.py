"""Coordinate lists whose count is announced behind them: 做好A、B、C和D四件事."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.text.numerals import parse_numeral

# A coordinate list lies in one clause; one longer than this is prose, not a list.
LONGEST_COORDINATES = 300

_COUNT = re.compile(
    r"(?<![第一二两三四五六七八九十百千万零〇\d“‘「『《（(至到或])([一二两兩三四五六七八九十]{1,3}|\d{1,2})"
    r"(?:[个個件项項类類种種条條点點位名家部]|大|方面|者)(?!以[上下内內外])"
)
_CLAUSE_MARKS = re.compile(r"[，。；：！？,;:!?\n]")
_COORDINATE_PARTS = re.compile(r"[（(《“「『]|[)）》”」』]|、")
_LAST_AND = re.compile(r"以及|[和与與及跟]")
_LEADING_NUMBER = re.compile(r".*[ \u3000]|第?[（(]?[一二三四五六七八九十]+[)）、条]")
_LEADING_VERB = re.compile(
    r".*(?:做好|抓好|办好|辦好|坚持|堅持|包括|包含|分为|分為|落实|落實|推进|推進|突出|聚焦|围绕|圍繞|"
    r"把握|处理好|處理好|完成|实现|實現|建立|遵循|按照|具有|具备|具備|设立|設立|开展|開展|强化|分别是|即)"
    r"(?=..)"
)


def find_coordinates(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the spans of each list that has exactly as many members as it says, in order."""
    if "、" not in text:
        return
    for count in _COUNT.finditer(text):
        spans = _coordinates(text, count.start(), parse_numeral(count[1]) or 0)
        if spans:
            yield spans


def _coordinates(text: str, end: int, count: int) -> list[tuple[int, int]]:
    """Return the ``count`` coordinates that end at ``end``, or none where they are not so many."""
    start = max(end - LONGEST_COORDINATES, 0)
    for mark in _CLAUSE_MARKS.finditer(text, start, end):
        start = mark.end()
    while end > start and text[end - 1] in "等的这這":
        end -= 1
    edges, depth = [start], 0
    for mark in _COORDINATE_PARTS.finditer(text, start, end):
        if mark[0] != "、":
            depth = max(depth + (1 if mark[0] in "（(《“「『" else -1), 0)
        elif depth == 0:
            edges.append(mark.end())
    spans = [(left, right - 1) for left, right in pairwise(edges)]
    spans.append((edges[-1], end))
    if len(spans) < 2:
        return []
    ands = list(_LAST_AND.finditer(text, spans[-1][0] + 1, end - 1))
    if len(spans) == count - 1 and ands:
        spans[-1:] = [(spans[-1][0], ands[-1].start()), (ands[-1].end(), end)]
    spans[0] = _without_lead_in(text, spans[0], max(right - left for left, right in spans[1:]))
    members = [text[left:right].strip() for left, right in spans]
    # A number before 、 is the mark of an item (三、增加两款), not a member.
    whole = len(spans) == count and all(members) and parse_numeral(members[0]) is None
    return spans if whole else []


def _without_lead_in(text: str, first: tuple[int, int], longest: int) -> tuple[int, int]:
    """Cut from the first coordinate what governs them all: a verb, an article's number."""
    start, end = first
    for pattern in (_LEADING_NUMBER, _LEADING_VERB):
        match = pattern.match(text, start, end)
        start = start if match is None else match.end()
    possessive = text.rfind("的", start, end - 2) + 1
    # 章程中确立的人道、公正: a first member far longer than any other holds words before the list.
    return (possessive or start, end) if end - start > 3 * longest else (start, end)
