"""Filters on what is known of documents: ``issued >= 2020-01-01``, ``title ~ 教育``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.errors import BadFilter
from corpus.facts.keys import DATES, STANDARD, normalised
from corpus.messages.message import Message
from corpus.text.dates import parse_date
from corpus.text.script import fold
from corpus.types import DocumentFacts

OPERATORS = (">=", "<=", "!=", "=", "<", ">", "~")
_WIDE = str.maketrans({"＞": ">", "＜": "<", "＝": "=", "！": "!", "～": "~"}) | {
    ord("≥"): ">=",
    ord("≤"): "<=",
    ord("≠"): "!=",
}
_CONDITION = re.compile(
    r"\s*(?P<key>[^\s<>=!~]+)\s*(?P<operator>>=|<=|!=|==?|<|>|~)\s*(?P<value>.*?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of a document. A document that says nothing of the key meets only ``!=``."""

    key: str
    operator: str
    value: str

    def accepts(self, facts: DocumentFacts) -> bool:
        """Whether the document meets it."""
        found = _values(facts, self.key)
        if self.operator == "!=":
            return not any(self._holds("=", one) for one in found)
        return any(self._holds(self.operator, one) for one in found)

    def _holds(self, operator: str, found: str) -> bool:
        if operator == "~":
            return fold(self.value).lower() in fold(found).lower()
        if self.key in DATES:
            # 2020 is a period: 2020-03-05 lies in it, is not after it, and not before it.
            length = min(len(found), len(self.value))
            found, wanted = found[:length], self.value[:length]
        else:
            found, wanted = _compared(found), _compared(self.value)
        return {
            "=": found == wanted,
            "<": found < wanted,
            ">": found > wanted,
            "<=": found <= wanted,
            ">=": found >= wanted,
        }[operator]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must be to be searched; empty: any."""

    where: tuple[Condition, ...] = ()  # all of them
    collections: tuple[str, ...] = ()  # one of them
    tags: tuple[str, ...] = ()  # all of them

    @property
    def is_empty(self) -> bool:
        """Whether everything passes."""
        return not (self.where or self.collections or self.tags)

    def accepts(self, facts: DocumentFacts) -> bool:
        """Whether a document passes."""
        collections = _values(facts, "collection")
        tags = {_compared(tag) for tag in _values(facts, "tags")}
        return (
            all(condition.accepts(facts) for condition in self.where)
            and (
                not self.collections
                or any(
                    _compared(one) == _compared(c) for c in self.collections for one in collections
                )
            )
            and all(_compared(tag) in tags for tag in self.tags)
        )


NO_FILTER = Filter()
_OWN = ("title", "source", "media_type")  # of every document, beside its facts


def refuse_unknown(filter_: Filter, there: Iterable[str]) -> None:
    """Raise BadFilter for a key that neither the standard knows nor any document (``there``)."""
    keys = {*STANDARD, *_OWN, *there}
    for condition in filter_.where:
        if condition.key not in keys:
            raise BadFilter(Message("corpus.unknown_key", key=condition.key, known=sorted(keys)))


def parse_where(text: str) -> Condition:
    """Take one condition apart: KEY OPERATOR VALUE. Raises BadFilter saying what is expected."""
    found = _CONDITION.match(text.translate(_WIDE))
    if found is None or not found["value"]:
        raise BadFilter(
            Message("corpus.no_condition", text=text[:80], operators=" ".join(OPERATORS))
        )
    operator = "=" if found["operator"] == "==" else found["operator"]
    value = found["value"].strip("\"'“”")
    key = next(iter(normalised({found["key"]: value or "-"})))
    key = key.removesuffix(" text")
    if key in DATES and operator != "~":
        iso = parse_date(value)
        if iso is None:
            raise BadFilter(Message("corpus.no_date", value=value))
        value = iso
    elif key in ("number", "status"):
        value = str(normalised({key: value})[key])
    return Condition(key, operator, value)


def _values(facts: DocumentFacts, key: str) -> tuple[str, ...]:
    if key in _OWN:
        return (str(getattr(facts, key)),)
    return facts.values(key)


def _compared(text: str) -> str:
    return fold(text).strip().lower()
