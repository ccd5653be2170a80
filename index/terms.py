"""The term side: rows of token lists, ranked by BM25 as a share of what a question could score."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from index.errors import IndexDamaged
from index.tokens import tokenize

if TYPE_CHECKING:
    from tantivy import DocAddress, Document, Index, IndexWriter, Query, Schema

Entry = tuple[int, str, str]  # row, heading, body

# BM25 as in Lucene and tantivy (Robertson and Zaragoza 2009); b is 0.75 there, fixed.
_K1 = 1.2

# What a heading adds on top of being counted as text once. Measured hit@1 at 0, 0.1, 0.25, 0.5:
# cmrc2018 (500 questions) 94.4, 95.4, 96.0, 97.2; stard train (300) 34.7, 34.0, 32.7, 30.7.
# The two disagree; 0.25 is the least that keeps cmrc2018 at 96.
HEADING_BOOST = 0.25

# A question has at most this many terms, the rarest: a pasted page costs no more than that.
MOST_TERMS = 256

# Scores are sums of float32: two that differ by less than this share of themselves are a tie.
_TIE = 1e-5

# tantivy's least. It spills a segment when full, and small segments are cheap to rewrite.
_HEAP = 15_000_000

_REWRITTEN = (".managed.json", "meta.json")  # replaced by tantivy, so never shared between copies
_LOCKS = ".lock"


class LexicalIndex(Protocol):
    """Rows found by their words."""

    def update(self, remove_rows: Iterable[int], add: Iterable[Entry]) -> None:
        """Remove and add rows in one commit."""
        ...

    def search(
        self, question: str, k: int, *, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Return up to k rows, best first, each with its share, 0 to 1; none in ``without``."""
        ...

    def __len__(self) -> int: ...


class TantivyIndex:
    """BM25 over tokens of ours, in a folder of immutable segments.

    No segment ever keeps a deleted document: tantivy counts those in its statistics until a merge
    it cannot be told to do. So a removal rewrites the segments it touches, and a search after any
    sequence of updates scores as over a fresh build.
    """

    def __init__(self, index: Index) -> None:
        index.config_reader("manual")  # no thread watching meta.json
        index.reload()
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make an empty index in ``folder``, which is made too. Raises IndexDamaged."""
        from tantivy import Index

        folder.mkdir(parents=True, exist_ok=True)
        with _translated(folder):
            return cls(Index(_schema(), path=str(folder), reuse=False))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index in ``folder``. Raises IndexDamaged when there is none or it is broken."""
        from tantivy import Index

        with _translated(folder):
            return cls(Index.open(str(folder)))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def doc_freq(self, token: str) -> int:
        """Return in how many rows the token occurs, heading or body."""
        return int(self._searcher.doc_freq("body", token))

    def idf(self, tokens: Sequence[str]) -> list[float]:
        """Return each token's ln(1 + (N - df + 0.5) / (df + 0.5)); never negative."""
        total = len(self)
        return [_idf(self.doc_freq(token), total) for token in tokens]

    def update(self, remove_rows: Iterable[int], add: Iterable[Entry]) -> None:
        """Remove rows and add entries in one commit; when it returns, the files are final.

        Rows that are not there may be removed; rows that are there must not be added again.
        Raises IndexDamaged when the folder cannot be written as it stands.
        """
        with _translated("terms"):
            writer = self._index.writer(_HEAP, num_threads=1)
        try:
            self._rewrite_without(set(remove_rows), writer)
            for row, heading, body in add:  # the caller's errors stay the caller's
                writer.add_document(_document(row, heading, body, self._index.schema))
        except BaseException:
            writer.rollback()
            writer.wait_merging_threads()  # lets go of the lock
            raise
        with _translated("terms"):
            writer.commit()
            writer.wait_merging_threads()
            self._index.reload()
            self._searcher = self._index.searcher()

    def search(
        self, question: str, k: int, *, without: Collection[int] = ()
    ) -> list[tuple[int, float]]:
        """Return up to k rows and shares, by falling share, then row; none in ``without``.

        A share is the BM25 score over the greatest any passage could reach: the sum over the
        question's distinct tokens, known here or not, of idf * (k1 + 1) * (1 + HEADING_BOOST).
        """
        if k <= 0:
            raise ValueError(f"k must be positive, not {k}")
        terms = self._terms(question)
        if not terms or not len(self):
            return []
        # A heading's own idf may be greater than the body's counted here: shares are capped at 1.
        ceiling = sum(idf for _, idf in terms) * (_K1 + 1) * (1 + HEADING_BOOST)
        with _translated("terms"):
            scored = self._best(self._query([token for token, _ in terms]), k, without)
        return _ranked(scored, ceiling)[:k]

    def _terms(self, question: str) -> list[tuple[str, float]]:
        tokens = list(dict.fromkeys(tokenize(question)))
        terms = sorted(zip(tokens, self.idf(tokens), strict=True), key=lambda term: -term[1])
        return terms[:MOST_TERMS]

    def _query(self, tokens: list[str]) -> Query:
        from tantivy import Occur, Query

        schema = self._index.schema
        parts: list[tuple[Occur, Query]] = []
        for token in tokens:
            if not self.doc_freq(token):
                continue
            body = Query.term_query(schema, "body", token, "freq")
            parts.append((Occur.Should, body))
            if self._searcher.doc_freq("heading", token):
                heading = Query.term_query(schema, "heading", token, "freq")
                parts.append((Occur.Should, Query.boost_query(heading, HEADING_BOOST)))
        return Query.boolean_query(parts)

    def _best(self, query: Query, k: int, without: Collection[int]) -> list[tuple[int, float]]:
        """Return the k best and all that tie with the k-th, as tantivy's own cut is arbitrary."""
        limit = k + 1
        while True:
            hits = self._searcher.search(query, limit, count=False).hits
            rows = self._rows_at([address for _, address in hits])
            kept = [
                (row, score)
                for row, (score, _) in zip(rows, hits, strict=True)
                if row not in without
            ]
            enough = len(kept) >= k and hits[-1][0] < kept[k - 1][1] * (1 - 2 * _TIE)
            if len(hits) < limit or enough:
                return kept
            limit *= 2

    def _rows_at(self, addresses: list[DocAddress]) -> list[int]:
        values = self._searcher.fast_field_values("row", addresses)
        return [int(value) for value in values if value is not None]

    def _rewrite_without(self, removed: set[int], writer: IndexWriter) -> None:
        """Delete whole segments that hold a removed row; what stays of them is added anew."""
        from tantivy import Document, Query

        if not removed or not len(self):
            return
        schema = self._index.schema
        with _translated("terms"):
            wanted = Query.term_set_query(schema, "row", sorted(removed))
            touched = {at.segment_ord for _, at in self._hits(wanted)}
            places = [at for _, at in self._hits(Query.all_query()) if at.segment_ord in touched]
            rows = self._rows_at(places)
            if rows:
                gone = Query.term_set_query(schema, "row", rows)
                writer.delete_documents_by_query(gone)
            for place, row in zip(places, rows, strict=True):
                if row not in removed:
                    kept = self._searcher.doc(place).to_dict()
                    writer.add_document(Document.from_dict(kept, schema))

    def _hits(self, query: Query) -> list[tuple[float, DocAddress]]:
        return self._searcher.search(query, max(len(self), 1), count=False).hits


def copy_index(source: Path, target: Path) -> None:
    """Make ``target`` a second index with the contents of ``source``, sharing its segments.

    Segments are immutable, so they are hard-linked (copied where the file system cannot); updating
    either index leaves the other as it was. Lock files stay behind: a link would share the lock.
    """
    target.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.name.endswith(_LOCKS):
            continue
        if path.name in _REWRITTEN:
            shutil.copy2(path, target / path.name)
            continue
        try:
            os.link(path, target / path.name)
        except OSError:  # another file system, or one without links
            shutil.copy2(path, target / path.name)


def _schema() -> Schema:
    from tantivy import SchemaBuilder

    # Texts are stored as tokens, so that rewriting a segment needs nobody else.
    builder = SchemaBuilder()
    builder.add_unsigned_field("row", stored=True, indexed=True, fast=True)
    for name in ("heading", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(row: int, heading: str, body: str, schema: Schema) -> Document:
    from tantivy import Document

    title = tokenize(heading)
    tokens = {"heading": " ".join(title), "body": " ".join(title + tokenize(body))}
    return Document.from_dict({"row": row, **tokens}, schema)


def _idf(frequency: int, total: int) -> float:
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def _ranked(scored: list[tuple[int, float]], ceiling: float) -> list[tuple[int, float]]:
    """Scores as shares; a run of ties takes its first one's share and stands in order of rows."""
    ranked: list[tuple[int, float]] = []
    previous = leader = math.inf
    for row, score in scored:
        if score < previous * (1 - _TIE):
            leader = score
        leader = min(leader, score) if leader is math.inf else leader
        previous = score
        ranked.append((row, round(min(leader / ceiling, 1.0), 6)))
    return sorted(ranked, key=lambda hit: (-hit[1], hit[0]))


@contextmanager
def _translated(place: Path | str) -> Iterator[None]:
    """Tantivy says everything with ValueError; ours are raised outside of this."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexDamaged(f"{place}: 词项索引损坏。 The term index is damaged: {error}") from error
