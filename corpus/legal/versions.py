"""Versions of an instrument: which texts are one, in what order, and from when to when in force.

The rules, in order:

1. Documents with the same date of issue are one version, in several files or copies. Where no date
   is known, the one in the name counts （2018年修正）; a year alone is that of the one version of
   that year; a copy without a date goes with the text it equals. Others without a date are a
   version of their own, which no dated one replaces.
2. A version is in force from its effective date (or its issue, where that is not known) until one
   issued later takes effect.
3. A stated date of repeal, or another document that repeals its title from the day that one takes
   effect, ends it earlier. A status alone (废止, 已修改, 尚未生效), or the words of a document
   without a date, say that it is not in force and not since when: that counts where nothing else
   does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from corpus.legal.instrument_names import folded_name, leading_edition, split_edition
from corpus.legal.issuers import Bodies, bodies
from corpus.text.dates import as_day
from corpus.types import DocumentFacts, Lapse, LapseKind

_LONG_AGO = date(1, 1, 1)
_ONE_DAY = date.max  # takes effect on a day nobody says
_REPLACED = re.compile(r"已修改|已被修[改订正]|被取代|旧版|superseded|amended")
_UNKNOWN = ""  # Lapse.since of a day nobody says


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an instrument: in force on days ``[begins, ends)``."""

    documents: tuple[str, ...]  # ids, ascending; its parts or copies
    issued: str | None  # ISO 8601
    effective: str | None
    begins: date | None  # None: no date is known; it counts as always in force
    ends: date | None = None
    lapse: Lapse | None = None  # why it ends

    def standing(self, as_of: date) -> Lapse | None:
        """Return why it is not in force on a day; None when it is."""
        if self.ends is not None and as_of >= self.ends:
            return self.lapse
        if self.begins is not None and as_of < self.begins:
            known = self.begins != _ONE_DAY
            return Lapse(LapseKind.NOT_YET, self.begins.isoformat() if known else _UNKNOWN)
        return None


def issuer_of(one: DocumentFacts) -> Bodies:
    """Return who issued a document, as compared."""
    return bodies(one.values("issuer"))


class Repeals:
    """Which document ends which title, and when."""

    def __init__(self, facts: Iterable[DocumentFacts]) -> None:
        self._by_title: dict[str, list[DocumentFacts]] = {}
        for one in facts:
            for title in one.values("repeals"):
                self._by_title.setdefault(folded_name(title), []).append(one)

    def of(self, version: Version, group: Sequence[DocumentFacts]) -> Version:
        """Return the version as ended by another document's words, if it is."""
        issued = _day(version.issued)
        if issued is None and _repeals_namesake(group):
            return version
        begun = [day for one in self._ending(group) if (day := _begins(one)) is not None]
        # A later text of the same name is not ended by what ended the earlier one.
        days = [day for day in begun if issued is None or issued < day]
        if not days:
            return version
        when = min(days)
        by = min((o for o in self._ending(group) if _begins(o) == when), key=lambda one: one.id)
        lapse = Lapse(LapseKind.REPEALED, when.isoformat(), by.title, (by.id,))
        return replace(version, ends=when, lapse=lapse)

    def undated(self, group: Sequence[DocumentFacts]) -> Lapse | None:
        """Return the lapse by the words of a document without a date, if any."""
        if _repeals_namesake(group):
            return None
        by = [one for one in self._ending(group) if _begins(one) is None]
        if not by:
            return None
        return Lapse(LapseKind.REPEALED, _UNKNOWN, by[0].title, (by[0].id,))

    def _ending(self, group: Sequence[DocumentFacts]) -> list[DocumentFacts]:
        if not self._by_title:
            return []
        own = {one.id for one in group}
        return [
            by
            for name in {folded_name(one.title): None for one in group}
            for by in self._by_title.get(name, ())
            if by.id not in own
            and not any(issuer_of(by).elsewhere(issuer_of(one)) for one in group)
        ]


def _repeals_namesake(group: Sequence[DocumentFacts]) -> bool:
    """Whether a text is known to replace its namesake: then it is not the one replaced."""
    return any(
        folded_name(one.title) in map(folded_name, repealed)
        for one in group
        if (repealed := one.values("repeals"))
    )


def link(group: Sequence[DocumentFacts], repeals: Repeals) -> tuple[Version, ...]:
    """Return the versions that documents of one instrument are, oldest first; undated ones lead."""
    facts = {one.id: one for one in group}
    dated: list[Version] = []
    undated: list[Version] = []
    for issued, some in _by_issue(group).items():
        (dated if issued else undated).append(
            repeals.of(_stated(_version(issued, some), some), some)
        )
    dated.sort(key=lambda one: (_day(one.issued) or _LONG_AGO, one.begins or _LONG_AGO))
    linked = [_until(one, dated[at + 1 :], facts) for at, one in enumerate(dated)]
    oldest = linked or undated
    lapse = repeals.undated([facts[document] for document in oldest[0].documents])
    if lapse is not None and oldest[0].ends is None:
        oldest[0] = _ended(oldest[0], lapse)
    return tuple(
        _by_status(one, [facts[document] for document in one.documents])
        for one in (*undated, *linked)
    )


def _by_issue(group: Sequence[DocumentFacts]) -> dict[str, list[DocumentFacts]]:
    """Return the documents by their date of issue, "" for none."""
    dates = {one.id: _issue(one) for one in group}
    known = sorted(set(dates.values()) - {""})
    equal = {one.revision: dates[one.id] for one in group if dates[one.id]}
    by_issue: dict[str, list[DocumentFacts]] = {}
    for one in group:
        issued = dates[one.id] or equal.get(one.revision, "")
        fuller = [day for day in known if issued and day.startswith(f"{issued}-")]
        by_issue.setdefault(fuller[0] if len(fuller) == 1 else issued, []).append(one)
    return by_issue


def _issue(one: DocumentFacts) -> str:
    """Return a document's date of issue, from its facts or else from its title or file's name."""
    stated = one.value("issued")
    if stated and _day(stated):
        return stated
    titled = split_edition(one.title).date
    if titled:
        return titled
    stem = PurePath(one.source).stem
    for edition in (split_edition(stem), leading_edition(stem)):
        if edition.date and folded_name(edition.name) == folded_name(one.title):
            return edition.date
    effective = one.value("effective")
    return effective if effective and _day(effective) else ""


def _version(issued: str, group: Sequence[DocumentFacts]) -> Version:
    ids = tuple(sorted(one.id for one in group))
    effective = min((d for one in group if (d := one.value("effective")) and _day(d)), default=None)
    begins = _day(effective) or _day(issued)
    if effective is None and any(one.value("status") == "not_yet" for one in group):
        begins = _ONE_DAY
    return Version(ids, issued or None, effective, begins)


def _stated(version: Version, group: Sequence[DocumentFacts]) -> Version:
    """Return the version as ended on the day its own documents say."""
    days = [day for one in group if (day := _day(one.value("repealed"))) is not None]
    if not days:
        return version
    lapse = Lapse(LapseKind.REPEALED, min(days).isoformat())
    return replace(version, ends=min(days), lapse=lapse)


def _until(
    version: Version, later: Sequence[Version], facts: Mapping[str, DocumentFacts]
) -> Version:
    """Return the version as ended by the first of the later ones, unless it ended before."""
    begun = [one for one in later if one.begins not in (None, _ONE_DAY)]
    after = min(begun, key=lambda one: one.begins or _LONG_AGO, default=None)
    if after is None or after.begins is None:
        return version
    if version.ends is not None and version.ends <= after.begins:
        return version
    title = facts[after.documents[0]].title
    lapse = Lapse(LapseKind.SUPERSEDED, after.begins.isoformat(), title, after.documents)
    return replace(version, ends=after.begins, lapse=lapse)


def _by_status(version: Version, group: Sequence[DocumentFacts]) -> Version:
    """Return the version as its status has it, where no date says more."""
    words = [status for one in group if (status := one.value("status"))]
    if version.ends is None and "repealed" in words:
        return _ended(version, Lapse(LapseKind.REPEALED, _UNKNOWN))
    if version.ends is None and any(_REPLACED.search(word) for word in words):
        return _ended(version, Lapse(LapseKind.SUPERSEDED, _UNKNOWN))
    return version


def _ended(version: Version, lapse: Lapse) -> Version:
    """Return the version as never known to be in force: it ended, and nobody says when."""
    return replace(version, ends=version.begins or _LONG_AGO, lapse=lapse)


def _begins(one: DocumentFacts) -> date | None:
    return _day(one.value("effective")) or _day(_issue(one))


def _day(iso: str | None) -> date | None:
    try:
        return as_day(iso) if iso else None
    except ValueError:
        return None
