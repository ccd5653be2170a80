"""Names of instruments, apart from the edition they state: 读书法（2018年修正） is 读书法 of 2018.

Names are looked up exactly, since a wrong law is the worst citation there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from corpus.text.dates import parse_date
from corpus.text.script import fold

# --- editions -------------------------------------------------------------------------------------

_RULE_WORDS = (
    "法|法典|条例|规定|办法|细则|规则|解释|章程|准则|规程|标准|通则|规范|守则|制度"
    "|公约|协定|宪法|条令|预案"
)
# Compounds with 法 that are no law: 的做法 and 教学方法 are what reports are titled with.
_NO_LAW = "做方看想说算疗手"
_RULE = re.compile(
    rf"(?:(?<![{_NO_LAW}])法|{_RULE_WORDS[2:]})(?:\([^)]{{1,12}}\))?$"
    rf"|印发.*(?:{_RULE_WORDS})(?:\([^)]{{1,12}}\))?的通知$"
    r"|\b(?:law|act|regulations?|rules|measures|provisions|code)$"
)
# Not 稿: a draft is no version of what it became.
_KIND = re.compile(
    r"(?:第[一二三四五六七八九十]+次)?(?:修订|修正|修改|公布|发布|颁布|通过|施行|实施)?(?:版|本|文本)?$"
)
_BRACKETED = re.compile(r"[\s_-]*[(\[](?P<edition>[^()\[\]]{0,24})[)\]]\s*$")
_Y = r"(?:19|20)[0-9]{2}"
_BEHIND = re.compile(
    rf"[\s_-]*(?P<edition>{_Y}(?:年(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?)?|[-.][0-9]{{1,2}}[-.][0-9]{{1,2}})?"
    r"(?:修订|修正|修改)?(?:版|本)?)\s*$"
)
_BEFORE = re.compile(
    rf"^\s*(?P<edition>{_Y}(?:年|[-.][0-9]{{1,2}}[-.][0-9]{{1,2}})?(?:修订|修正)?(?:版|本)?)[\s_-]*"
)


@dataclass(frozen=True, slots=True)
class Edition:
    """A folded name without its edition, and the edition as ISO 8601; "" where none has a date."""

    name: str
    date: str


def is_rule(name: str) -> bool:
    """Whether a folded title is one of a law or rule, of which a later text takes the place.

    A report of the same title as last year's replaces nothing.
    """
    return _RULE.search(name) is not None


@lru_cache(maxsize=1 << 17)  # each title of a library is asked for several times
def split_edition(name: str) -> Edition:
    """Return a name as compared, apart from the edition behind it: （2018年修正）, 2018年版."""
    folded = fold(name).strip()
    bracketed = _BRACKETED.search(folded)
    if bracketed is not None and bracketed.start():
        day = _day(bracketed["edition"])
        if day is not None:
            return Edition(folded[: bracketed.start()], day)
    behind = _BEHIND.search(folded)
    if behind is not None and is_rule(folded[: behind.start()]):
        return Edition(folded[: behind.start()], _day(behind["edition"]) or "")
    return Edition(folded, "")


def leading_edition(name: str) -> Edition:
    """Return a file's name apart from the year in front of it: 2018年读书法."""
    folded = fold(name).strip()
    before = _BEFORE.search(folded)
    if before is None or not is_rule(folded[before.end() :]):
        return Edition(folded, "")
    return Edition(folded[before.end() :], _day(before["edition"]) or "")


def _day(edition: str) -> str | None:
    """Return the date of an edition, "" for one without (修订本), None where it is none."""
    bare = _KIND.sub("", edition.strip())
    return parse_date(bare) if bare else ""


# --- names ----------------------------------------------------------------------------------------

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
