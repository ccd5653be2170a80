"""Text folded for matching: width, case, Traditional script, quotes and dashes made one.

Folding works on single code points and never changes their number, so an offset into the folded
text is the same offset into the original. Nothing folded is ever shown or stored.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# NFKC leaves these alone; writers and converters mix them freely.
_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("“”„‟「」『』〝〞〟«»", '"'),
        **dict.fromkeys("‘’‚‛‹›", "'"),
        **dict.fromkeys("‐‑‒–—―⸺−─", "-"),
    }
)

# 々 and 〇 are written among Han characters and count as such.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN_RUN = re.compile(f"[{_HAN}]+")


class _FoldTable(dict[int, str]):
    """A translation table for ``str.translate`` that learns each character when it meets it."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return ``text`` in the form it is matched in: one code point for one, idempotent."""
    return text.lower() if text.isascii() else text.translate(_TABLE)


def is_han(ch: str) -> bool:
    """Whether ``ch`` is one Chinese character."""
    return len(ch) == 1 and _HAN_RUN.match(ch) is not None


def share_han(text: str) -> float:
    """Return the share, 0 to 1, of Han among the characters that are not spaces; 0 for none."""
    visible = sum(map(len, text.split()))
    return sum(map(len, _HAN_RUN.findall(text))) / visible if visible else 0.0


def _fold_character(character: str) -> str:
    """Repeat the steps until nothing changes, which is what makes folding idempotent."""
    seen = [character]
    while (folded := _fold_once(seen[-1])) not in seen:
        seen.append(folded)
    # Were two variants to turn into each other, the lesser would stand for both.
    return min(seen[seen.index(folded) :])


def _fold_once(character: str) -> str:
    for step in (unicodedata.normalize("NFKC", character), character.casefold(), character.lower()):
        if len(step) == 1 and step != character:
            return step
    folded = character.translate(_PUNCTUATION)
    if is_han(folded):
        simplified = _converter().convert(folded)
        return simplified if len(simplified) == 1 else folded
    return folded


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC  # its dictionaries load here, when the first Han character is met

    return OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Return a text in Simplified script, by words; for models only: its length may differ."""
    return _converter().convert(text) if _HAN_RUN.search(text) else text
