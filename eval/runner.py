"""Runs: every question of a set is answered once, scored, judged and recorded.

Several questions are asked at once; what was answered is kept line by line, so a run that was
killed goes on where it stopped. A library that changes meanwhile stops the run: the mean over two
libraries says nothing about either.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from typing import Protocol

from corpus.errors import CorpusError, UnknownDocument
from corpus.types import Citation, CitationState, Document
from eval import ranking
from eval.answers import missing_musts
from eval.citations import uncited
from eval.errors import LibraryChanged
from eval.grounding import judge_answer
from eval.judges import Judge, MechanicalJudge
from eval.locating import Evidence, TextSource
from eval.measures import Found, score, score_failed
from eval.rows import DIGITS, line, plain_answer, plain_record
from eval.runs import Entry, RunFolder, RunStore, now
from eval.types import (
    EvalSet,
    Gold,
    Header,
    Place,
    Question,
    QuestionTiming,
    Record,
    Run,
    Timings,
)
from index.catalogue import EVERYTHING_TODAY, Scope
from index.errors import IndexingError
from index.types import Hit
from rag.errors import RagError
from rag.types import DEFAULT_PASSAGES, Answer

DEFAULT_HITS = 10  # the deepest cutoff of most measures; what an answer reads
DEFAULT_WORKERS = 2
FAILURES = (CorpusError, IndexingError, RagError)  # of one question: the run goes on
Progress = Callable[[int, int], None]  # (done, total)


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


def run(
    eval_set: EvalSet,
    library: SearchedLibrary,
    answerer: QuestionAnswerer,
    *,
    k: int = DEFAULT_HITS,
    settings: Mapping[str, object] | None = None,
    on_progress: Progress | None = None,
    judge: Judge | None = None,
    workers: int = 1,
) -> Run:
    """Return one record per question, in the set's order, and store nothing.

    A question that raises one of ``FAILURES`` is recorded with its error and the worst values.
    What goes wrong before the first question passes through. Raises LibraryChanged.
    """
    asking = Asking(library, answerer, judge or MechanicalJudge(), k, workers, settings)
    started, began = now(), perf_counter()
    header = asking.header(eval_set)
    entries: dict[str, Entry] = {}
    for entry in _ask_all(eval_set, asking, header.index_version, ()):
        entries[entry[0].question.id] = entry
        if on_progress is not None:
            on_progress(len(entries), len(eval_set.questions))
    return _whole(eval_set, header, entries, started, perf_counter() - began, workers)


def run_stored(
    store: RunStore,
    eval_set: EvalSet,
    asking: Asking,
    *,
    anew: bool = False,
    on_progress: Progress | None = None,
    on_begin: Callable[[RunFolder, int], None] | None = None,
) -> tuple[Run, RunFolder]:
    """Run a set and keep it; an unfinished run of equal inputs is gone on with, but for ``anew``.

    ``on_begin`` hears the folder and how many questions it has already answered. Raises
    LibraryChanged, RunBusy, RunUnsaved; what was answered is kept.
    """
    header = asking.header(eval_set)
    folder = None if anew else store.unfinished(header)
    folder = folder or store.begin(eval_set, header, now())
    return resume(folder, asking, on_progress=on_progress, on_begin=on_begin, eval_set=eval_set)


def resume(
    folder: RunFolder,
    asking: Asking,
    *,
    on_progress: Progress | None = None,
    on_begin: Callable[[RunFolder, int], None] | None = None,
    eval_set: EvalSet | None = None,
) -> tuple[Run, RunFolder]:
    """Go on with a run. Raises LibraryChanged if it was begun with other inputs."""
    eval_set = eval_set or folder.questions()
    began = perf_counter()
    with folder.working():
        if folder.finished:
            return folder.load(), folder
        header = folder.header
        if asking.header(eval_set) != header:
            raise LibraryChanged(_changed(header, asking.header(eval_set)))
        entries = folder.entries()
        if on_begin is not None:
            on_begin(folder, len(entries))
        total = len(eval_set.questions)
        with folder.journal() as journal:
            for entry in _ask_all(eval_set, asking, header.index_version, entries):
                record, timing = entry
                row = {"record": plain_record(record), "timing": asdict(timing)}
                journal.write(line(row))
                journal.flush()
                entries[record.question.id] = entry
                if on_progress is not None:
                    on_progress(len(entries), total)
        seconds = perf_counter() - began
        done = _whole(eval_set, header, entries, folder.started, seconds, asking.workers)
        folder.finish(done)
    return done, folder


def program_version() -> str:
    """Return the installed version, or "source" when run from a checkout not installed."""
    try:
        return version("judian")
    except PackageNotFoundError:
        return "source"


def _whole(
    eval_set: EvalSet,
    header: Header,
    entries: Mapping[str, Entry],
    started: str,
    seconds: float,
    workers: int,
) -> Run:
    ordered = [entries[each.id] for each in eval_set.questions]
    timings = Timings(started, tuple(timing for _, timing in ordered), seconds, _peak_mb(), workers)
    header = replace(header, warnings=eval_set.warnings)
    return Run(header, tuple(record for record, _ in ordered), timings)


def _ask_all(
    eval_set: EvalSet, asking: Asking, index_version: str, without: Iterable[str]
) -> Iterator[Entry]:
    """Yield each question's record as it comes; few are under way at once, however many wait."""
    skipped = frozenset(without)
    waiting = (each for each in eval_set.questions if each.id not in skipped)
    evidence = Evidence(eval_set, asking.library)

    def ask(question: Question) -> Entry:
        entry = _ask(question, evidence.of(question), asking)
        if asking.library.version != index_version:
            raise LibraryChanged(_library_changed(index_version, asking.library.version))
        return entry

    if asking.workers == 1:
        yield from map(ask, waiting)
        return
    with ThreadPoolExecutor(asking.workers, thread_name_prefix="eval") as pool:
        running: set[Future[Entry]] = set()
        try:
            for question in waiting:
                running.add(pool.submit(ask, question))
                if len(running) > asking.workers:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (each.result() for each in done)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (each.result() for each in done)
        finally:
            for each in running:
                each.cancel()


def _ask(question: Question, gold: Sequence[Gold], asking: Asking) -> Entry:
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


def _peak_mb() -> float:
    """Return the process's resident memory at its highest, in 10^6 bytes (getrusage)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _library_changed(before: str, after: str) -> str:
    return (
        f"评测中库有改动（{before} → {after}），评测已停止：已答的保留着，但新旧两库不能合计。"
        "请对现在的库重新评测。"
        f" The library changed during the run ({before} → {after}), which was stopped: what was"
        " answered is kept, but answers of two libraries make no sum. Run the set again."
    )


def _changed(before: Header, after: Header) -> str:
    old, new = asdict(before), asdict(after)
    parts = [f"{key}: {old[key]} → {new[key]}" for key in old if old[key] != new[key]]
    return (
        f"这次评测开始后，条件变了，不能继续：{'；'.join(parts)}。请重新评测。"
        " What the run was begun with has changed, so it cannot be gone on with: run the set again."
    )
