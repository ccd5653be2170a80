"""The verbs over the whole: reindex, serve, doctor."""

from __future__ import annotations

import sys

import click

from api.cli.console import REFUSED, Console, json_option, opened, say_waiting


@click.command()
@json_option
def reindex(as_json: bool) -> None:
    """用当前的嵌入模型重建索引。 Embed everything again with today's model."""
    from api.cli.progress import counting

    with opened(as_json=as_json) as judian:
        judian.library.lock.on_wait = say_waiting
        total = len(judian.library.store.rows())
        with counting(total, "passage", "嵌入 embedding") as on_done:
            count = judian.library.changes.reindex(on_done)
        Console(as_json=as_json).show(
            {"passages": count}, [f"已重建 {count} 个段落的索引。 Indexed {count} passages again."]
        )


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


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """检查安装、模型和库。 Check the installation, the model and the library."""
    from api.cli.doctor import examine

    with opened(as_json=as_json) as judian:
        findings = examine(judian)
        lines = [f"{'✓' if one.good else '✗'} {one.what}：{one.detail}" for one in findings]
        data = [{"what": one.what, "good": one.good, "detail": one.detail} for one in findings]
        Console(as_json=as_json).show(data, lines)
    if not all(one.good for one in findings):
        sys.exit(REFUSED)
