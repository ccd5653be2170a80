"""The extractive generator: no language model, every sentence of an answer an exact quote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from corpus.text.script import share_han
from corpus.types import Document, Paragraph
from index.types import Hit
from rag.drafts import Draft, DraftClaim
from rag.extractive.answer_types import must_fit
from rag.extractive.conflicts import MOST_SIDES, Side, conflicting, told
from rag.extractive.coverage import Coverage, Idf
from rag.extractive.evidence import Read, Unit, gather
from rag.extractive.lists import COUNT_BONUS, AnswerList, find_lists, parts
from rag.extractive.premises import denied_premise
from rag.extractive.selection import Chosen, Quote, choose, in_reading_order, place_of, rank
from rag.extractive.support import ACROSS_LANGUAGES, SAME_LANGUAGE, Features, Weights, support
from rag.messages import abstention_message, note_message
from rag.question.parse import Kind, Question
from rag.types import AbstentionReason, Note, NoteKind

CONTEXT_WEIGHT = 0.5  # of title, path and passage against the sentence itself, in lists
HIT_WEIGHT = 0.3  # of the retrieval score against coverage, in lists
MISFIT = 0.35  # taken for lacking the kind of thing asked for, or the numbers asked about
SCRIPT_COVERAGE = 0.2  # under this the words do not meet: another language, meanings decide
ACROSS_UNITS = 16  # sentences compared by meaning: one batch of the embedder, some 100 ms
MOSTLY = 0.3  # share of Han characters that makes a text Chinese; figures and Latin names dilute it

Similarity = Callable[[str, Sequence[str]], list[float]]  # question, texts -> cosines


class ExtractiveGenerator:
    """Selects the sentences that answer, at most what is needed."""

    def __init__(
        self, read: Read, idf: Idf, similarity: Similarity, weights: Weights = SAME_LANGUAGE
    ) -> None:
        """``weights`` are those of support, by the embedder whose cosines the hits have."""
        self._weights = weights
        self._read = read
        self._idf = idf
        self._similarity = similarity

    def generate(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return the sentences that answer best, and how sure they do."""
        coverage = Coverage(question, self._idf)
        units = gather(question, hits, coverage, self._read)
        if not units:
            return Draft((), 0.0)
        foreign = [unit for unit in units if _in_other_language(question, unit)]
        if foreign and max(unit.direct for unit in units) < SCRIPT_COVERAGE:
            return self._across(question, foreign)
        ranked = rank(question, units)
        best = ranked.units[0]
        sure = support(features_of(question, best), self._weights)
        if question.kind is Kind.LIST or best.text.endswith(("：", ":")):
            found = self._list(question, hits, coverage, best)
            if found is not None:
                whole = support(_list_features(found, best), self._weights)
                sure = max(sure, whole) if _holds(found, best) else whole
                return Draft(_list_claims(found), sure, tuple(_list_notes(question, found)))
        return self._quoted(question, ranked, sure)

    def _quoted(self, question: Question, ranked: Chosen, sure: float) -> Draft:
        """Quote the likeliest sentences; where documents disagree, all sides, labelled."""
        best = ranked.units[0]
        sides = conflicting(question, ranked.units)
        if len(sides) > MOST_SIDES:
            reason = AbstentionReason.CONFLICT
            message = abstention_message(reason, chinese=question.chinese, named=told(sides))
            return Draft((), sure, reason=reason, message=message)
        units = [side.unit for side in sides] or list(choose(ranked).units)
        quotes = in_reading_order(units, self._read)
        return Draft(_claims(quotes), sure, tuple(_notes(question, quotes, sides, best)))

    def _list(
        self, question: Question, hits: Sequence[Hit], coverage: Coverage, best: Unit
    ) -> AnswerList | None:
        """Return the list that answers better than the best sentence alone, if there is one."""
        lists = find_lists(question, hits, coverage, self._read)
        if not lists:
            return None
        found = max(lists, key=lambda one: _list_score(one, question))
        if _leads(found, best) or _list_score(found, question) >= _plain_score(best, question):
            return found
        return None

    def _across(self, question: Question, units: Sequence[Unit]) -> Draft:
        """Choose by meaning, where question and documents share no words."""
        some = units[:ACROSS_UNITS]
        cosines = self._similarity(question.text, [unit.text for unit in some])
        at = max(range(len(some)), key=cosines.__getitem__)
        cosine = max(cosines[at], some[at].hit.dense or 0.0)
        features = replace(features_of(question, some[at]), dense=cosine)
        sure = support(features, ACROSS_LANGUAGES)
        quotes = in_reading_order([some[at]], self._read)
        return Draft(_claims(quotes), sure)


def _notes(
    question: Question, quotes: Sequence[Quote], sides: Sequence[Side], best: Unit
) -> Iterator[Note]:
    """Yield what a reader has to know: that documents disagree, or that the question errs."""
    if sides:
        message = note_message(NoteKind.CONFLICT, chinese=question.chinese, detail=told(sides))
        yield Note(NoteKind.CONFLICT, message, tuple(place_of(side.unit, quotes) for side in sides))
    denied = denied_premise(question, best.text)
    if denied is not None:
        detail = f"“{denied[0]}” → “{denied[1]}”"
        message = note_message(NoteKind.PREMISE, chinese=question.chinese, detail=detail)
        yield Note(NoteKind.PREMISE, message, (place_of(best, quotes),))


def _list_notes(question: Question, found: AnswerList) -> Iterator[Note]:
    """Yield that a question counts other items than a list has: 哪六项 where there are five."""
    lead = found.document.text[slice(*found.lead)] if found.lead else ""
    denied = denied_premise(question, lead)
    if denied is None and question.count not in (None, len(found.items)):
        denied = str(question.count), str(len(found.items))
    if denied is not None:
        detail = f"“{denied[0]}” → “{denied[1]}”"
        message = note_message(NoteKind.PREMISE, chinese=question.chinese, detail=detail)
        yield Note(NoteKind.PREMISE, message, (0,))


def _holds(found: AnswerList, unit: Unit) -> bool:
    """Say whether a sentence belongs to a list, as its lead or in its items."""
    same = found.document.id == unit.document.id
    return same and found.span[0] <= unit.start < found.span[1]


def _leads(found: AnswerList, unit: Unit) -> bool:
    """Say whether a sentence is what introduces a list."""
    if found.document.id != unit.document.id or found.lead is None:
        return False
    return found.lead[0] <= unit.start < found.lead[1]


def features_of(question: Question, unit: Unit) -> Features:
    """Return what support is read off."""
    return Features(
        unit.near,
        unit.rest,
        unit.run,
        unit.hit.dense or 0.0,
        unit.hit.score,
        float(unit.numbers),
        float(not must_fit(question) or bool(unit.fits)),
    )


def _plain_score(unit: Unit, question: Question) -> float:
    """Return what a sentence is compared with lists by."""
    misfits = (must_fit(question) and not unit.fits) + (not unit.numbers)
    return _score(unit.direct, unit.near, unit.hit) - MISFIT * misfits


def _score(direct: float, near: float, hit: Hit) -> float:
    return direct + CONTEXT_WEIGHT * (near - direct) + HIT_WEIGHT * hit.score


def _list_score(found: AnswerList, question: Question) -> float:
    score = _score(found.direct, found.near, found.hit)
    if question.count is None:
        return score
    return score + (COUNT_BONUS if question.count == len(found.items) else -COUNT_BONUS)


def _list_features(found: AnswerList, best: Unit) -> Features:
    """Return what support of a list is read off; of its words with the question, the lead's."""
    hit = found.hit
    return Features(found.near, found.direct, best.run, hit.dense or 0.0, hit.score, 1.0, 1.0)


def _in_other_language(question: Question, unit: Unit) -> bool:
    return (share_han(unit.text) > MOSTLY) != question.chinese


def _claims(quotes: Sequence[Quote]) -> tuple[DraftClaim, ...]:
    """Return the quotes as claims, those of one paragraph run together."""
    claims: list[DraftClaim] = []
    last: Quote | None = None
    for one in quotes:
        same = last is not None and last.paragraph == one.paragraph
        span = (one.start, one.end)
        claims.append(_claim(one.unit.document, [one.paragraph], span, breaks=not same))
        last = one
    return tuple(claims)


def _list_claims(found: AnswerList) -> tuple[DraftClaim, ...]:
    spans = list(parts(found))
    lead = 1 if found.lead is not None else 0
    return tuple(
        _claim(found.document, found.paragraphs, span, prefix="- " if at >= lead else "")
        for at, span in enumerate(spans)
    )


def _claim(
    document: Document,
    paragraphs: Sequence[Paragraph],
    span: tuple[int, int],
    *,
    prefix: str = "",
    breaks: bool = True,
) -> DraftClaim:
    citation = document.cite(span, paragraphs)
    return DraftClaim(citation.quote, (citation,), prefix, breaks)
