"""Finished runs made by hand, and judges of a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.types import Citation
from eval.errors import JudgeFailed
from eval.measures.table import MEASURES, with_judgements
from eval.plain_records import plain_answer
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore
from eval.sets.question_sets import parse_set
from eval.types import Header, Judgement, QuestionTiming, Record, Run, Timings
from rag.types import Abstention, AbstentionReason, Answer, Claim, Label, Verdict
from rag.verification.verifier import Check

STARTED = "2026-01-05T08:30:00+00:00"
Claims = Sequence[tuple[str, Sequence[str]]]  # a claim's text with the quotes it cites


def cited(quote: str) -> Citation:
    name = hashlib.sha256(quote.encode()).hexdigest()[:12]
    path = ("第一章", "第二条")
    return Citation(name, "doc", "r" * 64, 0, len(quote), quote, path, None, "某办法", "第二条")


def answer_of(claims: Claims, label: Label = Label.SUPPORTED) -> Answer:
    """An answer of claims; without any, an abstention."""
    citations = [cited(quote) for _, quotes in claims for quote in quotes]
    made: list[Claim] = []
    text, at = "", 0
    for said, quotes in claims:
        numbers = tuple(range(at, at + len(quotes)))
        made.append(Claim(said, len(text), len(text) + len(said), numbers))
        text, at = text + said, at + len(quotes)
    none = Abstention(AbstentionReason.LOW_SUPPORT, "没有依据。 No evidence.")
    return Answer(
        question="",
        text=text,
        claims=tuple(made),
        verdicts=tuple(Verdict(number, label, 1.0) for number in range(len(made))),
        citations=tuple(citations),
        abstention=None if claims else none,
        passages=(),
        support=1.0 if claims else 0.0,
        index_version="v1",
        llm_generated=False,
    )


def run_of(answers: Mapping[str, Claims | None], name: str = "手工") -> tuple[bytes, Run]:
    """The bytes of a set and a run over it: question id to claims; None for one that failed."""
    data = "".join(f'{{"id": "{one}", "question": "{one} 是什么？"}}\n' for one in answers).encode()
    eval_set = parse_set(data, "set.jsonl", name)
    header = Header(name, eval_set.digest, "v1", "1.0", {"k": 10, "judge": "mechanical"})
    records = []
    for question in eval_set.questions:
        claims = answers[question.id]
        judged = tuple(
            Judgement(at, "supported", 1.0, (), (True,) * len(quotes))
            for at, (_, quotes) in enumerate(claims or ())
        )
        applies = claims is None or claims
        values: dict[str, float | None] = dict.fromkeys(each.name for each in MEASURES)
        values.update(with_judgements(judged) if applies else {})
        answer = None if claims is None else plain_answer(answer_of(claims))
        error = "RagError: broken" if claims is None else None
        records.append(Record(question, (), answer, values, (), (), (), error, judgements=judged))
    timings = Timings(STARTED, tuple(QuestionTiming(one, None, 1.0, {}) for one in answers))
    return data, Run(header, tuple(records), timings)


def stored(folder: Path, answers: Mapping[str, Claims | None], name: str = "手工") -> RunFolder:
    """A finished run in a store."""
    data, run = run_of(answers, name)
    begun = RunStore(folder).begin(parse_set(data, "set.jsonl", name), run.header, STARTED)
    begun.finish(run)
    return begun


class ListJudge:
    """Supports what stands in a list, counts what it is asked, fails at one claim, once."""

    def __init__(self, *supported: str, name: str = "list:一/二", failing: str = "") -> None:
        self.supported = supported
        self.name = name
        self.failing = failing
        self.asked: list[str] = []

    def judge(self, claim: str, citations: Sequence[Citation]) -> Check:
        self.asked.append(claim)
        if claim == self.failing:
            self.failing = ""
            raise JudgeFailed("没有回复。 No reply.")
        found = claim in self.supported
        return Check(Label.SUPPORTED if found else Label.UNSUPPORTED, float(found), ())


def plain(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, str]]:
    """Judgements as (question, claim, label)."""
    return [(row["question"], row["claim"], row["label"]) for row in rows]
