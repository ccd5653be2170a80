"""From a question to a cited, verified answer, or a reasoned abstention."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from corpus.types import Citation
from index.catalogue import EVERYTHING_TODAY, Scope
from index.library import Library
from index.retriever import HybridRetriever
from index.types import Hit
from rag.clause_answers import answer_clauses
from rag.extractive import ExtractiveGenerator
from rag.generator import Draft, DraftClaim
from rag.messages import abstention_message, lapse_words
from rag.question import Question, parse_question
from rag.repeats import with_repeats
from rag.support import THRESHOLD
from rag.types import (
    DEFAULT_PASSAGES,
    Abstention,
    AbstentionReason,
    Answer,
    Claim,
    Label,
    Verdict,
)
from rag.verifier import QuoteVerifier, Verifier

SHOWN_LABELS = frozenset((Label.SUPPORTED,))  # what is not supported is not said

# A claim with its check: label, support from 0 to 1, reasons.
Checked = tuple[DraftClaim, tuple[Label, float, tuple[str, ...]]]


class Answerer:
    """Answers over one library."""

    def __init__(self, library: Library, verifier: Verifier | None = None) -> None:
        self._library = library
        self._verifier = verifier or QuoteVerifier()

    def answer(
        self, question: str, *, k: int = DEFAULT_PASSAGES, scope: Scope = EVERYTHING_TODAY
    ) -> Answer:
        """Answer from the best ``k`` passages in a scope. Raises BadQuestion.

        Every claim shown was found supported by what it cites; else the answer abstains. A clause
        named by law and number is quoted, or said not to exist.
        """
        clock = Clock()
        asked = parse_question(question)
        retriever = self._library.retriever(scope)
        if retriever is None:
            return _abstain(
                asked, (), AbstentionReason.EMPTY_LIBRARY, 0.0, self._library.version, clock
            )
        with clock.stage("retrieve"):
            hits = tuple(retriever.search(asked.text, k))
        version = retriever.index_version
        with clock.stage("compose"):
            named = answer_clauses(asked.text, self._library.catalogue, self._library.read, scope)
            if named and named.reason and not _mentions(hits, named.law):
                message = named.message
                return _abstain(asked, hits, named.reason, 0.0, version, clock, message)
            drafted = named.draft if named else None
            draft = drafted or self._generator(retriever).generate(asked, hits)
        if not draft.claims or draft.support < THRESHOLD:
            return self._unanswered(asked, k, scope, hits, draft.support, version, clock)
        with clock.stage("verify"):
            checked = self._checked(draft)
        if not checked:
            reason = AbstentionReason.UNVERIFIED
            return _abstain(asked, hits, reason, draft.support, version, clock)
        return self._shown(asked, draft, checked, hits, retriever, clock)

    def _shown(
        self,
        asked: Question,
        draft: Draft,
        checked: Sequence[Checked],
        hits: tuple[Hit, ...],
        retriever: HybridRetriever,
        clock: Clock,
    ) -> Answer:
        """Return the answer of the claims that were found supported."""
        with clock.stage("repeats"):
            told = with_repeats(
                [claim for claim, _ in checked],
                retriever.sharing_words,
                self._library.read,
                self._library.catalogue.marked,
            )
        text, claims, citations = assemble(told)
        verdicts = tuple(
            Verdict(at, label, degree, reasons)
            for at, (_, (label, degree, reasons)) in enumerate(checked)
        )
        return Answer(
            asked.text,
            text,
            claims,
            verdicts,
            citations,
            None,
            hits,
            draft.support,
            retriever.index_version,
            draft.llm_generated,
            clock.stages,
        )

    def _generator(self, retriever: HybridRetriever) -> ExtractiveGenerator:
        return ExtractiveGenerator(self._library.read, retriever.idf, self._library.similarity)

    def _unanswered(
        self,
        asked: Question,
        k: int,
        scope: Scope,
        hits: tuple[Hit, ...],
        support: float,
        version: str,
        clock: Clock,
    ) -> Answer:
        """Abstain; where a text that is not in force would have answered, say so."""
        with clock.stage("lapsed"):
            lapsed, answering = self._answering_lapsed(asked, k, scope)
        if lapsed:
            reason = AbstentionReason.NOT_IN_FORCE
            lapse_of = self._library.catalogue.lapse
            named = [
                lapse_words(title, lapse_of(document, scope.as_of), chinese=asked.chinese)
                for document, title in answering.items()
            ]
            message = abstention_message(reason, chinese=asked.chinese, named=named)
            return _abstain(asked, lapsed, reason, support, version, clock, message)
        if hits:
            reason = AbstentionReason.LOW_SUPPORT
        elif self._library.store.has_passages():
            reason = AbstentionReason.NOTHING_FOUND
        else:
            reason = AbstentionReason.EMPTY_LIBRARY
        return _abstain(asked, hits, reason, support, version, clock)

    def _answering_lapsed(
        self, asked: Question, k: int, scope: Scope
    ) -> tuple[tuple[Hit, ...], dict[str, str]]:
        """Return passages of texts not in force on the day asked about, if these would answer.

        With them the documents an answer would cite, by id, with their titles.
        """
        if not self._library.catalogue.has_lapsed(scope.as_of):
            return (), {}
        retriever = self._library.retriever(replace(scope, lapsed=True))
        hits = tuple(retriever.search(asked.text, k)) if retriever else ()
        if not retriever or not hits:
            return (), {}
        draft = self._generator(retriever).generate(asked, hits)
        if not draft.claims or draft.support < THRESHOLD:
            return (), {}
        cited = (one for claim in draft.claims for one in claim.citations)
        return hits, {one.document_id: one.title for one in cited}

    def _marked(self, claim: DraftClaim) -> DraftClaim:
        """Return the claim with its citations' clauses, and whether they are in force today."""
        marked = tuple(self._library.catalogue.marked(one) for one in claim.citations)
        return replace(claim, citations=marked)

    def _checked(self, draft: Draft) -> list[Checked]:
        verified = (
            (self._marked(claim), self._verifier.verify(claim.text, claim.citations))
            for claim in draft.claims
        )
        return [(claim, result) for claim, result in verified if result[0] in SHOWN_LABELS]


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = round((time.perf_counter() - start) * 1000, 3)


def assemble(
    drafts: Sequence[DraftClaim],
) -> tuple[str, tuple[Claim, ...], tuple[Citation, ...]]:
    """Put claims into one Markdown text with ``[^n]`` markers; equal places share a number.

    Returns (text, claims, citations); ``text[claim.start:claim.end]`` is the claim's text, with a
    footnote marker of the document's own escaped, so that none can pass for a citation.
    """
    citations: dict[str, tuple[int, Citation]] = {}
    claims: list[Claim] = []
    text = ""
    for draft in drafts:
        if text:
            text += _joint(draft, claims)
        text += draft.prefix
        start = len(text)
        text += draft.text.replace("[^", "\\[^")
        numbers = tuple(
            citations.setdefault(one.id, (len(citations), one))[0] for one in draft.citations
        )
        claims.append(Claim(draft.text, start, len(text), numbers))
        text += "".join(f"[^{number + 1}]" for number in numbers)
    return text, tuple(claims), tuple(citation for _, citation in citations.values())


def _mentions(hits: Sequence[Hit], law: str) -> bool:
    """Whether a passage speaks of a law that is not here itself: then it may still answer."""
    return bool(law) and any(law in hit.passage.text for hit in hits)


def _joint(draft: DraftClaim, before: Sequence[Claim]) -> str:
    if draft.prefix:
        return "\n"
    return "\n\n" if draft.breaks else " "


def _abstain(
    asked: Question,
    hits: tuple[Hit, ...],
    reason: AbstentionReason,
    support: float,
    version: str,
    clock: Clock,
    message: str | None = None,
) -> Answer:
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
