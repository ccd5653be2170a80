"""What differs between two texts, in pieces a person can read.

Both are cut into words (a run of Latin letters and digits, or of Chinese digits, is one; every
other character is its own), matched with difflib, and then the confetti goes: a character or two
that happen to stand on both sides of two changes are shown as changed with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from string import ascii_letters, digits

from corpus.spans import common_end, common_start
from corpus.types import DiffPart

# Pairs of pieces difflib may have to look at: it is quadratic at worst, and this is near 1 s.
MOST_PAIRS = 4_000_000
# An equal piece this short between two changes says nothing by itself: 的, 或者, 应当.
_CONFETTI = 1
# Up to this long it goes when it is no longer than what changed on either side of it.
_SHORT_ISLAND = 4

_CHINESE_DIGITS = "零〇○一二两兩三四五六七八九十百千万萬亿億廿卅"
_WORD = re.compile(
    r"[0-9A-Za-z\u00c0-\u024f０-９]+(?:[.,:：．][0-9０-９]+)*"
    rf"|[{_CHINESE_DIGITS}]+|\s+|.",
    re.DOTALL,
)
_LETTERS = (
    frozenset(_CHINESE_DIGITS),
    frozenset(f"{ascii_letters}{digits}０１２３４５６７８９.,:：．")
    | frozenset(map(chr, range(0xC0, 0x250))),
)
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]+|[^。！？；!?;\n]+")

Block = tuple[int, int, int]  # start in the old text, start in the new one, length


def diff(old: str, new: str) -> tuple[DiffPart, ...]:
    """Return what was kept, removed and added, in order; of a change, the removed part first.

    Equal and removed parts joined are ``old``, equal and added ones ``new``. No part is empty.
    """
    parts: list[DiffPart] = []
    at_old = at_new = 0
    for start, new_start, size in _islands(old, new):
        if start > at_old:
            parts.append(DiffPart("removed", old[at_old:start]))
        if new_start > at_new:
            parts.append(DiffPart("added", new[at_new:new_start]))
        if size:
            parts.append(DiffPart("equal", old[start : start + size]))
        at_old, at_new = start + size, new_start + size
    return tuple(parts)


def equal_blocks(old: str, new: str) -> list[Block]:
    """Return what stands in both texts in the same order: ascending, disjoint, never empty."""
    head = common_start(old, new)
    while _in_word(old, head) or _in_word(new, head):
        head -= 1
    tail = common_end(old[head:], new[head:])
    while _in_word(old, len(old) - tail) or _in_word(new, len(new) - tail):
        tail -= 1
    old_end, new_end = len(old) - tail, len(new) - tail
    found = [(0, 0, head), *_inner(old[head:old_end], new[head:new_end], head)]
    found.append((old_end, new_end, tail))
    return _joined(block for block in found if block[2])


def _in_word(text: str, at: int) -> bool:
    """Whether a cut at ``at`` could go through a word or a number."""
    return 0 < at < len(text) and any(
        text[at - 1] in letters and text[at] in letters for letters in _LETTERS
    )


def _inner(old: str, new: str, offset: int) -> Iterator[Block]:
    """Yield equal blocks of the differing middles, by words, or by sentences where too long."""
    if not old or not new:
        return
    pieces, new_pieces = _WORD.findall(old), _WORD.findall(new)
    by_words = len(pieces) * len(new_pieces) <= MOST_PAIRS
    if not by_words:
        pieces, new_pieces = _SENTENCE.findall(old), _SENTENCE.findall(new)
        if len(pieces) * len(new_pieces) > MOST_PAIRS:
            return
    for tag, start, new_start, size, new_size in _runs(pieces, new_pieces):
        if tag == "equal":
            yield offset + start, offset + new_start, size
        elif tag == "replace" and not by_words:
            changed, became = old[start : start + size], new[new_start : new_start + new_size]
            if len(changed) * len(became) <= MOST_PAIRS:
                for a, b, length in _inner(changed, became, 0):
                    yield offset + start + a, offset + new_start + b, length


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield (tag, start, new start, size, new size) of each run, in code points."""
    places = [0, *accumulate(map(len, old))]
    new_places = [0, *accumulate(map(len, new))]
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        start, new_start = places[a], new_places[c]
        yield tag, start, new_start, places[b] - start, new_places[d] - new_start


def _joined(blocks: Iterator[Block]) -> list[Block]:
    joined: list[Block] = []
    for start, new_start, size in blocks:
        if joined and (start, new_start) == (
            joined[-1][0] + joined[-1][2],
            joined[-1][1] + joined[-1][2],
        ):
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + size)
        else:
            joined.append((start, new_start, size))
    return joined


def _islands(old: str, new: str) -> list[Block]:
    """Return the equal blocks worth showing, and an empty one at the end of both texts."""
    end = (len(old), len(new), 0)
    kept: list[Block] = []
    blocks = equal_blocks(old, new)
    for index, block in enumerate(blocks):
        behind = (kept[-1][0] + kept[-1][2], kept[-1][1] + kept[-1][2]) if kept else (0, 0)
        following = blocks[index + 1] if index + 1 < len(blocks) else end
        ahead = (block[0] + block[2], block[1] + block[2])
        before = max(block[0] - behind[0], block[1] - behind[1])
        after = max(following[0] - ahead[0], following[1] - ahead[1])
        if not _is_confetti(old[block[0] : ahead[0]], before, after):
            kept.append(block)
    return [*kept, end]


def _is_confetti(equal: str, before: int, after: int) -> bool:
    if not before or not after:  # it begins or ends the texts: nothing to tear apart there
        return False
    size = len(equal.strip())
    return size <= _CONFETTI or size <= min(_SHORT_ISLAND, before, after)
