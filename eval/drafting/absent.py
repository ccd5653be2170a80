"""Questions that a library cannot answer: good ones, changed so that it surely lacks the answer.

Every draft here names words that no document may hold; the drafter looks for them in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Protocol

from corpus.errors import BadAddress
from corpus.legal.addresses import Step
from corpus.legal.clauses import chinese
from eval.drafting.statements import Draft
from index.catalogue import FoundClause

UNANSWERABLE = "unanswerable"
FARTHEST_ARTICLE = 30  # beyond the last: near enough to look real
SEVERAL = 3  # of one document, of one way of changing it
TRIES = 20  # drafts of one document that are tried for each way of changing them
# What laws are made of, none of which is the subject of one.
_TOPICS = (
    *(
        "宠物饲养",
        "街头表演",
        "共享单车",
        "家庭影院",
        "无人商店",
        "校园跑腿",
        "露营活动",
        "网络昵称",
    ),
    *(
        "广场舞",
        "二手图书",
        "自动贩卖机",
        "民间收藏",
        "天文观测",
        "电子竞技",
        "城市养蜂",
        "玩具回收",
    ),
)
_PEOPLE = ("欧阳静远", "上官怀瑾", "司徒远航", "诸葛明轩", "东方晓岚", "令狐致远")
_RULE_WORD = re.compile("(?:法|条例|办法|规定|规则|细则)$")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?=年)")
_MEETING = re.compile(r"第(?P<number>[一二三四五六七八九十]{1,3})次(?:全体)?会议")
_SCHOLAR = re.compile(r"^(?P<who>[一-鿿]{2,3})(?:担任|当选为|被任命为)什么职务")


class ClauseSource(Protocol):
    """What knows which clauses there are."""

    def clause(self, address: str, /) -> FoundClause:
        """Return the clause that an address names. Raises BadAddress."""
        ...


def absent_drafts(drafts: Sequence[Draft], library: ClauseSource, rng: Random) -> Iterator[Draft]:
    """Yield what a document's drafts become when one thing is changed, a few of each kind."""
    for kinds, make, most in (
        (("clause",), _article, SEVERAL),
        (("clause", "date"), _law, SEVERAL),
        (("date",), _meeting, 1),  # all alike: one is enough
        (("number", "list", "date", "person", "fact", "definition"), _year, SEVERAL),
        (("person",), _person, SEVERAL),
    ):
        order = [each for each in drafts if each.kind in kinds]
        rng.shuffle(order)
        made = (one for each in order[:TRIES] if (one := make(each, library, rng)) is not None)
        yield from islice({one.text: one for one in made}.values(), most)


def _article(draft: Draft, library: ClauseSource, rng: Random) -> Draft | None:
    """Ask for an article beyond the last one."""
    last = draft.source.clauses.last_article()
    if last is None:
        return None
    number = last.number + rng.randint(1, FARTHEST_ARTICLE)
    label = draft.source.clauses.label((Step("条", number),))
    address = f"{draft.source.titled}{label}"
    try:
        if library.clause(address).citations:
            return None  # another file holds the rest of the law
    except BadAddress:
        return None
    absent = (address, f"{draft.source.name}{label}")
    return _made(draft, f"{address}规定了什么？", "article", absent)


def _law(draft: Draft, _: ClauseSource, rng: Random) -> Draft | None:
    """Ask the same of a law that there is not."""
    source = draft.source
    kind = _RULE_WORD.search(source.name)
    plain = draft.kind == "clause" or "由" not in draft.text
    if kind is None or not plain or source.titled not in draft.text or "百" in draft.text:
        return None
    topic = rng.choice(_TOPICS)
    name = f"{topic}{'管理' if kind[0] != '法' else ''}{kind[0]}"
    return _made(draft, draft.text.replace(source.titled, f"《{name}》"), "law", (name,))


def _year(draft: Draft, _: ClauseSource, rng: Random) -> Draft | None:
    """Ask the same of another year, be it one in the document's name."""
    if draft.source.name and _YEAR.search(draft.source.name):
        draft = draft.with_name()
    years = set(_YEAR.findall(draft.text))
    if len(years) != 1:
        return None
    (year,) = years
    other = str(int(year) + rng.choice((-1, 1)) * rng.randint(2, 12))
    return _made(draft, draft.text.replace(year, other), "year", (other,))


def _meeting(draft: Draft, _: ClauseSource, rng: Random) -> Draft | None:
    """Ask of a meeting that passed nothing here."""
    found = _MEETING.search(draft.text)
    if found is None:
        return None
    number = chinese(rng.randint(41, 79))  # no committee sits that often in its five years
    text = draft.text[: found.start("number")] + number + draft.text[found.end("number") :]
    return _made(draft, text, "meeting", (f"第{number}次",))


def _person(draft: Draft, _: ClauseSource, rng: Random) -> Draft | None:
    """Ask of somebody who is not there."""
    found = _SCHOLAR.match(draft.text)
    if found is None:
        return None
    name = rng.choice(_PEOPLE)
    return _made(draft, draft.text.replace(found["who"], name), "person", (name,))


def _made(draft: Draft, text: str, how: str, absent: tuple[str, ...]) -> Draft:
    return replace(
        draft,
        kind=UNANSWERABLE,
        text=text,
        quotes=(),
        answers=(),
        musts=(),
        clauses=(),
        tags=(f"absent-{how}",),
        absent=absent,
    )
