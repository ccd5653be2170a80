"""The command that converses: questions line by line, each understood from those before it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from api.cli.console import Console, asking, opened, say
from api.language import here
from corpus.messages.message import Message

if TYPE_CHECKING:
    from index.catalogue import Scope
    from rag.answerer import Answerer
    from rag.question.followup import Turn
    from rag.types import Answer

QUIT = frozenset(("/quit", "/exit", "/q"))
NEW = "/new"


@click.command()
@asking
def chat(
    k: int,
    show_unsupported: bool,
    ids: bool,
    scope: Scope,
    as_json: bool,
) -> None:
    """连续提问，可追问。 Converse; one question a line, also from a pipe."""
    with opened(as_json=as_json) as judian:
        talk = _Talk(judian.answerer, k, scope, show_unsupported, ids, as_json)
        for line in _lines():
            if line == NEW:
                talk.history.clear()
            else:
                talk.ask(line)


@dataclass(slots=True)
class _Talk:
    """A conversation under way."""

    answerer: Answerer
    k: int
    scope: Scope
    show_unsupported: bool
    ids: bool
    as_json: bool
    history: list[Turn] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Answer one question; one that cannot be asked is said to be so, and is no turn."""
        from api.cli.exits import report
        from rag.errors import BadQuestion
        from rag.question.followup import MOST_TURNS, Turn

        try:
            answer = self._answered(question)
        except BadQuestion as error:
            report(error, as_json=self.as_json)
            return
        cited = tuple(one.id for one in answer.citations)
        asked = answer.rewritten or answer.question
        self.history.append(Turn(asked, answer.text, cited))
        del self.history[:-MOST_TURNS]

    def _answered(self, question: str) -> Answer:
        from api.cli.terminal_answer import tell

        if not self.as_json:
            if self.history:
                click.echo("")
            events = self.answerer.stream(
                question, k=self.k, scope=self.scope, history=self.history
            )
            return tell(events, show_unsupported=self.show_unsupported, ids=self.ids)
        answer = self.answerer.answer(question, k=self.k, scope=self.scope, history=self.history)
        Console(as_json=True).show(answer, ())
        sys.stdout.flush()  # a program at the other end waits for this line
        return answer


def _lines() -> Iterator[str]:
    """Yield what is asked, until the end of the input or /quit; a terminal is asked for it."""
    terminal = sys.stdin.isatty()
    if terminal:
        say(Message("cli.welcome"))
    while True:
        if terminal:
            click.echo(f"\n{here(Message('cli.ask'))} › ", nl=False, err=True)
        line = sys.stdin.readline()
        if not line or line.strip() in QUIT:
            return
        if line.strip():
            yield line.strip()
