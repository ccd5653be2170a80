"""Drafts of questions from a library's own documents, for a person to look through.

No model writes them: each is a sentence of a document with an asking word in the place of what it
says. They are drafts because nobody has read them: the field ``draft`` keeps them out of runs
until somebody has.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from corpus.errors import BadAddress
from corpus.messages.message import Message
from corpus.types import DocumentSummary
from eval.drafting.absent import UNANSWERABLE, absent_drafts
from eval.drafting.english import english_drafts
from eval.drafting.number_questions import date_drafts, history_drafts, number_drafts
from eval.drafting.patterns import (
    clause_drafts,
    definition_drafts,
    fact_drafts,
    list_drafts,
    person_drafts,
)
from eval.drafting.statements import Draft, Source, Sources, pairs, statements
from eval.errors import BadSet
from eval.types import Question

if TYPE_CHECKING:
    from index.library import Library

KINDS = ("number", "list", "definition", "person", "date", "fact", "clause", UNANSWERABLE)
PER_KIND = 3  # drafts of one kind kept of one document, or more where documents are few
SPARE = 2  # times as many are looked into as are wanted: some turn out to be unfit
WIDEST = 4  # times as many documents are read as questions are wanted
# Share of a question's words that another document may hold before it could be about that too.
AMBIGUOUS = 0.7
ID_DIGITS = 8  # hexadecimal


def draft(
    library: Library, *, most: int, seed: int = 0, kinds: Sequence[str] = ()
) -> list[Question]:
    """Return up to ``most`` questions spread over documents and kinds; equal for equal inputs.

    Documents that are not in force give none. Raises BadSet for a kind that there is not.
    """
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise BadSet(Message("eval.no_such_kind", kind=unknown[0], known=KINDS))
    wanted = tuple(kind for kind in KINDS if not kinds or kind in kinds)
    sources = Sources(library)
    pool = _pool(library, sources, wanted, most, Random(seed))
    finalists = _spread(pool, wanted)[: SPARE * most]
    return as_questions(settled(library, finalists))[:most]


def settled(library: Library, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts that hold in the whole library, naming their document where they must.

    A draft must name it when another document holds its evidence, or most of its words; one that
    cannot, and one whose absent words are somewhere, is dropped. One pass over the library.
    """
    looked = [_Looked(each) for each in drafts]
    unnamed = any(not (each.named or each.source.rule) for each in drafts)
    for summary in library.documents():
        text = library.document(summary.id).text
        there = pairs(text) if unnamed else frozenset()
        for one in looked:
            one.look(summary, text, there)
    kept = [fit for one in looked if (fit := one.outcome(library)) is not None]
    return list({each.text: each for each in reversed(kept)}.values())[::-1]


class _Looked:
    """A draft compared with the whole library, document by document."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._words = pairs(draft.text)
        self._absent = True
        self._ambiguous = False
        self._elsewhere: set[str] = set()  # its quotes that other documents hold

    def look(self, summary: DocumentSummary, text: str, there: frozenset[str]) -> None:
        draft = self._draft
        if any(word in text or word in summary.title for word in draft.absent):
            self._absent = False
        if summary.id == draft.source.document.id:
            return
        self._elsewhere.update(quote for quote in draft.quotes if quote in text)
        if not draft.named:
            shared = len(self._words & there) / max(len(self._words), 1)
            self._ambiguous |= shared >= AMBIGUOUS

    def outcome(self, library: Library) -> Draft | None:
        """Return the draft as it can stand; None where it cannot."""
        draft = self._draft
        unclear = self._ambiguous or bool(self._elsewhere) or draft.source.rule
        if not self._absent or (unclear and not draft.named and not draft.source.name):
            return None
        if unclear:
            draft = draft.with_name()
        return _with_own_evidence(draft, self._elsewhere, library) if self._elsewhere else draft


def _with_own_evidence(draft: Draft, elsewhere: set[str], library: Library) -> Draft | None:
    """Return a draft of a rule without quotes that others hold too: what is left, or the clause.

    A sentence that two reports share is evidence in both.
    """
    if not draft.source.rule:
        return draft
    own = tuple(quote for quote in draft.quotes if quote not in elsewhere)
    if draft.clauses or 2 * len(own) > len(draft.quotes):
        return replace(draft, quotes=own)
    label = draft.source.clauses.label(
        [step for step in draft.source.clauses.at(draft.at) if step.kind == "条"]
    )
    address = f"{draft.source.titled}{label}"
    try:
        found = library.clause(address).citations if label and draft.at >= 0 else ()
    except BadAddress:
        return None
    if not found or any(one.document_id != draft.source.document.id for one in found):
        return None
    return replace(draft, quotes=(), clauses=(address,))


def as_questions(drafts: Iterable[Draft]) -> list[Question]:
    """Return drafts as questions of a set, each marked as one nobody has read yet."""
    return [_question(each) for each in drafts]


def _question(one: Draft) -> Question:
    text = one.source.document.text
    assert all(quote in text for quote in one.quotes), one  # evidence is of the text, word for word
    digest = hashlib.sha256(one.text.encode()).hexdigest()[:ID_DIGITS]
    return Question(
        id=f"{one.kind}-{digest}",
        text=one.text,
        kind=one.kind,
        musts=one.musts,
        gold_quotes=one.quotes,
        answers=one.answers,
        unanswerable=one.kind == UNANSWERABLE,
        tags=one.tags,
        extra={"draft": True},
        gold_clauses=one.clauses,
    )


def _pool(
    library: Library, sources: Sources, wanted: Sequence[str], most: int, rng: Random
) -> dict[str, dict[str, list[Draft]]]:
    """Return document id -> kind -> drafts, until there are enough of each kind to choose from."""
    order = sources.ids()
    rng.shuffle(order)
    kept = max(PER_KIND, -(-SPARE * most // max(len(order), 1)))
    share = -(-SPARE * most // len(wanted))
    pool: dict[str, dict[str, list[Draft]]] = {}
    counts: Counter[str] = Counter()
    for document_id in order:
        plenty = len(pool) >= SPARE * most and all(counts[k] >= share for k in wanted)
        if plenty or len(pool) >= WIDEST * most:
            break
        found = _by_kind(drafts_of(sources.read(document_id)))
        if UNANSWERABLE in wanted:
            every = [each for some in found.values() for each in some]
            found[UNANSWERABLE] = list(absent_drafts(every, library, rng))
        pool[document_id] = {}
        for kind in wanted:
            some = list({each.text: each for each in found.get(kind, ())}.values())
            pool[document_id][kind] = rng.sample(some, min(kept, len(some)))
            counts[kind] += len(pool[document_id][kind])
    return pool


def drafts_of(source: Source) -> Iterator[Draft]:
    """Yield every question that a document's own words make."""
    if source.chinese:
        yield from clause_drafts(source)
        yield from history_drafts(source)
        if source.amends:
            return
        yield from list_drafts(source)
    for statement in statements(source):
        if source.chinese:
            yield from definition_drafts(source, statement)
            yield from number_drafts(source, statement)
            yield from date_drafts(source, statement)
            yield from person_drafts(source, statement)
            yield from fact_drafts(source, statement)
        else:
            yield from english_drafts(source, statement)


def _by_kind(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    found: dict[str, list[Draft]] = {}
    for each in drafts:
        found.setdefault(each.kind, []).append(each)
    return found


def _spread(
    pool: Mapping[str, Mapping[str, Sequence[Draft]]], wanted: Sequence[str]
) -> list[Draft]:
    """Return all drafts, one of each document in turn, of the kind there are fewest of so far."""
    left = {name: {kind: list(some) for kind, some in of.items()} for name, of in pool.items()}
    counts: Counter[str | tuple[str, ...]] = Counter()  # of kinds, and of how they were made
    ordered: list[Draft] = []
    while left:
        for name in list(left):
            kinds = [kind for kind in wanted if left[name].get(kind)]
            if not kinds:
                del left[name]
                continue
            kind = min(kinds, key=lambda one: (counts[one], wanted.index(one)))
            one = min(left[name][kind], key=lambda each: counts[each.tags])
            left[name][kind].remove(one)
            ordered.append(one)
            counts.update((kind, one.tags))
    return ordered
