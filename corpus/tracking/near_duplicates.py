"""The same statement in other places: repeated word for word, but for script, marks and fillers.

Two sentences that differ in one name or one figure look alike and say different things, so being
alike is not enough: what is left after taking out punctuation and filler words must be equal, and
the statement must stand there on its own, not as part of one that turns or narrows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.text.numbers import find_numbers
from corpus.text.script import fold, is_han

# Words that change nothing whether they stand or not. 不, 未, 或, 以上, 应当 are none of them.
_FILLERS = frozenset("的了着地得之其将要把也等并且即")
LEAST_WEIGHT = 8.0  # of a statement: in Han characters; shorter ones are headings and formulas
_OTHER_WEIGHT = 0.35  # of a letter or figure against a Han character

# What means another thing in another document.
_RELATIVE = re.compile(
    "本(?:法|条例|规定|办法|决定|细则|规则|章程|通知|意见|方案|条|款|项|章|节|院|部|省|市|区|县|级|次|年|月)"
    "|前[款条项]|前[两二三四五]款|上述|下列|该"
)
_OPENS = "。;!?:\n■●○◆◇□▪•·*#)】〕.、,"  # as folded: a statement may begin after one of these
_CLOSES = frozenset("。；;！？!?.．")  # and must be closed by one of these, or end its line
_COMMAS = frozenset("，,")
_AHEAD = 64  # characters looked at ahead of a statement: a marker, a lead-in
# What a list puts ahead of an item: 3, （三）, 三是, 第三, a).
_MARKER = re.compile(
    r"\s*(?:第?[(]?(?:[一二三四五六七八九十百]{1,4}|\d{1,3})(?:[)、]|\.(?!\d)|[是要]|\s)|[(]?[a-z][).])?\s*"
)
# What may lead in without saying anything of its own; 2023年，逾期的，必要时 do.
_LEAD = re.compile(
    r"(?:[^\W\d]{0,6}(?:指出|强调|要求|认为|提出|表示|明确)|近年来|[一二三四五]年来|同时|此外|另外|其中"
    r"|首先|其次|再次|最后|总之|因此|为此|据此)$"
)
_TURNS = re.compile(r"\s*(?:但|然而|除外|不过|however|but|unless|except)")


@dataclass(frozen=True, slots=True)
class _Essence:
    """A text without what changes nothing, and where each of its characters came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


class Statement:
    """A sentence looked for in other texts."""

    def __init__(self, quote: str) -> None:
        self._essence = _essence(quote[_lead_in(fold(quote)) :]).text
        weight = sum(1.0 if is_han(one) else _OTHER_WEIGHT for one in self._essence)
        self._distinctive = weight >= LEAST_WEIGHT and _RELATIVE.search(fold(quote)) is None
        self._run = _longest_run(quote)

    @property
    def distinctive(self) -> bool:
        """Whether it says the same wherever it stands, and enough to be no mere formula."""
        return self._distinctive

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of ``text`` that make this statement, its closing mark included."""
        if not self._distinctive or self._run not in _letters(fold(text)):
            return  # finding the numbers of a text takes thirty times as long as its letters
        essence = _essence(text)
        at = essence.text.find(self._essence)
        while at >= 0:
            last = at + len(self._essence) - 1
            start, end = essence.starts[at], essence.ends[last]
            after = essence.starts[last + 1] if last + 1 < len(essence.starts) else len(text)
            closed = _closing(text, end, after)
            opened = _opening(text, start)
            if closed is not None and opened is not None:
                yield opened, closed
            at = essence.text.find(self._essence, at + 1)

    def is_made_in(self, text: str) -> bool:
        """Whether a text makes this statement somewhere."""
        return next(self.find(text), None) is not None


def _essence(text: str) -> _Essence:
    folded = fold(text)
    pieces: list[tuple[str, int, int]] = []
    at = 0
    for number in find_numbers(text):
        pieces.extend(_words(folded, at, number.start))
        said = f"<{number.canonical}{number.unit or ''}>"
        pieces.extend((one, number.start, number.end) for one in said)
        at = number.end
    pieces.extend(_words(folded, at, len(folded)))
    return _Essence(
        "".join(one for one, _, _ in pieces),
        tuple(start for _, start, _ in pieces),
        tuple(end for _, _, end in pieces),
    )


def _letters(folded: str) -> str:
    return "".join(one for one in folded if one.isalnum() and one not in _FILLERS)


def _longest_run(quote: str) -> str:
    """Return the longest stretch of a quote's letters without a number: any copy has it too."""
    folded, at = fold(quote[_lead_in(fold(quote)) :]), 0
    runs: list[str] = []
    for number in find_numbers(quote[_lead_in(fold(quote)) :]):
        runs.append(_letters(folded[at : number.start]))
        at = number.end
    return max((*runs, _letters(folded[at:])), key=len)


def _words(folded: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    for at in range(start, end):
        if folded[at].isalnum() and folded[at] not in _FILLERS:
            yield folded[at], at, at + 1


def _opening(text: str, start: int) -> int | None:
    """Return where a statement whose words begin at ``start`` opens; None when it does not.

    It does at the outset, behind a stop or a list's marker, or behind a short lead-in.
    """
    head = fold(text[max(0, start - _AHEAD) : start])
    opens = len(head.rstrip("".join(_FILLERS)))  # its own fillers belong to it
    mark = _last_mark(head, opens)
    if not _MARKER.fullmatch(head[mark + 1 : opens]):
        return None
    if mark >= 0 and head[mark] == ",":
        clause = _last_mark(head, mark)
        within = clause >= 0 and head[clause] == ","
        if within or _LEAD.match(head[clause + 1 : mark].strip()) is None:
            return None
    return start - len(head) + opens


def _lead_in(folded: str) -> int:
    """Return where a quote's own words begin: behind a bullet, a list's marker, a lead-in."""
    start = len(folded) - len(folded.lstrip(_OPENS + "( \t-"))
    marker = _MARKER.match(folded, start)
    start = marker.end() if marker else start
    comma = folded.find(",", start, start + _AHEAD)
    return comma + 1 if comma >= 0 and _LEAD.match(folded[start:comma]) else start


def _last_mark(head: str, end: int) -> int:
    return max(head.rfind(one, 0, end) for one in _OPENS)


def _closing(text: str, end: int, after: int) -> int | None:
    """Return where a statement whose words end at ``end`` is closed; None when it goes on."""
    for place in range(end, after):
        if text[place] in _CLOSES:
            return None if _TURNS.match(text, place + 1) else place + 1
        if text[place] == "\n":
            return place
        if text[place] in _COMMAS:
            return None
    return end if after == len(text) else None
