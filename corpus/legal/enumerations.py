"""Enumerations of a document: lists whose items belong together, with what introduces them.

A question that asks for all of something (哪些, 哪几项) is answered with the whole list. Items are
opened by a mark (一是, 第二，, （三）, ④, 5., (f), ■), or are as many as is announced behind them:
做好A、B、C和D四件事.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.text.numerals import parse_numeral
from corpus.text.sentences import split_sentences
from corpus.types import Paragraph

# --- marks of items -------------------------------------------------------------------------------

_CHINESE = "[一二三四五六七八九十]{1,3}"
_AFTER_MARK = r"(?<![^。．.；;：:！？!?，,\s“”「」『』])"
_AFTER_SENTENCE = r"(?:\A|(?<=[.;:!?]\s))"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_OPENERS = frozenset(("首先", *_ORDINALS[:1]))
_CLOSERS = frozenset(("最后", "最後", "finally", "lastly"))

# Style -> marker; the group is the number. These stand at the start of a paragraph or within it.
_ANYWHERE = {
    "一是": re.compile(_AFTER_MARK + f"({_CHINESE})是"),
    "一要": re.compile(_AFTER_MARK + f"({_CHINESE})要"),
    "一为": re.compile(_AFTER_MARK + f"({_CHINESE})[为為]"),
    "第一": re.compile(_AFTER_MARK + f"第({_CHINESE})[，,、：:]\\s*"),
    "首先": re.compile(_AFTER_MARK + "(首先|其次|再次|再者|然后|然後|最后|最後)[，,、：:]?"),
    "first": re.compile(
        _AFTER_SENTENCE + f"(?i:(?:and )?({'|'.join(_ORDINALS)}|finally|last)(?:ly)?,)\\s*"
    ),
    "（一）": re.compile(_AFTER_MARK + f"[（(]({_CHINESE})[)）]\\s*"),
    "（1）": re.compile(_AFTER_MARK + r"[（(](\d{1,2})[)）]\s*"),
    "(a)": re.compile(_AFTER_MARK + r"[（(]([a-z])[)）]\s*"),
    "①": re.compile(_AFTER_MARK + r"([①-⑳⑴-⒇⒈-⒛])\s*"),
    "1.": re.compile(_AFTER_MARK + r"(\d{1,2})[.．](?!\d)\s*"),
    "1、": re.compile(_AFTER_MARK + r"(\d{1,2})、\s*"),
}
# These mark an item only where a paragraph begins.
AT_START = {
    "一、": re.compile(f"({_CHINESE})、\\s*"),
    "1)": re.compile(r"(\d{1,2})[)）]\s*"),
    "1": re.compile(r"(\d{1,2})[ \t\u3000]+(?=\S)"),
    "bullet": re.compile(r"([■●◆▪□◇○•◦►▶★☆·‧・])\s*|([-*–—])\s+"),
}
STYLES = (*_ANYWHERE, *AT_START)


@dataclass(frozen=True, slots=True)
class _Marker:
    """A mark at ``[start, end)`` of a document."""

    place: int  # of its paragraph in the sequence
    start: int
    end: int
    number: int | None
    opens_paragraph: bool


def _find_markers(style: str, paragraphs: Sequence[Paragraph]) -> Iterator[_Marker]:
    """Yield the marks of one of ``STYLES`` in order."""
    for place, paragraph in enumerate(paragraphs):
        first = len(paragraph.text) - len(paragraph.text.lstrip(' \t\u3000“"「'))
        if style in AT_START:
            match = AT_START[style].match(paragraph.text, first)
            matches = iter(()) if match is None else iter((match,))
        else:
            matches = _ANYWHERE[style].finditer(paragraph.text)
        for match in matches:
            start, end = paragraph.start + match.start(), paragraph.start + match.end()
            number = _number(style, match[1])
            yield _Marker(place, start, end, number, match.start() <= first)


def _number(style: str, label: str | None) -> int | None:
    """Return the number a marker states; None where only its order counts."""
    word = (label or "").lower()
    if style == "bullet" or word in _CLOSERS or word == "last":
        return None
    if style == "(a)":
        return ord(word) - ord("a") + 1
    if word in _OPENERS:
        return 1
    if style == "first":
        return _ORDINALS.index(word) + 1
    if style == "首先":
        return None
    plain = unicodedata.normalize("NFKC", word).strip("().")  # ① ⑴ ⒈ are compatibility forms
    return parse_numeral(plain) or 0


# --- lists ----------------------------------------------------------------------------------------

# Paragraphs that may lie between two numbered items: an item of a plan can run over a page.
WIDEST_GAP = 30
# A line up to this long that ends without a full stop reads as a heading.
LONGEST_HEADING = 60
# Lists of one style within each other; bounds the work on text made to nest without end.
DEEPEST_NESTING = 3
# How far back the heading of a list is looked for; keeps a document of many lists linear.
FARTHEST_HEADING = 20_000

_HEADING_MARK = re.compile(r"(?:\n|\A)[# \t\u3000]*\Z")
_PROSE = frozenset(("一是", "一要", "一为", "第一", "首先", "first"))  # sentences, not lines
_NEIGHBOURS_ONLY = frozenset(("1", "bullet"))  # weak marks: every line must carry one


@dataclass(frozen=True, slots=True)
class Item:
    """One item: ``[start, end)`` with its marker, which ends at ``marker_end``."""

    start: int
    end: int
    number: int | None
    marker_end: int
    head_end: int  # end of the first sentence: what a long item says in short


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list of two or more items in order, disjoint; ``lead`` is what introduces it."""

    lead: tuple[int, int] | None
    items: tuple[Item, ...]
    style: str


def find_enumerations(text: str, paragraphs: Sequence[Paragraph]) -> list[Enumeration]:
    """List the enumerations of ``text``, by where their first item begins.

    Numbers run 1, 2, 3 without a gap; the last item ends with its paragraph.
    """
    body = _Body(text, paragraphs)
    found: list[Enumeration] = []
    for style in STYLES:
        found.extend(_lists(style, body))
    found = _end_with_outer_item(found)
    for place, paragraph in enumerate(paragraphs):
        for spans in _find_coordinates(paragraph.text):
            base = paragraph.start
            lead = body.sentence_before(place, base + spans[-1][1])
            items = tuple(
                Item(base + left, base + right, None, base + left, base + right)
                for left, right in spans
            )
            found.append(Enumeration(lead, items, "coordinate"))
    return sorted(found, key=lambda enumeration: enumeration.items[0].start)


class _Body:
    """A document with its paragraphs; each is split into sentences once, when first asked for."""

    def __init__(self, text: str, paragraphs: Sequence[Paragraph]) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self._sentences: dict[int, list[tuple[int, int]]] = {}

    def sentence_before(self, place: int, offset: int) -> tuple[int, int] | None:
        """Return the last sentence of paragraph ``place`` that begins before ``offset``."""
        start = self.paragraphs[place].start
        if place not in self._sentences:
            self._sentences[place] = split_sentences(self.paragraphs[place].text)
        spans = self._sentences[place]
        index = bisect_left(spans, (offset - start, 0)) - 1
        return (start + spans[index][0], start + spans[index][1]) if index >= 0 else None


def _lists(style: str, body: _Body) -> Iterator[Enumeration]:
    runs = list(_runs(style, list(_find_markers(style, body.paragraphs)), body.paragraphs))
    leads = [_lead(style, run[0], body) for run in runs]
    starts = sorted((run[0].start, lead) for run, lead in zip(runs, leads, strict=True))
    for run, lead in zip(runs, leads, strict=True):
        last = run[-1]
        limit = body.paragraphs[last.place].end
        index = bisect_left(starts, (last.start + 1,))
        if index < len(starts) and starts[index][0] < limit:
            # Numbering starts anew in the same paragraph: what introduces that is not this item's.
            limit, other = starts[index]
            if other is not None and last.end < other[0] < limit:
                limit = other[0]
        yield Enumeration(lead, _items(body.text, run, limit), style)


def _runs(
    style: str, markers: Sequence[_Marker], paragraphs: Sequence[Paragraph]
) -> Iterator[list[_Marker]]:
    """Yield the unbroken sequences of at least two markers."""
    open_runs: list[list[_Marker]] = []  # an inline restart is a list within an item
    for marker in markers:
        if style == "bullet":
            continues = bool(open_runs) and _follows(style, open_runs[-1][-1], marker, paragraphs)
            starts = not continues
        else:
            starts, continues = marker.number == 1, False
        if starts:
            if marker.opens_paragraph:
                yield from _closed(open_runs)
                open_runs = []
            elif len(open_runs) == DEEPEST_NESTING:
                yield from _closed([open_runs.pop(0)])
            open_runs.append([marker])
            continue
        while open_runs and not continues:
            run = open_runs[-1]
            continues = marker.number in (None, len(run) + 1) and _follows(
                style, run[-1], marker, paragraphs
            )
            if not continues:
                yield from _closed([open_runs.pop()])
        if continues:
            open_runs[-1].append(marker)
    yield from _closed(open_runs)


def _closed(runs: Sequence[list[_Marker]]) -> Iterator[list[_Marker]]:
    return (run for run in runs if len(run) > 1)


def _follows(style: str, before: _Marker, marker: _Marker, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether two markers can belong to one list by where they stand."""
    if before.place == marker.place:
        return style not in AT_START
    gap = marker.place - before.place
    if not marker.opens_paragraph or gap > (1 if style in _NEIGHBOURS_ONLY else WIDEST_GAP):
        return False
    return _outer_path(paragraphs[before.place]) == _outer_path(paragraphs[marker.place])


def _outer_path(paragraph: Paragraph) -> tuple[str, ...]:
    """Return the headings above a paragraph, without itself where it is a heading."""
    path = paragraph.path
    return path[:-1] if path and path[-1].strip() == paragraph.text.strip() else path


def _items(text: str, run: Sequence[_Marker], end_of_last: int) -> tuple[Item, ...]:
    ends = [*(marker.start for marker in run[1:]), end_of_last]
    items = []
    for marker, limit in zip(run, ends, strict=True):
        end = max(_without_tail(text, marker.start, limit)[1], marker.start + 1)
        head = split_sentences(text[marker.start : end].split("\n", 1)[0])
        head_end = marker.start + head[0][1] if head else end
        items.append(Item(marker.start, end, marker.number, min(marker.end, end), head_end))
    return tuple(items)


def _end_with_outer_item(found: Sequence[Enumeration]) -> list[Enumeration]:
    """Cut the last item of a list within an item where the outer list goes on."""
    starts = sorted((item.start, one.items[0].start) for one in found for item in one.items)
    ended: list[Enumeration] = []
    for one in found:
        first, last = one.items[0], one.items[-1]
        index = bisect_left(starts, (last.marker_end,))
        while index < len(starts) and starts[index][0] < last.end:
            start, began = starts[index]
            if began < first.start:
                last = replace(last, end=start, head_end=min(last.head_end, start))
            index += 1
        ended.append(replace(one, items=(*one.items[:-1], last)))
    return ended


def _lead(style: str, first: _Marker, body: _Body) -> tuple[int, int] | None:
    """Return the sentence or heading that introduces a list."""
    paragraph = body.paragraphs[first.place]
    if not first.opens_paragraph:
        inside = body.sentence_before(first.place, first.start)
        if inside is not None:
            return _without_tail(body.text, inside[0], min(inside[1], first.start))
    before = body.paragraphs[first.place - 1] if first.place else None
    if before is not None:
        if before.text.rstrip().endswith(("：", ":")):
            return body.sentence_before(first.place - 1, before.end)
        if _reads_as_heading(before):
            return before.start, before.end
    heading = (_outer_path(paragraph)[-1:] or ("",))[0]
    at = body.text.rfind(heading, max(first.start - FARTHEST_HEADING, 0), paragraph.start)
    if heading and at >= 0 and _HEADING_MARK.search(body.text, max(at - 10, 0), at):
        return at, at + len(heading)
    if before is not None and before.path == paragraph.path and style not in _PROSE:
        return body.sentence_before(first.place - 1, before.end)
    return None


def _without_tail(text: str, start: int, end: int) -> tuple[int, int]:
    return start, start + len(text[start:end].rstrip(' \t\r\n\u3000“"「'))


def _reads_as_heading(paragraph: Paragraph) -> bool:
    line = paragraph.text.strip()
    return len(line) <= LONGEST_HEADING and not line.endswith(
        ("。", "；", ";", ".", "！", "？", "，")
    )


# --- coordinates ----------------------------------------------------------------------------------

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


def _find_coordinates(text: str) -> Iterator[list[tuple[int, int]]]:
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
