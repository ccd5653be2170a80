"""Candidates: the clauses of the passages found, each with what it stands under."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.legal.cross_references import CrossReferences
from corpus.types import Citation, Document, Paragraph
from corpus.units import Unit, asks, units_within
from index.segments.tokens import tokenize
from index.types import Hit
from rag.extractive.coverage import Coverage
from rag.question.parse import Question, letters_of
from rag.reading.encoding import Clause

Read = Callable[[str], tuple[Document, Sequence[Paragraph]]]

# Clauses read for one question. Of the clause that answers, the search has 88 in 100 among them
# (`python -m benchmarks.reading`); each costs some 15 ms on two cores.
MOST_READ = 16
FIRST_HITS = 3  # whose clauses are read whatever words they have
MOST_NAMING = 4  # clauses read because they name one of the best
LONGEST_NAMED = 100  # characters of a clause that are read beside one that names it
WORDS = 0.35  # what the share of the question's words counts against the order of the search


@dataclass(frozen=True, slots=True)
class Candidate:
    """One clause that may answer."""

    document: Document
    paragraphs: Sequence[Paragraph]
    unit: Unit
    hit: Hit
    covered: float  # share of the question's words that it has with what it stands under, 0 to 1
    named: str = ""  # the words of a clause that it names

    @property
    def text(self) -> str:
        """Its words, parts in lines."""
        return self.unit.text(self.document)

    @property
    def clause(self) -> Clause:
        """What is read of it: under its document's title, and its number where it has one."""
        number = self.document.metadata.get("number")
        said = f"{self.document.title} {number.value}" if number else self.document.title
        return Clause(self.text, said, self.unit.path, self.unit.asked, self.named)

    def citations(self) -> tuple[Citation, ...]:
        """Return its exact places: one, or of a long list those of its lead and of the items."""
        return tuple(self.document.cite(span, self.paragraphs) for span in self.runs())

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield its parts, those run together between which nothing stands."""
        start, end = self.unit.parts[0]
        for low, high in self.unit.parts[1:]:
            if self.document.text[end:low].strip():
                yield start, end
                start = low
            end = high
        yield start, end


def gather(
    question: Question,
    hits: Sequence[Hit],
    coverage: Coverage,
    read: Read,
    most: int = MOST_READ,
    cross_references: Callable[[str], CrossReferences] | None = None,
) -> list[Candidate]:
    """Return the clauses to read, those of better passages first, each place once.

    Of the best passages all; of the others those that share the most words with the question; and
    those that name one of the best, as a penalty names what is forbidden.
    """
    found: list[Candidate] = []
    seen: set[tuple[str, tuple[tuple[int, int], ...]]] = set()
    for hit in hits:
        document, paragraphs = read(hit.passage.document_id)
        if not hit.is_current(document):
            continue  # edited between search and reading: its new revision is searched next time
        start, end = hit.passage.start, hit.passage.end
        for unit in units_within(document, paragraphs, start, end):
            place = document.id, unit.parts
            text = unit.text(document)
            if place in seen or asks(text) or (question.fresh and _is_said(question, text)):
                continue
            seen.add(place)
            words = tokenize(" ".join((document.title, *unit.path, unit.asked, text)))
            share = coverage.share(coverage.covered(set(words)))
            found.append(Candidate(document, paragraphs, unit, hit, share))
    kept = sorted(found, key=_worth, reverse=True)[:most]
    if cross_references is None:
        return kept
    naming = list(_naming(question, kept[:FIRST_HITS], coverage, cross_references))
    places = {(one.document.id, one.unit.parts) for one in naming}
    kept = [one for one in kept if (one.document.id, one.unit.parts) not in places]
    return [*kept[: most - len(naming)], *naming]


def _naming(
    question: Question,
    candidates: Sequence[Candidate],
    coverage: Coverage,
    cross_references: Callable[[str], CrossReferences],
) -> Iterator[Candidate]:
    """Yield the clauses that name one of the candidates, each with the words of that one."""
    seen: set[tuple[str, tuple[tuple[int, int], ...]]] = set()
    for one in candidates:
        document, paragraphs = one.document, one.paragraphs
        table = cross_references(document.id)
        for start, end in table.naming(one.unit.start, one.unit.end)[:MOST_NAMING]:
            for unit in units_within(document, paragraphs, start, end):
                place = document.id, unit.parts
                if place in seen or unit.parts == one.unit.parts:
                    continue
                seen.add(place)
                named = one.text[:LONGEST_NAMED]
                words = f"{document.title} {named} {unit.text(document)}"
                share = coverage.share(coverage.covered(set(tokenize(words))))
                yield Candidate(document, paragraphs, unit, one.hit, share, named)
                if len(seen) == MOST_NAMING:
                    return


def _worth(one: Candidate) -> tuple[bool, float]:
    """Return what decides whether a clause is read."""
    first = one.hit.named or one.hit.rank <= FIRST_HITS
    return first, WORDS * one.covered - one.hit.rank / 10


def _is_said(question: Question, text: str) -> bool:
    return letters_of(text) in question.said
