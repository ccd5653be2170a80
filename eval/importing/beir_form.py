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

from eval.errors import BadSet
from eval.importing.common import (
    Gathered,
    Imported,
    SourceText,
    bytes_of,
    counted,
    identity,
    record_id,
    rows_of,
    texts,
    utf8_of,
    words,
)
from eval.types import Question

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels"
_COLUMNS = {3: (0, 1, 2), 4: (0, 2, 3)}  # of query, document and grade, by how many there are
_RENAMED = "文件编号含 / # % 等，已转义。 Ids of documents held / # % or the like: escaped"
_UNKNOWN_DOCUMENT = "qrels 所指文件不在 corpus 里。 qrels name documents that corpus lacks"
_UNKNOWN_QUERY = "qrels 所指问题不在 queries 里，未收。 qrels name queries that are not there"
_UNJUDGED = "既无依据也无答案的问题，未收。 Queries without evidence and answers: left out"


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
        raise BadSet(f"{path}: BEIR 是一个文件夹。 BEIR is a folder: give its path.")
    odd = _Odd()
    documents = tuple(_documents(path / CORPUS, odd))
    known = {each.id for each in documents}
    by_split = {name: _grades(file) for name, file in _qrels_files(path, split).items()}
    _note_strangers(by_split, known, odd)
    questions = tuple(_questions(path / QUERIES, by_split, split, odd))
    if not questions:
        raise BadSet(f"{path}: 没有可用的问题。 No query has evidence or answers.")
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
            odd.note(_RENAMED, where)
        title = words(row, "title", where, needed=False)
        text = row.get("text")
        if not isinstance(text, str):
            raise BadSet(f"{where}: text 应为字符串。 text must be a string.")
        if not text.strip():
            odd.note("文件没有正文，库不会收。 Documents without text: a library takes none", where)
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
        raise BadSet(f"{path}: 找不到 {wanted}。 There is no {wanted}.")
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
            raise BadSet(
                f"{where}: 应有 3 列 query-id、corpus-id、score（或 TREC 的 4 列）。"
                " Three columns are expected (query-id, corpus-id, score), or TREC's four."
            )
        query, document, grade = (cells[at].strip() for at in _COLUMNS[len(cells)])
        if number == 1 and not _is_whole(grade):
            continue  # the header
        if not _is_whole(grade) or not query or not document:
            raise BadSet(f"{where}: 等级应为整数。 A grade must be a whole number: {grade!r}.")
        one = _Grade(query, record_id(document, where), int(grade), where)
        before = found.setdefault((query, one.document), one)
        if before.grade != one.grade:
            raise BadSet(
                f"{where}: {query} {document} 与 {before.where} 的等级不同。"
                f" Another grade than at {before.where}."
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
                odd.note(_UNKNOWN_DOCUMENT, one.where)


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
            odd.note(_UNJUDGED, where)
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
        odd.note(_UNKNOWN_QUERY, places[query])
