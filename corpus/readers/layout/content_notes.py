"""What of printed pages is not in their text, or in doubt as a character, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.layout.page import PageContent
from corpus.readers.reader import counted_notes

_MOST_QUOTED = 3  # hidden texts that a note shows
_CHARACTERS = {
    "unmapped": (
        "有 {} 个字形没有对应的字符，写作 U+FFFD",
        "{} glyphs stand for no known character and read U+FFFD",
    ),
    "private": (
        "有 {} 个自造字（私用区），只有原字体认得",
        "{} private-use characters that only the file's own font knows",
    ),
    "mapped": (
        "部首、连字等兼容字形还原为通用字 {} 处",
        "radicals, ligatures and compatibility forms put back: {}",
    ),
}


def content_notes(contents: Sequence[PageContent]) -> list[str]:
    """Return notes on words no reader sees, and on characters that are not what the file names."""
    notes: list[str] = []
    hidden = [text for each in contents for text in each.hidden]
    if hidden:
        notes.append(
            f"有 {len(hidden)} 页含看不见的文字，没有读入：{_quotes(hidden)} / "
            f"{len(hidden)} pages hold invisible text, left out"
        )
    slanted = [text for each in contents for text in each.slanted]
    if slanted:
        notes.append(
            f"有 {len(slanted)} 页含斜排文字（如水印），没有读入：{_quotes(slanted)} / "
            f"{len(slanted)} pages hold slanted text such as watermarks, left out"
        )
    counts = {kind: sum(getattr(each, kind) for each in contents) for kind in _CHARACTERS}
    return [*notes, *counted_notes(_CHARACTERS, counts)]


def _quotes(texts: Sequence[str]) -> str:
    return "、".join(f"“{text}”" for text in list(dict.fromkeys(texts))[:_MOST_QUOTED])
