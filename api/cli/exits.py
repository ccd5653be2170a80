"""One table from error to exit code, and the guard that uses it."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Sequence

import click

from api.cli.console import labelled, say
from api.language import LANGUAGE, here
from api.settings import BadSetting, language_of
from corpus.errors import (
    BadAddress,
    BadFact,
    BadFilter,
    CorpusError,
    LibraryBusy,
    StoreError,
    UnknownCitation,
    UnknownDocument,
)
from corpus.messages.message import Message, message_of
from eval.errors import BadGate, EvalError, NoSuchRun, RunBusy
from index.errors import IndexingError
from rag.errors import BadQuestion, BadText, ModelUnusable, RagError

# First match wins. The README prints this table.
EXITS: tuple[tuple[type[Exception], int], ...] = (
    (click.UsageError, 2),
    (BadSetting, 2),
    (BadQuestion, 2),
    (BadText, 2),
    (BadFilter, 2),
    (BadAddress, 2),
    (BadFact, 2),
    (BadGate, 2),
    (UnknownCitation, 4),
    (UnknownDocument, 4),
    (NoSuchRun, 4),
    (LibraryBusy, 5),
    (RunBusy, 5),
    (StoreError, 3),
    (IndexingError, 3),
    (ModelUnusable, 3),
    (CorpusError, 1),
    (RagError, 1),
    (EvalError, 1),
    (click.ClickException, 1),
)
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def exit_code(error: Exception) -> int | None:
    """Return the exit code of an error, or None for one that is a fault of the program."""
    return next((code for kind, code in EXITS if isinstance(error, kind)), None)


def run_guarded(command: click.Command, arguments: Sequence[str]) -> None:
    """Run a command; what goes wrong becomes a message on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a GBK console has no ✓: show it escaped
            stream.reconfigure(errors="backslashreplace")
    before = LANGUAGE.set(language_of(os.environ))
    try:
        command(list(arguments), standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        click.echo(f"\n{here(Message('cli.interrupted'))}", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(REFUSED_PIPE)
    except Exception as error:
        code = exit_code(error)
        if code is None and isinstance(error, OSError):  # the output cannot be written
            code = 1
        if code is None:
            raise
        report(error, as_json="--json" in arguments)
        sys.exit(code)
    finally:
        LANGUAGE.reset(before)


REFUSED_PIPE = 141  # 128 + SIGPIPE: the reader of our output went away


def report(error: Exception, *, as_json: bool) -> None:
    """Say what went wrong on stderr, and with --json in one line of JSON for programs."""
    message = message_of(error)
    said = here(message)
    if as_json:
        from api.schemas.json_data import plain

        body = {"type": type(error).__name__, "detail": said}
        if isinstance(message, Message):
            body.update(code=message.code, fields=plain(message.fields))
        click.echo(json.dumps({"ok": False, "error": body}, ensure_ascii=False))
    if isinstance(error, click.ClickException):
        error.show()
    else:
        say(labelled(Message("cli.error"), said))
