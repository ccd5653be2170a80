"""Sets kept as a table: CSV or TSV with a header, one question a row.

Columns are called as the fields of a set, or in Chinese. Several values in one cell are parted by
``|`` or by line feeds. What other columns hold is kept with the question.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.messages.message import Message, message_of
from corpus.text.encoding import decode
from eval.errors import BadSet
from eval.importing.common import Gathered, Imported
from eval.sets.json_lines import bytes_of
from eval.types import Question

_NAMES = {
    "id": "编号 序号 _id",
    "question": "问题 query",
    "kind": "类型 类别",
    "answers": "答案 参考答案 answer",
    "answer_must_contain": "要点 musts must",
    "answer_must_not_contain": "不得含 forbidden",
    "gold_quotes": "引文 原文 依据",
    "gold_clauses": "条款",
    "gold_passages": "片段",
    "gold_documents": "文件 出处",
    "unanswerable": "无答案 不可答",
    "tags": "标签",
    "as_of": "日期",
}
_FIELDS = {name: field for field, others in _NAMES.items() for name in (field, *others.split())}
_DELIMITERS = (",", "\t", ";", "，")
_YES = frozenset(("true", "yes", "1", "是", "√", "✓"))
_NO = frozenset(("", "false", "no", "0", "否"))
_ENCODING = "gb18030"


def looks_like_csv(text: str) -> bool:
    """Tell whether a text begins with a header that has a column of questions."""
    return _delimiter(text.split("\n", 1)[0]) is not None


def import_csv(path: Path) -> Imported:
    """Return the questions of a table. Raises BadSet with the line."""
    text, warnings = table_text(bytes_of(path), path)
    delimiter = _delimiter(text.split("\n", 1)[0])
    if delimiter is None:
        raise BadSet(Message("eval.no_question_column", path=path))
    rows = _rows(text, delimiter, path)
    header = _header(next(rows)[1], f"{path}:1")
    met = Gathered()
    questions: list[Question] = []
    for where, cells in rows:
        if len(cells) != len(header):
            raise BadSet(
                Message(
                    "eval.cells_and_columns", where=where, cells=len(cells), columns=len(header)
                )
            )
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
        question = _question(row, f"q{len(questions) + 1}", where)
        met.take(question.id, where)
        questions.append(question)
    if not questions:
        raise BadSet(Message("eval.no_questions", path=path))
    return Imported(tuple(questions), (), warnings)


def table_text(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Return a table's text and what to say of its encoding: UTF-8, or surely GB18030.

    Raises BadSet for any other, and for doubt.
    """
    if not data.strip():
        raise BadSet(Message("eval.empty_file", path=path))
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        where = f"{path}:{line}"
    try:
        found = decode(data)
    except UnreadableSource as error:
        why = message_of(error)
        raise BadSet(Message("eval.of_no_known_encoding", where=where, why=why)) from error
    if found.encoding != _ENCODING:
        raise BadSet(Message("eval.neither_utf8_nor_gb18030", where=where, encoding=found.encoding))
    told = Message("eval.read_as_gb18030", path=path, confidence=found.confidence)
    return found.text, (told,)


def _delimiter(header: str) -> str | None:
    """Return what parts the columns: the first mark that leaves a column of questions."""
    for delimiter in _DELIMITERS:
        names = [_FIELDS.get(_plain(name)) for name in header.split(delimiter)]
        if "question" in names:
            return delimiter
    return None


def _plain(name: str) -> str:
    return name.strip().strip('"').strip().lower()


def _rows(text: str, delimiter: str, path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each row that is not blank with its first line, quoted as RFC 4180 has it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadSet(Message("eval.broken_table", where=f"{path}:{line}", why=error)) from error
        if any(cell.strip() for cell in cells):
            yield f"{path}:{line}", cells
        line = reader.line_num + 1


def _header(cells: list[str], where: str) -> list[str]:
    """Return the fields that the columns hold; a column of no field keeps its name."""
    names = [_FIELDS.get(_plain(cell), cell.strip()) for cell in cells]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadSet(Message("eval.column_twice", where=where, name=twice[0]))
    return names


def _question(row: Mapping[str, str], number: str, where: str) -> Question:
    if "question" not in row:
        raise BadSet(Message("eval.row_without_question", where=where))
    stated = row.get("unanswerable", "").lower()
    if stated not in _YES | _NO:
        raise BadSet(Message("eval.not_yes_or_no", where=where, said=stated))
    return Question(
        id=row.get("id", number),
        text=row["question"],
        kind=row.get("kind", ""),
        musts=_several(row, "answer_must_contain"),
        gold_quotes=_several(row, "gold_quotes"),
        answers=_several(row, "answers"),
        unanswerable=stated in _YES or row.get("kind") == "unanswerable",
        tags=_several(row, "tags"),
        gold_clauses=_several(row, "gold_clauses"),
        gold_passages=_several(row, "gold_passages"),
        gold_documents=_several(row, "gold_documents"),
        forbidden=_several(row, "answer_must_not_contain"),
        as_of=_day(row.get("as_of"), where),
        extra={name: cell for name, cell in row.items() if name and name not in _NAMES},
    )


def _several(row: Mapping[str, str], name: str) -> tuple[str, ...]:
    lines = row.get(name, "").replace("｜", "|").replace("\n", "|").replace("\r", "|").split("|")
    return tuple(dict.fromkeys(each.strip() for each in lines if each.strip()))


def _day(said: str | None, where: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise BadSet(Message("eval.not_a_day", where=where)) from error
