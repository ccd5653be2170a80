"""Places that make a cited statement too: an answer quotes one and names the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus.tracking.near_duplicates import Statement
from corpus.types import Citation
from index.types import Hit
from rag.drafts import DraftClaim
from rag.extractive.candidates import Read

CANDIDATES = 50  # passages looked at for one statement: those that share most of its words
MOST_SEARCHES = 12  # statements of one answer that are searched for; of a longer one the first

Candidates = Callable[[str, int], Sequence[Hit]]  # words, how many -> passages that share them
Marked = Callable[[Citation], Citation]  # with its clause, and whether it is in force


class Repeats:
    """Names the other places of what the claims of one answer cite, claim by claim."""

    def __init__(self, candidates: Candidates, read: Read, marked: Marked) -> None:
        """Name exact places that stand in what ``candidates`` searches: none out of scope."""
        self.used: list[Citation] = []  # cited by the answer itself: never named as others
        self._candidates = candidates
        self._read = read
        self._mark = marked
        self._searched = 0

    def named(self, claim: DraftClaim) -> DraftClaim:
        """Return the claim with the other places of each citation's statement named in it."""
        self.used.extend(claim.citations)
        return replace(claim, citations=tuple(map(self._with_others, claim.citations)))

    def _with_others(self, citation: Citation) -> Citation:
        found: list[Citation] = []
        statement = Statement(citation.quote)
        if statement.distinctive and self._searched < MOST_SEARCHES:
            self._searched += 1
            known = {one.id for one in citation.repeats}
            hits = self._candidates(citation.quote, CANDIDATES)
            places = _places(statement, hits, self.used, self._read)
            found = [place for place in places if place.id not in known]
        repeats = tuple(map(self._mark, (*citation.repeats, *found)))
        return replace(citation, repeats=repeats)


def _places(
    statement: Statement, hits: Sequence[Hit], used: Sequence[Citation], read: Read
) -> Iterator[Citation]:
    seen: set[str] = set()
    for hit in hits:
        spans = list(statement.find(hit.passage.text))
        if not spans:
            continue
        document, paragraphs = read(hit.passage.document_id)
        if not hit.is_current(document):
            continue  # edited between search and reading
        for start, end in spans:
            span = (hit.passage.start + start, hit.passage.start + end)
            place = document.cite(span, paragraphs)
            if place.id not in seen and not any(_meet(place, one) for one in used):
                seen.add(place.id)
                yield place


def _meet(one: Citation, other: Citation) -> bool:
    same = one.document_id == other.document_id
    return same and one.start < other.end and other.start < one.end
