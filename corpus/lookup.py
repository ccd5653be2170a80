"""Looking a citation up: as cited, what became of it, and where it stands now."""

from __future__ import annotations

from corpus.citations import cite, locate, paragraph_at, parse_place_id
from corpus.errors import UnknownCitation, UnknownDocument
from corpus.store import Store
from corpus.types import CitationState, CitedPlace, Paragraph


def look_up(store: Store, citation_id: str) -> CitedPlace:
    """Return the place a citation names and its state today.

    Raises UnknownCitation when the id is malformed, or its document or revision was never here.
    """
    place = parse_place_id(citation_id)
    kept = store.revision(place.document_id, place.revision_prefix)
    if kept is None or place.end > len(kept.text):
        raise UnknownCitation(
            f"没有这条引文：{citation_id}。它所指的文件或版本不在本库中（或已被彻底清除）。"
            " No such citation: its document or revision is not in this library."
        )
    span = (place.start, place.end)
    cited = cite(kept.document_id, kept.revision, kept.title, kept.text, span, kept.paragraphs)
    before, after = _around(kept.text, kept.paragraphs, span)
    try:
        today = store.document(place.document_id)
    except UnknownDocument:
        return CitedPlace(cited, CitationState.GONE, kept.source, before, after, None)
    if today.revision == kept.revision:
        return CitedPlace(cited, CitationState.VALID, kept.source, before, after, cited)
    state, start = locate(cited.quote, kept.text, place.start, today.text)
    if state is CitationState.CHANGED:
        return CitedPlace(cited, state, today.source, before, after, None)
    current = cite(
        today.id,
        today.revision,
        today.title,
        today.text,
        (start, start + len(cited.quote)),
        store.paragraphs(today),
    )
    return CitedPlace(cited, state, today.source, before, after, current)


def _around(text: str, paragraphs: list[Paragraph], span: tuple[int, int]) -> tuple[str, str]:
    first, last = paragraph_at(paragraphs, span[0]), paragraph_at(paragraphs, span[1] - 1)
    begin = first.start if first else span[0]
    end = last.end if last else span[1]
    return text[begin : span[0]], text[span[1] : end]
