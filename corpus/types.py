"""Plain data of the corpus. Every position is a code point offset, half-open: ``[start, end)``.

A text in a type, as in ``Annotated[int, "From 1."]``, is what schemas say of the field: it is for
people who see JSON, and nothing here reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from corpus.spans import paragraph_at, paragraphs_within

Start = Annotated[int, "Position of the first code point (Unicode, not UTF-16), from 0."]
End = Annotated[int, "Position behind the last code point: the range is half-open."]
Headings = Annotated[tuple[str, ...], "Headings it stands under, outermost first: 章, 条."]
Page = Annotated[int | None, "From 1, where the format has pages."]
Share = Annotated[float, "0 to 1."]

REVISION_PREFIX = 12  # hexadecimal digits: 48 bits among the few revisions of one document


def place_id(document_id: str, revision: str, start: int, end: int) -> str:
    """Return the id of a place in one revision of a document: of a passage, of a citation."""
    return f"{document_id}-{revision[:REVISION_PREFIX]}-{start}-{end}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How the bytes of a source became text: enough to doubt it, or to do it again."""

    size: int  # bytes of the source
    digest: str  # SHA-256 of those bytes, hexadecimal
    encoding: str  # as decoded, e.g. "utf-8", "gb18030"
    runner_up: str | None = None  # the next likely encoding, where there was a choice
    confidence: Share = 1.0  # of the encoding
    private_use: int = 0  # private-use code points in the decoded text
    cleaned: Mapping[str, int] = field(default_factory=dict)  # kind of residue -> times removed
    notes: tuple[str, ...] = ()  # what of the source is not in the text, or in doubt; for people


class Origin(StrEnum):
    """Where a fact about a document was found; of two that differ the earlier here holds."""

    HAND = "hand"  # set by a person on this library
    OPTION = "option"  # given with the command or request that added it
    SIDECAR = "sidecar"  # a file beside it, or the record it came in
    FRONT_MATTER = "front_matter"
    HEAD = "head"  # the lines under its title
    TAIL = "tail"  # its last article, signature or date line
    FILE_NAME = "file_name"
    FORMAT = "format"  # properties its file format states


Value = str | tuple[str, ...]  # several values only where the key allows it: tags, repeals


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known about a document, and where it was found."""

    value: Value  # empty only where set by hand: what was found is wrong, and nothing is known
    origin: Origin
    over: Annotated[Fact | None, "Where set by hand: what was found instead."] = None

    @property
    def values(self) -> tuple[str, ...]:
        """All of its values, of a key with one value that one."""
        return (self.value,) if isinstance(self.value, str) else self.value


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of a document between breaks: ``document.text[start:end] == text``, never blank."""

    document_id: str
    ordinal: int  # from 0, in reading order
    start: int
    end: int
    text: str
    path: tuple[str, ...] = ()  # headings it stands under, outermost first; then 章 and 条
    page: int | None = None  # from 1, where the format has pages
    ocr: bool = False  # its words were recognised from a picture


@dataclass(frozen=True, slots=True)
class Document:
    """A source as canonical text, which all positions count in: what is stored, split, cited."""

    id: str  # identity of the source; survives edits
    revision: str  # SHA-256 of the canonical text, hexadecimal
    title: str
    source: str  # where it came from: an absolute path, or "upload:NAME"
    media_type: str
    text: str
    metadata: Mapping[str, Fact]  # keys: see corpus/facts/metadata.py
    receipt: Receipt

    def cite(
        self, span: tuple[int, int], paragraphs: Sequence[Paragraph], *, clause: str = ""
    ) -> Citation:
        """Return the citation of a span; ``paragraphs`` are the document's."""
        return Citation.of(
            self.id, self.revision, self.title, self.text, span, paragraphs, clause=clause
        )


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known about a document without reading it: what filters and versions go by."""

    id: str
    revision: str
    title: str
    source: str
    media_type: str
    metadata: Mapping[str, Fact]

    def values(self, key: str) -> tuple[str, ...]:
        """Return the values of a fact; () where nothing is known."""
        fact = self.metadata.get(key)
        return fact.values if fact is not None else ()

    def value(self, key: str) -> str | None:
        """Return a fact of one value; None where nothing is known, or several."""
        fact = self.metadata.get(key)
        return fact.value if fact is not None and isinstance(fact.value, str) else None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and searched: a paragraph, a piece of a long one, or short neighbours.

    ``text`` is the document's at code points ``[start, end)``.
    """

    id: str  # place_id, the same scheme as a citation's id
    document_id: str
    start: Start
    end: End
    text: str
    path: Headings = ()

    def is_current(self, document: Document) -> bool:
        """Whether it is of this revision of its document: an edit may follow the search."""
        return self.id == place_id(document.id, document.revision, self.start, self.end)


class LapseKind(StrEnum):
    """Why a text is not in force."""

    NOT_YET = "not_yet"  # it takes effect later
    SUPERSEDED = "superseded"  # a later version of the same instrument has taken its place
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Lapse:
    """That a document is not in force on a day, and why."""

    kind: LapseKind
    since: Annotated[
        str, "ISO 8601: out of force from this day; for not_yet in force from it; empty: unknown."
    ]
    title: str | None = None  # of what took its place or repealed it, where that is known
    documents: tuple[str, ...] = ()  # ids of the documents that did


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact place: ``quote`` is the canonical text at code points ``[start, end)``."""

    id: str
    document_id: str
    revision: str
    start: Start
    end: End
    quote: str
    path: Headings
    page: Page
    title: str
    clause: Annotated[str, "In words, as 第三十九条第二项; empty outside of clauses."] = ""
    ocr: Annotated[bool, "Its words were recognised from a picture."] = False
    lapse: Annotated[Lapse | None, "Why the cited text is not in force today, if so."] = None
    repeats: Annotated[tuple[Citation, ...], "Other places in force that say the same."] = ()

    @classmethod
    def of(
        cls,
        document_id: str,
        revision: str,
        title: str,
        text: str,
        span: tuple[int, int],
        paragraphs: Sequence[Paragraph],
        *,
        clause: str = "",
    ) -> Citation:
        """Return the citation of a span; path and page are those of the paragraph it begins in.

        It is marked as recognised from a picture when any paragraph it touches was.
        """
        start, end = span
        paragraph = paragraph_at(paragraphs, start)
        return cls(
            id=place_id(document_id, revision, start, end),
            document_id=document_id,
            revision=revision,
            start=start,
            end=end,
            quote=text[start:end],
            path=paragraph.path if paragraph else (),
            page=paragraph.page if paragraph else None,
            title=title,
            clause=clause,
            ocr=any(touched.ocr for touched in paragraphs_within(paragraphs, span)),
        )


class CitationState(StrEnum):
    """What became of a cited place since it was cited."""

    VALID = "valid"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A piece of a difference: in both texts, only in the earlier, or only in the later one."""

    kind: Literal["equal", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A citation looked up today: as cited, what became of it, and where it stands now."""

    citation: Citation
    state: CitationState
    source: str
    before: Annotated[str, "Text of its paragraph ahead of the quote, as cited."]
    after: Annotated[str, "Text of its paragraph behind the quote, as cited."]
    current: Annotated[Citation | None, "The place today; null when changed or gone."]
    became: Annotated[
        Citation | None, "When changed: the paragraph that stands in its place, not the cited."
    ] = None
    diff: Annotated[tuple[DiffPart, ...], "When changed: from the old paragraph to it."] = ()
    metadata: Annotated[Mapping[str, Fact], "What is known of the cited revision's document."] = (
        field(default_factory=dict)
    )


class AddState(StrEnum):
    """What adding one source came to."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    MOVED = "moved"  # the same bytes under a new name, the old one being gone
    REMOVED = "removed"  # its source is gone, and so is the document now
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AddOutcome:
    """What adding one file came to: one line of the summary."""

    source: str
    state: AddState
    document_id: str | None = None
    title: str | None = None
    paragraphs: int = 0
    reason: str | None = None  # why it was refused, for people
    notes: tuple[str, ...] = ()  # what of it is not in the text, or in doubt; for people


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A source that could not be read for certain, with the reason, until it can."""

    source: str
    reason: str
    size: int
    digest: str
    seen_at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Bytes with a name, before anything is known about them."""

    source: str
    name: str
    data: bytes
    path: Path | None = None
    given: Mapping[str, Value] = field(default_factory=dict)  # metadata stated beside the bytes


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in a text: ``text[start:end]`` is its line, level 1 the outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class RefusedMember:
    """A member of an archive or a collection that does not come in, and why, for people."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader makes of one file: cleaned text, and the structure the format states."""

    text: str  # canonical text: offsets count from here on
    media_type: str
    receipt: Receipt
    title: str | None = None  # as the format states it (front matter, heading); None: take the name
    headings: tuple[Heading, ...] = ()  # that the format states; splitting finds 章 and 条 itself
    metadata: Mapping[str, str] = field(default_factory=dict)
    lines_are_paragraphs: bool = False  # True: every line of ``text`` is one paragraph, for certain
    page_starts: tuple[int, ...] = ()  # offset where each page begins, for formats with pages
    ocr_pages: frozenset[int] = frozenset()  # pages, from 1, whose words came from a picture


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One line of a library's list."""

    id: str
    title: str
    source: str
    media_type: str
    revision: str
    characters: int
    paragraphs: int
    passages: int
    encoding: str
    added_at: str  # ISO 8601, UTC
