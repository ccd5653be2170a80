"""Question sets: a JSONL file becomes an ``EvalSet``, and back.

``eval.sets.locating`` finds its evidence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from corpus.messages.message import Message
from eval.durable import write_whole
from eval.errors import BadSet
from eval.plain_records import line
from eval.sets.json_lines import bytes_of, rows_in
from eval.types import EvalSet, Question

KNOWN_FIELDS = frozenset(
    {"id", "question", "kind", "answer_must_contain", "answers", "unanswerable", "tags", "as_of"}
    | {"gold_quotes", "gold_clauses", "gold_passages", "gold_documents"}
    | {"answer_must_not_contain", "draft"}
)
MOST_QUESTIONS = 1_000_000  # of one set; more is a mistake, and would not fit in memory
DRAFT = "draft"  # true: nobody has looked at the question yet, and it is not asked
UNANSWERABLE = "unanswerable"  # the kind that says the same as the field of this name
NAMELESS_FILES = frozenset({"questions"})  # such a file is named by its folder


def read_set(path: Path, *, name: str | None = None) -> EvalSet:
    """Return the questions of a JSONL file, one object a line, in UTF-8 with or without a BOM.

    Blank lines are passed over. Unknown fields are kept in ``Question.extra`` and named in the
    set's warnings. Raises ``BadSet``, naming the line, for anything that is not a question.
    """
    data = bytes_of(path)
    stem = path.resolve().parent.name if path.stem in NAMELESS_FILES else path.stem
    return parse_set(data, str(path), name or stem)


def parse_set(data: bytes, path: str, name: str) -> EvalSet:
    """Return the questions of a set's bytes; ``path`` is what errors call it. Raises BadSet."""
    questions: dict[str, Question] = {}
    lines: dict[str, int] = {}
    drafts = 0
    for number, row in rows_in(data, path):
        where = f"{path}:{number}"
        question = _question(row, where)
        if question.id in lines:
            raise BadSet(
                Message(
                    "eval.id_twice_in_set",
                    where=where,
                    name=question.id,
                    line=lines[question.id],
                )
            )
        lines[question.id] = number
        if _flag(row, DRAFT, where):
            drafts += 1
            continue
        questions[question.id] = question
        if len(questions) > MOST_QUESTIONS:
            raise BadSet(Message("eval.too_many_questions", where=where, most=MOST_QUESTIONS))
    if not questions and drafts:
        raise BadSet(Message("eval.only_drafts", path=path, count=drafts))
    if not questions:
        raise BadSet(Message("eval.no_questions", path=path))
    digest = hashlib.sha256(data).hexdigest()
    warnings = (*_drafts_left(drafts), *_warnings(questions, lines))
    return EvalSet(name, digest, tuple(questions.values()), warnings, data)


def plain_question(question: Question) -> dict[str, object]:
    """Return a question as one line of a set holds it, without what it leaves unsaid."""
    graded = {name: question.grades.get(name, 1) for name in question.gold_documents}
    row: dict[str, object] = {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "answers": list(question.answers),
        "answer_must_contain": list(question.musts),
        "answer_must_not_contain": list(question.forbidden),
        "gold_quotes": list(question.gold_quotes),
        "gold_clauses": list(question.gold_clauses),
        "gold_passages": list(question.gold_passages),
        "gold_documents": graded if question.grades else list(graded),
        UNANSWERABLE: question.unanswerable,
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "tags": list(question.tags),
        **question.extra,
    }
    return {key: value for key, value in row.items() if value}


def set_text(questions: Iterable[Question]) -> str:
    """Return the file that ``read_set`` reads these questions from."""
    return "".join(line(plain_question(each)) for each in questions)


def documents_text(documents: Iterable[tuple[str, str, str]]) -> str:
    """Return documents (id, title, text) as ``judian add`` reads them, and BEIR's corpus.jsonl."""
    return "".join(
        line({"_id": name, "title": title, "text": text}) for name, title, text in documents
    )


def write_file(path: Path, text: str, *, over: bool = False) -> None:
    """Write a file whole or not at all; one that is there is replaced only if told ``over``.

    Raises BadSet.
    """
    if path.exists() and not over:
        raise BadSet(Message("eval.file_there", path=path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise BadSet(Message("eval.cannot_write", path=path, why=error.strerror)) from error


def _question(value: Mapping[str, object], where: str) -> Question:
    identity, text = _text(value, "id", where), _text(value, "question", where)
    for name, content in (("id", identity), ("question", text)):
        if not content:
            raise BadSet(Message("eval.missing", where=where, name=name))
    kind = _text(value, "kind", where)
    stated = _flag(value, UNANSWERABLE, where)
    documents = _graded(value, "gold_documents", where)
    return Question(
        id=identity,
        text=text,
        kind=kind,
        musts=_texts(value, "answer_must_contain", where),
        gold_quotes=tuple(dict.fromkeys(_texts(value, "gold_quotes", where))),
        answers=_texts(value, "answers", where),
        unanswerable=stated or kind == UNANSWERABLE,
        tags=_texts(value, "tags", where),
        gold_clauses=tuple(dict.fromkeys(_texts(value, "gold_clauses", where))),
        gold_passages=tuple(dict.fromkeys(_texts(value, "gold_passages", where))),
        gold_documents=tuple(documents),
        grades={name: grade for name, grade in documents.items() if grade != 1},
        as_of=_day(value, where),
        forbidden=_texts(value, "answer_must_not_contain", where),
        extra={field: content for field, content in value.items() if field not in KNOWN_FIELDS},
    )


def _flag(value: Mapping[str, object], name: str, where: str) -> bool:
    stated = value.get(name)
    if stated is not None and not isinstance(stated, bool):
        raise BadSet(Message("eval.not_a_truth", where=where, name=name))
    return stated is True


def _drafts_left(drafts: int) -> tuple[str, ...]:
    return (Message("eval.drafts_left", count=drafts),) if drafts else ()


def _text(value: Mapping[str, object], name: str, where: str) -> str:
    """Return a string field without outer white space; empty where it is not given."""
    content = value.get(name)
    if content is None:
        return ""
    if not isinstance(content, str):
        raise BadSet(Message("eval.not_a_string", where=where, name=name))
    return content.strip()


def _texts(value: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
    content = value.get(name)
    if content is None:
        return ()
    if not isinstance(content, list) or not all(isinstance(i, str) and i for i in content):
        raise BadSet(Message("eval.not_strings", where=where, name=name))
    return tuple(content)


def _graded(value: Mapping[str, object], name: str, where: str) -> dict[str, int]:
    """Return names with grades: a list, each of grade 1, or an object from name to grade."""
    content = value.get(name)
    if not isinstance(content, dict):
        return dict.fromkeys(_texts(value, name, where), 1)
    if not all(type(grade) is int and grade > 0 and key for key, grade in content.items()):
        raise BadSet(Message("eval.bad_grades", where=where, name=name))
    return dict(content)


def _day(value: Mapping[str, object], where: str) -> date | None:
    content = _text(value, "as_of", where)
    try:
        return date.fromisoformat(content) if content else None
    except ValueError as error:
        raise BadSet(Message("eval.not_a_day", where=where)) from error


def _warnings(questions: Mapping[str, Question], lines: dict[str, int]) -> tuple[str, ...]:
    """Say what is odd, once for each field and each contradicting question."""
    uses = Counter(field for question in questions.values() for field in question.extra)
    first = {
        field: lines[identity]
        for identity in reversed(list(questions))
        for field in questions[identity].extra
    }
    unknown = [
        Message("eval.unknown_field", field=field, times=count, line=first[field])
        for field, count in sorted(uses.items())
    ]
    contradicting = [
        Message("eval.unanswerable_answered", line=lines[identity], name=identity)
        for identity, question in questions.items()
        if question.unanswerable and (question.musts or question.golds or question.answers)
    ]
    return (*unknown, *contradicting)
