"""Which text outranks which: the levels of the Legislation Law (立法法, articles 98 to 106).

The constitution above laws, these above the State Council's regulations, these above local
regulations and rules, which do not rank among each other, and these above other documents.
"""

from __future__ import annotations

import re
from enum import IntEnum

from corpus.legal.article_records import split_article
from corpus.legal.instrument_names import folded_name
from corpus.types import DocumentFacts

_CONSTITUTION = re.compile(r"宪法(?:修正案)?$")
_LAW = re.compile(r"(?<!办)法$|法典(?:·.*)?$|修正案\(?[一二三四五六七八九十]*\)?$")
_REGULATION = re.compile(r"(?:条例|规定|办法|细则)(?:\(.*\))?$")
_STATE = "中华人民共和国"
_ORDER = re.compile("令")
_NUMBERED = re.compile("〔[0-9]{4}〕")


class Level(IntEnum):
    """A level; the smaller number outranks the greater."""

    CONSTITUTION = 0
    LAW = 1
    REGULATION = 2  # 行政法规, of the State Council
    RULE = 3  # 部门规章, 地方性法规, 地方政府规章
    DOCUMENT = 4  # 规范性文件


def level_of(facts: DocumentFacts) -> Level | None:
    """Return the level of a text by its title, issuer and number; None where they do not say."""
    title = split_article(facts.title)[0].strip()
    name = folded_name(title)
    issuers = " ".join(facts.values("issuer"))
    number = facts.value("number") or ""
    national = title.startswith(_STATE) or "全国人民代表大会" in issuers
    if _CONSTITUTION.search(name):
        return Level.CONSTITUTION
    if _LAW.search(name) and (national or not issuers):
        return Level.LAW
    if "全国人民代表大会" in issuers:
        return Level.LAW
    if _REGULATION.search(name):
        council = issuers.startswith("国务院") and "办公厅" not in issuers
        if council or number.startswith("国务院令") or title.startswith(_STATE):
            return Level.REGULATION
        if _ORDER.search(number) or "人民代表大会" in issuers:
            return Level.RULE
    return Level.DOCUMENT if _NUMBERED.search(number) else None
