"""The command line: ``judian COMMAND``."""

from __future__ import annotations

import sys

import click

from api.cli.chat import chat
from api.cli.documents import add, list_, remove, set_, show
from api.cli.eval_runs import eval_
from api.cli.operating import config, doctor, reindex, serve
from api.cli.questions import ask, cite, search
from api.cli.verify import verify


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help="据典 Judian：向公文提问，每句话都注明出处并经核对。\n\n"
    "Ask official documents; every sentence of an answer is cited and checked.",
)
@click.version_option(package_name="judian", prog_name="judian")
def cli() -> None:
    """Hold the commands."""


for command in (
    add,
    ask,
    chat,
    verify,
    search,
    cite,
    list_,
    show,
    set_,
    remove,
    reindex,
    serve,
    config,
    doctor,
    eval_,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; errors become one line on stderr and an exit code."""
    from api.cli.exits import run_guarded

    run_guarded(cli, sys.argv[1:])
