"""Places that make a cited statement too: an answer quotes one and names the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus.citations import REVISION_PREFIX, cite, parse_place_id
from corpus.likeness import Statement
from corpus.types import Citation
from index.types import Hit
from rag.evidence import Read
from rag.generator import DraftClaim

CANDIDATES = 50  # passages looked at for one statement: those that share most of its words
MOST_SEARCHES = 12  # statements of one answer that are searched for; of a longer one the first

Candidates = Callable[[str, int], Sequence[Hit]]  # words, how many -> passages that share them
Marked = Callable[[Citation], Citation]  # with its clause, and whether it is in force


def with_repeats(
    claims: Sequence[DraftClaim], candidates: Candidates, read: Read, marked: Marked
) -> list[DraftClaim]:
    """Return the claims with the other places of each citation's statement named in it.

    The places are exact, and stand in what is searched: a place out of scope is not named.
    """
    used = [place for claim in claims for place in claim.citations]
    searched = 0
    told: list[DraftClaim] = []
    for claim in claims:
        citations: list[Citation] = []
        for citation in claim.citations:
            statement = Statement(citation.quote)
            if statement.telling and searched < MOST_SEARCHES:
                searched += 1
                hits = candidates(citation.quote, CANDIDATES)
                known = {one.id for one in citation.repeats}
                found = (p for p in _places(statement, hits, used, read) if p.id not in known)
                citation = replace(citation, repeats=(*citation.repeats, *found))
            citation = replace(citation, repeats=tuple(map(marked, citation.repeats)))
            citations.append(citation)
        told.append(replace(claim, citations=tuple(citations)))
    return told


def _places(
    statement: Statement, hits: Sequence[Hit], used: Sequence[Citation], read: Read
) -> Iterator[Citation]:
    seen: set[str] = set()
    for hit in hits:
        spans = list(statement.find(hit.passage.text))
        if not spans:
            continue
        document, paragraphs = read(hit.passage.document_id)
        if document.revision[:REVISION_PREFIX] != parse_place_id(hit.passage.id).revision_prefix:
            continue  # edited between search and reading
        for start, end in spans:
            span = (hit.passage.start + start, hit.passage.start + end)
            place = cite(
                document.id, document.revision, document.title, document.text, span, paragraphs
            )
            if place.id not in seen and not any(_meet(place, one) for one in used):
                seen.add(place.id)
                yield place


def _meet(one: Citation, other: Citation) -> bool:
    same = one.document_id == other.document_id
    return same and one.start < other.end and other.start < one.end
