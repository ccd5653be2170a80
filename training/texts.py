"""Made-up and given texts as documents with units, without a library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.errors import UnreadableSource
from corpus.ingest import load, prepare
from corpus.store.stored import NewDocument
from corpus.types import Document, SourceFile
from corpus.units import Unit, units_within
from rag.reading.encoding import Clause
from training.groups import LAWS, Row


def as_document(title: str, text: str) -> NewDocument:
    """Return a plain text as the document it would be in a library."""
    source = SourceFile(
        f"upload:{title}.txt", f"{title}.txt", text.encode(), None, {"title": title}
    )
    return prepare(source)


def laws() -> Iterator[NewDocument]:
    """Yield the laws at hand; files without a text are left out."""
    for path in sorted(LAWS.rglob("*.md")):
        try:
            yield prepare(load(path))
        except UnreadableSource:
            continue


def units_of(made: NewDocument) -> list[Unit]:
    """Return all units of a document."""
    return units_within(made.document, made.paragraphs, 0, len(made.document.text))


def clause_of(document: Document, unit: Unit) -> Clause:
    """Return a unit as it is read."""
    return Clause(unit.text(document), document.title, unit.path, unit.asked)


def row_of(
    clause: Clause, *, answers: bool = False, short: str | None = None, at: int | None = None
) -> Row:
    """Return a clause as an example; ``at`` is where its short answer begins, else its first."""
    span = None
    if answers and short:
        start = clause.text.find(short) if at is None else at
        span = (start, start + len(short)) if start >= 0 else None
    return Row(clause.text, clause.title, clause.path, clause.asked, answers, span)


def squashed(text: str) -> str:
    """Return a text without white space: what is compared."""
    return "".join(text.split())


def likeness(one: str, other: str) -> float:
    """Return the share of the shorter text's character pairs that the other has, 0 to 1."""
    a, b = _pairs(one), _pairs(other)
    return len(a & b) / max(min(len(a), len(b)), 1)


def closest(text: str, candidates: Sequence[Clause]) -> Clause | None:
    """Return the clause that holds a text, or shares the most with it; None where none does."""
    wanted = squashed(text)
    holding = [one for one in candidates if wanted in squashed(one.text)]
    if holding:
        return min(holding, key=lambda one: len(one.text))
    best = max(candidates, key=lambda one: likeness(one.text, text), default=None)
    return best if best is not None and likeness(best.text, text) > 0.8 else None


def _pairs(text: str) -> set[str]:
    words = squashed(text)
    return {words[at : at + 2] for at in range(len(words) - 1)}
