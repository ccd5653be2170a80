"""Runs: every question of a set is searched and answered once, scored, and recorded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Protocol

from corpus.errors import CorpusError, UnknownDocument
from corpus.types import Document, Paragraph
from eval.answers import missing_musts, uncited
from eval.measures import score, score_failed
from eval.sets import TextSource, locate
from eval.types import EvalSet, Gold, Header, Place, Question, QuestionTiming, Record, Run, Timings
from index.errors import IndexingError
from index.types import Hit
from rag.errors import RagError
from rag.types import Answer

DEFAULT_HITS = 10  # the deepest cutoff of the measures
FAILURES = (CorpusError, IndexingError, RagError)  # of one question: the run goes on


class SearchedLibrary(TextSource, Protocol):
    """The library as a run needs it."""

    @property
    def version(self) -> str:
        """The index version that is searched."""
        ...

    def search(self, question: str, /, *, k: int) -> Sequence[Hit]:
        """Return up to ``k`` hits, best first."""
        ...

    def paragraphs(self, document_id: str, /) -> Sequence[Paragraph]:
        """Return the paragraphs of one document, in reading order."""
        ...


class QuestionAnswerer(Protocol):
    """What answers, with its own settings."""

    def answer(self, question: str, /) -> Answer:
        """Return an answer or an abstention."""
        ...


def run(
    eval_set: EvalSet,
    library: SearchedLibrary,
    answerer: QuestionAnswerer,
    *,
    k: int = DEFAULT_HITS,
    settings: Mapping[str, object] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Return one record per question, in the set's order; ``on_progress`` hears (done, total).

    ``k`` is how many hits retrieval is measured on; ``settings`` is kept with the run. A question
    that raises one of ``FAILURES`` is recorded with its error and the worst values. What goes
    wrong before the first question passes through.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    index_version = library.version
    gold = _gold(eval_set, library)
    records: list[Record] = []
    timings: list[QuestionTiming] = []
    for done, question in enumerate(eval_set.questions, start=1):
        record, timing = _ask(question, gold, library, answerer, k)
        records.append(record)
        timings.append(timing)
        if on_progress is not None:
            on_progress(done, len(eval_set.questions))
    warnings = [*eval_set.warnings]
    if library.version != index_version:
        now = library.version
        warnings.append(f"运行中库有改动。 The library changed: {index_version} → {now}.")
    header = Header(
        set_name=eval_set.name,
        set_digest=eval_set.digest,
        index_version=index_version,
        program_version=program_version(),
        settings={"k": k, **(settings or {})},
        warnings=tuple(warnings),
    )
    return Run(header, tuple(records), Timings(started, tuple(timings)))


def program_version() -> str:
    """Return the installed version, or "source" when run from a checkout not installed."""
    try:
        return version("judian")
    except PackageNotFoundError:
        return "source"


def _gold(eval_set: EvalSet, library: SearchedLibrary) -> dict[str, Gold]:
    """Return every gold quote of the set with its places and their paragraphs."""
    found = locate(eval_set, library)
    documents = sorted({place.document_id for places in found.values() for place in places})
    paragraphs = {
        each: [Place(each, p.start, p.end) for p in library.paragraphs(each)] for each in documents
    }
    return {
        quote: Gold(
            quote,
            tuple(places),
            tuple(
                dict.fromkeys(
                    held
                    for place in places
                    for held in _overlapped(place, paragraphs[place.document_id])
                )
            ),
        )
        for quote, places in found.items()
    }


def _overlapped(place: Place, ordered: Sequence[Place]) -> list[Place]:
    """Return those of ``ordered``, disjoint and ascending, that overlap ``place``."""
    first = bisect_left(ordered, place.start + 1, key=lambda each: each.end)
    last = bisect_left(ordered, place.end, key=lambda each: each.start)
    return list(ordered[first:last])


def _ask(
    question: Question,
    gold: Mapping[str, Gold],
    library: SearchedLibrary,
    answerer: QuestionAnswerer,
    k: int,
) -> tuple[Record, QuestionTiming]:
    own = [gold[quote] for quote in question.gold_quotes]
    nowhere = tuple(each.quote for each in own if not each.places)
    search_ms: float | None = None
    try:
        began = perf_counter()
        hits = library.search(question.text, k=k)
        search_ms = (perf_counter() - began) * 1000
        began = perf_counter()
        answer = answerer.answer(question.text)
        answer_ms = (perf_counter() - began) * 1000
        documents = _cited_documents(answer, library)
    except FAILURES as error:
        record = Record(
            question=question,
            hits=(),
            answer=None,
            values=score_failed(question, k=k),
            missing=question.musts,
            uncited=question.gold_quotes,
            nowhere=nowhere,
            error=f"{type(error).__name__}: {error}",
        )
        return record, QuestionTiming(question.id, search_ms, None, {})
    places = [Place(h.passage.document_id, h.passage.start, h.passage.end) for h in hits[:k]]
    record = Record(
        question=question,
        hits=tuple((hit.passage_id, hit.score) for hit in hits[:k]),
        answer=plain_answer(answer),
        values=score(question, own, places, answer, documents, k=k),
        missing=missing_musts(question.musts, answer),
        uncited=uncited(own, answer.citations),
        nowhere=nowhere,
    )
    return record, QuestionTiming(question.id, search_ms, answer_ms, dict(answer.timings))


def _cited_documents(answer: Answer, library: SearchedLibrary) -> dict[str, Document]:
    """Return the documents that the answer cites; those the library does not have are left out."""
    documents: dict[str, Document] = {}
    for document_id in sorted({each.document_id for each in answer.citations}):
        try:
            documents[document_id] = library.document(document_id)
        except UnknownDocument:  # an invented citation: its quote cannot be exact
            continue
    return documents


def plain_answer(answer: Answer) -> dict[str, object]:
    """Return the answer as plain data, without timings; its passages as ids with scores."""
    return {
        "text": answer.text,
        "claims": [asdict(each) for each in answer.claims],
        "verdicts": [asdict(each) for each in answer.verdicts],
        "citations": [asdict(each) for each in answer.citations],
        "abstention": asdict(answer.abstention) if answer.abstention else None,
        "passages": [[hit.passage_id, hit.score] for hit in answer.passages],
        "support": answer.support,
        "index_version": answer.index_version,
        "llm_generated": answer.llm_generated,
    }
