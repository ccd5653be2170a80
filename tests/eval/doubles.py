"""A library and an answerer of a few lines, for the tests of eval."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.errors import BadAddress, UnknownCitation, UnknownDocument
from corpus.types import (
    Citation,
    CitationState,
    CitedPlace,
    Document,
    DocumentSummary,
    Paragraph,
    Passage,
    Receipt,
)
from eval.sets.question_sets import plain_question
from eval.types import EvalSet, Place, Question
from index.catalogue import EVERYTHING_TODAY, FoundClause, Scope
from index.types import Hit
from rag.errors import BadQuestion
from rag.types import Abstention, AbstentionReason, Answer, Claim, Label, Verdict

REVISION = "r" * 64


class LineLibrary:
    """Documents given as texts: each line is a paragraph and a passage.

    A search brings the lines that share most characters with the question, best first.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = dict(texts)
        self.version = "v1"

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary(name, name, name, "text/plain", REVISION, len(text), 1, 1, "utf-8", "")
            for name, text in self.texts.items()
        ]

    def document(self, reference: str) -> Document:
        if reference not in self.texts:
            raise UnknownDocument(reference)
        text = self.texts[reference]
        receipt = Receipt(0, "", "utf-8")
        return Document(reference, REVISION, reference, reference, "text/plain", text, {}, receipt)

    def paragraphs(self, document_id: str) -> list[Paragraph]:
        found: list[Paragraph] = []
        start = 0
        for line in self.texts[document_id].split("\n"):
            end = start + len(line)
            if line:
                found.append(Paragraph(document_id, len(found), start, end, line))
            start = end + 1
        return found

    def search(self, question: str, k: int = 10, scope: Scope = EVERYTHING_TODAY) -> list[Hit]:
        lines = [line for name in self.texts for line in self.paragraphs(name)]
        shared = [len(set(question) & set(line.text)) / len(set(question)) for line in lines]
        order = sorted(range(len(lines)), key=lambda i: -shared[i])[:k]
        return [
            Hit(_passage(lines[i]), shared[i], rank, lines[i].document_id, shared[i], rank)
            for rank, i in enumerate(order, start=1)
        ]

    def citation(self, document_id: str, quote: str) -> Citation:
        return self._at(document_id, self.texts[document_id].index(quote), len(quote))

    def cite(self, citation_id: str) -> CitedPlace:
        name, start, end = citation_id.split("-")
        if name not in self.texts:
            raise UnknownCitation(citation_id)
        found = self._at(name, int(start), int(end) - int(start))
        return CitedPlace(found, CitationState.VALID, name, "", "", found)

    def rows_within(self, document_id: str, start: int, end: int) -> list[int]:
        lines = self.paragraphs(document_id)
        return [at for at, one in enumerate(lines) if one.start < end and start < one.end]

    def clause(self, address: str, *, as_of: date | None = None) -> FoundClause:
        raise BadAddress(address)

    def _at(self, name: str, start: int, length: int) -> Citation:
        end = start + length
        quote = self.texts[name][start:end]
        return Citation(f"{name}-{start}-{end}", name, REVISION, start, end, quote, (), None, "")


class ScriptedAnswerer:
    """Answers as told, question by question; what it was not told raises BadQuestion.

    With a library, an answer's passages are what that finds.
    """

    def __init__(self, answers: Mapping[str, Answer], library: LineLibrary | None = None) -> None:
        self.answers = dict(answers)
        self.library = library
        self.asked: list[str] = []

    def answer(self, question: str, *, scope: Scope = EVERYTHING_TODAY) -> Answer:
        self.asked.append(question)
        if question not in self.answers:
            raise BadQuestion(f"not scripted: {question}")
        hits = self.library.search(question) if self.library else ()
        return replace(self.answers[question], passages=tuple(hits))


def quoting(*citations: Citation, **changes: Any) -> Answer:
    """Return an extractive answer: one claim per citation, which is its whole quote."""
    text, claims = "", []
    for number, citation in enumerate(citations):
        start = len(text)
        text += citation.quote
        claims.append(Claim(citation.quote, start, len(text), (number,)))
        text += f"[^{number + 1}]"
    given: dict[str, Any] = {
        "question": "",
        "text": text,
        "claims": tuple(claims),
        "verdicts": tuple(Verdict(i, Label.SUPPORTED, 1.0) for i in range(len(claims))),
        "citations": citations,
        "abstention": None,
        "passages": (),
        "support": 1.0,
        "index_version": "v1",
        "llm_generated": False,
    }
    return Answer(**(given | changes))


def abstaining() -> Answer:
    refusal = Abstention(AbstentionReason.LOW_SUPPORT, "没有依据。 No evidence.")
    return quoting(abstention=refusal, support=0.0)


def set_of(*questions: Question, warnings: Sequence[str] = ()) -> EvalSet:
    rows = (json.dumps(plain_question(each), ensure_ascii=False) for each in questions)
    data = "\n".join(rows).encode()
    return EvalSet("手工 set", "d" * 64, questions, tuple(warnings), data)


def places(*spans: tuple[int, int], document_id: str = "a") -> list[Place]:
    return [Place(document_id, start, end) for start, end in spans]


def _passage(line: Paragraph) -> Passage:
    name = f"{line.document_id}-{line.start}-{line.end}"
    return Passage(name, line.document_id, line.start, line.end, line.text)
