"""Which documents a text refers to by name: 《…》. A document many refer to carries weight."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.legal.instrument_names import folded_name
from corpus.text.script import fold

# Titles of official documents reach some 80 characters; a longer one is a mark left open.
_NAME = re.compile(r"《([^《》\n]{2,100})》")
_DIGITS = "〇零一二三四五六七八九十百千两0-9"
_CLAUSE_BEHIND = re.compile(rf"\s*第[{_DIGITS}]+条(?:之[{_DIGITS}]+)?$")
# 《办法》 in a text is short for a name it gave before (以下简称《办法》), and names no document.
_KINDS = (
    "办法|规定|条例|细则|决定|决议|意见|通知|公告|通告|方案|规划|纲要|解释|说明|报告"
    "|规则|标准|批复|函"
)
_GENERIC = re.compile(rf"(?:关于)?(?:实施|管理|暂行|试行|补充|若干|工作|指导|修改)*(?:{_KINDS})")


@dataclass(frozen=True, slots=True)
class Mentions:
    """A document's own name and those its text refers to, folded."""

    document_id: str
    title: str
    names: tuple[str, ...]


def mentioned_names(text: str) -> tuple[str, ...]:
    """Return the names in 《》 of a text, folded, each once, sorted; but 《办法》 names none."""
    names = {_folded(name) for name in _NAME.findall(text)} - {""}
    return tuple(sorted(name for name in names if not _GENERIC.fullmatch(name)))


def own_name(title: str) -> str:
    """Return the name a document is referred to by: its title without a clause behind it, folded.

    Collections keep the articles of a law as records, 中华人民共和国民法典 第五十四条 each.
    """
    return _folded(_CLAUSE_BEHIND.sub("", title))


def references(every: Iterable[Mentions]) -> Mapping[str, int]:
    """Return document id -> how many other documents refer to it, for those that are referred to.

    Documents of the same name do not count for one another.
    """
    mentions = list(every)
    own = {one.document_id: own_name(one.title) for one in mentions}
    counts = Counter(name for one in mentions for name in one.names if name != own[one.document_id])
    return {document: counts[name] for document, name in own.items() if counts[name]}


def _folded(name: str) -> str:
    return folded_name(fold(name))
