"""The command that verifies anybody's text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from api.cli.console import Console, UsageError, json_option, labelled, opened, scoped
from api.language import here
from corpus.messages.message import Message, message_of

if TYPE_CHECKING:
    from index.catalogue import Scope
    from rag.verification.checker import CheckedClaim, TextReport

NOT_SUPPORTED = 6  # exit code when a sentence of the text is not supported


@click.command()
@click.argument("file", required=False, type=click.File("rb"))
@click.option("--text", help="要核对的文字，代替文件。 The text itself, in place of a file.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="据此文件（而非库）核对，可多次。 Verify against this file, not the library; repeatable.",
)
@scoped
@json_option
def verify(
    file: BinaryIO | None,
    text: str | None,
    facts: tuple[Path, ...],
    scope: Scope,
    as_json: bool,
) -> None:
    """逐句核对一段文字（文件，或 - 为标准输入）。 Verify a text, sentence by sentence."""
    from rag.verification.checker import GivenFact

    if (file is None) == (text is None):
        raise UsageError(Message("cli.file_or_text"))
    said = text if text is not None else read_text(file.read(), "FILE") if file else ""
    given = [GivenFact(read_text(one.read_bytes(), str(one)), one.name) for one in facts]
    with opened(as_json=as_json) as judian:
        checker = judian.checker
        report = checker.check_against(said, given) if given else checker.check(said, scope=scope)
        Console(as_json=as_json).show(report, report_lines(report))
    if not report.supported:
        sys.exit(NOT_SUPPORTED)


def read_text(data: bytes, name: str) -> str:
    """Return the text of a file, its encoding decided from all of it. Raises UndecidedEncoding."""
    from corpus.errors import UndecidedEncoding
    from corpus.text.encoding import decode

    try:
        return decode(data).text
    except UndecidedEncoding as error:
        raise UndecidedEncoding(Message("cli.of_file", name=name, why=message_of(error))) from error


def report_lines(report: TextReport) -> Iterator[str]:
    """Yield each sentence with its verdict, the reasons, and the place it was compared with."""
    judged = [one for one in report.claims if one.label is not None]
    for claim in report.claims:
        yield from _claim_lines(report, claim)
    supported = sum(one.label == "supported" for one in judged)
    yield ""
    yield here(Message("cli.sentences_supported", supported=supported, total=len(judged)))


def _claim_lines(report: TextReport, claim: CheckedClaim) -> Iterator[str]:
    from api.cli.terminal import in_words

    if claim.label is None:
        yield f"  · {claim.text}"
        return
    mark = "✓" if claim.label == "supported" else "✗"
    yield f"{mark} {claim.text}"
    yield f"    {here(in_words('label', claim.label))} {claim.support:.2f}"
    yield from (f"    {here(reason)}" for reason in claim.reasons)
    for number in claim.citation_indices:
        yield from _place_lines(report, number, nearest=claim.label != "supported")


def _place_lines(report: TextReport, number: int, *, nearest: bool) -> Iterator[str]:
    from api.cli.terminal import shortened
    from api.cli.terminal_answer import place_of

    place = report.citations[number]
    lead = Message("cli.nearest") if nearest else Message("cli.rests_on")
    if place.citation is None:
        yield f"    {labelled(lead, f'[{place.fact}] {shortened(place.quote)}')}"
        return
    yield f"    {labelled(lead, f'{place_of(place.citation)}  {place.citation.id}')}"
    yield f"      {shortened(place.quote)}"
