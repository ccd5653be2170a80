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


def tell(events: Iterator[Event], *, show_unsupported: bool = False, ids: bool = False) -> Answer:
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
            below = lines_below(event.answer, style, show_unsupported=show_unsupported, ids=ids)
            for line in below:
                click.echo(line)
            return event.answer
    raise AssertionError("an answer ends with Done")


def lines_below(
    answer: Answer, style: Style, *, show_unsupported: bool, ids: bool = False
) -> Iterator[str]:
    """Yield what stands below the sentences: notes, citations, what is withheld, the checks."""
    if answer.abstention is not None:
        abstained = f"{here(Message('cli.abstained'))} ({answer.abstention.reason.value})"
        yield safe([labelled(abstained, answer.abstention.message)])
        yield from _offered(answer, ids=ids)
    if answer.yes_no:
        yield safe([here(in_words("yes_no", answer.yes_no))])
    if answer.short_answer:
        yield safe([labelled(Message("cli.short_answer"), answer.short_answer)])
    yield from (safe([_note(note)]) for note in answer.notes)
    if answer.claims and answer.offered:
        places = "；".join(place_of(one) for one in answer.offered)
        yield safe([labelled(Message("cli.may_answer_too"), places)])
    if answer.citations:
        if answer.short_answer or answer.notes:
            yield ""
        yield safe(_citations(answer, ids=ids))
    if answer.withheld:
        yield ""
        yield from _withheld(answer.withheld, style, show_unsupported=show_unsupported)
    if answer.claims:
        yield ""
        yield _checks(answer)
    elif answer.passages and not answer.offered:
        yield ""
        nearest = Message("cli.nearest_passages")
        yield safe([nearest, *hit_lines(answer.passages[:NEAREST])])


def _emphasised(told: ClaimStreamed, style: Style) -> str:
    r"""Return what a claim adds to the text, the words that answer standing out.

    A ``[^`` of the document's own stands in the text as ``\[^``.
    """
    claim, delta = told.claim, told.delta
    at = delta.index(_escaped(claim.text))
    shown, done = "", 0
    for start, end in claim.highlights or ((claim.short,) if claim.short else ()):
        first = at + len(_escaped(claim.text[:start]))
        last = at + len(_escaped(claim.text[:end]))
        shown += safe([delta[done:first]]) + style.short(safe([delta[first:last]]))
        done = last
    return shown + safe([delta[done:]])


def _escaped(text: str) -> str:
    return text.replace("[^", "\\[^")


def _offered(answer: Answer, *, ids: bool) -> Iterator[str]:
    """Yield the clauses that may answer, whole, each with its place."""
    for number, citation in enumerate(answer.offered, start=1):
        yield ""
        yield safe([f"{number}. {place_of(citation)}"])
        if citation.lapse is not None:
            yield safe([f"   {lapse_line(citation.lapse)}"])
        if ids:
            yield f"   {citation.id}"
        yield from (safe([f"   {line}"]) for line in citation.quote.splitlines() if line.strip())


def _note(note: Note) -> str:
    said = note.message
    if note.claims:
        sentences = [str(at + 1) for at in note.claims]
        said = Message("cli.note_on_sentences", note=note.message, sentences=sentences)
    return f"⚠ {here(said)}"


def _citations(answer: Answer, *, ids: bool) -> Iterator[str]:
    for number, citation in enumerate(answer.citations, start=1):
        yield f"[^{number}]: {place_of(citation)}"
        if citation.lapse is not None:
            yield f"      {lapse_line(citation.lapse)}"
        if ids:
            yield f"      {citation.id}"
        for other in citation.repeats:
            name = f"{place_of(other)}  {other.id}" if ids else place_of(other)
            yield f"      {labelled(Message('cli.also'), name)}"


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
    """Return how sure the answer is; of a written one how many sentences were checked.

    A quote equals what it cites: that it was checked would say nothing.
    """
    told: list[str] = [in_words("certainty", answer.certainty)]
    if answer.llm_generated:
        checked = sum(verdict.label is Label.SUPPORTED for verdict in answer.verdicts)
        told += [
            Message("cli.checked", checked=checked, total=len(answer.claims)),
            Message("cli.written_by_model"),
        ]
    return " · ".join(map(here, told))


def place_of(citation: Citation) -> str:
    """Return 《title》 with the path below it."""
    path = citation.clause or " › ".join(citation.path)
    page = f" {here(Message('cli.on_page', page=citation.page))}" if citation.page else ""
    ocr = f" 〔{here(Message('cli.ocr'))}〕" if citation.ocr else ""
    return f"《{citation.title}》{' ' if path else ''}{path}{page}{ocr}"
