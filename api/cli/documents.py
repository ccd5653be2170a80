"""The commands over documents: add, list, show, set, remove."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from api.cli.console import REFUSED, Console, UsageError, json_option, opened, say_waiting
from api.settings import Settings
from corpus.messages.message import Message


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--collection", help="归入文集。 Put them into a collection.")
@click.option("--tag", multiple=True, help="加标签。 Give them a tag.")
@click.option("--prune", is_flag=True, help="移除来源已不在的文件。 Remove what is gone.")
@click.option("--yes", is_flag=True, help="移除前不再询问。 Do not ask before removing.")
@click.option("--dry-run", is_flag=True, help="只说会做什么。 Only say what would be done.")
@json_option
def add(
    paths: tuple[Path, ...],
    collection: str | None,
    tag: tuple[str, ...],
    prune: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """添加文件和目录。 Add files and folders."""
    from dataclasses import asdict

    from api.cli.syncing import sync
    from api.cli.terminal import outcome_lines
    from corpus.types import AddState

    options: dict[str, str | tuple[str, ...]] = {}
    if collection:
        options["collection"] = collection
    if tag:
        options["tags"] = tag
    with looked_at(dry_run) as overrides, opened(as_json=as_json, overrides=overrides) as judian:
        judian.library.lock.on_wait = say_waiting
        outcomes = sync(judian.library, paths, options, prune=prune, yes=yes, dry_run=dry_run)
        plain = [asdict(outcome) for outcome in outcomes]
        lines = [Message("cli.dry_run")] * dry_run + list(outcome_lines(outcomes))
        Console(as_json=as_json).show(plain, lines)
    if any(outcome.state is AddState.REFUSED for outcome in outcomes):
        sys.exit(REFUSED)


@contextmanager
def looked_at(dry_run: bool) -> Iterator[dict[str, str]]:
    """Give a dry run of a library that is not there yet an empty one, so that none is made."""
    if not dry_run or Settings.from_environment().home.exists():
        yield {}
        return
    with TemporaryDirectory(prefix="judian-dry-run-") as folder:
        yield {"JUDIAN_HOME": folder}


@click.command(name="list")
@click.option("--quarantined", is_flag=True, help="只列无法确定编码的文件。 Only files not read.")
@json_option
def list_(quarantined: bool, as_json: bool) -> None:
    """列出库中的文件。 List the documents."""
    from dataclasses import asdict

    from api.cli.terminal import document_lines, quarantine_lines

    with opened(as_json=as_json) as judian:
        console = Console(as_json=as_json)
        if quarantined:
            entries = judian.library.quarantined()
            console.show([asdict(one) for one in entries], quarantine_lines(entries))
        else:
            documents = judian.library.documents()
            console.show(
                [asdict(one) for one in documents],
                document_lines(documents, judian.library.catalogue.lapse),
            )


@click.command()
@click.argument("document")
@click.option("--text", is_flag=True, help="连全文一起输出。 Print its text too.")
@json_option
def show(document: str, text: bool, as_json: bool) -> None:
    """查看一份文件已知的信息及其由来。 Show what is known of a document, and from where."""
    from api.cli.terminal import show_lines
    from api.schemas.json_data import plain

    with opened(as_json=as_json) as judian:
        found = judian.library.document(document)
        data = plain(found)
        if not text:
            del data["text"]
        lapse = judian.library.catalogue.lapse(found.id)
        lines = [*show_lines(found, lapse), *(["", found.text] if text else [])]
        Console(as_json=as_json).show(data, lines)


@click.command(name="set")
@click.argument("document")
@click.argument("facts", nargs=-1)
@click.option("--undo", multiple=True, help="恢复原来识别的值。 Go back to what was found.")
@json_option
def set_(document: str, facts: tuple[str, ...], undo: tuple[str, ...], as_json: bool) -> None:
    """手工设置文件信息，如 文号=国发〔2023〕15号。 Set facts of a document by hand.

    KEY=VALUE；值留空表示没有。 An empty VALUE says that there is none.
    """
    from api.cli.terminal import show_lines
    from api.schemas.json_data import plain

    given: dict[str, str] = {}
    for fact in facts:
        key, equals, value = fact.replace("＝", "=", 1).partition("=")
        if not equals or not key.strip():
            raise UsageError(Message("cli.no_key_and_value", given=fact))
        given[key.strip()] = value.strip()
    if not given and not undo:
        raise UsageError(Message("cli.nothing_to_set"))
    with opened(as_json=as_json) as judian:
        judian.library.lock.on_wait = say_waiting
        changed = judian.library.set_facts(document, given, undo)
        data = plain(changed)
        del data["text"]
        lapse = judian.library.catalogue.lapse(changed.id)
        Console(as_json=as_json).show(data, show_lines(changed, lapse))


@click.command()
@click.argument("document")
@click.option(
    "--purge", is_flag=True, help="连旧版本一起清除，旧引文将无法查看。 Forget old revisions too."
)
@json_option
def remove(document: str, purge: bool, as_json: bool) -> None:
    """移除文件（编号、路径、文件名或标题）。 Remove a document by id, path, file name or title."""
    from dataclasses import asdict

    with opened(as_json=as_json) as judian:
        judian.library.lock.on_wait = say_waiting
        summary = judian.library.remove(document, purge=purge)
        told = Message("cli.removed", title=summary.title, source=summary.source)
        Console(as_json=as_json).show(asdict(summary), [told])
