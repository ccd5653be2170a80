"""The command line: ``judian VERB``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.types import DEFAULT_PASSAGES

if TYPE_CHECKING:
    from api.build import Judian
    from corpus.types import AddOutcome

NOT_FOUND = 4  # exit code when what is asked for by name is not there
REFUSED = 1  # exit code when something was refused or failed; the others stand in api/exits.py


class Console:
    """Prints for people or, with --json, one envelope for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def show(self, data: Any, lines: Iterable[str]) -> None:  # noqa: ANN401 - any JSON value
        """Print the data in the envelope, or the lines."""
        from api.terminal import safe

        if self.as_json:
            click.echo(json.dumps({"ok": True, "data": data}, ensure_ascii=False))
        else:
            click.echo(safe(lines))


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help="据典 Judian：向公文提问，每句话都注明出处并经核对。\n\n"
    "Ask official documents; every sentence of an answer is cited and checked.",
)
@click.version_option(package_name="judian", prog_name="judian")
def cli() -> None:
    """Hold the verbs."""


json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。 Print JSON.")


def scoped(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which documents a question is put to."""
    for option in (
        click.option("--as-of", help="某日有效的版本，如 2015-06-01。 Versions in force on a day."),
        click.option(
            "--where", multiple=True, help="条件，如 'issued >= 2020-01-01'。 A condition."
        ),
        click.option("--collection", multiple=True, help="文集。 Only this collection."),
        click.option("--tag", multiple=True, help="标签。 Only with this tag."),
    ):
        command = option(command)
    return command


@cli.command()
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
    from api.syncing import sync
    from api.terminal import outcome_lines
    from corpus.types import AddState

    options: dict[str, str | tuple[str, ...]] = {}
    if collection:
        options["collection"] = collection
    if tag:
        options["tags"] = tag
    with opened(as_json=as_json) as judian:
        judian.library.on_wait = _say_waiting
        outcomes = sync(judian.library, paths, options, prune=prune, yes=yes, dry_run=dry_run)
        Console(as_json=as_json).show(_plain_outcomes(outcomes), outcome_lines(outcomes))
    if any(outcome.state is AddState.REFUSED for outcome in outcomes):
        sys.exit(REFUSED)


@cli.command()
@click.argument("question")
@click.option(
    "-k",
    default=DEFAULT_PASSAGES,
    show_default=True,
    type=click.IntRange(1, 100),
    help="查阅的段落数。 Passages to read.",
)
@scoped
@json_option
def ask(
    question: str,
    k: int,
    as_of: str | None,
    where: tuple[str, ...],
    collection: tuple[str, ...],
    tag: tuple[str, ...],
    as_json: bool,
) -> None:
    """提问，得到带出处的回答。 Ask a question; get a cited answer."""
    from api.scope import scope_of
    from api.terminal import answer_lines

    scope = scope_of(as_of, where, collection, tag)
    with opened(as_json=as_json) as judian:
        answer = judian.answerer.answer(question, k=k, scope=scope)
        if as_json:
            from api.schemas import answer_json

            Console(as_json=True).show(answer_json(answer), ())
        else:
            Console(as_json=False).show(None, answer_lines(answer))


@cli.command()
@click.argument("question")
@click.option(
    "-k",
    default=5,
    show_default=True,
    type=click.IntRange(1, 100),
    help="列出的段落数。 Passages to list.",
)
@scoped
@json_option
def search(
    question: str,
    k: int,
    as_of: str | None,
    where: tuple[str, ...],
    collection: tuple[str, ...],
    tag: tuple[str, ...],
    as_json: bool,
) -> None:
    """查找相关段落。 Find passages."""
    from dataclasses import asdict

    from api.scope import scope_of
    from api.terminal import hit_lines
    from rag.question import checked_text

    scope = scope_of(as_of, where, collection, tag)
    with opened(as_json=as_json) as judian:
        hits = judian.library.search(checked_text(question), k, scope)
        lines = list(hit_lines(hits)) or ["没有找到。 Nothing found."]
        Console(as_json=as_json).show([asdict(hit) for hit in hits], lines)


@cli.command()
@click.argument("place_or_address")
@click.option("--as-of", help="某日有效的版本，如 2015-06-01。 The version in force on a day.")
@click.option("--in", "within", help="“本法第十条”所在的文件。 The document 本法 stands in.")
@json_option
def cite(place_or_address: str, as_of: str | None, within: str | None, as_json: bool) -> None:
    """查看一条引文，或条款（民法典第1084条第3款）。 Show a citation, or a clause."""
    from dataclasses import asdict

    from api.schemas import clause_json
    from api.scope import day_of
    from api.terminal import clause_lines, place_lines
    from corpus.citations import is_place_id
    from corpus.resolver import ResolutionState

    citation_id = place_or_address
    with opened(as_json=as_json) as judian:
        if not is_place_id(citation_id):
            document = judian.library.document(within).id if within else None
            found = judian.library.clause(citation_id, as_of=day_of(as_of), within=document)
            facts = judian.library.catalogue.facts
            Console(as_json=as_json).show(clause_json(found), clause_lines(found, facts))
            if found.resolution.state is not ResolutionState.FOUND:
                sys.exit(NOT_FOUND)
            return
        place = judian.library.cite(citation_id)
        Console(as_json=as_json).show(asdict(place), place_lines(place))


@cli.command(name="list")
@click.option("--quarantined", is_flag=True, help="只列无法确定编码的文件。 Only files not read.")
@json_option
def list_(quarantined: bool, as_json: bool) -> None:
    """列出库中的文件。 List the documents."""
    from dataclasses import asdict

    from api.terminal import document_lines, quarantine_lines

    with opened(as_json=as_json) as judian:
        console = Console(as_json=as_json)
        if quarantined:
            entries = judian.library.quarantined()
            console.show([asdict(one) for one in entries], quarantine_lines(entries))
        else:
            documents = judian.library.documents()
            console.show([asdict(one) for one in documents], document_lines(documents))


@cli.command()
@click.argument("document")
@click.option(
    "--purge", is_flag=True, help="连旧版本一起清除，旧引文将无法查看。 Forget old revisions too."
)
@json_option
def remove(document: str, purge: bool, as_json: bool) -> None:
    """移除文件（编号、路径、文件名或标题）。 Remove a document by id, path, file name or title."""
    from dataclasses import asdict

    with opened(as_json=as_json) as judian:
        judian.library.on_wait = _say_waiting
        summary = judian.library.remove(document, purge=purge)
        Console(as_json=as_json).show(
            asdict(summary), [f"已移除 removed：{summary.title}（{summary.source}）"]
        )


@cli.command()
@json_option
def reindex(as_json: bool) -> None:
    """用当前的嵌入模型重建索引。 Embed everything again with today's model."""
    from api.progress import counting

    with opened(as_json=as_json) as judian:
        judian.library.on_wait = _say_waiting
        total = len(judian.library.store.rows())
        with counting(total, "passage", "嵌入 embedding") as on_done:
            count = judian.library.reindex(on_done)
        Console(as_json=as_json).show(
            {"passages": count}, [f"已重建 {count} 个段落的索引。 Indexed {count} passages again."]
        )


@cli.command()
@click.option("--host", help="监听地址（默认 JUDIAN_HOST 或 127.0.0.1）。 Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="端口。 Port.")
def serve(host: str | None, port: int | None) -> None:
    """启动网页和 HTTP 接口。 Serve the page and the HTTP API."""
    from api.server import serve_until_stopped

    given = {"JUDIAN_HOST": host, "JUDIAN_PORT": str(port) if port else None}
    overrides = {name: value for name, value in given.items() if value}
    with opened(overrides=overrides) as judian:
        serve_until_stopped(judian, overrides)


@cli.command()
@json_option
def doctor(as_json: bool) -> None:
    """检查安装、模型和库。 Check the installation, the model and the library."""
    from api.doctor import examine

    with opened(as_json=as_json) as judian:
        findings = examine(judian)
        lines = [f"{'✓' if one.good else '✗'} {one.what}：{one.detail}" for one in findings]
        data = [{"what": one.what, "good": one.good, "detail": one.detail} for one in findings]
        Console(as_json=as_json).show(data, lines)
    if not all(one.good for one in findings):
        sys.exit(REFUSED)


@cli.group(name="eval", help="评测。 Evaluate answers on a set of questions.")
def eval_() -> None:
    """Hold the verbs of evaluation."""


@eval_.command(name="run")
@click.argument("set_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-k",
    default=DEFAULT_PASSAGES,
    show_default=True,
    type=click.IntRange(1, 100),
    help="检索的段落数。 Passages to retrieve.",
)
@json_option
def eval_run(set_file: Path, k: int, as_json: bool) -> None:
    """在问题集上评测，逐题记录存入 runs/。 Run a question set; records go to runs/."""
    from api.evaluating import evaluate

    with opened(as_json=as_json) as judian:
        data, lines = evaluate(judian, set_file, k)
        Console(as_json=as_json).show(data, lines)


def main() -> None:
    """Run the command line; errors become one line on stderr and an exit code."""
    from api.exits import run_guarded

    run_guarded(cli, sys.argv[1:])


class opened:
    """Open the library the environment names, say what the last run left, close it at the end."""

    def __init__(self, *, as_json: bool = False, overrides: dict[str, str] | None = None) -> None:
        self._environment = {**os.environ, **(overrides or {})}

    def __enter__(self) -> Judian:
        """Build the object graph."""
        from api.build import build
        from api.settings import Settings

        self._judian = build(Settings.from_environment(self._environment))
        notice = self._judian.library.interrupted()
        if notice:
            click.echo(notice, err=True)
        return self._judian

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self._judian.library.close()


def _say_waiting(holder: str) -> None:
    click.echo(f"另一个进程正在写入（{holder}），等待中… Waiting for another writer.", err=True)


def _plain_outcomes(outcomes: Iterable[AddOutcome]) -> list[dict[str, Any]]:
    from dataclasses import asdict

    return [asdict(outcome) for outcome in outcomes]
