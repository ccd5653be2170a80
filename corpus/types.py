"""Plain data of the corpus. Every position is a code point offset, half-open: ``[start, end)``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Receipt:
    """How the bytes of a source became text: enough to doubt it, or to do it again."""

    size: int  # bytes of the source
    digest: str  # SHA-256 of those bytes, hexadecimal
    encoding: str  # as decoded, e.g. "utf-8", "gb18030"
    runner_up: str | None = None  # the next likely encoding, where there was a choice
    confidence: float = 1.0  # 0 to 1, of the encoding
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
    """One thing known about a document, and how."""

    value: Value  # empty only where set by hand: what was found is wrong, and nothing is known
    origin: Origin
    over: Fact | None = None  # set by hand: what was found instead


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
    """A source as canonical text: what is stored, split, cited."""

    id: str  # identity of the source; survives edits
    revision: str  # SHA-256 of the canonical text, hexadecimal
    title: str
    source: str  # where it came from: an absolute path, or "upload:NAME"
    media_type: str
    text: str
    metadata: Mapping[str, Fact]  # keys: see corpus/facts/described.py
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known about a document without reading it: what filters and versions go by."""

    id: str
    revision: str
    title: str
    source: str
    media_type: str
    metadata: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and searched: a paragraph, a piece of a long one, or short neighbours."""

    id: str  # "{document_id}-{revision[:12]}-{start}-{end}", the same scheme as a citation's id
    document_id: str
    start: int
    end: int
    text: str  # document.text[start:end]
    path: tuple[str, ...] = ()


class LapseKind(StrEnum):
    """Why a text is not in force."""

    NOT_YET = "not_yet"  # it takes effect later
    SUPERSEDED = "superseded"  # a later version of the same instrument has taken its place
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Lapse:
    """That a document is not in force on a day, and why."""

    kind: LapseKind
    since: str  # ISO 8601: out of force from this day; NOT_YET: in force from it; "": not known
    title: str | None = None  # of what took its place or repealed it, where that is known
    documents: tuple[str, ...] = ()  # ids of the documents that did


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact place: ``quote`` is the document's canonical text at ``[start, end)``."""

    id: str
    document_id: str
    revision: str
    start: int
    end: int
    quote: str
    path: tuple[str, ...]
    page: int | None
    title: str
    clause: str = ""  # the clause it stands in, in words: 第三十九条第二项; "" outside of clauses
    ocr: bool = False  # its words were recognised from a picture
    lapse: Lapse | None = None  # the cited text is not in force today
    repeats: tuple[Citation, ...] = ()  # other places that make the same statement


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
    before: str  # text of the same paragraph ahead of the quote, as cited
    after: str  # text of the same paragraph behind the quote, as cited
    current: Citation | None  # the place in today's revision; None when changed or gone
    became: Citation | None = None  # when changed: what stands in its place, not the cited words
    diff: tuple[DiffPart, ...] = ()  # when changed: of its paragraph as cited, and ``became``
    metadata: Mapping[str, Fact] = field(default_factory=dict)  # of the cited revision


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
    """One line of the summary of an ``add``."""

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
    title: str | None  # as the format states it (front matter, first heading); None: take the name
    headings: tuple[Heading, ...]  # only those the format states; splitting finds 章 and 条 itself
    metadata: Mapping[str, str]
    media_type: str
    receipt: Receipt
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
