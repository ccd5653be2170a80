"""One question in a report: what was asked, expected, said, judged and cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from corpus.script import fold
from eval.answers import contains_answer, missing_musts
from eval.report import problems
from eval.report_markup import both, listed, number, table, text
from eval.types import Record
from rag.types import Answer, Label

MOST_HITS = 20  # listed; the rest are counted
AROUND = 300  # code points of a paragraph shown on each side of a quote
LABELS = {
    Label.SUPPORTED: both("有据", "supported"),
    Label.PARTIAL: both("部分有据", "partial"),
    Label.UNSUPPORTED: both("无据", "unsupported"),
    Label.CONTRADICTED: both("与原文相反", "contradicted"),
}
FOUND = f'<span class="better">✓ {both("有", "found")}</span>'
MISSING = f'<span class="worse">✗ {both("缺", "missing")}</span>'
_MARKER = re.compile(r"(?<!\\)\[\^(\d+)\]")
_GOLD = re.compile(r"gold-\d+")
Around = Callable[[str], tuple[str, str]]  # a citation's id -> what stands before and after it


def question_details(
    record: Record, anchor: str, around: Around | None, beside: Sequence[str] = ()
) -> str:
    """Return one question, folded up; ``beside`` is HTML to show first. ``anchor`` is its id."""
    parts = [*beside, _wrong(record), _expected(record)]
    if record.answer is not None:
        parts += _answered(record.answer, record, anchor, around)
    parts.append(_hits(record))
    return (
        f'<details id="{anchor}"><summary>{_headline(record)}</summary>'
        f"<div>{''.join(parts)}</div></details>"
    )


def said(answer: Mapping[str, Any], anchor: str = "") -> str:
    """Return the answer as it was said, its markers as links to the citations below it.

    Without an anchor there are no links, the citations not being shown.
    """
    pieces = _MARKER.split(str(answer["text"]))  # text, number, text, number ... text
    told = "".join(
        _marker(piece, anchor) if at % 2 else _unescaped(piece) for at, piece in enumerate(pieces)
    )
    if answer["abstention"] is not None:
        abstention = answer["abstention"]
        reason = f"<code>{text(abstention['reason'])}</code> {text(abstention['message'])}"
        told = f"{both('弃答：', 'abstained: ')}{reason}{told}"
    return f'<p class="said">{told or both("（空）", "(empty)")}</p>'


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
    return _titled(both("出了什么问题", "What went wrong"), found) if problems(record) else ""


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
    return _titled(both("应有什么", "Expected"), table("", head, [("", rows)], css=""))


def _must_found(record: Record, must: str) -> str:
    if must not in record.missing:
        return FOUND
    if record.answer is not None and not missing_musts([must], _as_said(record.answer), fold):
        return f"{MISSING}<small>{both('仅字形不同', 'there in other forms of characters')}</small>"
    return MISSING


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


def _answered(
    answer: Mapping[str, Any], record: Record, anchor: str, around: Around | None
) -> Iterable[str]:
    support = f"<small>{both('支持度', 'support')} {number(answer['support'])}</small>"
    yield _titled(both("答案", "Answer"), said(answer, anchor) + support)
    if answer.get("notes"):
        told = [f"<code>{text(e['kind'])}</code> {text(e['message'])}" for e in answer["notes"]]
        yield _titled(both("说明", "Notes"), listed(told))
    if answer["claims"]:
        yield _titled(both("论断与判定", "Claims as judged"), _claims(answer, record))
    if answer["citations"]:
        shown = [
            f'<li id="{anchor}-{at}">{_citation(each, around)}</li>'
            for at, each in enumerate(answer["citations"], start=1)
        ]
        yield _titled(both("引文", "Citations"), f'<ol class="cited">{"".join(shown)}</ol>')
    if answer.get("withheld"):
        told = [_withheld(each) for each in answer["withheld"]]
        yield _titled(both("拟稿未予显示", "Drafted and withheld"), listed(told, "judged"))


def _claims(answer: Mapping[str, Any], record: Record) -> str:
    """Return each claim with what the service's verifier and the run's judge made of it."""
    own = {each["claim"]: each for each in answer.get("verdicts", ())}
    judged = {each.claim: each for each in record.judgements}
    lines = []
    for at, claim in enumerate(answer["claims"]):
        cited = "".join(f"[{each + 1}]" for each in claim["citations"])
        told = f"{text(claim['text'])} {cited}"
        if at in judged:
            one = judged[at]
            useless = [
                f"[{each + 1}]"
                for each, useful in zip(claim["citations"], one.useful, strict=False)
                if not useful
            ]
            told += _check(both("评判", "judge"), one.label, one.support, one.reasons)
            if useless:
                told += (
                    f"<small>{both('无用的引文', 'citations of no use')} {''.join(useless)}</small>"
                )
        if at in own:
            one = own[at]
            told += _check(
                both("服务自查", "own verifier"), one["label"], one["support"], one["reasons"]
            )
        lines.append(told)
    return listed(lines, "judged")


def _check(who: str, label: str, support: float, reasons: Sequence[str]) -> str:
    named = LABELS[Label(label)] if label in set(Label) else text(label)
    kind = "better" if label == Label.SUPPORTED else "worse"
    sign = "✓" if label == Label.SUPPORTED else "✗"
    why = " ".join(text(each) for each in reasons)
    marked = f'<span class="{kind}">{sign} {named}</span>'
    return f"<small>{who}: {marked} {number(support, 2)} {why}</small>"


def _citation(citation: Mapping[str, Any], around: Around | None) -> str:
    """Return a citation in its paragraph, under the title and headings it stands below."""
    before, after = around(str(citation["id"])) if around is not None else ("", "")
    ahead = f"…{before[-AROUND:]}" if len(before) > AROUND else before
    behind = f"{after[:AROUND]}…" if len(after) > AROUND else after
    named = " › ".join(text(each) for each in (citation["title"], *citation["path"]) if each)
    page = citation.get("page")
    extra = [text(citation["clause"])] if citation.get("clause") else []
    extra += [both(f"第 {page} 页", f"page {page}")] if isinstance(page, int) else []
    return (
        f"<p>{named} {' '.join(extra)} <code>{text(citation['id'])}</code></p>"
        f"<blockquote>{text(ahead)}<mark>{text(citation['quote'])}</mark>{text(behind)}</blockquote>"
    )


def _withheld(sentence: Mapping[str, Any]) -> str:
    told = text(sentence["text"])
    told += _check(
        both("服务自查", "own verifier"),
        sentence["label"],
        sentence["support"],
        sentence["reasons"],
    )
    quotes = [text(each["quote"]) for each in sentence.get("citations", ())]
    return told + (
        f"<small>{both('所引', 'cited')}: {' / '.join(quotes)}</small>" if quotes else ""
    )


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
    return _titled(both("命中", "Hits"), f'{gold}<ol class="hits">{shown}</ol>{more}')


def _titled(title: str, content: str) -> str:
    return f"<h4>{title}</h4>{content}"


def _marker(number_of: str, anchor: str) -> str:
    told = f"[{number_of}]"
    return (
        f'<sup><a href="#{anchor}-{number_of}">{told}</a></sup>' if anchor else f"<sup>{told}</sup>"
    )


def _unescaped(piece: str) -> str:
    r"""Return a piece of an answer; a ``[^`` of the document's own stands there as ``\[^``."""
    return text(piece.replace("\\[^", "[^"))
