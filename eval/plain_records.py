"""Records as plain data, one line of JSON each, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from corpus.types import Citation
from eval.measures.abstention import Decided
from eval.types import Judgement, Question, QuestionTiming, Record, Run
from rag.types import Answer, NoteKind

DIGITS = 6  # of scores and supports: what the same model gives on another machine differs behind


def plain_answer(answer: Answer) -> dict[str, Any]:
    """Return the answer as plain data, without timings; its passages as ids with scores."""
    return {
        "text": answer.text,
        "claims": [asdict(each) for each in answer.claims],
        "verdicts": [
            {**asdict(each), "support": round(each.support, DIGITS)} for each in answer.verdicts
        ],
        "citations": [asdict(each) for each in answer.citations],
        "abstention": asdict(answer.abstention) if answer.abstention else None,
        "passages": [[hit.passage_id, round(hit.score, DIGITS)] for hit in answer.passages],
        "support": round(answer.support, DIGITS),
        "index_version": answer.index_version,
        "llm_generated": answer.llm_generated,
        "short_answer": answer.short_answer,
        "yes_no": answer.yes_no,
        "certainty": answer.certainty,
        "offered": [asdict(each) for each in answer.offered],
        "notes": [asdict(each) for each in answer.notes],
        "withheld": [
            {**asdict(each), "support": round(each.support, DIGITS)} for each in answer.withheld
        ],
    }


def plain_record(record: Record) -> dict[str, Any]:
    """Return one line of ``records.jsonl``; the question itself stands in the run's set."""
    question = record.question
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "unanswerable": question.unanswerable,
        "error": record.error,
        "hits": [{"passage": passage, "score": score} for passage, score in record.hits],
        "qrels": dict(record.qrels),
        "ranking": list(record.ranking),
        "answer": record.answer,
        "measures": dict(record.values),
        "missing_musts": list(record.missing),
        "gold_uncited": list(record.uncited),
        "gold_nowhere": list(record.nowhere),
        "judgements": [asdict(each) for each in record.judgements],
    }


def record_of(row: Mapping[str, Any], question: Question) -> Record:
    """Return the record that a line holds. Raises KeyError, TypeError or ValueError if damaged."""
    if row["id"] != question.id or row["question"] != question.text:
        raise ValueError(f"{row['id']!r} is not {question.id!r}")
    return Record(
        question=question,
        hits=tuple((each["passage"], each["score"]) for each in row["hits"]),
        answer=row["answer"],
        values=dict(row["measures"]),
        missing=tuple(row["missing_musts"]),
        uncited=tuple(row["gold_uncited"]),
        nowhere=tuple(row["gold_nowhere"]),
        error=row["error"],
        ranking=tuple(row["ranking"]),
        qrels=dict(row["qrels"]),
        judgements=tuple(judgement_of(each) for each in row["judgements"]),
    )


def judgement_of(row: Mapping[str, Any]) -> Judgement:
    """Return the judgement that plain data holds."""
    return Judgement(
        row["claim"], row["label"], row["support"], tuple(row["reasons"]), tuple(row["useful"])
    )


def timing_of(row: Mapping[str, Any]) -> QuestionTiming:
    """Return the timing that a line of ``timings.jsonl`` holds."""
    return QuestionTiming(**row)


def line(row: Mapping[str, Any]) -> str:
    """Return one line of JSON, with its line feed."""
    return json.dumps(row, ensure_ascii=False) + "\n"


def claims_of(record: Record) -> list[tuple[str, tuple[Citation, ...]]]:
    """Return each claim of a record's answer with the citations it rests on."""
    if record.answer is None:
        return []
    answer: Any = record.answer
    citations = [citation_of(each) for each in answer["citations"]]
    there = range(len(citations))
    return [
        (each["text"], tuple(citations[at] for at in each["citations"] if at in there))
        for each in answer["claims"]
    ]


def citation_of(row: Mapping[str, Any]) -> Citation:
    """Return a citation as far as judges read it: place, quote, title, path and clause."""
    return Citation(
        id=row["id"],
        document_id=row["document_id"],
        revision=row["revision"],
        start=row["start"],
        end=row["end"],
        quote=row["quote"],
        path=tuple(row["path"]),
        page=row["page"],
        title=row["title"],
        clause=row.get("clause", ""),
    )


def decided(record: Record) -> Decided:
    """Return what abstention is measured by.

    An answer is right if it holds all musts; without musts, a reference answer; without either,
    if it cites gold; with none of them, if it was given at all. What was declined is right for
    nobody: at a lower threshold it may have been wrong.
    """
    answer: Any = record.answer
    abstained = answer is None or answer["abstention"] is not None or premise_denied(record)
    unanswerable = record.question.unanswerable
    # A failure is at the worst end: sure where there is no answer, unsure where there is one.
    support = float(unanswerable) if answer is None else float(answer["support"])
    failed = answer is None
    return Decided(
        unanswerable,
        abstained and not failed if unanswerable else abstained,
        support,
        not unanswerable and not abstained and is_right(record),
    )


def premise_denied(record: Record) -> bool:
    """Tell whether an answer to an unanswerable question says that its premise does not hold."""
    answer: Any = record.answer
    if answer is None or not record.question.unanswerable:
        return False
    return any(note["kind"] == NoteKind.PREMISE.value for note in answer.get("notes", ()))


def is_right(record: Record) -> bool:
    """Tell whether an answer says what its set asks for; see ``decided``."""
    values = record.values
    for name in ("contains_all_folded", "contains_answer"):
        value = values.get(name)
        if value is not None:
            return value == 1
    cited = values.get("gold_recall")
    return cited is None or cited > 0


def decisions(run: Run) -> Sequence[Decided]:
    """Return what each question of a run came to."""
    return [decided(each) for each in run.records]
