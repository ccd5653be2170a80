"""The extractive generator: no language model, every sentence of an answer an exact quote.

Three outcomes: clauses that surely answer are quoted whole; those that likely do are offered, and
nothing is claimed of them; else there is no answer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from corpus.legal.hierarchy import Level, level_of
from corpus.messages.message import Message, message_of, said
from corpus.tracking.near_duplicates import Statement
from corpus.types import Citation
from index.catalogue import Catalogue
from index.errors import BadVectors, ModelDamaged, ModelMissing
from index.types import Hit
from rag.drafts import Draft, DraftClaim
from rag.errors import ModelUnusable
from rag.extractive.candidates import MOST_READ, Candidate, Read, gather
from rag.extractive.conditions import Conditions
from rag.extractive.conflicts import MOST_SIDES, Side, conflicting, told
from rag.extractive.coverage import Coverage, Idf
from rag.extractive.judging import OFFERED, THRESHOLD, Judged, judge
from rag.extractive.lists import AnswerList, list_around
from rag.extractive.premises import denied_premise
from rag.messages import abstention_message, language, note_message
from rag.question.parse import Kind, Question
from rag.question.term import asked_term, defines
from rag.reading.model import AnswerModel, YesNo
from rag.types import SURE, AbstentionReason, Note, NoteKind

logger = logging.getLogger(__name__)

MOST_CLAUSES = 3  # quoted or offered, best first
BEHIND = 0.2  # of the chance from which is offered that further clauses must have
BESIDE = 0.8  # of the best clause's chance that a further one must have to be quoted with it
FEWEST_ITEMS = 2  # of a list whose count is compared with the one asked for
SURE_SPAN = 0.7  # chance of the span from which a sure clause's is shown as the short answer
MARKED_SPAN = 0.2  # from which they are marked in the clause
SURE_YES_NO = 0.9  # from which a clause is said to say yes, no, or that it depends


class ExtractiveGenerator:
    """Reads the clauses of the passages found, and quotes those that answer."""

    def __init__(
        self,
        read: Read,
        idf: Idf,
        model: AnswerModel,
        catalogue: Catalogue,
        *,
        threshold: float = THRESHOLD,
        clauses_read: int = MOST_READ,
    ) -> None:
        """``threshold`` is the chance, 0 to 1, from which a clause is called the answer.

        Of the passages found so many clauses are read at most.
        """
        self._most = clauses_read
        self._read = read
        self._idf = idf
        self._model = model
        self._catalogue = catalogue
        self._threshold = threshold
        self._offered = min(OFFERED, threshold)

    def generate(
        self, question: Question, hits: Sequence[Hit], conditions: Conditions | None = None
    ) -> Draft:
        """Return what answers best, and how sure it does.

        A draft with claims is an answer; one with ``offered`` has only what may answer.
        """
        coverage = Coverage(question, self._idf)
        candidates = gather(
            question,
            hits,
            coverage,
            self._read,
            self._most,
            self._catalogue.cross_references,
        )
        if not candidates:
            return Draft((), 0.0)
        try:
            judged: Sequence[Judged] = judge(question, candidates, self._model)
        except (ModelUnusable, ModelMissing, ModelDamaged, BadVectors) as error:
            logger.warning("the answer model is not used: %s", error)
            spoken = language(question.chinese)
            message = Message("rag.without_reader", why=said(message_of(error), spoken)).text(
                spoken
            )
            return _offer(candidates[:MOST_CLAUSES], 0.0, message)
        if conditions is not None:
            judged, unmet = conditions.kept(judged, self._catalogue)
            if unmet is not None:
                return Draft((), 0.0, reason=unmet.reason, message=unmet.message)
            if not judged:
                return Draft((), 0.0)
        judged, defined = _definitions_first(question, judged)
        best = judged[0]
        if best.chance >= self._threshold and defined:
            return self._answer(question, judged)
        if best.chance < self._offered:
            return _offer((), best.chance)
        return _offer(self._likely(judged)[:MOST_CLAUSES], best.chance)

    def _likely(self, judged: Iterable[Judged]) -> list[Candidate]:
        """Return what may answer: beside a clause that may, less likely ones too."""
        return _apart(one for one in judged if one.chance >= BEHIND * self._offered)

    def _answer(self, question: Question, judged: Sequence[Judged]) -> Draft:
        """Quote the clauses that answer; where documents disagree, all sides, labelled."""
        best = judged[0]
        sides = conflicting(question, judged, self._threshold)
        if len(sides) > MOST_SIDES:
            reason = AbstentionReason.CONFLICT
            message = abstention_message(reason, chinese=question.chinese, named=told(sides))
            return Draft((), best.chance, reason=reason, message=message)
        whole = None if sides else list_around(question, best.candidate)
        if whole is not None:
            return Draft(tuple(_list_claims(whole)), best.chance, _list_notes(question, whole))
        chosen = [side.judged for side in sides] or self._chosen(judged)
        claims: list[DraftClaim] = []
        places: list[int] = []  # of the first claim of each chosen clause
        for one in chosen:
            places.append(len(claims))
            claims += _claims(one, short=not sides and one is best)
        notes = (*_notes(question, best, sides, places), *self._outranked(question, chosen, places))
        others = self._likely(one for one in judged if one not in chosen)
        yes_no = best.reading.yes_no if _says_yes_or_no(best, sides) else YesNo.NOT_ASKED
        return Draft(
            tuple(claims),
            best.chance,
            notes,
            offered=_citations(others[: MOST_CLAUSES - len(chosen)]),
            yes_no=yes_no,
        )

    def _outranked(
        self, question: Question, chosen: Sequence[Judged], places: Sequence[int]
    ) -> Iterator[Note]:
        """Yield that a clause is quoted beside one of a text that outranks its own."""
        levels = [self._level(one) for one in chosen]
        known = [level for level in levels if level is not None]
        for one, level, place in zip(chosen, levels, places, strict=True):
            if level is not None and level > min(known):
                above = chosen[levels.index(min(known))].candidate.document.title
                message = note_message(
                    NoteKind.OUTRANKED,
                    chinese=question.chinese,
                    above=f"《{above}》",
                    below=f"《{one.candidate.document.title}》",
                )
                yield Note(NoteKind.OUTRANKED, message, (place,))

    def _level(self, one: Judged) -> Level | None:
        facts = self._catalogue.facts(one.candidate.document.id)
        return level_of(facts) if facts is not None else None

    def _chosen(self, judged: Sequence[Judged]) -> list[Judged]:
        """Return the clauses to quote; what is said in several places is quoted once."""
        best = judged[0]
        chosen = [best]
        said = [Statement(best.text)]
        least = max(self._threshold, BESIDE * best.chance)
        for one in judged[1:]:
            if len(chosen) == MOST_CLAUSES:
                break
            if one.chance >= least and not any(each.is_made_in(one.text) for each in said):
                chosen.append(one)
                said.append(Statement(one.text))
        return chosen


def _definitions_first(
    question: Question, judged: Sequence[Judged]
) -> tuple[Sequence[Judged], bool]:
    """Return clauses with those first that define the term asked for, and whether any does.

    A clause that merely uses a term does not say what it means.
    """
    term = asked_term(question)
    if not term:
        return judged, True
    form = [one for one in judged if defines(term, one.text)]
    rest = [one for one in judged if not defines(term, one.text)]
    return [*form, *rest], bool(form)


def joined(parts: Sequence[Question], drafts: Sequence[Draft]) -> Draft:
    """Return one draft of the parts' drafts: each place once, and which part has no answer.

    Where no part has one, what may answer any of them is offered.
    """
    claims: list[DraftClaim] = []
    notes: list[Note] = []
    known: set[str] = set()
    for part, draft in zip(parts, drafts, strict=True):
        new = [one for one in draft.claims if not {c.id for c in one.citations} <= known]
        moved = {
            at: len(claims) + new.index(one) for at, one in enumerate(draft.claims) if one in new
        }
        notes += [
            replace(note, claims=tuple(moved[at] for at in note.claims))
            for note in draft.notes
            if all(at in moved for at in note.claims)
        ]
        known.update(citation.id for one in new for citation in one.citations)
        claims += [replace(one, short=None) for one in new]
        if not draft.claims:
            why = draft.message if draft.reason is not AbstentionReason.UNCERTAIN else None
            detail = f"{part.text} {why}" if why else part.text
            message = note_message(NoteKind.PARTIAL, chinese=part.chinese, detail=detail)
            notes.append(Note(NoteKind.PARTIAL, message))
    answered = [draft for draft in drafts if draft.claims]
    if answered:
        return Draft(tuple(claims), min(one.support for one in answered), tuple(notes))
    offered = {one.id: one for draft in drafts for one in draft.offered}
    best = max(drafts, key=lambda one: one.support)
    return replace(best, offered=tuple(offered.values())[:MOST_CLAUSES])


def _offer(candidates: Sequence[Candidate], chance: float, message: str | None = None) -> Draft:
    """Return clauses to be looked at, nothing claimed of them; none: no answer."""
    if not candidates:
        return Draft((), chance)
    reason = AbstentionReason.UNCERTAIN
    return Draft((), chance, reason=reason, message=message, offered=_citations(candidates))


def _apart(judged: Iterable[Judged]) -> list[Candidate]:
    """Return candidates, of several runs of one long clause the first."""
    places = {
        (one.candidate.document.id, one.candidate.unit.parts[0]): one.candidate
        for one in reversed(list(judged))
    }
    return list(reversed(places.values()))


def _citations(candidates: Sequence[Candidate]) -> tuple[Citation, ...]:
    """Return the places of clauses, each once."""
    places = {place.id: place for one in candidates for place in one.citations()}
    return tuple(places.values())


def _claims(one: Judged, *, short: bool) -> Iterator[DraftClaim]:
    """Yield a clause as claims, one for each run of its words, what answers marked."""
    reading = one.reading
    begin = 0  # of the run in the text that was read, whose parts are joined by one character
    for citation in one.candidate.citations():
        parts = [
            part for part in one.candidate.unit.parts if citation.start <= part[0] < citation.end
        ]
        marked: tuple[tuple[int, int], ...] = ()
        if reading.span is not None and reading.span_chance >= MARKED_SPAN:
            marked = _within(reading.span, parts, begin, citation.start)
        sure = one.chance >= SURE and reading.span_chance >= SURE_SPAN
        shown = marked[0] if short and sure and len(marked) == 1 else None
        yield DraftClaim(
            citation.quote,
            (citation,),
            short=shown,
            highlights=marked,
        )
        begin += sum(end - start + 1 for start, end in parts)


def _within(
    span: tuple[int, int], parts: Sequence[tuple[int, int]], begin: int, start: int
) -> tuple[tuple[int, int], ...]:
    """Return where a span of the text read stands in a run of parts that begins at ``start``."""
    found = []
    for low, high in parts:
        first, last = max(span[0] - begin, 0), min(span[1] - begin, high - low)
        if first < last:
            found.append((low - start + first, low - start + last))
        begin += high - low + 1
    return tuple(found)


def _says_yes_or_no(best: Judged, sides: Sequence[Side]) -> bool:
    return not sides and best.reading.yes_no_chance >= SURE_YES_NO


def _list_claims(found: AnswerList) -> Iterator[DraftClaim]:
    lead = 1 if found.lead is not None else 0
    for at, span in enumerate(found.parts()):
        citation = found.document.cite(span, found.paragraphs)
        prefix = "- " if at >= lead else ""
        yield DraftClaim(citation.quote, (citation,), prefix, breaks=True)


def _notes(
    question: Question, best: Judged, sides: Sequence[Side], places: Sequence[int]
) -> Iterator[Note]:
    """Yield what a reader has to know: that documents disagree, or that the question errs."""
    if sides:
        message = note_message(NoteKind.CONFLICT, chinese=question.chinese, detail=told(sides))
        yield Note(NoteKind.CONFLICT, message, tuple(places))
    denied = denied_premise(question, best.text) or _other_count(question, best)
    if denied is not None:
        detail = f"“{denied[0]}” → “{denied[1]}”"
        message = note_message(NoteKind.PREMISE, chinese=question.chinese, detail=detail)
        yield Note(NoteKind.PREMISE, message, (0,))


def _other_count(question: Question, best: Judged) -> tuple[str, str] | None:
    """Return how many items are asked for and how many the clause has, where these differ."""
    items = len(best.candidate.unit.parts) - 1
    if question.kind is not Kind.LIST or question.count in (None, items) or items < FEWEST_ITEMS:
        return None
    return str(question.count), str(items)


def _list_notes(question: Question, found: AnswerList) -> tuple[Note, ...]:
    """Return that a question counts other items than a list has: 哪六项 where there are five."""
    lead = found.document.text[slice(*found.lead)] if found.lead else ""
    denied = denied_premise(question, lead)
    if denied is None and question.count not in (None, len(found.items)):
        denied = str(question.count), str(len(found.items))
    if denied is None:
        return ()
    detail = f"“{denied[0]}” → “{denied[1]}”"
    message = note_message(NoteKind.PREMISE, chinese=question.chinese, detail=detail)
    return (Note(NoteKind.PREMISE, message, (0,)),)
