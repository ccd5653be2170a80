"""Clauses of one text that a later one changes: 将第五条修改为：“…”, 删去第八条, 第九条同时废止.

A text that is consolidated has the change in it; one that is not says what no longer holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.legal.addresses import Address, Names, find_addresses
from corpus.legal.instrument_names import folded_name
from corpus.text.script import fold
from corpus.text.sentences import split_sentences
from corpus.types import Paragraph

# 关于修改《…》的决定: what is changed in it without a name is that law's.
_OF_TITLE = re.compile(r"(?:修改|修订|废止|修正|停止执行)(?:[^《]{0,8})《([^《》]{2,100})》")
_AMENDED = re.compile(r"(?:修改|修正|修订|更改|改)为")
_REPEALED_BEFORE = re.compile(r"(?:删去|删除|废止|取消|停止执行)[^，。；]{0,6}$")
_REPEALED_BEHIND = re.compile(
    r"^[^，。；“]{0,12}(?<!不)(?:(?:同时|即行|相应|一并)?废止|停止(?:执行|施行)|不再(?:执行|施行|适用)|删去|失效)"
)
_SPEAKS_OF_CHANGE = re.compile("[修更]?[改正订]为|废止|删去|删除|停止执行|停止施行|不再|失效|取消")
_JOINS = re.compile(r"^(?:[、和及与至]|以及|第.{1,8}?[条款项])+")
_MARK = re.compile(r"[“\"‘「『].*", re.DOTALL)  # behind it stand the words that are put in


class Change(StrEnum):
    """What becomes of a clause."""

    AMENDED = "amended"
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of a clause, told in a paragraph ``[start, end)`` of another text."""

    address: Address  # with the name of the law
    change: Change
    start: int
    end: int


def amended_names(title: str) -> tuple[str, ...]:
    """Return the names, folded, of the texts that a title says are changed: 刑法修正案（八）."""
    of_title = _OF_TITLE.search(fold(title))
    names = [of_title[1]] if of_title else []
    names += [fold(title).partition("修正案")[0]] if "修正案" in title else []
    return tuple(folded_name(name) for name in names)


def may_amend(text: str) -> bool:
    """Say whether there is anything in a text that changes a clause."""
    return _SPEAKS_OF_CHANGE.search(text) is not None


def amendments(title: str, paragraphs: Sequence[Paragraph], names: Names) -> Iterator[Amendment]:
    """Yield the changes that a text makes in others, in order.

    A clause named without its law is the law's of the title, or the one named last before it.
    """
    of_title = _OF_TITLE.search(fold(title))
    law = of_title[1] if of_title else ""
    for paragraph in paragraphs:
        for start, end in split_sentences(paragraph.text):
            told = _MARK.sub("", paragraph.text[start:end])
            for address in find_addresses(told, names):
                law = address.name or law
                change = _change(told, address)
                if law and change is not None and folded_name(law) != folded_name(title):
                    named = replace(address, name=law)
                    yield Amendment(named, change, paragraph.start, paragraph.end)


def _change(told: str, address: Address) -> Change | None:
    behind = told[address.end :]
    rest = _JOINS.sub("", behind)
    if _REPEALED_BEFORE.search(told[: address.start]) or _REPEALED_BEHIND.match(rest):
        return Change.REPEALED
    return Change.AMENDED if _AMENDED.search(behind) else None
