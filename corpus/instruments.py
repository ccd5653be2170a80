"""Instruments: the laws and rules that documents are versions of, and which is in force on a day.

The rules, in order:

1. Documents are of one instrument when their metadata says so ("instrument"), or when their titles
   are equal but for script, spaces, 中华人民共和国 and an edition in brackets behind
   （2018年修订）, and the title ends like a rule's (法, 条例, 办法 …). A report of the same
   title as last year's is its own instrument: it replaces nothing. A title as short as 财务管理制度
   is many a body's: there documents of different issuers are of different instruments.
2. Documents of one instrument with the same date of issue are one version, in several files or
   copies; those without a date are a version of their own, which no dated one replaces.
3. A version is in force from its effective date (or its issue, where that is not known) until the
   next version's. A date of repeal, the status "repealed", or another document that repeals its
   title from the day that one takes effect, ends it earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from corpus.dates import as_day
from corpus.document_numbers import find_number
from corpus.instrument_names import NameIndex, folded_name
from corpus.types import DocumentFacts, Lapse, LapseKind

_RULE = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|规则|解释|章程|准则|规程|标准|通则|规范|守则|制度|公约|协定|宪法)"
    r"(?:[（(][^）)]{1,12}[）)])?$|\b(?:law|act|regulations?|rules|measures|provisions|code)$"
)
_LONG_AGO = date(1, 1, 1)
_GENERIC = 8  # characters of a title that says no more than what kind of rule it is
_BY_THE_STATE = ("法", "法典", "宪法")  # one legislature's, whichever of its organs is named


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an instrument: in force on days ``[begins, ends)``."""

    documents: tuple[str, ...]  # ids, ascending; its parts or copies
    issued: str | None  # ISO 8601
    effective: str | None
    begins: date | None  # None: no date is known; it counts as always in force
    ends: date | None = None
    lapse: Lapse | None = None  # why it ends


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
        repeals = _Repeals(ordered)
        self._all = {key: _instrument(key, group, repeals) for key, group in groups.items()}
        self._of_document = {one.id: key for key, group in groups.items() for one in group}
        self._names = NameIndex((name, key) for key, g in groups.items() for name in _names(g))
        self._titles = {one.id: one.title for one in ordered}

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
        standing = [one for one in instrument.versions if _lapse(one, as_of) is None]
        return standing[-1] if standing else None

    def standing(self, document_id: str, as_of: date) -> Lapse | None:
        """Return why a document is not in force on a day; None when it is."""
        instrument = self.of_document(document_id)
        for version in instrument.versions if instrument else ():
            if document_id in version.documents:
                return _lapse(version, as_of)
        return None

    def lapsed(self, as_of: date) -> Mapping[str, Lapse]:
        """Return the documents that are not in force on a day, and why."""
        found: dict[str, Lapse] = {}
        for instrument in self._all.values():
            for version in instrument.versions:
                lapse = _lapse(version, as_of)
                if lapse is not None:
                    found.update(dict.fromkeys(version.documents, lapse))
        return found


def _lapse(version: Version, as_of: date) -> Lapse | None:
    if version.begins is not None and as_of < version.begins:
        return Lapse(LapseKind.NOT_YET, version.begins.isoformat())
    if version.ends is not None and as_of >= version.ends:
        return version.lapse
    return None


def _said(one: DocumentFacts, key: str) -> str | None:
    fact = one.metadata.get(key)
    return fact.value if fact is not None and isinstance(fact.value, str) else None


def _several(one: DocumentFacts, key: str) -> tuple[str, ...]:
    fact = one.metadata.get(key)
    if fact is None:
        return ()
    return (fact.value,) if isinstance(fact.value, str) else fact.value


def _key(one: DocumentFacts) -> str:
    said = _said(one, "instrument")
    if said:
        return folded_name(said)
    name = folded_name(one.title)
    return name if _RULE.search(name) else f"{name}\0{one.id}"


def _by_issuer(key: str, group: list[DocumentFacts]) -> Iterator[tuple[str, list[DocumentFacts]]]:
    """Yield the documents of a short title by who issued them; those that do not say, alone."""
    said = {one.id: folded_name(_said(one, "issuer") or "") for one in group}
    issuers = sorted(set(said.values()))
    named = any(_said(one, "instrument") for one in group)
    if len(issuers) == 1 or named or len(key) > _GENERIC or key.endswith(_BY_THE_STATE):
        yield key, group
        return
    for issuer in issuers:
        yield f"{key}\0{issuer}", [one for one in group if said[one.id] == issuer]


def _names(group: Sequence[DocumentFacts]) -> Iterator[str]:
    for one in group:
        yield one.title
        yield from _several(one, "aliases")
        yield from (said for key in ("number", "instrument") if (said := _said(one, key)))


def _day(iso: str | None) -> date | None:
    try:
        return as_day(iso) if iso else None
    except ValueError:
        return None


class _Repeals:
    """Which document ends which title, and when."""

    def __init__(self, facts: Iterable[DocumentFacts]) -> None:
        self._by_title: dict[str, list[tuple[date, DocumentFacts]]] = {}
        for one in facts:
            when = _begins(one)
            for title in _several(one, "repeals") if when else ():
                self._by_title.setdefault(folded_name(title), []).append((when or _LONG_AGO, one))

    def of(self, group: Sequence[DocumentFacts]) -> tuple[date, Lapse] | None:
        """Return the earliest end of a version by another document's words, with the lapse."""
        issued = [day for one in group if (day := _day(_said(one, "issued")))]
        own = {one.id for one in group}
        ends = [
            (when, by)
            for one in group
            for when, by in self._by_title.get(folded_name(one.title), ())
            # A later text of the same name is not ended by what ended the earlier one.
            if by.id not in own and (not issued or max(issued) < when)
        ]
        if not ends:
            return None
        when, by = min(ends, key=lambda end: (end[0], end[1].id))
        return when, Lapse(LapseKind.REPEALED, when.isoformat(), by.title, (by.id,))


def _begins(one: DocumentFacts) -> date | None:
    return _day(_said(one, "effective")) or _day(_said(one, "issued"))


def _instrument(key: str, group: Sequence[DocumentFacts], repeals: _Repeals) -> Instrument:
    by_issue: dict[str, list[DocumentFacts]] = {}
    for one in group:
        by_issue.setdefault(_said(one, "issued") or _said(one, "effective") or "", []).append(one)
    dated = [_version(some, repeals) for issued, some in by_issue.items() if issued]
    dated.sort(key=lambda one: (one.begins or _LONG_AGO, one.issued or "", one.documents))
    titles = {one.id: one.title for one in group}
    linked = [_until(one, after, titles) for one, after in pairwise(dated)] + dated[-1:]
    undated = [_version(by_issue[""], repeals)] if "" in by_issue else []
    versions = (*undated, *linked)
    return Instrument(key, titles[versions[-1].documents[0]], versions)


def _version(group: Sequence[DocumentFacts], repeals: _Repeals) -> Version:
    ids = tuple(sorted(one.id for one in group))
    issued = next((said for one in group if (said := _said(one, "issued"))), None)
    effective = min((said for one in group if (said := _said(one, "effective"))), default=None)
    ends = repeals.of(group)
    for one in group:
        stated = _day(_said(one, "repealed"))
        if stated is None and _said(one, "status") == "repealed":
            stated = (
                _begins(one) or _LONG_AGO
            )  # ended on a day nobody says: never cited as in force
        if stated is not None and (ends is None or stated < ends[0]):
            ends = stated, Lapse(LapseKind.REPEALED, stated.isoformat())
    begins = _day(effective) or _day(issued)
    return Version(ids, issued, effective, begins, *(ends or (None, None)))


def _until(version: Version, after: Version, titles: Mapping[str, str]) -> Version:
    """Return the version as ended by the one after it, unless it ended before."""
    begins = after.begins or _LONG_AGO
    if version.ends is not None and version.ends <= begins:
        return version
    lapse = Lapse(
        LapseKind.SUPERSEDED, begins.isoformat(), titles[after.documents[0]], after.documents
    )
    return Version(
        version.documents, version.issued, version.effective, version.begins, begins, lapse
    )
