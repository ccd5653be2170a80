"""What every command of the command line shares: printing, opening the library, common options."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from api.language import LANGUAGE, here
from corpus.messages.message import BETWEEN, Message, message_of
from rag.defaults import DEFAULT_PASSAGES

if TYPE_CHECKING:
    from api.build import Judian

MISUSED = 2  # exit code when a command or a setting cannot be used
NOT_FOUND = 4  # exit code when what is asked for by name is not there
REFUSED = 1  # exit code when something was refused or failed; the others stand in api/cli/exits.py


class UsageError(click.UsageError):
    """A command cannot be used as it was; click says how it is used, and this message."""

    def format_message(self) -> str:
        """Return what is wrong in the reader's language."""
        return here(message_of(self))


class Console:
    """Prints for people or, with --json, one envelope for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def show(self, data: Any, lines: Iterable[str]) -> None:  # noqa: ANN401 - any JSON value
        """Print the data in the envelope, or the lines; messages in the reader's language."""
        from api.cli.terminal import safe
        from api.schemas.json_data import plain

        if self.as_json:
            click.echo(json.dumps({"ok": True, "data": plain(data)}, ensure_ascii=False))
        else:
            click.echo(safe(lines))


def say(text: str) -> None:
    """Say something on stderr, beside what is printed."""
    click.echo(here(text), err=True)


def labelled(label: str, text: str) -> str:
    """Return a text behind its label, with the colon of the reader's language."""
    return f"{here(label)}{': ' if LANGUAGE.get() == 'en' else '：'}{here(text)}"


def in_language(zh: str, en: str, between: str = BETWEEN) -> str:
    """Return what is given in both languages, as names are, in the reader's."""
    both = zh if zh == en else f"{zh}{between}{en}"
    return {"zh": zh, "en": en}.get(LANGUAGE.get() or "", both)


json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")


def scoped(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the scope that options choose: which documents a question is put to."""

    @wraps(command)
    def with_scope(
        *, as_of: str | None, where: str, collection: str, tag: str, **given: object
    ) -> None:
        from api.scope import scope_of

        command(scope=scope_of(as_of, where, collection, tag), **given)

    found: Callable[..., None] = with_scope
    for option in (
        click.option("--as-of", help="某日有效的版本，如 2015-06-01。 Versions in force on a day."),
        click.option(
            "--where", multiple=True, help="条件，如 'issued >= 2020-01-01'。 A condition."
        ),
        click.option("--collection", multiple=True, help="文集。 Only this collection."),
        click.option("--tag", multiple=True, help="标签。 Only with this tag."),
    ):
        found = option(found)
    return found


def passages(default: int, help_text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option for how many passages are read or listed."""
    return click.option(
        "-k", default=default, show_default=True, type=click.IntRange(1, 100), help=help_text
    )


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every command that answers takes."""
    withheld = click.option(
        "--show-unsupported",
        is_flag=True,
        help="也显示未得到原文支持的句子。 Show what was withheld, struck through.",
    )
    ids = click.option(
        "--ids", is_flag=True, help="也显示引文编号。 Show the ids of what is cited, too."
    )
    read = passages(DEFAULT_PASSAGES, "查阅的段落数。 Passages to read.")
    return read(withheld(ids(scoped(json_option(command)))))


class opened:
    """Open the library the environment names, say what the last run left, close it at the end."""

    def __init__(self, *, as_json: bool = False, overrides: dict[str, str] | None = None) -> None:
        self._environment = {**os.environ, **(overrides or {})}

    def __enter__(self) -> Judian:
        """Build the object graph."""
        from api.build import open_judian
        from api.settings import Settings

        self._judian = open_judian(Settings.from_environment(self._environment))
        notice = self._judian.library.changes.interrupted()
        if notice:
            say(notice)
        return self._judian

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self._judian.library.close()


def say_waiting(holder: str) -> None:
    """Say on stderr who holds the library."""
    say(Message("cli.waiting", holder=holder))
