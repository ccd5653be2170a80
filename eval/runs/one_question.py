"""Asking one question of a run: answered, judged, scored and recorded, with what it took."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Protocol

from corpus.errors import CorpusError, UnknownDocument
from corpus.types import Citation, CitationState, Document
from eval.judges import Judge
from eval.measures import ranking
from eval.measures.answer_content import missing_musts
from eval.measures.citation_quality import uncited
from eval.measures.grounding import judge_answer
from eval.measures.table import Found, score, score_failed
from eval.plain_records import DIGITS, plain_answer
from eval.sets.locating import TextSource
from eval.types import EvalSet, Gold, Header, Place, Question, QuestionTiming, Record
from index.catalogue import EVERYTHING_TODAY, Scope
from index.errors import IndexingError
from index.types import Hit
from rag.defaults import DEFAULT_PASSAGES
from rag.errors import RagError
from rag.types import Answer

DEFAULT_HITS = 10  # the deepest cutoff of most measures; what an answer reads
DEFAULT_WORKERS = 2
FAILURES = (CorpusError, IndexingError, RagError)  # of one question: the run goes on
Entry = tuple[Record, QuestionTiming]


class SearchedLibrary(TextSource, Protocol):
    """The library as a run needs it. Used from several threads."""

    @property
    def version(self) -> str:
        """The index version that is searched."""
        ...

    def search(self, question: str, k: int = ..., scope: Scope = ..., /) -> Sequence[Hit]:
        """Return up to ``k`` hits, best first."""
        ...


class QuestionAnswerer(Protocol):
    """What answers, with its own settings. Used from several threads."""

    def answer(self, question: str, /, *, scope: Scope = ...) -> Answer:
        """Return an answer or an abstention."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """What a run asks, and how; made once."""

    library: SearchedLibrary
    answerer: QuestionAnswerer
    judge: Judge
    k: int = DEFAULT_HITS  # hits that retrieval is measured on
    workers: int = DEFAULT_WORKERS  # questions at once: no record depends on it, times do
    settings: Mapping[str, object] | None = None  # kept with the run

    def header(self, eval_set: EvalSet) -> Header:
        """Return what is measured with what: equal headers are one run."""
        told = {"k": self.k, "judge": self.judge.name}
        return Header(
            set_name=eval_set.name,
            set_digest=eval_set.digest,
            index_version=self.library.version,
            program_version=program_version(),
            settings={**told, **(self.settings or {})},
        )


def program_version() -> str:
    """Return the installed version, or "source" when run from a checkout not installed."""
    try:
        return version("judian")
    except PackageNotFoundError:
        return "source"


def ask(question: Question, gold: Sequence[Gold], asking: Asking) -> Entry:
    """Return what one question comes to; one of ``FAILURES`` is a record of the worst values."""
    nowhere = tuple(each.name for each in gold if not each.places)
    library, k = asking.library, asking.k
    scope = Scope(as_of=question.as_of) if question.as_of else EVERYTHING_TODAY
    search_ms: float | None = None
    try:
        began = perf_counter()
        answer = asking.answerer.answer(question.text, scope=scope)
        answer_ms = (perf_counter() - began) * 1000
        hits: Sequence[Hit] = answer.passages
        if k > DEFAULT_PASSAGES:
            began = perf_counter()
            hits = library.search(question.text, k, scope)
            search_ms = (perf_counter() - began) * 1000
        began = perf_counter()
        documents = _cited_documents(answer, library)
        resolved = [_resolves(each, library) for each in answer.citations]
        judgements = judge_answer(asking.judge, answer)
    except FAILURES as error:
        record = Record(
            question=question,
            hits=(),
            answer=None,
            values=score_failed(question, k=k),
            missing=question.musts,
            uncited=tuple(each.name for each in gold),
            nowhere=nowhere,
            error=f"{type(error).__name__}: {error}",
            qrels=ranking.qrels(gold),
        )
        return record, QuestionTiming(question.id, search_ms, None, {})
    places = [(hit.passage_id, _place(hit)) for hit in hits[:k]]
    found = Found(answer, places, gold, documents, resolved, judgements)
    record = Record(
        question=question,
        hits=tuple((hit.passage_id, round(hit.score, DIGITS)) for hit in hits[:k]),
        answer=json.loads(json.dumps(plain_answer(answer))),
        values=score(question, found, k=k),
        missing=missing_musts(question.musts, answer),
        uncited=uncited(gold, answer.citations),
        nowhere=nowhere,
        ranking=ranking.things(gold, places),
        qrels=ranking.qrels(gold),
        judgements=judgements,
    )
    scoring_ms = (perf_counter() - began) * 1000
    stages = dict(answer.timings)
    return record, QuestionTiming(question.id, search_ms, answer_ms, stages, scoring_ms)


def _place(hit: Hit) -> Place:
    return Place(hit.passage.document_id, hit.passage.start, hit.passage.end)


def _cited_documents(answer: Answer, library: SearchedLibrary) -> dict[str, Document]:
    """Return the documents that the answer cites; those the library does not have are left out."""
    documents: dict[str, Document] = {}
    for document_id in sorted({each.document_id for each in answer.citations}):
        try:
            documents[document_id] = library.document(document_id)
        except UnknownDocument:  # an invented citation: its quote cannot be exact
            continue
    return documents


def _resolves(citation: Citation, library: SearchedLibrary) -> bool:
    """Tell whether looking the citation's id up leads to its words, where it says they are."""
    try:
        place = library.cite(citation.id)
    except CorpusError:
        return False
    there = place.citation
    return (
        place.state is CitationState.VALID
        and (there.document_id, there.start, there.end)
        == (citation.document_id, citation.start, citation.end)
        and there.quote == citation.quote
    )
