"""The commands of who runs the service: config, doctor, reindex, serve."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.console import (
    MISUSED,
    REFUSED,
    Console,
    in_language,
    json_option,
    labelled,
    opened,
    say_waiting,
)
from api.declaring import URL, BadSetting, Both, Setting
from api.language import here
from api.settings import SETTINGS, in_effect, no_such_setting, problems
from corpus.errors import CorpusError
from corpus.messages.message import Message, message_of
from index.errors import IndexingError
from rag.errors import RagError

if TYPE_CHECKING:
    from api.build import Judian

LITTLE_DISK = 2_000_000_000  # bytes: under this an index of a few hundred laws may not fit
_LOGIN = re.compile(r"(?<=//)[^/@]*@")  # of a URL; may hold a password


@click.command()
@click.argument("name", required=False)
@json_option
def config(name: str | None, as_json: bool) -> None:
    """查看设置及其由来，或某一项的说明。 Show the settings, or one with what it is for."""
    chosen = [one for one in SETTINGS if name in (None, one.name)]
    if not chosen:
        raise BadSetting(no_such_setting(name or ""))
    wrong = problems(os.environ)
    if name is not None:
        wrong = {name: wrong[name]} if name in wrong else {}
    data, lines = [], []
    for one in chosen:
        refused = one.name in wrong
        data.append(_setting_json(one, refused=refused))
        lines.append(_setting_line(one, data[-1], refused=refused))
    lines += [f"✗ {here(reason)}" for reason in wrong.values()]
    if name is not None:
        lines += _description(chosen[0])
    Console(as_json=as_json).show({"settings": data, "wrong": wrong}, lines)
    if wrong:
        sys.exit(MISUSED)


def _setting_json(one: Setting, *, refused: bool) -> dict[str, Any]:
    """Return a setting as data, without a key and without the password of a URL."""
    value = None if refused or one.secret else in_effect(one, os.environ)
    if one.kind is URL and isinstance(value, str):
        value = _LOGIN.sub("…@", value)
    return {
        "name": one.name,
        "value": str(value) if isinstance(value, Path) else value,
        "origin": "environment" if one.is_set(os.environ) else "default",
        "secret": one.secret,
        "default": _default(one)._asdict(),
        "takes": one.kind.takes._asdict(),
        "about": one.about._asdict(),
    }


def _setting_line(one: Setting, data: dict[str, Any], *, refused: bool) -> str:
    value, given = data["value"], data["origin"] == "environment"
    if refused:
        said = "✗"
    elif one.secret:
        said = here(Message("cli.is_set") if given else Message("cli.is_not_set"))
    elif not given and in_effect(one, os.environ) == one.default:
        said = in_language(*_default(one))
    else:
        said = ", ".join(value) if isinstance(value, tuple) else str(value)
        said = said or here(Message("cli.empty"))
    by_default, from_environment = here(Message("cli.default")), here(Message("cli.environment"))
    width = max(len(by_default), len(from_environment))
    return f"{one.name:<24} {from_environment if given else by_default:<{width}} {said}"


def _default(one: Setting) -> Both:
    """Return the default in words, as plain text."""
    return Both(*(said.replace("`", "") or "–" for said in one.default_shown()))


def _description(one: Setting) -> Iterator[str]:
    yield ""
    yield in_language(*one.about, between="\n")
    yield labelled(Message("cli.takes"), one.kind.words())
    yield labelled(Message("cli.default"), in_language(*_default(one)))


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """检查安装、模型和库。 Check the installation, the model and the library."""
    with opened(as_json=as_json) as judian:
        findings = examine(judian)
        lines = [f"{'✓' if one.good else '✗'} {labelled(one.what, one.detail)}" for one in findings]
        data = [{"what": one.what, "good": one.good, "detail": one.detail} for one in findings]
        Console(as_json=as_json).show(data, lines)
    if not all(one.good for one in findings):
        sys.exit(REFUSED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor looked at."""

    what: str
    good: bool
    detail: str


def examine(judian: Judian) -> list[Finding]:
    """Return what was found, good or bad; looking never raises what it can report."""
    import platform
    from importlib.metadata import version

    library = judian.library
    return [
        Finding(
            Message("cli.version"),
            True,
            f"judian {version('judian')}, Python {platform.python_version()}",
        ),
        _try(Message("cli.store"), lambda: _store(judian)),
        _try(Message("cli.embedder"), lambda: _embedder(judian)),
        *([_try(Message("cli.reranker"), lambda: _reranker(judian))] if judian.reranks else []),
        _language_model(judian),
        _try(Message("cli.index"), lambda: _index(judian)),
        Finding(Message("cli.quarantined"), True, f"{len(library.quarantined())}"),
        _disk(judian),
    ]


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except (CorpusError, IndexingError, RagError) as error:
        return Finding(what, False, message_of(error))


def _store(judian: Judian) -> str:
    wrong = judian.library.store.check()
    if wrong:
        raise CorpusError(Message("cli.store_damaged", wrong=wrong[:3]))
    documents = judian.library.documents()
    passages = sum(one.passages for one in documents)
    held = Message("cli.store_holds", documents=len(documents), passages=passages)
    return f"{judian.library.store.path} · {here(held)}"


def _embedder(judian: Judian) -> str:
    from index.embedders.select import describe

    return describe(judian.library.embedder)


def _reranker(judian: Judian) -> str:
    reranker = judian.library.reranker
    return reranker.name if reranker else ""


def _language_model(judian: Judian) -> Finding:
    what = Message("cli.language_model")
    if judian.model is None:
        return Finding(what, True, Message("cli.no_language_model"))
    return _try(what, judian.model.describe)


def _index(judian: Judian) -> str:
    judian.library.check()
    return f"index_version {judian.library.version}; {here(judian.library.describe_index())}"


def _disk(judian: Judian) -> Finding:
    import shutil

    free = shutil.disk_usage(judian.library.home).free
    return Finding(
        Message("cli.disk"), free > LITTLE_DISK, Message("cli.disk_free", gigabytes=free / 1e9)
    )


@click.command()
@json_option
def reindex(as_json: bool) -> None:
    """用当前的嵌入模型重建索引。 Embed everything again with today's model."""
    from api.cli.progress import counting

    with opened(as_json=as_json) as judian:
        judian.library.lock.on_wait = say_waiting
        total = len(judian.library.store.rows())
        with counting(total, Message("cli.embedding")) as on_done:
            count = judian.library.changes.reindex(on_done)
        Console(as_json=as_json).show({"passages": count}, [Message("cli.reindexed", count=count)])


@click.command()
@click.option("--host", help="监听地址（默认 JUDIAN_HOST 或 127.0.0.1）。 Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="端口。 Port.")
def serve(host: str | None, port: int | None) -> None:
    """启动网页和 HTTP 接口。 Serve the page and the HTTP API."""
    from api.http.server import serve_until_stopped

    given = {"JUDIAN_HOST": host, "JUDIAN_PORT": str(port) if port else None}
    overrides = {name: value for name, value in given.items() if value}
    with opened(overrides=overrides) as judian:
        serve_until_stopped(judian, overrides)
