"""BEIR (Thakur et al., NeurIPS 2021): corpus.jsonl, queries.jsonl, and grades in qrels files.

``qrels.tsv``, or a file for each split as ``qrels/test.tsv``; three columns with a header, or
trec_eval's four. A query's judged documents become gold documents with their grades; grades below
1 say that a document is no evidence. ``answers`` and ``split`` of a query are kept, the split as a
tag.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.messages.message import Message
from eval.errors import BadSet
from eval.importing.common import (
    Gathered,
    Imported,
    SourceText,
    counted,
    identity,
    record_id,
    rows_of,
    texts,
    words,
)
from eval.sets.json_lines import bytes_of, utf8_of
from eval.types import Question

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
_COLUMNS = {3: (0, 1, 2), 4: (0, 2, 3)}  # of query, document and grade, by how many there are


def looks_like_beir(path: Path) -> bool:
    """Tell whether a folder holds a set of this form."""
    return path.is_dir() and (path / QUERIES).is_file()


@dataclass(slots=True)
class _Odd:
    """What is odd in a set: said once each, with how often and where first."""

    times: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def note(self, what: str, where: str) -> None:
        self.times[what] += 1
        self.first.setdefault(what, where)


def import_beir(path: Path, split: str | None = None) -> Imported:
    """Return the questions of a folder, or of one split of it, and all its documents.

    Raises BadSet with file and line.
    """
    if not path.is_dir():
        raise BadSet(Message("eval.beir_is_a_folder", path=path))
    odd = _Odd()
    documents = tuple(_documents(path / CORPUS, odd))
    known = {each.id for each in documents}
    by_split = {name: _grades(file) for name, file in _qrels_files(path, split).items()}
    _note_strangers(by_split, known, odd)
    questions = tuple(_questions(path / QUERIES, by_split, split, odd))
    if not questions:
        raise BadSet(Message("eval.no_usable_query", path=path))
    return Imported(questions, documents, counted(odd.times, odd.first))


@dataclass(frozen=True, slots=True)
class _Grade:
    query: str
    document: str
    grade: int
    where: str


def _documents(file: Path, odd: _Odd) -> Iterator[SourceText]:
    met = Gathered()
    for where, row in rows_of(file):
        given = identity(row, ("_id", "id"), where)
        name = record_id(given, where)
        met.take(name, where)
        if name != given:
            odd.note(Message("eval.ids_escaped"), where)
        title = words(row, "title", where, needed=False)
        text = row.get("text")
        if not isinstance(text, str):
            raise BadSet(Message("eval.not_a_string", where=where, name="text"))
        if not text.strip():
            odd.note(Message("eval.document_without_text"), where)
        yield SourceText(name, title, text)


def _qrels_files(path: Path, split: str | None) -> dict[str, Path]:
    """Return the files of grades by their split; "" for the one of all. Raises BadSet."""
    files = {each.stem: each for each in sorted((path / QRELS).glob("*.tsv"))}
    if not files and (path / f"{QRELS}.tsv").is_file():
        return {"": path / f"{QRELS}.tsv"}
    if split is not None and files:
        files = {name: file for name, file in files.items() if name == split}
    if not files:
        wanted = f"{QRELS}/{split}.tsv" if split else f"{QRELS}.tsv, {QRELS}/*.tsv"
        raise BadSet(Message("eval.no_qrels", path=path, wanted=wanted))
    return files


def _grades(file: Path) -> dict[tuple[str, str], _Grade]:
    found: dict[tuple[str, str], _Grade] = {}
    for number, line in enumerate(utf8_of(bytes_of(file), file).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if len(cells) == 1:
            cells = line.split()
        if not cells or cells == [""]:
            continue
        where = f"{file}:{number}"
        if len(cells) not in _COLUMNS:
            raise BadSet(Message("eval.qrels_columns", where=where))
        query, document, grade = (cells[at].strip() for at in _COLUMNS[len(cells)])
        if number == 1 and not _is_whole(grade):
            continue  # the header
        if not _is_whole(grade) or not query or not document:
            raise BadSet(Message("eval.grade_not_whole", where=where, grade=grade))
        one = _Grade(query, record_id(document, where), int(grade), where)
        before = found.setdefault((query, one.document), one)
        if before.grade != one.grade:
            raise BadSet(
                Message(
                    "eval.grade_of_another_line",
                    where=where,
                    query=query,
                    document=document,
                    first=before.where,
                )
            )
    return found


def _is_whole(grade: str) -> bool:
    return grade.isascii() and grade.removeprefix("-").isdigit() and len(grade) < 10


def _note_strangers(
    by_split: Mapping[str, Mapping[tuple[str, str], _Grade]], known: set[str], odd: _Odd
) -> None:
    for grades in by_split.values():
        for one in grades.values():
            if one.document not in known and one.grade > 0:
                odd.note(Message("eval.no_such_document"), one.where)


def _questions(
    file: Path,
    by_split: Mapping[str, Mapping[tuple[str, str], _Grade]],
    split: str | None,
    odd: _Odd,
) -> Iterator[Question]:
    golds: dict[str, dict[str, int]] = {}
    judged_in: dict[str, dict[str, None]] = {}
    places = {one.query: one.where for each in by_split.values() for one in each.values()}
    for name, grades in by_split.items():
        for one in grades.values():
            judged_in.setdefault(one.query, {})[name] = None
            if one.grade > 0:
                golds.setdefault(one.query, {})[one.document] = one.grade
    met = Gathered()
    for where, row in rows_of(file):
        query = identity(row, ("_id", "id"), where)
        met.take(query, where)
        text, answers = words(row, "text", where), texts(row, "answers", where)
        own = words(row, "split", where, needed=False)
        splits = [own] if own else [name for name in judged_in.get(query, ()) if name]
        if split is not None and split not in splits:
            continue
        gold = golds.get(query, {})
        if not gold and not answers:
            odd.note(Message("eval.unjudged"), where)
            continue
        grades_above = {name: grade for name, grade in gold.items() if grade != 1}
        yield Question(
            query,
            text,
            answers=answers,
            tags=tuple(splits),
            gold_documents=tuple(gold),
            grades=grades_above,
        )
    for query in sorted(each for each in judged_in if each not in met):
        odd.note(Message("eval.no_such_query"), places[query])
