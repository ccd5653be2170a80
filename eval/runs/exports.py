"""A run for the field's own tools: TREC's qrels and run files, and BEIR's folder.

From the two TREC files anyone computes the means of the run's summary, to the last digit:

    ir_measures qrels.txt run.txt nDCG@10 R@10 Success@10 RR@10
    trec_eval -m ndcg_cut.10 -m recall.10 -m success.10 -m recip_rank qrels.txt run.txt

hit@k is Success@k, MRR@10 is RR@10 (trec_eval's recip_rank looks at the whole run file). Measures
that look deeper than the run searched do not apply. Unanswerable questions and those without
evidence are in neither file. An answerable one for which nothing was retrieved, or which failed,
counts 0; since pytrec_eval, and trec_eval without -c, take no notice of a question that is missing
from the run, it has one line there, of ``NOTHING``, which is no evidence of anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from corpus.errors import CorpusError
from corpus.types import CitationState, DocumentSummary
from eval.plain_records import line
from eval.sets.locating import Evidence, TextSource, overlapped, record_name
from eval.sets.question_sets import documents_text
from eval.types import EvalSet, Gold, GoldKind, Place, Question, Run

NOTHING = "nothing-retrieved"
QUERIES, QRELS, CORPUS = "queries.jsonl", "qrels/test.tsv", "corpus.jsonl"


def trec_qrels(run: Run) -> str:
    """Return the grades of all evidence, a line each: ``question 0 thing grade``."""
    lines = [
        f"{_word(record.question.id)} 0 {thing} {grade}\n"
        for record in run.records
        if _counts(record.question)
        for thing, grade in record.qrels.items()
    ]
    return "".join(lines)


def trec_run(run: Run, tag: str) -> str:
    """Return what was ranked, a line each: ``question Q0 thing rank score tag``.

    Scores fall by one from thing to thing, so that no tool sees a tie and puts it in its own order.
    """
    lines: list[str] = []
    for record in run.records:
        if _counts(record.question):
            things = record.ranking or (NOTHING,)
            lines += [
                f"{_word(record.question.id)} Q0 {thing} {rank} {len(things) - rank + 1}"
                f" {_word(tag)}\n"
                for rank, thing in enumerate(things, start=1)
            ]
    return "".join(lines)


def beir_files(source: Run | EvalSet, library: TextSource) -> dict[str, str]:
    """Return the files of a BEIR folder by their names: queries, qrels, corpus.

    What is graded are paragraphs, those that evidence lies in, or whole documents where a set names
    documents. Of a run the corpus holds what was retrieved too. Evidence that the library no
    longer has, and questions that nothing of it can answer, are left out.
    """
    return _Folder(source, library).files()


def _counts(question: Question) -> bool:
    """Tell whether measures of ranking apply to a question."""
    return bool(question.golds) and not question.unanswerable


def _word(name: str) -> str:
    """Return a name without white space, different for different names."""
    return "".join(quote(each, safe="") if each.isspace() or each == "%" else each for each in name)


class _Folder:
    """A BEIR folder in the making."""

    def __init__(self, source: Run | EvalSet, library: TextSource) -> None:
        self._library = library
        records = source.records if isinstance(source, Run) else ()
        self._hits = {each.question.id: [name for name, _ in each.hits] for each in records}
        if isinstance(source, Run):
            header, questions = source.header, tuple(each.question for each in source.records)
            source = EvalSet(header.set_name, header.set_digest, questions)
        self._questions = [each for each in source.questions if _counts(each)]
        self._evidence = Evidence(source, library)
        self._summaries = {each.id: each for each in library.documents()}
        self._names = _unique_names(self._summaries.values())
        self._corpus: dict[str, tuple[str, str, str]] = {}

    def files(self) -> dict[str, str]:
        queries: list[str] = []
        qrels = ["query-id\tcorpus-id\tscore\n"]
        for question in self._questions:
            golds = self._evidence.of(question)
            grades: dict[str, int] = {}
            for gold in golds:
                for name in self._added(gold):
                    grades[name] = max(gold.grade, grades.get(name, 0))
            if grades:
                row = {"_id": question.id, "text": question.text, "answers": list(question.answers)}
                queries.append(line({key: value for key, value in row.items() if value}))
                qrels += [f"{_cell(question.id)}\t{name}\t{n}\n" for name, n in grades.items()]
            self._add_hits(question, golds)
        return {
            QUERIES: "".join(queries),
            QRELS: "".join(qrels),
            CORPUS: documents_text(self._corpus.values()),
        }

    def _add_hits(self, question: Question, golds: Iterable[Gold]) -> None:
        whole = any(gold.kind is GoldKind.DOCUMENT for gold in golds)
        for hit in self._hits.get(question.id, ()):
            for place in self._places(hit):
                if whole:
                    self._document(place.document_id)
                else:
                    self._paragraphs(place)

    def _added(self, gold: Gold) -> list[str]:
        """Put what a piece of evidence is, or lies in, into the corpus; return its names there."""
        if gold.kind is GoldKind.DOCUMENT:
            return [self._document(place.document_id) for place in gold.places]
        return [name for place in gold.places for name in self._paragraphs(place)]

    def _document(self, document_id: str) -> str:
        name = self._names[document_id]
        if name not in self._corpus:
            document = self._library.document(document_id)
            self._corpus[name] = (name, document.title, document.text)
        return name

    def _paragraphs(self, place: Place) -> list[str]:
        """Put the paragraphs that a place lies in into the corpus; return their names."""
        every = self._library.paragraphs(place.document_id)
        ordered = [Place(place.document_id, each.start, each.end) for each in every]
        wanted = frozenset(overlapped(place, ordered))
        title = self._summaries[place.document_id].title
        names: list[str] = []
        for span, paragraph in zip(ordered, every, strict=True):
            if span in wanted:
                names.append(f"{span.document_id}-{span.start}-{span.end}")
                heading = " ".join((title, *paragraph.path))
                self._corpus[names[-1]] = (names[-1], heading, paragraph.text)
        return names

    def _places(self, hit: str) -> list[Place]:
        """Return where a passage stands today; nowhere, if its text changed or is gone."""
        try:
            found = self._library.cite(hit)
        except CorpusError:
            return []
        cited = found.citation if found.state is CitationState.VALID else found.current
        if cited is None or cited.document_id not in self._summaries:
            return []
        return [Place(cited.document_id, cited.start, cited.end)]


def _unique_names(summaries: Iterable[DocumentSummary]) -> dict[str, str]:
    """Return what each document is called in qrels: as its source calls it, if that names one."""
    every = list(summaries)
    called: dict[str, list[str]] = {}
    for each in every:
        called.setdefault(_cell(record_name(each.source)), []).append(each.id)
    return {
        each.id: name if len(called[name := _cell(record_name(each.source))]) == 1 else each.id
        for each in every
    }


def _cell(name: str) -> str:
    """Return a name that fits between tabs, on one line."""
    return " ".join(name.split())
