"""What goes into the store and comes out of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.types import Document, Fact, Paragraph, Passage

READING = "3"  # raise it when reading or splitting changes what a file becomes


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document ready to be committed, with its parts."""

    document: Document
    paragraphs: Sequence[Paragraph]
    passages: Sequence[Passage]
    digests: Sequence[str]  # one per passage: what its vector is cached under
    reading: str = READING  # by which it is known later whether it must be read again


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as the index sees it: a row number, and what is embedded and tokenised."""

    row: int
    digest: str
    passage: Passage
    title: str


@dataclass(frozen=True, slots=True)
class KeptRevision:
    """One revision of a document, current or not."""

    document_id: str
    revision: str
    title: str
    source: str
    text: str
    paragraphs: list[Paragraph]
    metadata: Mapping[str, Fact] = field(default_factory=dict)  # as known when it was replaced


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A document as adding sees it, before anything is read again."""

    id: str
    source: str
    digest: str  # SHA-256 of its bytes
    reading: str  # version of the reading code
    facts: Mapping[str, Fact]
