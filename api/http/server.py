"""Serving until stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

import click

from api.build import Judian
from api.language import here
from api.settings import BadSetting, Settings
from corpus.messages.message import Message

WAIT_SECONDS = 2.0  # an upload that finds another writer is told so, and keeps no thread


def listen(host: str, port: int, address: str) -> socket.socket:
    """Return a socket that listens. Raises BadSetting when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = error.strerror or str(error)
        raise BadSetting(Message("http.address_in_use", address=address, why=why)) from error


def serve_until_stopped(judian: Judian, overrides: Mapping[str, str]) -> None:
    """Serve the page and the HTTP API until Ctrl-C or SIGTERM.

    The model loads before it listens, so that the first question is as fast as the next. Raises
    BadSetting when the address cannot be had.
    """
    import uvicorn

    from api.http.app import create_app

    settings = Settings.from_environment({**os.environ, **overrides})
    judian.library.check()
    judian.library.lock.wait = WAIT_SECONDS
    app = create_app(judian.services)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    listener = listen(settings.host, settings.port, address)
    click.echo(here(Message("http.serving", address=address)))
    try:
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listener])
    finally:
        if judian.evals is not None:  # they use the library, which is closed next
            judian.evals.close()
