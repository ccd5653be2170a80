"""Names of instruments: exact ones only, since a wrong law is the worst citation there is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from corpus.legal.editions import split_edition

_STATE = "中华人民共和国"
_MARKS = re.compile(r"[\s《》〈〉<>“”\"'「」『』]")
# Short names in everyday legal use whose letters do not stand together in the full one.
_ABBREVIATIONS = {
    "民诉法": "民事诉讼法",
    "刑诉法": "刑事诉讼法",
    "行诉法": "行政诉讼法",
    "消法": "消费者权益保护法",
    "消保法": "消费者权益保护法",
    "道交法": "道路交通安全法",
    "个保法": "个人信息保护法",
    "网安法": "网络安全法",
    "数安法": "数据安全法",
    "反法": "反不正当竞争法",
    "环保法": "环境保护法",
    "未保法": "未成年人保护法",
    "食安法": "食品安全法",
    "治安处罚法": "治安管理处罚法",
}
_LONGEST_NAME = 80  # characters looked back from a clause; titles of interpretations reach 60
_LIKE = 0.5  # difflib's ratio below which a title is no suggestion


@lru_cache(maxsize=1 << 17)  # each title of a library is asked for several times
def folded_name(name: str) -> str:
    """Return a name as compared: Simplified, no marks or spaces, no state's name, no edition."""
    bare = _MARKS.sub("", split_edition(name).name).lower()
    return bare.removeprefix(_STATE) or bare


class NameIndex:
    """Looks names up; many names may lead to one key, and one name to several keys."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._keys: dict[str, list[str]] = {}
        for name, key in names:
            keys = self._keys.setdefault(folded_name(name), [])
            if key not in keys:
                keys.append(key)

    def keys(self, name: str) -> list[str]:
        """Return the keys of exactly this name."""
        folded = folded_name(name)
        return self._keys.get(folded) or self._keys.get(_ABBREVIATIONS.get(folded, ""), [])

    def ending(self, text: str) -> tuple[int, str] | None:
        """Return (start, name) of the longest known name that ends ``text``."""
        first = max(0, len(text) - _LONGEST_NAME)
        for start in range(first, len(text) - 1):
            if not text[start].isspace() and self.keys(text[start:]):
                return start, text[start:]
        return None

    def similar(self, name: str, n: int) -> list[str]:
        """Return the keys whose names are likest to this one, likest first."""
        wanted = folded_name(name)
        letters = set(wanted)
        scored: list[tuple[float, str, str]] = []
        for known, keys in self._keys.items():
            shared = len(letters & set(known))
            if 2 * shared < len(letters):
                continue
            ratio = 1.0 if wanted in known else SequenceMatcher(None, wanted, known).ratio()
            if ratio >= _LIKE:
                scored.extend((-ratio, known, key) for key in keys)
        return list(dict.fromkeys(key for _, _, key in sorted(scored)))[:n]
