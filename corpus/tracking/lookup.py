"""Looking a citation up: as cited, what became of it, and where it stands now.

- valid: its words stand where they stood: the same offsets, in the same article.
- moved: its words stand elsewhere, or in an article that now has another number.
- changed: its paragraph lives on, but its words are not there any more.
- gone: neither its words nor its paragraph are there, or the document itself was removed.

Revisions are compared directly, whatever lay between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.citations import parse_place_id
from corpus.errors import UnknownCitation, UnknownDocument
from corpus.legal.clauses import clause_of
from corpus.legal.structure import article_number
from corpus.messages.message import Message
from corpus.spans import paragraphs_within
from corpus.store.store import Store
from corpus.store.stored import KeptRevision
from corpus.tracking.diff import diff
from corpus.tracking.trace import Revision, Tracer
from corpus.types import Citation, CitationState, CitedPlace, Document, Paragraph


def look_up(store: Store, citation_id: str) -> CitedPlace:
    """Return the place a citation names and its state today.

    ``current`` has exactly the cited words. Raises UnknownCitation when the id is malformed, or
    its document or revision was never here.
    """
    place = parse_place_id(citation_id)
    kept = store.revision(place.document_id, place.revision_prefix)
    if kept is None or place.end > len(kept.text):
        raise UnknownCitation(Message("corpus.no_such_citation", id=citation_id))
    found = _looked_up(store, kept, (place.start, place.end))
    if found.state is CitationState.GONE:
        found = _in_another_document(store, kept, found) or found
    return replace(found, metadata=kept.metadata)


def _looked_up(store: Store, kept: KeptRevision, span: tuple[int, int]) -> CitedPlace:
    cited = Citation.of(
        kept.document_id,
        kept.revision,
        kept.title,
        kept.text,
        span,
        kept.paragraphs,
        clause=clause_of(kept.paragraphs, *span),
    )
    around = _around(kept.text, kept.paragraphs, span)
    try:
        today = store.document(kept.document_id)
    except UnknownDocument:
        return CitedPlace(cited, CitationState.GONE, kept.source, *around, None)
    if today.revision == kept.revision:
        return CitedPlace(cited, CitationState.VALID, kept.source, *around, cited)
    return compare(cited, kept, today, store.paragraphs(today))


def _in_another_document(store: Store, kept: KeptRevision, place: CitedPlace) -> CitedPlace | None:
    """Return where the very same text stands as another document: a copy, or after a swap."""
    other = store.with_revision(kept.revision)
    if other is None:
        return None
    today = store.document(other)
    current = _cite(today, store.paragraphs(today), (place.citation.start, place.citation.end))
    return replace(place, state=CitationState.MOVED, source=today.source, current=current)


def compare(
    cited: Citation, kept: KeptRevision, today: Document, paragraphs: Sequence[Paragraph]
) -> CitedPlace:
    """Return what became of a citation of a kept revision in today's, which has another text."""
    around = _around(kept.text, kept.paragraphs, (cited.start, cited.end))
    tracer = Tracer(Revision(kept.text, kept.paragraphs), Revision(today.text, paragraphs))
    trace = tracer.trace((cited.start, cited.end))
    if trace.start is not None:
        current = _cite(today, paragraphs, (trace.start, trace.start + len(cited.quote)))
        state = CitationState.VALID if _same_place(cited, current) else CitationState.MOVED
        return CitedPlace(cited, state, today.source, *around, current)
    if trace.place is None:
        return CitedPlace(cited, CitationState.GONE, today.source, *around, None)
    became = _cite(today, paragraphs, trace.place)
    was = around[0] + cited.quote + around[1]
    parts = diff(was, became.quote)
    return CitedPlace(cited, CitationState.CHANGED, today.source, *around, None, became, parts)


def _cite(today: Document, paragraphs: Sequence[Paragraph], span: tuple[int, int]) -> Citation:
    return today.cite(span, paragraphs, clause=clause_of(paragraphs, *span))


def _same_place(cited: Citation, current: Citation) -> bool:
    was, now = (article_number(path[-1]) if path else None for path in (cited.path, current.path))
    return cited.start == current.start and was == now


def _around(text: str, paragraphs: Sequence[Paragraph], span: tuple[int, int]) -> tuple[str, str]:
    """Return the rest of the paragraphs a span begins and ends in: ahead of it and behind it."""
    touched = paragraphs_within(paragraphs, span)
    if not touched:
        return "", ""
    return text[touched[0].start : span[0]], text[span[1] : touched[-1].end]
