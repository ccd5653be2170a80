"""An answer in a report: what was said, judged and cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from eval.reports.markup import both, listed, number, text, titled
from eval.types import Record
from rag.types import Label

AROUND = 300  # code points of a paragraph shown on each side of a quote
LABELS = {
    Label.SUPPORTED: both("有据", "supported"),
    Label.PARTIAL: both("部分有据", "partial"),
    Label.UNSUPPORTED: both("无据", "unsupported"),
    Label.CONTRADICTED: both("与原文相反", "contradicted"),
}
_MARKER = re.compile(r"(?<!\\)\[\^(\d+)\]")
Around = Callable[[str], tuple[str, str]]  # a citation's id -> what stands before and after it


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


def answered(
    answer: Mapping[str, Any], record: Record, anchor: str, around: Around | None
) -> Iterable[str]:
    """Yield the parts of an answer, its citations in their paragraphs, as HTML."""
    support = f"<small>{both('支持度', 'support')} {number(answer['support'])}</small>"
    yield titled(both("答案", "Answer"), said(answer, anchor) + support)
    if answer.get("notes"):
        told = [f"<code>{text(e['kind'])}</code> {text(e['message'])}" for e in answer["notes"]]
        yield titled(both("说明", "Notes"), listed(told))
    if answer["claims"]:
        yield titled(both("论断与判定", "Claims as judged"), _claims(answer, record))
    if answer["citations"]:
        shown = [
            f'<li id="{anchor}-{at}">{_citation(each, around)}</li>'
            for at, each in enumerate(answer["citations"], start=1)
        ]
        yield titled(both("引文", "Citations"), f'<ol class="cited">{"".join(shown)}</ol>')
    if answer.get("withheld"):
        told = [_withheld(each) for each in answer["withheld"]]
        yield titled(both("拟稿未予显示", "Drafted and withheld"), listed(told, "judged"))


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


def _marker(number_of: str, anchor: str) -> str:
    told = f"[{number_of}]"
    return (
        f'<sup><a href="#{anchor}-{number_of}">{told}</a></sup>' if anchor else f"<sup>{told}</sup>"
    )


def _unescaped(piece: str) -> str:
    r"""Return a piece of an answer; a ``[^`` of the document's own stands there as ``\[^``."""
    return text(piece.replace("\\[^", "[^"))
