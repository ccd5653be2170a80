"""Serving until stopped."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from api.build import Judian
from api.language import here
from api.settings import Settings
from corpus.messages.message import Message

WAIT_SECONDS = 2.0  # an upload that finds another writer is told so, and keeps no thread


def serve_until_stopped(judian: Judian, overrides: Mapping[str, str]) -> None:
    """Serve the page and the HTTP API until Ctrl-C or SIGTERM.

    The model loads before it listens, so that the first question is as fast as the next.
    """
    import uvicorn

    from api.http.app import create_app

    settings = Settings.from_environment({**os.environ, **overrides})
    judian.library.check()
    judian.library.lock.wait = WAIT_SECONDS
    app = create_app(judian.services)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(here(Message("http.serving", address=f"http://{host}:{settings.port}")))
    try:
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")
    finally:
        if judian.evals is not None:  # they use the library, which is closed next
            judian.evals.close()
