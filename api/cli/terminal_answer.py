"""Answers on the command line: told claim by claim, what is known of them below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from api.cli.terminal import hit_lines, lapse_line, safe
from corpus.types import Citation
from rag.events import ClaimTold, Done, Event, PassagesFound
from rag.types import Answer, Label, Note, Withheld

NEAREST = 3  # passages shown under an abstention
LABELS = {
    Label.SUPPORTED: "支持 supported",
    Label.PARTIAL: "部分支持 partial",
    Label.UNSUPPORTED: "不支持 unsupported",
    Label.CONTRADICTED: "与原文不符 contradicted",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How words stand out."""

    short: Callable[[str], str]  # the words that answer
    struck: Callable[[str], str]  # a sentence that is not said


# A pipe gets the sentence as it is: a quote with marks in it is no exact quote.
PLAIN = Style(short=lambda text: text, struck=lambda text: f"~~{text}~~")
COLOURED = Style(
    short=lambda text: click.style(text, bold=True),
    struck=lambda text: click.style(text, strikethrough=True, dim=True),
)


def tell(events: Iterator[Event], *, show_unsupported: bool = False) -> Answer:
    """Print an answer while it is made, and return it."""
    style = COLOURED if sys.stdout.isatty() else PLAIN
    told = False
    for event in events:
        if isinstance(event, PassagesFound) and event.rewritten:
            click.echo(safe([f"按此理解 understood as：{event.rewritten}", ""]))
        elif isinstance(event, ClaimTold):
            told = True
            click.echo(_emphasised(event, style), nl=False)
        elif isinstance(event, Done):
            if told:
                click.echo("\n")
            for line in lines_below(event.answer, style, show_unsupported=show_unsupported):
                click.echo(line)
            return event.answer
    raise AssertionError("an answer ends with Done")


def lines_below(answer: Answer, style: Style, *, show_unsupported: bool) -> Iterator[str]:
    """Yield what stands below the sentences: notes, citations, what is withheld, the checks."""
    if answer.abstention is not None:
        reason = answer.abstention.reason.value
        yield safe([f"未作答 abstained ({reason})：{answer.abstention.message}"])
    if answer.short_answer:
        yield safe([f"简答 short answer：{answer.short_answer}"])
    yield from (safe([_note(note)]) for note in answer.notes)
    if answer.citations:
        if answer.short_answer or answer.notes:
            yield ""
        yield safe(_citations(answer))
    if answer.withheld:
        yield ""
        yield from _withheld(answer.withheld, style, show_unsupported=show_unsupported)
    if answer.claims:
        yield ""
        yield _checks(answer)
    elif answer.passages:
        yield ""
        yield safe(["最接近的段落 nearest passages：", *hit_lines(answer.passages[:NEAREST])])


def _emphasised(told: ClaimTold, style: Style) -> str:
    r"""Return what a claim adds to the text, the words that answer standing out.

    A ``[^`` of the document's own stands in the text as ``\[^``.
    """
    claim, delta = told.claim, told.delta
    if claim.short is None:
        return safe([delta])
    start, end = claim.short
    at = delta.index(_escaped(claim.text))
    first = at + len(_escaped(claim.text[:start]))
    last = first + len(_escaped(claim.text[start:end]))
    before, words, after = (
        safe([part]) for part in (delta[:first], delta[first:last], delta[last:])
    )
    return before + style.short(words) + after


def _escaped(text: str) -> str:
    return text.replace("[^", "\\[^")


def _note(note: Note) -> str:
    sentences = "、".join(str(at + 1) for at in note.claims)
    about = f"（第 {sentences} 句 sentences {sentences}）" if sentences else ""
    return f"⚠ {note.message}{about}"


def _citations(answer: Answer) -> Iterator[str]:
    for number, citation in enumerate(answer.citations, start=1):
        yield f"[^{number}]: {place_of(citation)}"
        if citation.lapse is not None:
            yield f"      {lapse_line(citation.lapse)}"
        yield f"      {citation.id}"
        for other in citation.repeats:
            yield f"      又见 also：{place_of(other)}  {other.id}"


def _withheld(held: tuple[Withheld, ...], style: Style, *, show_unsupported: bool) -> Iterator[str]:
    count = len(held)
    if not show_unsupported:
        yield (
            f"另有 {count} 句未得到原文支持，未显示；加 --show-unsupported 可查看。"
            f" {count} withheld: not supported; --show-unsupported shows them."
        )
        return
    yield f"未得到原文支持、不作为答案的 {count} 句 withheld, no part of the answer："
    for one in held:
        yield f"  {style.struck(safe([one.text]))}"
        said = "；".join((LABELS[one.label], *one.reasons))
        yield safe([f"      {said}"])
        yield from (safe([f"      {place_of(place)}  {place.id}"]) for place in one.citations)


def _checks(answer: Answer) -> str:
    checked = sum(verdict.label is Label.SUPPORTED for verdict in answer.verdicts)
    written = " · 语言模型撰写，逐句核对 written by a model, each sentence checked"
    return (
        f"{checked}/{len(answer.claims)} 句与原文核对一致 sentences checked against their source"
        f" · 把握 support {answer.support:.2f}{written if answer.llm_generated else ''}"
    )


def place_of(citation: Citation) -> str:
    """Return 《title》 with the path below it."""
    path = citation.clause or " › ".join(citation.path)
    page = f" 第{citation.page}页" if citation.page else ""
    ocr = " 〔文字由图片识别 OCR〕" if citation.ocr else ""
    return f"《{citation.title}》{' ' if path else ''}{path}{page}{ocr}"
