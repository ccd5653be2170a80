"""SQuAD 1.1 and 2.0, and what has their form: CMRC 2018 and DRCD; CMRC's flat list too.

Each paragraph becomes a document, and evidence of the questions asked of it. ``is_impossible``
becomes unanswerable: those questions were written so that their paragraph does not answer them,
which says nothing of the other paragraphs, and so a warning counts them.

- Rajpurkar et al., EMNLP 2016 and ACL 2018; Cui et al., EMNLP 2019; Shao et al., arXiv 1806.00920.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.messages.message import Message
from eval.errors import BadSet
from eval.importing.common import (
    Gathered,
    Imported,
    SourceText,
    identity,
    members,
    record_id,
    texts,
    words,
)
from eval.sets.json_lines import bytes_of, parsed, utf8_of
from eval.types import Question

_FLAT = "context_text"  # what every entry of the flat list has


@dataclass(slots=True)
class _Gathering:
    """Documents and questions as they come; of equal paragraphs under one title one is kept."""

    stem: str
    questions: list[Question] = field(default_factory=list)
    documents: list[SourceText] = field(default_factory=list)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: Gathered = field(default_factory=Gathered)
    paragraphs: Gathered = field(default_factory=Gathered)

    def document(self, given: str, title: str, text: str, where: str) -> str:
        """Return the id of a paragraph. Raises BadSet for an id of another text."""
        if (title, text) in self.texts:
            return self.texts[title, text]
        name = record_id(given or f"{self.stem}-{len(self.documents) + 1}", where)
        self.paragraphs.take(name, where)
        self.documents.append(SourceText(name, title, text))
        self.texts[title, text] = name
        return name


def looks_like_squad(value: object) -> bool:
    """Tell whether a JSON value is a set of this form."""
    if isinstance(value, dict):
        data = value.get("data")
        return isinstance(data, list) and any(
            isinstance(each, dict) and "paragraphs" in each for each in data
        )
    return isinstance(value, list) and any(
        isinstance(each, dict) and _FLAT in each for each in value
    )


def import_squad(path: Path) -> Imported:
    """Return the questions and paragraphs of a file. Raises BadSet with the place in it."""
    value = parsed(utf8_of(bytes_of(path), path), path)
    if not looks_like_squad(value):
        raise BadSet(Message("eval.not_squad", path=path, flat=_FLAT))
    gathering = _Gathering(path.stem)
    if isinstance(value, dict):
        for at, article in enumerate(members(value, "data", str(path))):
            _take_article(article, f"{path}:data[{at}]", gathering)
    elif isinstance(value, list):
        for at, entry in enumerate(members({"data": value}, "data", str(path))):
            _take_entry(entry, f"{path}:[{at}]", gathering)
    if not gathering.questions:
        raise BadSet(Message("eval.no_questions", path=path))
    return Imported(
        tuple(gathering.questions),
        tuple(gathering.documents),
        tuple(_warnings(gathering.questions)),
    )


def _take_article(article: Mapping[str, object], where: str, gathering: _Gathering) -> None:
    title = words(article, "title", where, needed=False)
    for at, paragraph in enumerate(members(article, "paragraphs", where)):
        place = f"{where}.paragraphs[{at}]"
        text = words(paragraph, "context", place)
        given = identity(paragraph, ("id",), place) if paragraph.get("id") is not None else ""
        document = gathering.document(given, title, text, place)
        for number, asked in enumerate(members(paragraph, "qas", place)):
            _take_question(asked, document, f"{place}.qas[{number}]", gathering)


def _take_question(
    asked: Mapping[str, object], document: str, where: str, gathering: _Gathering
) -> None:
    name = identity(asked, ("id",), where)
    gathering.ids.take(name, where)
    impossible = asked.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise BadSet(Message("eval.not_a_truth", where=where, name="is_impossible"))
    given = members(asked, "answers", where) if asked.get("answers") is not None else []
    answers = dict.fromkeys(words(each, "text", where) for each in given)
    gathering.questions.append(
        _question(name, words(asked, "question", where), tuple(answers), document, impossible)
    )


def _take_entry(entry: Mapping[str, object], where: str, gathering: _Gathering) -> None:
    """Take a paragraph of CMRC's flat list: context_id, context_text, qas, title."""
    title = words(entry, "title", where, needed=False)
    given = identity(entry, ("context_id",), where) if entry.get("context_id") is not None else ""
    document = gathering.document(given, title, words(entry, _FLAT, where), where)
    for at, asked in enumerate(members(entry, "qas", where)):
        place = f"{where}.qas[{at}]"
        name = identity(asked, ("query_id",), place)
        gathering.ids.take(name, place)
        answers = texts(asked, "answers", place)
        text = words(asked, "query_text", place)
        gathering.questions.append(_question(name, text, answers, document, impossible=False))


def _question(
    name: str, text: str, answers: tuple[str, ...], document: str, impossible: bool
) -> Question:
    if impossible:
        return Question(name, text, unanswerable=True)
    return Question(name, text, answers=answers, gold_documents=(document,))


def _warnings(questions: list[Question]) -> Iterator[str]:
    impossible = sum(each.unanswerable for each in questions)
    if impossible:
        yield Message("eval.only_own_paragraph", count=impossible)
    silent = sum(not each.answers and not each.unanswerable for each in questions)
    if silent:
        yield Message("eval.no_reference_answer", count=silent)
