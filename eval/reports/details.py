"""One question in a report: what was asked, expected, answered and found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from corpus.text.script import fold
from eval.measures.answers import contains_answer, missing_musts
from eval.reports.answer_pieces import Around, answered
from eval.reports.markup import both, listed, number, table, text, titled
from eval.reports.run_table import problems
from eval.types import Record
from rag.types import Answer

MOST_HITS = 20  # listed; the rest are counted
FOUND = f'<span class="better">✓ {both("有", "found")}</span>'
MISSING = f'<span class="worse">✗ {both("缺", "missing")}</span>'
_GOLD = re.compile(r"gold-\d+")


def question_details(
    record: Record, anchor: str, around: Around | None, beside: Sequence[str] = ()
) -> str:
    """Return one question, folded up; ``beside`` is HTML to show first. ``anchor`` is its id."""
    parts = [*beside, _wrong(record), _expected(record)]
    if record.answer is not None:
        parts += answered(record.answer, record, anchor, around)
    parts.append(_hits(record))
    return (
        f'<details id="{anchor}"><summary>{_headline(record)}</summary>'
        f"<div>{''.join(parts)}</div></details>"
    )


def _headline(record: Record) -> str:
    question = record.question
    kinds = [question.kind] if question.kind else []
    tags = "".join(f' <span class="tag">{text(e)}</span>' for e in (*kinds, *question.tags))
    wrong = "；".join(text(each) for each in problems(record))
    return f"<code>{text(question.id)}</code> {text(question.text)}{tags}" + (
        f'<span class="wrong">{wrong}</span>' if wrong else ""
    )


def _wrong(record: Record) -> str:
    found = listed(text(each) for each in problems(record))
    return titled(both("出了什么问题", "What went wrong"), found) if problems(record) else ""


def _expected(record: Record) -> str:
    """Return what a good answer holds, each marked found or missing."""
    question = record.question
    rows = [
        [both("要点", "must"), text(each), _must_found(record, each)] for each in question.musts
    ]
    rows += [
        [both("参考答案", "reference"), text(each), _reference_found(record, each)]
        for each in question.answers
    ]
    rows += [
        [both("不得有", "must not"), text(each), _forbidden_said(record, each)]
        for each in question.forbidden
    ]
    for at, (kind, name) in enumerate(question.golds, start=1):
        label = f"{both('依据', 'gold')} {at} <code>{kind.value}</code>"
        rows.append([label, text(name), _gold_found(record, name)])
    if question.unanswerable:
        answer: Any = record.answer
        abstained = answer is not None and answer["abstention"] is not None
        told = both("库中没有答案，应当弃答", "the library has no answer: to abstain")
        rows.append([both("弃答", "abstention"), told, FOUND if abstained else MISSING])
    if not rows:
        return ""
    head = [both("应有", "expected"), both("内容", "what"), both("结果", "found or not")]
    return titled(both("应有什么", "Expected"), table("", head, [("", rows)], css=""))


def _must_found(record: Record, must: str) -> str:
    if must not in record.missing:
        return FOUND
    if record.answer is not None and not missing_musts([must], _as_said(record.answer), fold):
        return f"{MISSING}<small>{both('仅字形不同', 'there in other forms of characters')}</small>"
    return MISSING


def _forbidden_said(record: Record, words: str) -> str:
    """Say whether words that must not be said were; of a question that failed it is not known."""
    if record.answer is None:
        return both("未答", "not answered")
    if missing_musts([words], _as_said(record.answer), fold):
        return f'<span class="better">✓ {both("没有", "not said")}</span>'
    return f'<span class="worse">✗ {both("说了", "said")}</span>'


def _reference_found(record: Record, reference: str) -> str:
    held = contains_answer([reference], _as_said(record.answer)) if record.answer else 0
    if held is not None:
        return FOUND if held else MISSING
    return f"F1 {number(record.values.get('F1'))}"  # too long to be contained word for word


def _gold_found(record: Record, name: str) -> str:
    if name in record.nowhere:
        told = both("不在库中", "nowhere in the library")
        return f'<span class="worse">✗ {told}</span>'
    if name in record.uncited:
        return f'<span class="worse">✗ {both("未引用", "missing: not cited")}</span>'
    return f'<span class="better">✓ {both("已引用", "found: cited")}</span>'


def _as_said(answer: Mapping[str, Any]) -> Answer:
    """Return as much of an answer as is needed to look for words in it."""
    return Answer("", str(answer["text"]), (), (), (), None, (), 0.0, "", llm_generated=False)


def _hits(record: Record) -> str:
    if not record.hits:
        return ""
    shown = "".join(
        f"<li><code>{text(passage)}</code> {number(score)}</li>"
        for passage, score in record.hits[:MOST_HITS]
    )
    left = len(record.hits) - MOST_HITS
    more = f"<p>{both(f'另有 {left} 条', f'{left} more')}</p>" if left > 0 else ""
    ranked = [
        f"{name} → {rank}"
        for rank, name in enumerate(record.ranking, start=1)
        if _GOLD.fullmatch(name)
    ]
    told = both("依据的名次", "ranks of gold") + f": {text('、'.join(ranked) or '–')}"
    gold = f"<p><small>{told}</small></p>" if record.question.golds else ""
    return titled(both("命中", "Hits"), f'{gold}<ol class="hits">{shown}</ol>{more}')
