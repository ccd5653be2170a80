"""Answers on the command line: told claim by claim, what is known of them below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click

from api.cli.console import labelled
from api.cli.terminal import hit_lines, in_words, lapse_line, safe
from api.language import here
from corpus.messages.message import Message
from corpus.types import Citation
from rag.events import ClaimStreamed, Done, Event, PassagesFound
from rag.types import Answer, Label, Note, Withheld

NEAREST = 3  # passages shown under an abstention


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
            click.echo(safe([labelled(Message("cli.understood_as"), event.rewritten), ""]))
        elif isinstance(event, ClaimStreamed):
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
        abstained = f"{here(Message('cli.abstained'))} ({answer.abstention.reason.value})"
        yield safe([labelled(abstained, answer.abstention.message)])
    if answer.short_answer:
        yield safe([labelled(Message("cli.short_answer"), answer.short_answer)])
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
        nearest = Message("cli.nearest_passages")
        yield safe([nearest, *hit_lines(answer.passages[:NEAREST])])


def _emphasised(told: ClaimStreamed, style: Style) -> str:
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
    said = note.message
    if note.claims:
        sentences = [str(at + 1) for at in note.claims]
        said = Message("cli.note_on_sentences", note=note.message, sentences=sentences)
    return f"⚠ {here(said)}"


def _citations(answer: Answer) -> Iterator[str]:
    for number, citation in enumerate(answer.citations, start=1):
        yield f"[^{number}]: {place_of(citation)}"
        if citation.lapse is not None:
            yield f"      {lapse_line(citation.lapse)}"
        yield f"      {citation.id}"
        for other in citation.repeats:
            yield f"      {labelled(Message('cli.also'), f'{place_of(other)}  {other.id}')}"


def _withheld(held: tuple[Withheld, ...], style: Style, *, show_unsupported: bool) -> Iterator[str]:
    count = len(held)
    if not show_unsupported:
        yield here(Message("cli.withheld", count=count))
        return
    yield here(Message("cli.withheld_shown", count=count))
    for one in held:
        yield f"  {style.struck(safe([one.text]))}"
        said = " · ".join(map(here, (in_words("label", one.label), *one.reasons)))
        yield safe([f"      {said}"])
        yield from (safe([f"      {place_of(place)}  {place.id}"]) for place in one.citations)


def _checks(answer: Answer) -> str:
    checked = sum(verdict.label is Label.SUPPORTED for verdict in answer.verdicts)
    told = [
        Message("cli.checked", checked=checked, total=len(answer.claims)),
        Message("cli.support", support=answer.support),
        *([Message("cli.written_by_model")] if answer.llm_generated else []),
    ]
    return " · ".join(map(here, told))


def place_of(citation: Citation) -> str:
    """Return 《title》 with the path below it."""
    path = citation.clause or " › ".join(citation.path)
    page = f" {here(Message('cli.on_page', page=citation.page))}" if citation.page else ""
    ocr = f" 〔{here(Message('cli.ocr'))}〕" if citation.ocr else ""
    return f"《{citation.title}》{' ' if path else ''}{path}{page}{ocr}"
