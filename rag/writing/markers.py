"""Markers of citations as language models write them, taken out of a line of their answer.

Asked for ``[^1]``, models also write ``[^p1]``, ``［＾1］``, ``(^1)``, ``[^1, ^2]``, ``[^1,2]``,
``[1]``, ``【1】``, ``[Passage 1]``. A caret makes a marker wherever it stands. Without one, a
bracket counts only when every key in it was offered and it stands where markers stand: before or
behind the mark that ends a sentence or a clause, or first on its line. 国发[2023]15号 holds none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

MOST_RANGE = 10  # keys that "[^1-3]" may stand for: a longer range is no citation

_SPACE = r"[ \t\u3000\u00a0]*"
_STOP = "。．.！!？?；;，,、：:…"
_CLOSE = "”’」』）)》\"'*_"
_WORD = r"(?:passages?|sources?|documents?|docs?|refs?|key|段落|片段|来源|资料|文献|编号|p|P)"
_NUMBER = r"[0-9０-９]{1,5}"  # of keys: as many digits as rag.writing.prompts draws
_KEYS = rf"{_WORD}?[\s:：.]*{_NUMBER}(?:\s*[,，、;；&~-]\s*{_WORD}?\s*{_NUMBER})*"
_CARET = rf"\[{_SPACE}[\^][^\[\]()]{{0,60}}[\])]|\({_SPACE}[\^][^\[\]()]{{0,60}}[\])]"
_BARE = rf"\[{{1,2}}{_SPACE}{_KEYS}{_SPACE}\]{{1,2}}"
_MARK = rf"(?:{_CARET}|{_BARE})"
_RUN = re.compile(rf"{_SPACE}(?:{_MARK})(?:[ \t,，、]*(?:{_MARK}))*", re.IGNORECASE)
_ONE = re.compile(rf"(?P<caret>{_CARET})|(?P<bare>{_BARE})", re.IGNORECASE)
# Words that only carry a marker: （来源：[^1]）, "according to [^1],", 根据[^1]，.
_CARRIED = re.compile(
    rf"{_SPACE}\({_SPACE}(?:来源|出处|依据|参见|见|引自|sources?|see|refs?|from|passages?)[:：.]?{_SPACE}"
    rf"(?P<a>{_MARK}(?:[ \t,，、]*{_MARK})*){_SPACE}[。.]?\)"
    rf"|(?:根据|依据|按照|参见|见|据|\b(?:according to|as stated in|based on|per|see)\b){_SPACE}"
    rf"(?:the )?(?:{_WORD}{_SPACE})?(?P<b>{_MARK}(?:[ \t,，、]*{_MARK})*){_SPACE}[,，:：]{_SPACE}",
    re.IGNORECASE,
)
_DEFINITION = re.compile(rf"\s*(?:[-*+>]\s*)?(?:{_MARK}){_SPACE}[:：]", re.IGNORECASE)
_UNFINISHED = re.compile(rf"{_SPACE}[\[(]{_SPACE}\^[^\[\]()]{{0,60}}$")
_RANGE = re.compile(rf"({_NUMBER})\s*[-~]\s*({_NUMBER})")
_PART = re.compile(r"[^,，、;；&\s^\[\]]+")
# One code point for one; what opens and closes a marker in any width. 〔〕 is for numbers alone.
_PLAIN = str.maketrans("［【（］】）＾ˆ～–—", "[[(]])^^~--")


@dataclass(frozen=True, slots=True)
class Mark:
    """Citations that stood at one place of a line."""

    at: int  # in the line without its markers
    keys: tuple[str, ...]  # of passages that were offered, in order
    unknown: int  # how many others


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A line without its markers, and where these stood, in order."""

    text: str
    marks: tuple[Mark, ...]
    origins: tuple[int, ...]  # where each character of ``text`` stood in the line


def take_markers(line: str, offered: Collection[str]) -> Unmarked:
    """Return a line without the markers in it. ``offered`` are decimal numbers."""
    plain = line.translate(_PLAIN)
    text: list[str] = []
    origins: list[int] = []
    marks: list[Mark] = []
    at = 0
    for found in _found(plain, offered):
        text += line[at : found.start]
        origins += range(at, found.start)
        marks.append(Mark(len(text), found.keys, found.unknown))
        at = found.end
        if _joins(text[-1:], line[at : at + 1]):
            text.append(" ")
            origins.append(at)
    text += line[at:]
    origins += range(at, len(line))
    return Unmarked("".join(text), tuple(marks), tuple(origins))


def defines_note(line: str) -> bool:
    """Say whether a line is the text of a footnote: ``[^1]: …``, part of a list of references."""
    return _DEFINITION.match(line.translate(_PLAIN)) is not None


def without_unfinished(line: str) -> str:
    """Return a line without a marker that was cut off at its end: ``[^1`` may have been 12."""
    found = _UNFINISHED.search(line.translate(_PLAIN))
    return line[: found.start()] if found else line


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    keys: tuple[str, ...]
    unknown: int


def _found(plain: str, offered: Collection[str]) -> Iterator[_Found]:
    """Yield the runs of markers in a line, with the words that only carry them."""
    carried = [(one.start(), one.end()) for one in _CARRIED.finditer(plain)]
    for run in _RUN.finditer(plain):
        holding = [span for span in carried if span[0] <= run.start() and run.end() <= span[1]]
        start, end = holding[0] if holding else run.span()
        if not holding:
            end = _end_of_markers(plain, run, offered)
        if end <= start:
            continue
        keys: dict[str, None] = {}
        unknown = 0
        for one in _ONE.finditer(plain, run.start(), min(run.end(), end)):
            parts = list(_parts(one[0]))
            known = [part for part in parts if part in offered]
            if one["bare"] and len(known) < len(parts):
                continue
            keys.update(dict.fromkeys(known))
            unknown += len(parts) - len(known)
        if keys or unknown:
            yield _Found(start, end, tuple(keys), unknown)


def _end_of_markers(plain: str, run: re.Match[str], offered: Collection[str]) -> int:
    """Return where a run stops being markers: at a bracket that is none, or its start."""
    end = run.start()
    placed = _stands_as_marker(plain, run)
    for one in _ONE.finditer(plain, *run.span()):
        if one["bare"] and not (placed and all(part in offered for part in _parts(one[0]))):
            break
        end = one.end()
    return end


def _stands_as_marker(plain: str, run: re.Match[str]) -> bool:
    before, after = plain[: run.start()].rstrip(), plain[run.end() :].lstrip()
    if not before.strip("-*+># \t") or not after.strip(_CLOSE):
        return True
    return before[-1] in _STOP or before.rstrip(_CLOSE)[-1:] in _STOP or after[0] in _STOP


def _parts(mark: str) -> Iterator[str]:
    """Yield the keys in one bracket; what is no number comes as it is written."""
    inner = unicodedata.normalize("NFKC", mark[1:-1])
    spread = _RANGE.sub(_spread, inner)
    parts = _PART.findall(re.sub(rf"{_WORD}[\s:.]*(?=\d)", "", spread, flags=re.IGNORECASE))
    yield from (part.lstrip("0") or "0" if part.isdecimal() else part for part in parts or [inner])


def _spread(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    if not first < last < first + MOST_RANGE:
        return match[0]
    return ",".join(map(str, range(first, last + 1)))


def _joins(before: Sequence[str], after: str) -> bool:
    """Say whether "end." and "Next" would become one word without the marker between them."""
    last = "".join(before)
    return last.isascii() and not last.isspace() and after.isascii() and after.isalnum()
