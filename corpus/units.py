"""The units of a text that are read and quoted whole: a 款 with its items, a paragraph, an answer.

What belongs together stays together: a lead with the list it announces, the answer of a page of
questions and answers with its question. Beyond ``BUDGET`` a unit is cut into runs of items, each
with its lead, or of sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.legal.structure import division, is_short_title, list_family
from corpus.text.document_numbers import whole_number
from corpus.text.sentences import split_sentences
from corpus.text.table_rows import is_row
from corpus.types import Document, Paragraph

BUDGET = 300  # weighted characters, as in corpus.split: what a person still reads at one glance
ASCII_WEIGHT = 0.4
FARTHEST_LEAD = 40  # paragraphs between an item and the lead of its list
LONGEST_ANSWER = 12  # paragraphs of one answer on a page of questions and answers
_LONGEST_QUESTION = 120

LONGEST_MEASURE = 40  # characters of a line that says what the figures below it count
_MEASURE = re.compile(
    r"(?:^|[（(，,；;\s])(?:计量|計量|金额|金額|货币|貨幣)?(?:单位|單位|units?)\s*[：:]",
    re.IGNORECASE,
)

_ASKS = re.compile(r"[“‘「『\"'][^“”]*[？?][”’」』\"']+|.*[？?]\s*[)）*_]*\s*", re.DOTALL)
_ANSWER_MARK = re.compile(
    r"\s*[*_]*(?:答复?|答案|回复|A|Answer)\s*\d*[*_]*\s*[：:．.、]\s*[*_]*\s*"
)
_IN_ONE = re.compile(
    r"(?P<asked>.{2,120}?[？?])\s*(?P<mark>[*_]*(?:答|A)\s*\d*[*_]*\s*[：:]\s*)(?P<answer>.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """Parts of one text that are read and quoted together, in order, each ``[start, end)``."""

    parts: tuple[tuple[int, int], ...]
    path: tuple[str, ...] = ()
    asked: str = ""  # the question that it answers, on a page of questions and answers

    @property
    def start(self) -> int:
        """Where its first part begins."""
        return self.parts[0][0]

    @property
    def end(self) -> int:
        """Where its last part ends."""
        return self.parts[-1][1]

    def text(self, document: Document) -> str:
        """Return its parts' words, a line each."""
        return "\n".join(document.text[start:end] for start, end in self.parts)


def units_within(
    document: Document, paragraphs: Sequence[Paragraph], start: int, end: int
) -> list[Unit]:
    """Return the units that have a part in ``[start, end)``, in order; headings are none.

    A unit is the same whichever part of it is asked for. The answers that stand under a question
    count as touched where the question is.
    """
    first = bisect_right(paragraphs, start, key=lambda one: one.end)
    last = bisect_left(paragraphs, end, key=lambda one: one.start)
    if first >= last:
        return []
    body = _Body(document, paragraphs)
    low, high = body.widened(first, last)
    return [
        unit
        for unit in body.units(low, high)
        if _touches(unit, start, end) or body.under(unit, first, last)
    ]


def asks(text: str) -> bool:
    """Say whether a text is a question. One that tells of one in quotes (他问：“谁？”) is none."""
    return _ASKS.fullmatch(text) is not None


def heads_answer(text: str) -> bool:
    """Say whether a paragraph is a question short enough to head the answer below it."""
    return len(text) <= _LONGEST_QUESTION and asks(text)


def is_item(text: str) -> bool:
    """Say whether a paragraph is one of a list; 三、 before full sentences is its own matter."""
    words = text.lstrip('“「"')  # amendments quote the items they add
    if words.startswith(("第", "附")):
        return False
    opened = division(words)
    if opened is not None and opened.kind == "一、":
        return is_short_title(words[opened.end :])
    return list_family(words, opened) is not None


def announces(text: str) -> bool:
    """Say whether a paragraph introduces what stands below it."""
    return text.endswith(("：", ":"))


def weighted_length(text: str) -> float:
    """Return the weighted length: 0.4 for ASCII, 1 for Han; others by their bytes of UTF-8."""
    extra = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
    return ASCII_WEIGHT * len(text) + (1 - ASCII_WEIGHT) * extra


def _touches(unit: Unit, start: int, end: int) -> bool:
    return any(low < end and high > start for low, high in unit.parts)


class _Body:
    """The paragraphs of a document, by what they are."""

    def __init__(self, document: Document, paragraphs: Sequence[Paragraph]) -> None:
        self._document = document
        self._paragraphs = paragraphs

    def widened(self, first: int, last: int) -> tuple[int, int]:
        """Return the range with whole lists and whole answers in it."""
        low, high = self._question_of(first), last
        low = self._lead_of(low)
        if self._asks(high - 1) or self._question_of(high - 1) != high - 1:
            high = self._answer_end(self._question_of(high - 1))
        return low, max(self._list_end(high), high)

    def under(self, unit: Unit, first: int, last: int) -> bool:
        """Say whether a unit answers a question that stands in a range of paragraphs."""
        return bool(unit.asked) and any(
            self._asks(at) and self._paragraphs[at].text == unit.asked for at in range(first, last)
        )

    def units(self, low: int, high: int) -> Iterator[Unit]:
        """Yield the units of a range that begins and ends with whole ones."""
        at, asked = low, ""
        until = -1
        while at < high:
            one = self._paragraphs[at]
            if at >= until:
                asked = ""
            both = _IN_ONE.match(one.text)
            if self._asks(at):
                asked, until = one.text, self._answer_end(at)
                at += 1
            elif both is not None:
                begin = one.start + both.start("answer")
                yield from self._cut([(begin, one.end)], one.path, both["asked"])
                at += 1
            elif self._heads(at):
                at += 1
            else:
                behind = self._group_end(at, high)
                yield from self._grouped(at, behind, asked)
                at = behind

    def _grouped(self, at: int, behind: int, asked: str) -> Iterator[Unit]:
        one = self._paragraphs[at]
        begin = one.start
        if (
            asked
            and (mark := _ANSWER_MARK.match(one.text)) is not None
            and mark.end() < len(one.text)
        ):
            begin += mark.end()
        measure = self._measure_of(at) if behind == at + 1 and is_row(one.text) else None
        spans = [measure] if measure is not None else []
        spans += [(begin, one.end)]
        spans += [(each.start, each.end) for each in self._paragraphs[at + 1 : behind]]
        yield from self._cut(spans, one.path, asked)

    def _cut(
        self, spans: Sequence[tuple[int, int]], path: tuple[str, ...], asked: str
    ) -> Iterator[Unit]:
        """Yield spans as one unit, or as runs of items with their lead, or of sentences."""
        text = self._document.text
        weights = [weighted_length(text[start:end]) for start, end in spans]
        if sum(weights) <= BUDGET:
            yield Unit(tuple(spans), path, asked)
            return
        lead = [spans[0]] if len(spans) > 1 else []
        base = weights[0] if lead else 0.0
        run: list[tuple[int, int]] = []
        carried = base
        for span, heavy in list(zip(spans, weights, strict=True))[len(lead) :]:
            pieces = [span] if heavy <= BUDGET else list(self._runs(*span))
            for piece in pieces:
                size = weighted_length(text[slice(*piece)])
                if run and carried + size > BUDGET:
                    yield Unit((*lead, *run), path, asked)
                    run, carried = [], base
                run.append(piece)
                carried += size
        if run:
            yield Unit((*lead, *run), path, asked)

    def _runs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield runs of whole sentences of a long paragraph."""
        words = self._document.text[start:end]
        low = high = None
        for left, right in split_sentences(words):
            if low is not None and weighted_length(words[low:right]) > BUDGET:
                yield start + low, start + (high or right)
                low = None
            low = left if low is None else low
            high = right
        if low is not None and high is not None:
            yield start + low, start + high

    def _asks(self, at: int) -> bool:
        return heads_answer(self._paragraphs[at].text)

    def _heads(self, at: int) -> bool:
        """Say whether a paragraph is a heading with something under it, the title or a number."""
        one = self._paragraphs[at]
        if one.text == self._document.title or whole_number(one.text) is not None:
            return len(self._paragraphs) > 1
        following = self._paragraphs[at + 1] if at + 1 < len(self._paragraphs) else None
        if following is None:
            return False
        path = one.path
        return bool(path) and path[-1] == one.text and following.path[: len(path)] == path

    def _measure_of(self, at: int) -> tuple[int, int] | None:
        """Return the line above a table's rows that says what their figures count: 单位：万元."""
        back = at - 1
        while back >= 0 and is_row(self._paragraphs[back].text):
            back -= 1
        above = self._paragraphs[back] if back >= 0 else None
        if above is None or len(above.text) > LONGEST_MEASURE or not _MEASURE.search(above.text):
            return None
        return above.start, above.end

    def _group_end(self, at: int, high: int) -> int:
        """Return behind which paragraph the list ends that a paragraph announces."""
        behind = at + 1
        if not announces(self._paragraphs[at].text):
            return behind
        path = self._paragraphs[at].path
        while behind < high and self._goes_on(behind, path):
            behind += 1
        return behind

    def _goes_on(self, at: int, path: tuple[str, ...]) -> bool:
        one = self._paragraphs[at]
        return one.path[: len(path)] == path and is_item(one.text) and not heads_answer(one.text)

    def _lead_of(self, at: int) -> int:
        """Return the paragraph that announces the list an item belongs to, else itself."""
        path = self._paragraphs[at].path
        back = at
        while back > 0 and at - back < FARTHEST_LEAD and self._goes_on(back, path[:1] and path):
            back -= 1
        one = self._paragraphs[back]
        return back if announces(one.text) and one.path == path[: len(one.path)] else at

    def _list_end(self, high: int) -> int:
        """Return behind which paragraph the list ends that is open at the end of a range."""
        last = self._paragraphs[high - 1]
        if not (announces(last.text) or is_item(last.text)):
            return high
        lead = self._paragraphs[self._lead_of(high - 1)]
        if not announces(lead.text):
            return high
        limit = min(len(self._paragraphs), high + FARTHEST_LEAD)
        while high < limit and self._goes_on(high, lead.path):
            high += 1
        return high

    def _question_of(self, at: int) -> int:
        """Return the question above a paragraph of an answer; itself where there is none."""
        for back in range(at, max(at - LONGEST_ANSWER, 0) - 1, -1):
            if self._asks(back):
                return back if self._answer_end(back) > at else at
            if self._heads(back):
                return at
        return at

    def _answer_end(self, asked: int) -> int:
        """Return behind which paragraph the answer of a question ends."""
        behind = asked + 1
        limit = min(len(self._paragraphs), behind + LONGEST_ANSWER)
        while behind < limit and not self._asks(behind) and not self._heads(behind):
            behind += 1
        return behind
