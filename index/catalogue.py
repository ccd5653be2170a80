"""What a library knows of its documents: facts, versions in force, clauses, what is searched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.facts.filters import NO_FILTER, Filter, refuse_unknown
from corpus.legal.addresses import Address, find_addresses, parse_address
from corpus.legal.amendments import Amendment, Change, amended_names, amendments, may_amend
from corpus.legal.clauses import Clause, Clauses
from corpus.legal.cross_references import CrossReferences
from corpus.legal.instrument_names import folded_name
from corpus.legal.instruments import Instruments
from corpus.legal.references import own_name, references
from corpus.legal.resolver import Resolution, resolve
from corpus.store.document_cache import DocumentCache
from corpus.store.store import Store
from corpus.types import Citation, DocumentFacts, Lapse

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a question is put to: those in force on a day, that pass a filter."""

    as_of: date | None = None  # None: today
    filter: Filter = NO_FILTER
    lapsed: bool = False  # those instead that are not in force on that day
    documents: frozenset[str] | None = None  # of these ids alone


EVERYTHING_TODAY = Scope()
MOST_CLAUSES = 32  # kept at once: an answer cites a few documents, many times each
MOST_AMENDING = 4096  # kept at once: texts that name another, of which few change it
MOST_SCOPES = 64  # kept at once: the days and filters in use


@dataclass(frozen=True, slots=True)
class References:
    """How many other documents refer to the one a passage is of; of those that have any."""

    rows: NDArray[np.int64]  # (n,), ascending
    counts: NDArray[np.float32]  # (n,)
    documents: Mapping[str, int]  # the same by document


@dataclass(frozen=True, slots=True)
class FoundClause:
    """An address resolved, with its clauses as citations."""

    resolution: Resolution
    citations: tuple[Citation, ...]  # of the same text in other files: all but the first


@dataclass(frozen=True, slots=True)
class ChangedBy:
    """What becomes of a clause, and the place of another text that says so."""

    change: Change
    place: Citation


class _Present:
    """What is derived of one version of the store, and kept while that is the present one."""

    def __init__(self, version: int, store: Store) -> None:
        facts = store.facts()
        self.version = version
        self.facts = {one.id: one for one in facts}
        self.instruments = Instruments(facts)
        self.keys = frozenset(key for one in facts for key in one.metadata)  # of all facts
        self.clauses: dict[str, Clauses] = {}
        self.cross_references: dict[str, CrossReferences] = {}
        self.excluded: dict[Scope, NDArray[np.int64]] = {}
        self.references: References | None = None
        self.naming: dict[str, list[str]] | None = None  # name -> documents that name it
        self.amendments: dict[str, list[Amendment]] = {}


def _kept(found: dict[_K, _V], key: _K, most: int, make: Callable[[], _V]) -> _V:
    """Return what is kept under a key, made where there is none; at most so many are kept."""
    value = found.get(key)
    if value is None:
        value = make()
        if len(found) >= most:
            found.clear()
        found[key] = value
    return value


class Catalogue:
    """Facts of the present version, derived when it changes. Used from any thread."""

    def __init__(
        self, store: Store, documents: DocumentCache, today: Callable[[], date] = date.today
    ) -> None:
        self._store = store
        self._documents = documents
        self.today = today
        # Several threads may derive it at once; each has a whole one, and the last is kept.
        self._present: _Present | None = None

    def facts(self, document_id: str) -> DocumentFacts | None:
        """Return what is known of a document, None for an unknown one."""
        return self._now().facts.get(document_id)

    def all_facts(self) -> Collection[DocumentFacts]:
        """Return what is known of every document."""
        return self._now().facts.values()

    def instruments(self) -> Instruments:
        """Return the instruments with their versions."""
        return self._now().instruments

    def clauses(self, document_id: str) -> Clauses:
        """Return the clauses of a document. Raises UnknownDocument."""
        return _kept(
            self._now().clauses,
            document_id,
            MOST_CLAUSES,
            lambda: Clauses(
                document_id,
                self._documents.get(document_id)[1],
                self.instruments().article(document_id),
            ),
        )

    def cross_references(self, document_id: str) -> CrossReferences:
        """Return which clauses of a document name which others. Raises UnknownDocument."""

        def resolved(address: Address) -> Sequence[Clause]:
            return self._resolved_within(address, document_id)

        return _kept(
            self._now().cross_references,
            document_id,
            MOST_CLAUSES,
            lambda: CrossReferences(
                self._documents.get(document_id)[1], self.instruments(), resolved
            ),
        )

    def _resolved_within(self, address: Address, document_id: str) -> Sequence[Clause]:
        instruments = self.instruments()
        found = resolve(address, instruments, self.clauses, self.today(), document_id)
        return found.clauses

    def lapse(self, document_id: str, as_of: date | None = None) -> Lapse | None:
        """Return why a document is not in force on a day, today by default; None when it is."""
        return self.instruments().standing(document_id, as_of or self.today())

    def marked(self, citation: Citation) -> Citation:
        """Return the citation with the clause it stands in, and whether that is in force today."""
        if self.facts(citation.document_id) is None:  # removed; its text may live on elsewhere
            return citation
        lapse = self.lapse(citation.document_id)
        document, _ = self._documents.get(citation.document_id)
        clause = citation.clause
        if not clause and document.revision == citation.revision:
            clause = self.clauses(citation.document_id).name(citation.start, citation.end)
        return replace(citation, clause=clause, lapse=lapse)

    def addresses(self, text: str) -> list[Address]:
        """Return the clauses a text names."""
        return find_addresses(text, self.instruments())

    def find(
        self, text: str, *, as_of: date | None = None, within: str | None = None
    ) -> FoundClause:
        """Return the clause a text names. Raises BadAddress when it names none."""
        address = parse_address(text, self.instruments())
        return self.resolve(address, as_of=as_of, within=within)

    def resolve(
        self, address: Address, *, as_of: date | None = None, within: str | None = None
    ) -> FoundClause:
        """Return the clause at an address, in the version in force on a day, today by default."""
        day = as_of or self.today()
        resolution = resolve(address, self.instruments(), self.clauses, day, within)
        citations = tuple(
            self._cited(clause.document_id, clause.start, clause.end)
            for clause in resolution.clauses
        )
        return FoundClause(resolution, citations)

    def named_rows(self, question: str, as_of: date | None = None) -> list[int]:
        """Return the passages of the clauses a question names, in its order, each once."""
        rows: list[int] = []
        for address in self.addresses(question):
            for clause in self.resolve(address, as_of=as_of).resolution.clauses:
                rows += self._store.rows_within(clause.document_id, clause.start, clause.end)
        return list(dict.fromkeys(rows))

    def has_lapsed(self, as_of: date | None = None) -> bool:
        """Whether any document is not in force on a day, today by default."""
        return bool(self.instruments().lapsed(as_of or self.today()))

    def excluded(self, scope: Scope) -> NDArray[np.int64]:
        """Return the rows of passages outside of a scope (n,), ascending. Raises BadFilter."""
        now, day = self._now(), scope.as_of or self.today()
        refuse_unknown(scope.filter, now.keys)

        def outside() -> NDArray[np.int64]:
            lapsed = set(now.instruments.lapsed(day))
            out = now.facts.keys() - lapsed if scope.lapsed else lapsed
            if scope.documents is not None:
                out |= now.facts.keys() - scope.documents
            if not scope.filter.is_empty:
                out |= {one.id for one in now.facts.values() if not scope.filter.accepts(one)}
            return np.asarray(self._store.rows_of(out), dtype=np.int64)

        return _kept(now.excluded, replace(scope, as_of=day), MOST_SCOPES, outside)

    def references(self) -> References:
        """Return the passages of documents that others refer to."""
        now = self._now()
        if now.references is None:
            counted = references(self._store.mentions())
            by_row = self._store.rows_by_document(counted)
            now.references = References(
                np.asarray(list(by_row), dtype=np.int64),
                np.asarray([counted[one] for one in by_row.values()], dtype=np.float32),
                counted,
            )
        return now.references

    def changes(self, place: Citation, as_of: date | None = None) -> list[ChangedBy]:
        """Return how later texts change the clause of a place, in force on a day, today by default.

        A text dated after them is taken to have their changes in it.
        """
        now = self._now()
        own = now.facts.get(place.document_id)
        if own is None or own.value("issued") is None:
            return []
        name = own_name(own.title)
        later = self._later(own, self._naming(now).get(name, ()), as_of or self.today())
        return [
            ChangedBy(one.change, self._cited(facts.id, one.start, one.end))
            for facts in later
            for one in self._amendments(facts)
            if folded_name(one.address.name) == name and self._touches(one.address, place)
        ]

    def _later(
        self, own: DocumentFacts, others: Iterable[str], day: date
    ) -> Iterator[DocumentFacts]:
        """Yield those documents that are dated after another, and in force on a day."""
        issued = own.value("issued") or ""
        for other in others:
            facts = self.facts(other)
            dated = facts is not None and (facts.value("issued") or "") > issued
            if facts is not None and dated and self.lapse(other, day) is None:
                yield facts

    def _naming(self, now: _Present) -> Mapping[str, Sequence[str]]:
        """Return the documents that name a text, by its folded name."""
        if now.naming is None:
            now.naming = {}
            for one in self._store.mentions():
                for name in {*one.names, *amended_names(one.title)}:
                    now.naming.setdefault(name, []).append(one.document_id)
        return now.naming

    def _amendments(self, facts: DocumentFacts) -> Sequence[Amendment]:
        def made() -> list[Amendment]:
            document, paragraphs = self._documents.get(facts.id)
            if not may_amend(document.text):
                return []
            return list(amendments(facts.title, paragraphs, self.instruments()))

        return _kept(self._now().amendments, facts.id, MOST_AMENDING, made)

    def _touches(self, address: Address, place: Citation) -> bool:
        clauses = self._resolved_within(replace(address, name="", edition=""), place.document_id)
        return any(one.start < place.end and one.end > place.start for one in clauses)

    def _cited(self, document_id: str, start: int, end: int) -> Citation:
        document, paragraphs = self._documents.get(document_id)
        return self.marked(document.cite((start, end), paragraphs))

    def _now(self) -> _Present:
        version = self._store.version
        present = self._present
        if present is None or present.version != version:
            present = self._present = _Present(version, self._store)
        return present
