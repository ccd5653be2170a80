"""The commands that ask: ask, search, cite."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from api.cli.console import NOT_FOUND, Console, asking, json_option, opened, passages, scoped
from corpus.messages.message import Message

if TYPE_CHECKING:
    from index.catalogue import Scope


@click.command()
@click.argument("question")
@asking
def ask(
    question: str,
    k: int,
    show_unsupported: bool,
    ids: bool,
    scope: Scope,
    as_json: bool,
) -> None:
    """提问，得到带出处的回答。 Ask a question; get a cited answer."""
    from api.cli.terminal_answer import tell

    with opened(as_json=as_json) as judian:
        if as_json:
            answer = judian.answerer.answer(question, k=k, scope=scope)
            Console(as_json=True).show(answer, ())
        else:
            events = judian.answerer.stream(question, k=k, scope=scope)
            tell(events, show_unsupported=show_unsupported, ids=ids)


@click.command()
@click.argument("question")
@passages(5, "列出的段落数。 Passages to list.")
@click.option("--explain", is_flag=True, help="说明排序的依据。 Say what each is ranked by.")
@scoped
@json_option
def search(
    question: str,
    k: int,
    explain: bool,
    scope: Scope,
    as_json: bool,
) -> None:
    """查找相关段落。 Find passages."""
    from dataclasses import asdict

    from api.cli.terminal import hit_lines
    from rag.question.parse import checked_text

    with opened(as_json=as_json) as judian:
        hits = judian.library.search(checked_text(question), k, scope)
        told = judian.library.explain(question, hits, scope) if explain else []
        lines = list(hit_lines(hits, told)) or [Message("cli.nothing_found")]
        data = [asdict(hit) for hit in hits]
        for one, explanation in zip(data, told, strict=False):
            one["explanation"] = asdict(explanation)
        Console(as_json=as_json).show(data, lines)


@click.command()
@click.argument("place_or_address")
@click.option("--as-of", help="某日有效的版本，如 2015-06-01。 The version in force on a day.")
@click.option("--in", "within", help="“本法第十条”所在的文件。 The document 本法 stands in.")
@click.option(
    "--form",
    type=click.Choice(["official", "gbt7714", "csl"]),
    help="只输出一种引用格式。 Print only this form of the citation.",
)
@json_option
def cite(
    place_or_address: str, as_of: str | None, within: str | None, form: str | None, as_json: bool
) -> None:
    """查看一条引文，或条款（民法典第1084条第3款）。 Show a citation, or a clause."""
    from api.cli.terminal import clause_lines, form_lines, place_lines
    from api.schemas.shapes import clause_out, place_out
    from api.scope import day_of
    from corpus.citations import is_place_id
    from corpus.legal.resolver import ResolutionState

    with opened(as_json=as_json) as judian:
        console = Console(as_json=as_json)
        if is_place_id(place_or_address):
            place = place_out(judian.library.cite(place_or_address))
            lines = form_lines([place.forms], form) if form else place_lines(place, place.forms)
            console.show(place, lines)
            return
        document = judian.library.document(within).id if within else None
        found = judian.library.clause(place_or_address, as_of=day_of(as_of), within=document)
        told = clause_out(found, judian.library.facts)
        lines = (
            form_lines(told.forms, form) if form and told.forms else clause_lines(found, told.forms)
        )
        console.show(told, lines)
        if found.resolution.state is not ResolutionState.FOUND:
            sys.exit(NOT_FOUND)
