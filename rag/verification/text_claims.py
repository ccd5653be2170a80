"""The sentences of anybody's text, where they stand, and which of them claim something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.text.sentences import split_sentences

LEAST_LETTERS = 4  # a sentence of fewer says nothing that could be checked
_MARKER = re.compile(r"\[\^[^\[\]\n]{1,20}\]")
_NOTE = re.compile(r"[ \t]{0,3}\[\^[^\[\]\n]{1,20}\]:.*")  # a footnote's text, to the line's end
_LEAD = re.compile(r"(?:[-*+•·]|\d{1,3}[.)、]|>|#{1,6})[ \t]+")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]")
_BOLD_LINE = re.compile(r"\s*\*\*[^*\n]+\*\*[:：]?\s*")
# What is said to the reader, and of nothing in the documents.
_COURTESY = re.compile(
    r"(?:您?你?好|谢谢|感谢|以下(?:是|为)|综上|总之[，,]?$|希望.{0,12}(?:帮助|有用)|如(?:有|需).{0,20}(?:请|欢迎)"
    r"|(?:sure|hello|hi|thanks?|thank you|here (?:is|are)|i hope|let me know)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextClaim:
    """One sentence: ``start`` and ``end`` are its place in the text as given, markers included."""

    text: str  # without markers, bullets and heading marks
    start: int
    end: int
    claims: bool  # it says something that documents could support; a heading or question does not


def text_claims(text: str) -> Iterator[TextClaim]:
    """Yield the sentences of a text, in order; footnotes' own texts are passed over."""
    plain = _NOTE.sub(lambda found: " " * len(found[0]), text)
    # Markers are blanked by as many spaces, so that a place in one is a place in the other.
    plain = _MARKER.sub(lambda found: " " * len(found[0]), plain)
    for start, end in split_sentences(plain):
        first = _line_start(text, start)
        heading = _HEADING.match(text, first) is not None
        line = text[first : _line_end(text, end)]
        while lead := _LEAD.match(plain, start, end):
            start = lead.end()
        said = _without_emphasis(plain[start:end])
        if not any(map(str.isalnum, said)):
            continue
        titled = heading or _BOLD_LINE.fullmatch(line) is not None
        yield TextClaim(said, start, end, claims=not titled and _claims(said))


def _claims(said: str) -> bool:
    if sum(map(str.isalnum, said)) < LEAST_LETTERS or said.endswith(("?", "？", "：", ":")):
        return False
    return _COURTESY.match(said) is None


def _without_emphasis(said: str) -> str:
    plain = re.sub(r"\*\*|__", "", said)
    # What stood where a marker was.
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"[ \t]+(?=[。，；：！？,.;:!?])", "", plain)).strip()


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
