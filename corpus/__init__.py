"""Corpus: files become documents, paragraphs and passages; the store that is the only truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.lazy import lazily

if TYPE_CHECKING:
    from corpus.errors import (
        BadAddress,
        BadFact,
        BadFilter,
        CorpusError,
        LibraryBusy,
        StoreError,
        UndecidedEncoding,
        UnknownCitation,
        UnknownDocument,
        UnreadableSource,
    )
    from corpus.facts.filters import Condition, Filter, parse_where
    from corpus.ingest import find_files
    from corpus.readers.plain import decode_clean
    from corpus.readers.reader import Format, Limits, Reader
    from corpus.tracking.citation_styles import Forms, forms_of
    from corpus.types import (
        AddOutcome,
        AddState,
        Citation,
        CitationState,
        CitedPlace,
        DiffPart,
        Document,
        DocumentFacts,
        DocumentSummary,
        Fact,
        Heading,
        Lapse,
        LapseKind,
        Origin,
        Paragraph,
        Passage,
        Quarantined,
        ReadResult,
        Receipt,
        SourceFile,
    )
else:
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "corpus.errors": (
                "BadAddress BadFact BadFilter CorpusError LibraryBusy StoreError "
                "UndecidedEncoding UnknownCitation UnknownDocument UnreadableSource"
            ),
            "corpus.facts.filters": "Condition Filter parse_where",
            "corpus.ingest": "find_files",
            "corpus.readers.plain": "decode_clean",
            "corpus.readers.reader": "Format Limits Reader",
            "corpus.tracking.citation_styles": "Forms forms_of",
            "corpus.types": (
                "AddOutcome AddState Citation CitationState CitedPlace DiffPart Document "
                "DocumentFacts DocumentSummary Fact Heading Lapse LapseKind Origin Paragraph "
                "Passage Quarantined ReadResult Receipt SourceFile"
            ),
        },
    )

__all__ = [
    "AddOutcome",
    "AddState",
    "BadAddress",
    "BadFact",
    "BadFilter",
    "Citation",
    "CitationState",
    "CitedPlace",
    "Condition",
    "CorpusError",
    "DiffPart",
    "Document",
    "DocumentFacts",
    "DocumentSummary",
    "Fact",
    "Filter",
    "Format",
    "Forms",
    "Heading",
    "Lapse",
    "LapseKind",
    "LibraryBusy",
    "Limits",
    "Origin",
    "Paragraph",
    "Passage",
    "Quarantined",
    "ReadResult",
    "Reader",
    "Receipt",
    "SourceFile",
    "StoreError",
    "UndecidedEncoding",
    "UnknownCitation",
    "UnknownDocument",
    "UnreadableSource",
    "decode_clean",
    "find_files",
    "forms_of",
    "parse_where",
]
