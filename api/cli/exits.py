"""One table from error to exit code, and the guard that uses it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence

import click

from api.settings import BadSetting
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
    try:
        command(list(arguments), standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        click.echo(
            "\n已中断，已提交的内容完好。 Interrupted; what was committed is whole.", err=True
        )
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(REFUSED_PIPE)
    except Exception as error:
        code = exit_code(error)
        if code is None and isinstance(error, OSError):  # the output cannot be written
            code = 1
        if code is None:
            raise
        _report(error, as_json="--json" in arguments)
        sys.exit(code)


REFUSED_PIPE = 141  # 128 + SIGPIPE: the reader of our output went away


def _report(error: Exception, *, as_json: bool) -> None:
    if as_json:
        body = {"ok": False, "error": {"type": type(error).__name__, "detail": str(error)}}
        click.echo(json.dumps(body, ensure_ascii=False))
    if isinstance(error, click.ClickException):
        error.show()
    else:
        click.echo(f"错误 error：{error}", err=True)
