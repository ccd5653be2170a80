"""Anybody's text, sentence by sentence, compared with given facts or against the library."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from corpus.messages.message import Message
from corpus.types import Citation, End, Share, Start
from index.catalogue import EVERYTHING_TODAY, Scope
from index.library import Library
from index.retriever import HybridRetriever
from rag.errors import BadText
from rag.question.parse import LONGEST_QUESTION
from rag.types import Label
from rag.verification.aligned import best_window
from rag.verification.mechanical import CONTRADICTED_AT_MOST, MechanicalVerifier
from rag.verification.text_claims import TextClaim, text_claims
from rag.verification.verifier import Check, Verifier

LONGEST_TEXT = 20_000  # code points of one request: some thirty pages take half a minute
MOST_FACTS = 200
LONGEST_FACTS = 200_000  # code points, all together
PASSAGES = 8  # searched for each sentence
MOST_CITED = 3  # places named that support one sentence


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A text that a caller takes for true, with what it is called."""

    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """One sentence: the text given at code points ``[start, end)``, markers included."""

    text: Annotated[str, "Without markers, bullets and heading marks."]
    start: Start
    end: End
    label: Annotated[Label | None, "Null where no check is required."]
    support: Share
    reasons: tuple[str, ...]
    citation_indices: Annotated[
        tuple[int, ...],
        "Positions in the report's citations, from 0: what supports it; where nothing does, the"
        " nearest place, if any.",
    ]

    @property
    def grounding_check_required(
        self,
    ) -> Annotated[bool, "False for what claims nothing: a heading, a question."]:
        """Whether it claims anything."""
        return self.label is not None


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A place that a sentence was compared with, in a document or in a given fact."""

    citation: Annotated[Citation | None, "Null: of a given fact."]
    fact: Annotated[int | None, "Position in the facts given, from 0."]
    start: Start
    end: End
    quote: str


@dataclass(frozen=True, slots=True)
class TextReport:
    """A text verified. All positions are code points, half-open."""

    text: str
    claims: tuple[CheckedClaim, ...]
    citations: tuple[CitedFact, ...]
    groundedness: Annotated[
        float | None, "Share of its claims that are supported; null: it claims nothing."
    ]
    index_version: Annotated[str, "Empty when compared with given facts."]

    @property
    def supported(self) -> bool:
        """Whether every claim is supported."""
        return self.groundedness is None or self.groundedness == 1.0


Place = tuple[CitedFact, Check]


class TextChecker:
    """Checks texts over one library."""

    def __init__(self, library: Library, verifier: Verifier | None = None) -> None:
        self._library = library
        self._verifier = verifier or MechanicalVerifier()

    def check(self, text: str, *, scope: Scope = EVERYTHING_TODAY) -> TextReport:
        """Hold each sentence against the passages of the library most like it. Raises BadText."""
        checked_length(text)
        retriever = self._library.retriever(scope)
        report = _Report(text)
        for claim in text_claims(text):
            places = self._in_library(claim.text, retriever) if retriever and claim.claims else ()
            report.add(claim, list(places), Message("rag.nothing_like_it"))
        version = retriever.index_version if retriever else self._library.version
        return report.done(version)

    def check_against(self, text: str, facts: Sequence[GivenFact]) -> TextReport:
        """Hold each sentence against facts given by the caller. Raises BadText."""
        checked_length(text)
        _check_facts(facts)
        report = _Report(text)
        for claim in text_claims(text):
            places = self._in_facts(claim.text, facts) if claim.claims else ()
            report.add(claim, list(places), Message("rag.no_fact_given"))
        return report.done("")

    def _in_library(self, claim: str, retriever: HybridRetriever) -> Iterator[Place]:
        for hit in retriever.search(claim[:LONGEST_QUESTION], PASSAGES):
            passage = hit.passage
            document, paragraphs = self._library.read(passage.document_id)
            if not passage.is_current(document):
                continue  # edited between search and reading
            text = document.text[passage.start : passage.end]
            first, last = best_window(claim, text)
            if not text[first:last].strip():
                continue
            span = (passage.start + first, passage.start + last)
            place = self._library.catalogue.marked(document.cite(span, paragraphs))
            check = self._verifier.verify(claim, [place])
            yield CitedFact(place, None, place.start, place.end, place.quote), check

    def _in_facts(self, claim: str, facts: Sequence[GivenFact]) -> Iterator[Place]:
        for at, fact in enumerate(facts):
            first, last = best_window(claim, fact.text)
            quote = fact.text[first:last]
            place = Citation(f"fact-{at}", "", "", first, last, quote, (), None, fact.title)
            check = self._verifier.verify(claim, [place])
            yield CitedFact(None, at, first, last, quote), check


class _Report:
    """A report in the making."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._claims: list[CheckedClaim] = []
        self._places: dict[tuple[str, int | None, int, int], tuple[int, CitedFact]] = {}

    def add(self, claim: TextClaim, places: Sequence[Place], without: str) -> None:
        """Take a sentence with the places it was compared with."""
        if not claim.claims:
            told = CheckedClaim(claim.text, claim.start, claim.end, None, 0.0, (), ())
        elif not places:
            label = Label.UNSUPPORTED
            told = CheckedClaim(claim.text, claim.start, claim.end, label, 0.0, (without,), ())
        else:
            ranked = sorted(places, key=lambda place: -_nearness(place[1]))
            best = ranked[0][1]
            supporting = [place for place, check in ranked if check.label is Label.SUPPORTED]
            cited = supporting[:MOST_CITED] or [ranked[0][0]]
            numbers = tuple(map(self._number, cited))
            told = CheckedClaim(
                claim.text,
                claim.start,
                claim.end,
                best.label,
                best.support,
                best.reasons,
                numbers,
            )
        self._claims.append(told)

    def _number(self, place: CitedFact) -> int:
        document = place.citation.document_id if place.citation else ""
        key = (document, place.fact, place.start, place.end)
        return self._places.setdefault(key, (len(self._places), place))[0]

    def done(self, index_version: str) -> TextReport:
        """Return the report."""
        judged = [one.label for one in self._claims if one.label is not None]
        share = judged.count(Label.SUPPORTED) / len(judged) if judged else None
        places = tuple(place for _, place in self._places.values())
        return TextReport(self._text, tuple(self._claims), places, share, index_version)


def _nearness(check: Check) -> float:
    """Return what the nearest of several places is chosen by: how much of a claim it has.

    A claim with one number changed is nearest to the place that contradicts it.
    """
    if check.label is Label.SUPPORTED:
        return 1.0 + check.support
    if check.label is Label.CONTRADICTED:
        return check.support / CONTRADICTED_AT_MOST
    return check.support


def checked_length(text: str) -> None:
    """Raise BadText for a text that cannot be checked as it is."""
    if not any(map(str.isalnum, text)):
        raise BadText(Message("rag.text_empty"))
    if len(text) > LONGEST_TEXT:
        raise BadText(Message("rag.text_too_long", length=len(text), most=LONGEST_TEXT))
    if any(unicodedata.category(one) == "Cs" for one in text):
        raise BadText(Message("rag.text_not_text"))


def _check_facts(facts: Sequence[GivenFact]) -> None:
    length = sum(len(fact.text) for fact in facts)
    if len(facts) > MOST_FACTS or length > LONGEST_FACTS:
        raise BadText(
            Message(
                "rag.too_many_facts",
                count=len(facts),
                length=length,
                most=MOST_FACTS,
                longest=LONGEST_FACTS,
            )
        )
    if any(unicodedata.category(one) == "Cs" for fact in facts for one in fact.text):
        raise BadText(Message("rag.fact_not_text"))
