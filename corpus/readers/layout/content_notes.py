"""What of printed pages is not in their text, or in doubt as a character, in words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.messages.message import Message
from corpus.readers.layout.page import PageContent
from corpus.readers.reader import counted_notes

_MOST_QUOTED = 3  # hidden texts that a note shows
_CHARACTERS = ("reader.unmapped", "reader.private", "reader.mapped")


def content_notes(contents: Sequence[PageContent]) -> list[str]:
    """Return notes on words no reader sees, and on characters that are not what the file names."""
    notes: list[str] = []
    hidden = [text for each in contents for text in each.hidden]
    if hidden:
        notes.append(Message("reader.pages_hidden", count=len(hidden), texts=_quotes(hidden)))
    slanted = [text for each in contents for text in each.slanted]
    if slanted:
        notes.append(Message("reader.pages_slanted", count=len(slanted), texts=_quotes(slanted)))
    counts: Counter[str] = Counter()
    for each in contents:
        counts.update(unmapped=each.unmapped, private=each.private, mapped=each.mapped)
    return [*notes, *counted_notes(_CHARACTERS, counts)]


def _quotes(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"“{text}”" for text in list(dict.fromkeys(texts))[:_MOST_QUOTED])
