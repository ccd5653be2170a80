"""One answer in the making: what is drafted is verified, and told or withheld."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, combinations

from corpus.messages.message import Message, message_of, said
from corpus.types import Citation
from index.catalogue import ChangedBy, Scope
from index.library import Library
from index.retriever import HybridRetriever
from index.types import Hit
from rag.answer_text import AnswerText
from rag.clock import Clock
from rag.drafts import Draft, DraftClaim, Writer, WritingReport, closed_after
from rag.errors import GenerationFailed, ModelUnusable
from rag.events import Event, VerdictStreamed
from rag.extractive.conditions import Conditions
from rag.extractive.conflicts import difference
from rag.extractive.repeats import Repeats
from rag.forged_structure import forgeries
from rag.messages import abstention_message, language, note_message
from rag.question.parse import Question, letters_of
from rag.types import (
    Abstention,
    AbstentionReason,
    Answer,
    Certainty,
    Claim,
    Label,
    Note,
    NoteKind,
    Verdict,
    Withheld,
)
from rag.verification.verifier import Check, Verifier

SHOWN_LABELS = frozenset((Label.SUPPORTED,))  # what is not supported is not said


@dataclass(frozen=True, slots=True)
class Work:
    """One question on its way."""

    asked: Question
    understood: Question  # completed from the conversation, where it leaned on one
    k: int
    scope: Scope
    hits: tuple[Hit, ...]
    retriever: HybridRetriever
    clock: Clock
    conditions: Conditions
    marked: Callable[[Citation], Citation]  # with its clause, and whether it is in force

    def offer(self, draft: Draft) -> Answer:
        """Return the answer that claims nothing, and offers what may answer."""
        reason = AbstentionReason.UNCERTAIN
        nothing = self.abstention(reason, draft.support, draft.message)
        return replace(nothing, offered=tuple(map(self.marked, draft.offered)))

    def abstention(
        self, reason: AbstentionReason, support: float, message: str | None = None
    ) -> Answer:
        """Return the answer that says nothing, and why."""
        version = self.retriever.index_version
        return abstain(self.understood, self.hits, reason, support, version, self.clock, message)


class Answering:
    """One answer in the making: claims are marked, verified, and told or withheld."""

    def __init__(self, library: Library, verifier: Verifier, work: Work) -> None:
        self._verifier = verifier
        self._work = work
        self._changes = partial(library.catalogue.changes, as_of=work.scope.as_of)
        self._marked: Callable[[Citation], Citation] = library.catalogue.marked
        self._repeats = Repeats(work.retriever.sharing_words, library.read, self._marked)
        self._text = AnswerText()
        self._verdicts: list[Verdict] = []
        self._withheld: list[Withheld] = []
        self._notes: list[Note] = []
        self._wrote = False  # a model was asked
        self._llm_generated = False  # a claim is its
        self._yes_no = ""  # what the first claim says to a question whether

    @property
    def told(self) -> bool:
        """Whether there is a claim to show."""
        return bool(self._verdicts)

    def written(self, writer: Writer, hits: Sequence[Hit]) -> Iterator[Event]:
        """Tell what a language model writes from passages, each sentence once it is verified."""
        self._wrote = True
        report = WritingReport()
        chinese = self._work.understood.chinese
        sentences = writer.write(self._work.understood, hits, report)
        try:
            with self._work.clock.stage("write"), closed_after(sentences):
                for draft in sentences:
                    yield from self._add(draft)
        except (GenerationFailed, ModelUnusable) as error:
            message = said(message_of(error), language(chinese))
            self._notes.append(Note(NoteKind.MODEL_FAILED, message))
        self._notes.extend(report.notes)
        if report.unknown_keys:
            kind = NoteKind.UNKNOWN_CITATIONS
            message = note_message(kind, chinese=chinese, count=report.unknown_keys)
            self._notes.append(Note(kind, message))
        self._llm_generated = self.told

    def quoted(self, draft: Draft) -> Iterator[Event]:
        """Stream the sentences of an extractive draft; behind written ones, those these leave out.

        A model that was talked into something, or went astray, leaves out what answers best: of
        each document that the quotes rest on and its sentences do not, the quotes are shown too;
        of all, where its sentences rest on none of the places quoted.
        """
        places = [one for each in draft.claims for one in each.citations]
        cited = self._text.citations
        left = {one.document_id for one in places}
        if any(_meet(one, other) for one in places for other in cited):
            left -= {one.document_id for one in cited}
        if not left:
            return
        if self._wrote:
            kind = NoteKind.QUOTED_TOO if self.told else NoteKind.QUOTED_INSTEAD
            message = note_message(kind, chinese=self._work.understood.chinese)
            self._notes.append(Note(kind, message))
        self._yes_no = "" if self.told else draft.yes_no
        shown: dict[int, int] = {}  # position in the draft -> in the answer
        self._repeats.used.extend(place for claim in draft.claims for place in claim.citations)
        for at, claim in enumerate(draft.claims):
            if not any(one.document_id in left for one in claim.citations):
                continue
            before = len(self._verdicts)
            yield from self._add(claim)
            if len(self._verdicts) > before:
                shown[at] = before
        for note in draft.notes:
            if all(at in shown for at in note.claims):
                self._notes.append(replace(note, claims=tuple(shown[at] for at in note.claims)))

    def _add(self, draft: DraftClaim) -> Iterator[Event]:
        """Verify a claim; tell it when it is supported, else withhold it."""
        with self._work.clock.stage("verify"):
            citations = tuple(map(self._marked, draft.citations))
            check = self._verifier.verify(draft.text, citations)
        if check.label not in SHOWN_LABELS:
            self._withheld.append(_withheld(draft.text, citations, check))
            return
        with self._work.clock.stage("repeats"):
            told = self._repeats.named(replace(draft, citations=citations))
        verdict = Verdict(len(self._verdicts), check.label, check.support, check.reasons)
        self._verdicts.append(verdict)
        yield self._text.add(told)
        yield VerdictStreamed(verdict)

    def _conflict_notes(self) -> Iterator[Note]:
        """Yield that sentences which rest on different documents disagree, where none said so."""
        if not self._wrote or any(one.kind is NoteKind.CONFLICT for one in self._notes):
            return
        claims = [(at, one) for at, one in enumerate(self._text.claims) if one.citations]
        for (at, one), (beside, other) in combinations(claims, 2):
            places = [self._nearest(one), self._nearest(other)]
            words = difference(one.text, other.text)
            if words is not None and places[0].document_id != places[1].document_id:
                sides = [
                    Message("rag.said_otherwise", title=place.title, words=word)
                    for place, word in zip(places, words, strict=True)
                ]
                kind, chinese = NoteKind.CONFLICT, self._work.understood.chinese
                yield Note(kind, note_message(kind, chinese=chinese, detail=sides), (at, beside))
                return

    def _nearest(self, claim: Claim) -> Citation:
        """Return the place a claim cites that has its words, or else the first."""
        cited = [self._text.citations[at] for at in claim.citations]
        words = letters_of(claim.text)
        return next((one for one in cited if words in letters_of(one.quote)), cited[0])

    def _forgery_notes(self) -> Iterator[Note]:
        """Yield a note on the claims that cite text which imitates a prompt or our markers."""
        cited = self._text.citations
        forged = [bool(forgeries(one.quote)) for one in cited]
        claims = [
            at for at, one in enumerate(self._text.claims) if any(forged[n] for n in one.citations)
        ]
        if claims:
            titles = dict.fromkeys(c.title for c, bad in zip(cited, forged, strict=True) if bad)
            chinese = self._work.understood.chinese
            kind, detail = NoteKind.FORGED_STRUCTURE, [f"《{one}》" for one in titles]
            yield Note(kind, note_message(kind, chinese=chinese, detail=detail), tuple(claims))

    def _change_notes(self, changed: Mapping[int, Sequence[ChangedBy]]) -> Iterator[Note]:
        """Yield that later texts change clauses that claims rest on."""
        for at, changes in changed.items():
            one = changes[0]
            where = f"《{one.place.title}》{one.place.clause}"
            spoken = language(self._work.understood.chinese)
            detail = Message(f"rag.change_{one.change}", where=where).text(spoken)
            message = note_message(
                NoteKind.CHANGED, chinese=self._work.understood.chinese, detail=detail
            )
            yield Note(NoteKind.CHANGED, message, (at,))

    def _changed(self) -> dict[int, list[ChangedBy]]:
        """Return what later texts change of the clauses that claims rest on, by claim."""
        found = {}
        for at, claim in enumerate(self._text.claims):
            places = [self._text.citations[number] for number in claim.citations]
            changes = [one for place in places for one in self._changes(place)]
            if changes:
                found[at] = changes
        return found

    def answer(self, support: float, offered: Sequence[Citation] = ()) -> Answer:
        """Return the whole answer, what may answer too ``offered``; nothing told: an abstention."""
        changed = self._changed()
        changing = [one.place for changes in changed.values() for one in changes]
        told = (self._conflict_notes(), self._forgery_notes(), self._change_notes(changed))
        notes = (*self._notes, *chain.from_iterable(told))
        withheld = tuple(self._withheld)
        work = self._work
        if not self.told:
            nothing = work.abstention(AbstentionReason.UNVERIFIED, support)
            return replace(nothing, notes=notes, withheld=withheld)
        claims = tuple(self._text.claims)
        shorts = [claim.text[slice(*claim.short)] for claim in claims if claim.short]
        return Answer(
            work.asked.text,
            self._text.text,
            claims,
            tuple(self._verdicts),
            self._text.citations,
            None,
            work.hits,
            support,
            work.retriever.index_version,
            self._llm_generated,
            work.clock.stages,
            short_answer=shorts[0] if shorts else "",
            notes=notes,
            withheld=withheld,
            offered=tuple(dict.fromkeys(map(self._marked, (*changing, *offered)))),
            yes_no=self._yes_no,
            certainty=Certainty.of(support),
        )


def abstain(
    asked: Question,
    hits: tuple[Hit, ...],
    reason: AbstentionReason,
    support: float,
    version: str,
    clock: Clock,
    message: str | None = None,
) -> Answer:
    """Return an answer that says nothing, and why; the nearest passages go with it."""
    said = message or abstention_message(reason, chinese=asked.chinese)
    abstention = Abstention(reason, said)
    return Answer(
        asked.text,
        "",
        (),
        (),
        (),
        abstention,
        hits,
        support,
        version,
        llm_generated=False,
        timings=clock.stages,
    )


def _meet(one: Citation, other: Citation) -> bool:
    same = one.document_id == other.document_id
    return same and one.start < other.end and other.start < one.end


def _withheld(text: str, citations: tuple[Citation, ...], check: Check) -> Withheld:
    return Withheld(text, citations, check.label, check.support, check.reasons)
