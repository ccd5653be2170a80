"""Errors of the corpus.

CorpusError
├── UnreadableSource    a file not to be opened, empty, binary, too large or of no known kind
│   └── UndecidedEncoding   its bytes fit no encoding for certain; it is quarantined
├── StoreError          the store cannot be used as it is
│   ├── StoreTooNew         a newer program wrote it
│   ├── StoreDamaged        SQLite says the file is malformed
│   └── StoreReadOnly       its folder or file cannot be written
├── LibraryBusy         another process is writing to this library
├── UnknownDocument     no such document
├── UnknownCitation     no such citation, or an id that is not one
├── BadFilter           a condition on documents that cannot be understood
├── BadAddress          an address of a clause that cannot be understood
└── BadFact             a fact about a document that cannot be set
"""

from __future__ import annotations


class CorpusError(Exception):
    """Anything the corpus can say is wrong. The message is for people and says what to do."""


class UnreadableSource(CorpusError):
    """A source that cannot become a document; the message is the reason."""


class UndecidedEncoding(UnreadableSource):
    """Bytes that no encoding explains for certain."""


class StoreError(CorpusError):
    """The store cannot be used as it is."""


class StoreTooNew(StoreError):
    """A newer version of the program wrote this store."""


class StoreDamaged(StoreError):
    """The store's file is not a healthy SQLite database."""


class StoreReadOnly(StoreError):
    """The store cannot be written where it is."""


class LibraryBusy(CorpusError):
    """Another process holds the library's write lock; the message names it."""


class UnknownDocument(CorpusError):
    """No document has this id, source or title."""


class UnknownCitation(CorpusError):
    """No citation has this id."""


class BadFilter(CorpusError):
    """A condition on documents that cannot be understood; the message says what is expected."""


class BadAddress(CorpusError):
    """An address of a clause that cannot be understood; the message says what is expected."""


class BadFact(CorpusError):
    """A fact about a document that cannot be set; the message says what is expected."""
