"""Facts of a document that a person set over those that were found; its title is one of them."""

from __future__ import annotations

from collections.abc import Mapping

from corpus.errors import BadFact
from corpus.facts.keys import DATES, SEVERAL, STANDARD, normalised
from corpus.messages.message import Message
from corpus.types import Fact, Origin, Value

_UNSETTLED = " text"  # what metadata.py calls a date that is none
TITLE = "title"  # among the facts only where set by hand; ``Document.title`` is what holds


def set_by_hand(facts: Mapping[str, Fact]) -> dict[str, Value]:
    """Return what a person set."""
    return {key: fact.value for key, fact in facts.items() if fact.origin is Origin.HAND}


def as_found(title: str, facts: Mapping[str, Fact]) -> tuple[str, dict[str, Fact]]:
    """Return title and facts without what was set by hand: those these hid."""
    found = {
        key: shown
        for key, fact in facts.items()
        if (shown := fact.over if fact.origin is Origin.HAND else fact) is not None
    }
    if TITLE in found:
        title = str(found.pop(TITLE).value)
    return title, found


def with_hand(
    title: str, found: Mapping[str, Fact], by_hand: Mapping[str, Value]
) -> tuple[str, dict[str, Fact]]:
    """Return title and facts with those set by hand over what was found, which they keep.

    An empty value says that nothing is known, whatever was found; a title cannot be empty.
    """
    hidden = {**found, TITLE: Fact(title, Origin.HEAD)}
    facts = dict(found)
    for key, value in by_hand.items():
        facts[key] = Fact(value, Origin.HAND, hidden.get(key))
    given = by_hand.get(TITLE)
    return (str(given) if given else title), facts


def known(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts that say something: those emptied by hand are left out."""
    return {key: fact for key, fact in facts.items() if fact.value not in ("", ())}


def standard_key(name: str) -> str:
    """Return the key a name stands for: 文号 is number; a name that is none stays as it is."""
    if not name.strip():
        return ""
    (key,) = normalised({name: "-"})
    return key.removesuffix(_UNSETTLED)


def checked(given: Mapping[str, Value], there: Mapping[str, Fact]) -> dict[str, Value]:
    """Return facts to be set by hand under their standard keys, empty ones as they are.

    Other keys than the standard ones only where the document has them (``there``): a slip of the
    pen would be kept and never found. Raises BadFact saying what is expected.
    """
    facts: dict[str, Value] = {}
    for name, value in given.items():
        key = standard_key(name)
        if key not in STANDARD and key not in there:
            raise BadFact(Message("corpus.unknown_fact", name=name, known=sorted(STANDARD)))
        if value in ("", ()):
            if key == TITLE:
                raise BadFact(Message("corpus.empty_title"))
            facts[key] = () if key in SEVERAL else ""
            continue
        settled = normalised({key: value})
        if key in DATES and key not in settled:
            raise BadFact(Message("corpus.fact_no_date", name=name, value=value))
        facts |= settled
    return facts
