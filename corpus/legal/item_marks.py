"""The marks that open items of a list: 一是, 第二，, （三）, ④, 5., (f), ■."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.text.numerals import parse_numeral
from corpus.types import Paragraph

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
class Marker:
    """A mark at ``[start, end)`` of a document."""

    place: int  # of its paragraph in the sequence
    start: int
    end: int
    number: int | None
    opens_paragraph: bool


def find_markers(style: str, paragraphs: Sequence[Paragraph]) -> Iterator[Marker]:
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
            yield Marker(place, start, end, number, match.start() <= first)


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
