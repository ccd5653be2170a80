"""Characters as a reader sees them: what PDF producers write instead, put back.

A PDF names glyphs, and a producer that only knows a glyph's number may name the radical ⼀ (U+2F00)
where the text says 一: the two look the same and are different to every search. The mapping is
Unicode's own: NFKC for Kangxi radicals and ligatures, canonical decomposition for compatibility
ideographs, EquivalentUnifiedIdeograph.txt for the radicals supplement.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from corpus.readers.layout.page import Glyph, PageContent

# https://www.unicode.org/Public/UCD/latest/ucd/EquivalentUnifiedIdeograph.txt, of U+2E80–2EF3
# those that look like their equivalent.
_RADICALS = dict(
    zip(
        "⺁⺎⺒⺖⺘⺜⺝⺟⺠⺢⺧⺬⺯⻁⻄⻅⻆⻈⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻲⻳",
        "厂兀巳忄扌日月母民氺牛示糸虎西见角讠贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙亀龟",
        strict=True,
    )
)
# The bullets of Symbol and Wingdings, whose fonts live in private use.
_BULLETS = {
    "\uf0b7": "•",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf075": "◆",
    "\uf0a8": "□",
    "\uf0fe": "☑",
}
# Marks as they are set in columns, 直排.
_UPRIGHT = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︙︱︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈",
        "，、。：；！？〖〗…—＿（）｛｝〔〕【】《》〈〉「」『』［］",
        strict=True,
    )
)
REPLACEMENT = "\ufffd"


def is_private(char: str) -> bool:
    """Whether only the maker of a font knows what the character is."""
    return unicodedata.category(char) == "Co"


def as_seen(char: str) -> str:
    """Return the characters that ``char`` looks like; itself for nearly all."""
    code = ord(char)
    if code < 0x2E80:
        return char
    if code < 0x2F00:
        return _RADICALS.get(char, char)
    if code < 0x2FE0 or 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", char)
    if 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F:
        return unicodedata.normalize("NFC", char)
    return _UPRIGHT.get(char) or _BULLETS.get(char, char)


def with_seen_characters(content: PageContent) -> PageContent:
    """Put radicals, ligatures and compatibility forms back into the characters they look like."""
    mapped = 0
    groups: list[tuple[Glyph, ...]] = []
    for group in content.groups:
        glyphs: list[Glyph] = []
        for glyph in group:
            seen = "".join(map(as_seen, glyph.text))
            mapped += seen != glyph.text
            glyphs.append(glyph if seen == glyph.text else replace(glyph, text=seen))
        groups.append(tuple(glyphs))
    return replace(content, groups=tuple(groups), mapped=mapped)


def is_wide(char: str) -> bool:
    """Whether the character is set in a square of its own: Han, kana, full-width marks."""
    if char in "“”‘’—…·":
        return True
    return char >= "\u2e80" and unicodedata.east_asian_width(char) in "WF"


def is_ideograph(char: str) -> bool:
    """Whether the character is Han."""
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000" or char in "〇々"
