"""RGB (Chen et al., *Benchmarking Large Language Models in RAG*, AAAI 2024), one object a line.

``query`` is the question. ``answer`` is what its own script looks for: a string, or a list of key
points that must all be said, each a string or a list of wordings of which one is enough.

- One key point: its wordings become ``answers``, any of which is right.
- Several: each must be said, so it becomes a must, by the wording that stands in all its others
  (``2022`` in ``2022`` and ``year 2022``). A point whose wordings share none cannot be a must: it
  is kept under ``answer_points`` and a warning counts it.

``positive`` passages become documents and gold; ``negative`` and ``positive_wrong`` become
documents only. ``fakeanswer``, what passages altered on purpose say, must not be in the answer.
Tags: ``rgb``, ``noise`` (it has negative passages), ``counterfactual`` (it has altered ones),
``integration`` (several key points). A question without positive passages is unanswerable and
tagged ``rejection``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.messages.message import Message
from corpus.text.script import fold
from eval.errors import BadSet
from eval.importing.common import (
    Gathered,
    Imported,
    SourceText,
    identity,
    record_id,
    rows_of,
    texts,
    words,
)
from eval.types import Question

_PASSAGES = ("positive", "negative", "positive_wrong")


def looks_like_rgb(row: object) -> bool:
    """Tell whether a line's value is of this form."""
    return isinstance(row, dict) and {"query", "answer", "positive"} <= row.keys()


@dataclass(slots=True)
class _Texts:
    """Passages as documents; equal texts are one."""

    found: dict[str, SourceText] = field(default_factory=dict)

    def add(self, name: str, text: str) -> str:
        return self.found.setdefault(text, SourceText(name, "", text)).id


def import_rgb(path: Path) -> Imported:
    """Return the questions and passages of a file. Raises BadSet with the line."""
    met, passages = Gathered(), _Texts()
    questions: list[Question] = []
    unchecked = 0
    for where, row in rows_of(path):
        name = identity(row, ("id",), where)
        met.take(name, where)
        question = _question(name, row, where, passages)
        unchecked += len(_pending(question))
        questions.append(question)
    if not questions:
        raise BadSet(Message("eval.no_questions", path=path))
    told = Message("eval.key_points_unchecked", count=unchecked)
    documents = tuple(passages.found.values())
    return Imported(tuple(questions), documents, (told,) if unchecked else ())


def _question(name: str, row: Mapping[str, object], where: str, passages: _Texts) -> Question:
    text, points = words(row, "query", where), list(_points(row, where))
    documents = {
        kind: [
            passages.add(record_id(f"{name}-{kind}-{at}", where), each)
            for at, each in enumerate(_flat(row.get(kind), kind, where), start=1)
        ]
        for kind in _PASSAGES
    }
    fake = texts(row, "fakeanswer", where)
    tags = {
        "rgb": True,
        "noise": bool(documents["negative"]),
        "counterfactual": bool(documents["positive_wrong"] or fake),
        "integration": len(points) > 1,
        "rejection": not documents["positive"],
    }
    said = tuple(tag for tag, holds in tags.items() if holds)
    if not documents["positive"]:
        return Question(name, text, unanswerable=True, tags=said)
    several = len(points) > 1
    musts = [must for point in points if (must := _common(point))] if several else []
    pending = [list(point) for point in points if several and not _common(point)]
    return Question(
        name,
        text,
        musts=tuple(dict.fromkeys(musts)),
        answers=() if several else points[0],
        tags=said,
        extra={"answer_points": pending} if pending else {},
        gold_documents=tuple(dict.fromkeys(documents["positive"])),
        forbidden=tuple(each for each in fake if not _in_any(each, points)),
    )


def _points(row: Mapping[str, object], where: str) -> Iterator[tuple[str, ...]]:
    """Yield each key point with its wordings. Raises BadSet where there is none."""
    answer = row.get("answer")
    listed = answer if isinstance(answer, list) else [answer]
    if not listed:
        raise BadSet(Message("eval.empty_answer", where=where))
    for each in listed:
        wordings = texts({"answer": each}, "answer", where)
        if not wordings:
            raise BadSet(Message("eval.empty_key_point", where=where))
        yield wordings


def _common(wordings: Sequence[str]) -> str:
    """Return the wording that stands in all the others; "" where none does."""
    shortest = min(wordings, key=len)
    return shortest if all(fold(shortest) in fold(each) for each in wordings) else ""


def _in_any(lie: str, points: Sequence[Sequence[str]]) -> bool:
    """Tell whether a right answer holds these words too."""
    return any(fold(lie) in fold(wording) for point in points for wording in point)


def _pending(question: Question) -> list[object]:
    found = question.extra.get("answer_points")
    return found if isinstance(found, list) else []


def _flat(value: object, name: str, where: str) -> list[str]:
    """Return passages, one list or a list for each key point, that are not blank."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadSet(Message("eval.not_a_list", where=where, name=name))
    found: list[str] = []
    for each in value:
        for text in each if isinstance(each, list) else [each]:
            if not isinstance(text, str):
                raise BadSet(Message("eval.holds_no_strings", where=where, name=name))
            if text.strip():
                found.append(text)
    return found
