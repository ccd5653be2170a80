"""From a question to a cited, verified answer, or a reasoned abstention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

from corpus.messages.message import Message
from index.catalogue import EVERYTHING_TODAY, Scope
from index.library import Library
from index.retriever import HybridRetriever
from index.segments.tokens import tokenize
from index.types import Hit
from rag.answering import Answering, Work, abstain
from rag.clock import Clock
from rag.copies import without_crowding
from rag.defaults import DEFAULT_PASSAGES
from rag.drafts import Draft, LanguageModel, Writer
from rag.events import Done, Event, PassagesFound
from rag.extractive.candidates import MOST_READ
from rag.extractive.clause_answers import answer_clauses, missing_law, tell_of
from rag.extractive.conditions import Conditions, conditions_of
from rag.extractive.generator import ExtractiveGenerator, joined
from rag.extractive.judging import THRESHOLD
from rag.messages import abstention_message, language, lapse_words
from rag.question.followup import DEPTH, Follow, Turn, completed, fused, in_sight_of, items_too_few
from rag.question.parse import Question, letters_of, parse_question
from rag.question.parts import parts_of
from rag.question.term import asked_term, defines
from rag.reading.model import AnswerModel
from rag.reading.opening import shipped_answer_model
from rag.types import AbstentionReason, Answer
from rag.verification.mechanical import MechanicalVerifier
from rag.verification.verifier import Verifier
from rag.writing.rewriting import follow_with_model
from rag.writing.writer import MOST_TOKENS, ModelWriter

# Support of what was not said before, from which it stands for an answer that only repeats the one
# before and has none of the follow-up's words: 那经费呢？. Over 46 follow-ups 34 cite the gold
# clause so, 33 without (``benchmarks.followups``).
SURE_AND_NEW = 0.8
LAPSED = 4  # passages of texts not in force that are read, where those in force do not answer
DEFINITIONS = 60  # passages looked through for the definition of a term asked for
MOST_DEFINITIONS = 5  # of them that are read


class Answerer:
    """Answers over one library.

    Without a ``writer`` an answer is made of quotes. With one, its sentences are written by a
    language model, and verified before they are told; where none is supported, the quotes stand.
    """

    def __init__(
        self,
        library: Library,
        verifier: Verifier | None = None,
        writer: Writer | None = None,
        *,
        follow: Follow | None = None,
        reader: AnswerModel | None = None,
        threshold: float = THRESHOLD,
        clauses_read: int = MOST_READ,
    ) -> None:
        """``threshold`` is the support, 0 to 1, under which nothing is said.

        ``follow`` completes a question from the conversation it belongs to; without one the
        question before is searched for with it. ``reader`` says which clauses answer: the shipped
        answer model where there is none. It reads ``clauses_read`` of them at most.
        """
        self._library = library
        self._reader = reader or shipped_answer_model(library)
        self._verifier = verifier or MechanicalVerifier()
        self._writer = writer
        self._follow = follow
        self._threshold = threshold
        self._clauses_read = clauses_read

    @classmethod
    def with_model(
        cls,
        library: Library,
        model: LanguageModel,
        verifier: Verifier | None = None,
        *,
        most_tokens: int = MOST_TOKENS,
        reader: AnswerModel | None = None,
        threshold: float = THRESHOLD,
        clauses_read: int = MOST_READ,
    ) -> Self:
        """Return an answerer whose answers, and follow-up questions, a language model writes.

        ``most_tokens`` is what it writes at most for one answer.
        """
        writer = ModelWriter(model, library.read, most_tokens=most_tokens)
        follow = follow_with_model(model)
        return cls(
            library,
            verifier,
            writer,
            follow=follow,
            reader=reader,
            threshold=threshold,
            clauses_read=clauses_read,
        )

    def answer(
        self,
        question: str,
        *,
        k: int = DEFAULT_PASSAGES,
        scope: Scope = EVERYTHING_TODAY,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """Answer from the best ``k`` passages in a scope. Raises BadQuestion.

        Every claim shown was found supported by what it cites; else the answer abstains. A clause
        named by law and number is quoted, or said not to exist. A question that follows up
        ``history`` is answered in sight of it; where it was completed, the whole one is shown.
        """
        *_, last = self.stream(question, k=k, scope=scope, history=history)
        assert isinstance(last, Done)
        return last.answer

    def stream(
        self,
        question: str,
        *,
        k: int = DEFAULT_PASSAGES,
        scope: Scope = EVERYTHING_TODAY,
        history: Sequence[Turn] = (),
    ) -> Iterator[Event]:
        """Answer as ``answer`` does, streaming each claim once it is verified. Raises BadQuestion.

        Closing the iterator stops the work, a model's too.
        """
        clock = Clock()
        asked = parse_question(question)
        whole = self._completed(asked.text, history) if history else ""
        few = items_too_few(asked.text, history) if history and not whole else None
        understood = parse_question(whole) if whole else in_sight_of(asked, history)
        conditions = conditions_of(understood, self._library.catalogue)
        retriever = self._library.retriever(scope)
        if retriever is None:
            empty = AbstentionReason.EMPTY_LIBRARY
            yield Done(abstain(understood, (), empty, 0.0, self._library.version, clock))
            return
        with clock.stage("retrieve"):
            hits = passages_for(understood, retriever, k)
            if conditions.names:
                hits = self._of_named(understood, hits, scope, conditions, k)
        yield PassagesFound(hits, retriever.index_version, whole)
        marked = self._library.catalogue.marked
        work = Work(asked, understood, k, scope, hits, retriever, clock, conditions, marked)
        if conditions.unmet is not None and not hits:
            unmet = conditions.unmet
            yield Done(work.abstention(unmet.reason, 0.0, unmet.message))
            return
        if few is not None:
            text = Message("rag.list_has_fewer", count=few).text(language(asked.chinese))
            yield Done(work.abstention(AbstentionReason.NOTHING_FOUND, 0.0, text))
            return
        for event in self._streamed(work):
            yield Done(_rewritten(event.answer, work)) if isinstance(event, Done) else event

    def _completed(self, question: str, history: Sequence[Turn]) -> str:
        """Return a follow-up as a whole question: by rules where its language is closed."""
        return completed(question, history, self._library.catalogue) or (
            self._follow(question, history) if self._follow else ""
        )

    def _of_named(
        self,
        question: Question,
        hits: tuple[Hit, ...],
        scope: Scope,
        conditions: Conditions,
        k: int,
    ) -> tuple[Hit, ...]:
        """Return passages of the documents a question names, and of others that tell of these."""
        telling = [one for one in hits if conditions.told_of(one.passage.text)]
        if conditions.documents is None:
            return tuple(telling)
        inside = self._library.retriever(replace(scope, documents=conditions.documents))
        found = list(passages_for(question, inside, k)) if inside else []
        own = {one.passage_id for one in found}
        found += [one for one in telling if one.passage_id not in own]
        return tuple(replace(one, rank=at) for at, one in enumerate(found, start=1))

    def _streamed(self, work: Work) -> Iterator[Event]:
        """Stream an answer from the passages found, or an abstention."""
        asked, hits, clock = work.understood, work.hits, work.clock
        with clock.stage("compose"):
            catalogue, read = self._library.catalogue, self._library.read
            named = answer_clauses(asked.text, catalogue, read, work.scope)
            named = named or missing_law(asked.text, catalogue, work.scope)
            texts = (hit.passage.text for hit in hits)
            if named and named.reason and not tell_of(named, asked.text, texts):
                yield Done(work.abstention(named.reason, 0.0, named.message))
                return
            quoted = named.draft if named else None
            draft = quoted or self._drafted(work)
        if draft.reason is not None and not draft.offered:
            yield Done(work.abstention(draft.reason, draft.support, draft.message))
            return
        if not draft.claims:
            yield Done(self._unanswered(work, draft))
            return
        making = Answering(self._library, self._verifier, work)
        if self._writer is not None and quoted is None:
            yield from making.written(self._writer, hits)
        yield from making.quoted(draft)
        yield Done(making.answer(draft.support, draft.offered))

    def _drafted(self, work: Work) -> Draft:
        """Return a draft of quotes; of a follow-up rather a sure one that says something new."""
        asked, generator = work.understood, self._generator(work.retriever)
        parts = parts_of(asked)
        if len(parts) > 1:
            return joined(parts, [self._part(part, work, generator) for part in parts])
        draft = generator.generate(asked, work.hits, work.conditions)
        said = [claim.text for claim in draft.claims]
        repeats = all(letters_of(text) in asked.said for text in said)
        if draft.claims and asked.before and repeats and not _says(said, asked.own):
            other = generator.generate(replace(asked, fresh=True), work.hits, work.conditions)
            return other if other.claims and other.support >= SURE_AND_NEW else draft
        return draft

    def _part(self, part: Question, work: Work, generator: ExtractiveGenerator) -> Draft:
        """Return a draft of one part of a question, from what is found for it and for the whole."""
        own = passages_for(part, work.retriever, work.k)
        known = {one.passage_id for one in own}
        if work.conditions.names:
            own, known = (), set()
        hits = [*own, *(one for one in work.hits if one.passage_id not in known)]
        ranked = [replace(one, rank=at) for at, one in enumerate(hits, start=1)]
        return generator.generate(part, ranked, work.conditions)

    def _generator(self, retriever: HybridRetriever) -> ExtractiveGenerator:
        read, catalogue = self._library.read, self._library.catalogue
        return ExtractiveGenerator(
            read,
            retriever.idf,
            self._reader,
            catalogue,
            threshold=self._threshold,
            clauses_read=self._clauses_read,
        )

    def _unanswered(self, work: Work, draft: Draft) -> Answer:
        """Offer what may answer, or abstain; where a text not in force surely answers, say so."""
        asked, scope, support = work.understood, work.scope, draft.support
        with work.clock.stage("lapsed"):
            lapsed, answering = self._answering_lapsed(work)
        if lapsed:
            reason = AbstentionReason.NOT_IN_FORCE
            lapse_of = self._library.catalogue.lapse
            named = [
                lapse_words(title, lapse_of(document, scope.as_of))
                for document, title in answering.items()
            ]
            message = abstention_message(reason, chinese=asked.chinese, named=named)
            return replace(work, hits=lapsed).abstention(reason, support, message)
        if draft.offered:
            return work.offer(draft)
        if work.hits:
            reason = AbstentionReason.LOW_SUPPORT
        elif self._library.store.has_passages():
            reason = AbstentionReason.NOTHING_FOUND
        else:
            reason = AbstentionReason.EMPTY_LIBRARY
        return work.abstention(reason, support)

    def _answering_lapsed(self, work: Work) -> tuple[tuple[Hit, ...], dict[str, str]]:
        """Return passages of texts not in force on the day asked about, if these would answer.

        With them the documents an answer would cite, by id, with their titles.
        """
        if not self._library.catalogue.has_lapsed(work.scope.as_of):
            return (), {}
        retriever = self._library.retriever(replace(work.scope, lapsed=True))
        most = min(work.k, LAPSED)
        hits = tuple(retriever.search(work.understood.text, most)) if retriever else ()
        if not retriever or not hits:
            return (), {}
        draft = self._generator(retriever).generate(work.understood, hits, work.conditions)
        if not draft.claims:
            return (), {}
        cited = (one for claim in draft.claims for one in claim.citations)
        return hits, {one.document_id: one.title for one in cited}


def _says(texts: Sequence[str], own: str) -> bool:
    """Say whether texts have at least half of what a follow-up says itself: 机密的呢？ asks on."""
    words = {word for word in tokenize(own) if len(word) > 1}
    return 2 * len(words & set(tokenize(" ".join(texts)))) >= len(words)


def with_definitions(
    question: Question, retriever: HybridRetriever, hits: tuple[Hit, ...]
) -> tuple[Hit, ...]:
    """Return the hits, and of a question for a term's meaning first what has the form of one."""
    term = asked_term(question)
    if not term:
        return hits
    said = retriever.sharing_words(f"{term}是指", DEFINITIONS)
    defining = [one for one in said if defines(term, one.passage.text)][:MOST_DEFINITIONS]
    known = {one.passage_id for one in defining}
    kept = {one.passage_id: one for one in hits}
    first = [kept.get(one.passage_id, one) for one in defining]
    rest = [one for one in hits if one.passage_id not in known]
    return tuple(replace(one, rank=at) for at, one in enumerate([*first, *rest], start=1))


def passages_for(question: Question, retriever: HybridRetriever, k: int) -> tuple[Hit, ...]:
    """Return the best passages; of a follow-up those found alone and behind the question before."""

    def found(text: str, most: int) -> tuple[Hit, ...]:
        return without_crowding(partial(retriever.search, text), most)

    if not question.before:
        return with_definitions(question, retriever, found(question.text, k))
    depth = max(k, DEPTH)
    behind = found(f"{question.before} {question.text}", depth)
    return fused(found(question.text, depth), behind, k)


def _rewritten(answer: Answer, work: Work) -> Answer:
    """Return the answer under the question as it was asked, the completed one named beside."""
    if work.understood.text == work.asked.text:
        return answer
    return replace(answer, question=work.asked.text, rewritten=work.understood.text)
