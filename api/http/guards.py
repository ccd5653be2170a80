"""What stands before every route: in which language to reply, who may ask, how much may be sent."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message as Event, Receive, Scope, Send

from api.http.headers import with_language_headers, with_security_headers
from api.http.problems import CROSS_ORIGIN, STATUS_KINDS, UNKNOWN_HOST, Problem
from api.language import LANGUAGE, accepted
from api.services import ServeSettings
from corpus.messages.message import Message

UPLOAD_PATH = "/v1/documents"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
ANY_HOST = "*"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_LENGTH_DIGITS = 18  # of Content-Length; more would not be a number of bytes anyone has
OWN_SITES = frozenset({"same-origin", "none"})  # of Sec-Fetch-Site; "none": the user typed it


class ReadersLanguage:
    """ASGI middleware: replies in the language that the request likes better, both for neither."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the language for all that runs for this request, threads and streams too."""
        if scope["type"] == "http":
            # Not reset: a request has its own context, and what answers a fault stands outside.
            LANGUAGE.set(accepted(Headers(scope=scope).get("accept-language", "")))
            send = with_language_headers(send)
        await self.app(scope, receive, send)


class Guard:
    """ASGI middleware: refuses foreign hosts, foreign sites and large bodies, sets the headers.

    A name that resolves to this machine (DNS rebinding) fails on ``Host``; a foreign page that
    posts here (a multipart upload needs no CORS leave) fails on ``Sec-Fetch-Site`` or ``Origin``.
    """

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self.app = app
        self.settings = settings
        self.hosts = LOOPBACK_HOSTS | {host.lower() for host in settings.allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a problem, or let the request through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = with_security_headers(send, no_store=scope["path"].startswith("/v1/"))
        problem = self.refusal(scope)
        if problem is not None:
            await problem.reply()(scope, receive, guarded)
            return
        await self.app(scope, limited(receive, self.limit(scope)), guarded)

    def limit(self, scope: Scope) -> int:
        """Return how many bytes the body may have."""
        upload = scope["method"] == "POST" and scope["path"] == UPLOAD_PATH
        return self.settings.upload_limit if upload else self.settings.json_limit

    def refusal(self, scope: Scope) -> Problem | None:
        """Return why this request goes no further, from its head alone."""
        headers = Headers(scope=scope)
        path: str = scope["path"]
        host = host_of(headers.get("host", ""))
        if host not in self.hosts and ANY_HOST not in self.hosts:
            return Problem(UNKNOWN_HOST, Message("http.unknown_host"), path)
        if scope["method"] not in SAFE_METHODS and not self.own_site(headers):
            return Problem(CROSS_ORIGIN, Message("http.cross_origin"), path)
        if declared_length(headers) > self.limit(scope):
            # The body is not read, so the connection cannot be used again.
            closing = {"Connection": "close"}
            return Problem(STATUS_KINDS[413], too_large(self.limit(scope)), path, headers=closing)
        return None

    def own_site(self, headers: Headers) -> bool:
        """Tell whether a writing request comes from our own page, or from no browser at all."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in OWN_SITES
        authority = origin.partition("://")[2]  # "" of the opaque origin, which is "null"
        configured = self.hosts - LOOPBACK_HOSTS  # behind a proxy that renames Host
        same = authority != "" and authority == headers.get("host")
        return same or host_of(authority) in configured


def host_of(header: str) -> str:
    """Return the name in a Host header without port and brackets, "" where there is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:  # an IPv6 address that is not one
        return ""


def declared_length(headers: Headers) -> int:
    """Return Content-Length; 0 where it is missing or not a number, which the server refuses."""
    length = headers.get("content-length", "")
    return int(length[:MAX_LENGTH_DIGITS]) if length.isascii() and length.isdigit() else 0


def too_large(limit: int) -> Message:
    """Return what to say of a body over the limit."""
    return Message("http.too_large", limit=limit)


def limited(receive: Receive, limit: int) -> Receive:
    """Return a receive that raises HTTP 413 once a body has sent more than ``limit`` bytes."""
    seen = 0

    async def receive_limited() -> Event:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, too_large(limit), {"Connection": "close"})
        return message

    return receive_limited
