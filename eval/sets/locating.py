"""Evidence: where the library has what a set names as gold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from corpus.errors import BadAddress, CorpusError
from corpus.types import CitationState, CitedPlace, Document, DocumentSummary, Paragraph
from eval.types import EvalSet, Gold, GoldKind, GoldName, Place, Question
from index.catalogue import FoundClause


class TextSource(Protocol):
    """What evidence is looked for in."""

    def documents(self) -> Sequence[DocumentSummary]:
        """Return one summary per document."""
        ...

    def document(self, reference: str, /) -> Document:
        """Return the document with this id."""
        ...

    def paragraphs(self, document_id: str, /) -> Sequence[Paragraph]:
        """Return the paragraphs of one document, in reading order."""
        ...

    def cite(self, citation_id: str, /) -> CitedPlace:
        """Return the place an id of a citation or a passage names. Raises UnknownCitation."""
        ...

    def rows_within(self, document_id: str, start: int, end: int, /) -> Sequence[int]:
        """Return the numbers of a document's passages that share text with a span."""
        ...

    def clause(self, address: str, /, *, as_of: date | None = None) -> FoundClause:
        """Return the clause that an address names. Raises BadAddress."""
        ...


class Evidence:
    """The gold of a set, located. Built once; then asked for each question."""

    def __init__(self, eval_set: EvalSet, source: TextSource) -> None:
        """Look every gold of the set up. Errors of the library pass through."""
        self._source = source
        self._summaries = list(source.documents())
        self._quotes = locate(eval_set, source)
        named = any(question.gold_documents for question in eval_set.questions)
        self._named = _by_name(self._summaries) if named else {}
        self._paragraphs: dict[str, list[Place]] = {}

    def of(self, question: Question) -> tuple[Gold, ...]:
        """Return the question's gold in its order; a place is empty where there is none."""
        gold = [self._gold(each, question) for each in question.golds]
        passages = [self._passages(each) for each in gold]
        names = things_of(gold, passages)
        return tuple(replace(each, thing=name) for each, name in zip(gold, names, strict=True))

    def _passages(self, gold: Gold) -> frozenset[tuple[str, int]]:
        """Return the passages that hold any of a piece of evidence; whole documents have none."""
        if gold.kind is GoldKind.DOCUMENT:
            return frozenset()
        return frozenset(
            (place.document_id, row)
            for place in gold.places
            for row in self._source.rows_within(place.document_id, place.start, place.end)
        )

    def _gold(self, name: GoldName, question: Question) -> Gold:
        places = self._places(name, question.as_of)
        whole = name.kind is GoldKind.DOCUMENT  # its paragraphs are all of them: it is one thing
        around = places if whole else self._around(places)
        return Gold(name.name, places, around, name.kind, question.grades.get(name.name, 1))

    def _places(self, gold: GoldName, day: date | None) -> tuple[Place, ...]:
        if gold.kind is GoldKind.QUOTE:
            return tuple(self._quotes[gold.name])
        if gold.kind is GoldKind.CLAUSE:
            return self._clause(gold.name, day)
        if gold.kind is GoldKind.PASSAGE:
            return self._cited(gold.name)
        found = self._named.get(gold.name, ())
        return tuple(Place(one.id, 0, one.characters) for one in found)

    def _clause(self, address: str, day: date | None) -> tuple[Place, ...]:
        try:
            found = self._source.clause(address, as_of=day)
        except BadAddress:
            return ()
        return tuple(Place(one.document_id, one.start, one.end) for one in found.citations)

    def _cited(self, name: str) -> tuple[Place, ...]:
        """Return a passage's place today, wherever its text has moved to; none if it changed."""
        try:
            place = self._source.cite(name)
        except CorpusError:
            return ()
        cited = place.citation if place.state is CitationState.VALID else place.current
        return (Place(cited.document_id, cited.start, cited.end),) if cited else ()

    def _around(self, places: Sequence[Place]) -> tuple[Place, ...]:
        found: dict[Place, None] = {}
        for place in places:
            ordered = self._paragraphs_of(place.document_id)
            found.update(dict.fromkeys(overlapped(place, ordered)))
        return tuple(found)

    def _paragraphs_of(self, document_id: str) -> list[Place]:
        if document_id not in self._paragraphs:
            paragraphs = self._source.paragraphs(document_id)
            self._paragraphs[document_id] = [Place(document_id, p.start, p.end) for p in paragraphs]
        return self._paragraphs[document_id]


def locate(eval_set: EvalSet, source: TextSource) -> dict[str, list[Place]]:
    """Return every gold quote of the set with all its places, sorted; empty: it is nowhere.

    One pass over the library, one text in memory at a time. Quotes match exactly, code point by
    code point. Errors of the library pass through.
    """
    found: dict[str, list[Place]] = {
        quote: [] for question in eval_set.questions for quote in question.gold_quotes
    }
    if not found:
        return found
    find = _Finder(list(found))
    for document_id in sorted(summary.id for summary in source.documents()):
        for quote, start in find.all_in(source.document(document_id).text):
            found[quote].append(Place(document_id, start, start + len(quote)))
    return found


class _Finder:
    """Finds many strings in a text: few one by one, many by their first code points."""

    FEW = 50  # strings; looking for each costs a scan of the text
    HEAD = 6  # code points a string is known by

    def __init__(self, quotes: Sequence[str]) -> None:
        few = len(quotes) <= self.FEW
        self._short = [each for each in quotes if few or len(each) < self.HEAD]
        self._by_head: dict[str, list[str]] = {}
        for each in [] if few else quotes:
            if len(each) >= self.HEAD:
                self._by_head.setdefault(each[: self.HEAD], []).append(each)

    def all_in(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield each string with each of its places that do not overlap, by string ascending."""
        for quote in self._short:
            start = text.find(quote)
            while start >= 0:
                yield quote, start
                start = text.find(quote, start + len(quote))
        if not self._by_head:
            return
        behind: dict[str, int] = {}
        for start in range(len(text) - self.HEAD + 1):
            for quote in self._by_head.get(text[start : start + self.HEAD], ()):
                if start >= behind.get(quote, 0) and text.startswith(quote, start):
                    behind[quote] = start + len(quote)
                    yield quote, start


def things_of(gold: Sequence[Gold], passages: Sequence[frozenset[tuple[str, int]]]) -> list[str]:
    """Return what each piece of evidence is ranked as: those that share a passage are one thing.

    A whole document has its own name, without white space; others that of their first piece:
    gold-N, counted from 1.
    """
    names: list[str] = []
    for number, each in enumerate(gold):
        if each.kind is GoldKind.DOCUMENT:
            names.append("_".join(each.name.split()))
            continue
        own = f"gold-{number + 1}"
        shared = {
            names[at]
            for at in range(number)
            if gold[at].kind is not GoldKind.DOCUMENT and passages[at] & passages[number]
        }
        names.append(own)
        if shared:
            first = min(shared, key=lambda name: int(name.removeprefix("gold-")))
            names = [first if name in shared or name == own else name for name in names]
    return names


def record_name(source: str) -> str:
    """Return what a document is called in qrels: its record's id, or its file's name."""
    file, mark, record = source.rpartition("#")
    if not mark:
        return file.rpartition("/")[2] or record.rpartition("/")[2]
    return record.rpartition("/")[2].removesuffix(".txt")


def overlapped(place: Place, ordered: Sequence[Place]) -> list[Place]:
    """Return those of ``ordered``, disjoint and ascending, that overlap ``place``."""
    first = bisect_left(ordered, place.start + 1, key=lambda each: each.end)
    last = bisect_left(ordered, place.end, key=lambda each: each.start)
    return list(ordered[first:last])


def _by_name(summaries: Sequence[DocumentSummary]) -> Mapping[str, list[DocumentSummary]]:
    """Return documents by every name a set may call them: record, id, source, file, title."""
    named: dict[str, list[DocumentSummary]] = {}
    for one in summaries:
        names = (record_name(one.source), one.id, one.source, one.title)
        for name in dict.fromkeys((*names, one.source.rpartition("/")[2])):
            named.setdefault(name, []).append(one)
    return named
