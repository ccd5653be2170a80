"""Instruments: the laws and rules that documents are versions of, and which is in force on a day.

Documents are of one instrument when their metadata says so ("instrument"), or when their titles
are equal but for script, spaces, 中华人民共和国 and an edition behind （2018年修订）, and the title
is one of a rule (法, 条例, 办法 …). A report of the same title as last year's is its own
instrument: it replaces nothing. Documents known to be issued by different bodies are of different
instruments; but a long title of the state's bodies is the nation's own, whichever of them is
named, and so is a law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.legal.addresses import Step
from corpus.legal.article_records import split_article
from corpus.legal.instrument_names import NameIndex, folded_name, is_rule
from corpus.legal.issuers import Bodies
from corpus.legal.versions import Repeals, Version, issuer_of, link
from corpus.text.document_numbers import find_number
from corpus.types import DocumentFacts, Lapse

__all__ = ["Instrument", "Instruments", "Version"]

_GENERIC = 8  # characters of a title that says no more than what kind of rule it is
_LAW = re.compile(r"(?<!办)法$|法典$")  # one legislature's, whichever of its organs is named


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law or rule with its versions, oldest first."""

    key: str
    title: str  # of the latest version
    versions: tuple[Version, ...]


class Instruments:
    """All instruments of a library at one version of it; the order of facts changes nothing."""

    def __init__(self, facts: Sequence[DocumentFacts]) -> None:
        ordered = sorted(facts, key=lambda one: (one.title, one.source, one.id))
        groups: dict[str, list[DocumentFacts]] = {}
        for one in ordered:
            groups.setdefault(_key(one), []).append(one)
        groups = dict(part for item in groups.items() for part in _by_issuer(*item))
        repeals = Repeals(ordered)
        self._all = {key: _instrument(key, group, repeals) for key, group in groups.items()}
        self._of_document = {one.id: key for key, group in groups.items() for one in group}
        self._names = NameIndex((name, key) for key, g in groups.items() for name in _names(g))
        self._titles = {one.id: one.title for one in ordered}
        articles = ((one.id, split_article(one.title)[1]) for one in ordered)
        self._articles = {name: step for name, step in articles if step is not None}

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._all.values())

    def named(self, name: str) -> list[Instrument]:
        """Return the instruments of exactly this name, short name or document number."""
        number = find_number(name)
        keys = self._names.keys(name) or (self._names.keys(number) if number else [])
        return [self._all[key] for key in keys]

    def ending(self, text: str) -> tuple[int, str] | None:
        """Return (start, name) of the longest known name that ends ``text``, or None."""
        return self._names.ending(text)

    def similar(self, name: str, n: int = 3) -> list[str]:
        """Return up to ``n`` titles that somebody may have meant, likest first."""
        keys = self._names.similar(name, n)
        return [self._all[key].title for key in keys]

    def of_document(self, document_id: str) -> Instrument | None:
        """Return the instrument a document is a version of; None for an unknown document."""
        key = self._of_document.get(document_id)
        return None if key is None else self._all[key]

    def in_force(self, instrument: Instrument, as_of: date) -> Version | None:
        """Return the latest version in force on a day, or None."""
        standing = [one for one in instrument.versions if one.standing(as_of) is None]
        return standing[-1] if standing else None

    def standing(self, document_id: str, as_of: date) -> Lapse | None:
        """Return why a document is not in force on a day; None when it is."""
        instrument = self.of_document(document_id)
        for version in instrument.versions if instrument else ():
            if document_id in version.documents:
                return version.standing(as_of)
        return None

    def article(self, document_id: str) -> Step | None:
        """Return the article that a document is, where it holds one alone; else None."""
        return self._articles.get(document_id)

    def lapsed(self, as_of: date) -> Mapping[str, Lapse]:
        """Return the documents that are not in force on a day, and why."""
        found: dict[str, Lapse] = {}
        for instrument in self._all.values():
            for version in instrument.versions:
                lapse = version.standing(as_of)
                if lapse is not None:
                    found.update(dict.fromkeys(version.documents, lapse))
        return found


def _key(one: DocumentFacts) -> str:
    stated = one.value("instrument")
    if stated:
        return folded_name(stated)
    name = folded_name(split_article(one.title)[0])
    return name if is_rule(name) else f"{name}\0{one.id}"


def _by_issuer(key: str, group: list[DocumentFacts]) -> Iterator[tuple[str, list[DocumentFacts]]]:
    """Yield the documents of a title by who issued them.

    Those that do not say go with the only body there is; where there are several, they are alone.
    """
    law = _LAW.search(key) is not None or any(one.value("instrument") for one in group)
    parties: list[tuple[list[Bodies], list[DocumentFacts]]] = []
    silent: list[DocumentFacts] = []
    for one in group if not law else ():
        issuer = issuer_of(one)
        if not issuer:
            silent.append(one)
            continue
        same = [p for p in parties if any(_one_body(issuer, other, key) for other in p[0])]
        parties = [party for party in parties if party not in same]
        bodies = [issuer, *(body for party in same for body in party[0])]
        parties.append((bodies, [one, *(other for party in same for other in party[1])]))
    if len(parties) < 2:
        yield key, group
        return
    for bodies, some in parties:
        yield f"{key}\0{min(name for body in bodies for name in body.names)}", some
    if silent:
        yield f"{key}\0", silent


def _one_body(one: Bodies, other: Bodies, key: str) -> bool:
    return one.meet(other) or (one.of_the_state and other.of_the_state and len(key) > _GENERIC)


def _names(group: Sequence[DocumentFacts]) -> Iterator[str]:
    for one in group:
        yield split_article(one.title)[0]
        yield from one.values("aliases")
        yield from (name for key in ("number", "instrument") if (name := one.value(key)))


def _instrument(key: str, group: Sequence[DocumentFacts], repeals: Repeals) -> Instrument:
    versions = link(group, repeals)
    titles = {one.id: one.title for one in group}
    return Instrument(key, split_article(titles[versions[-1].documents[0]])[0], versions)
