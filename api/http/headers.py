"""Headers that every reply carries."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from api.language import LANGUAGE

# The page runs only its own files, and nobody may frame it: what a document says is never code.
UNFRAMED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"connect-src 'self'; {UNFRAMED}"
)
# What says something to people; the files of the page are the same for every reader.
SPOKEN = ("application/json", "application/problem+json", "text/event-stream")
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def with_security_headers(send: Send, *, no_store: bool) -> Send:
    """Return a send that sets the security headers on the head of the reply.

    ``no_store``: keep the reply out of caches; answers quote what may be confidential.
    """

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                if name != "Content-Security-Policy":
                    headers[name] = value
            headers.setdefault("Content-Security-Policy", CONTENT_POLICY)  # a report has its own
            if no_store:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return send_guarded


def language_headers() -> dict[str, str]:
    """Return the headers of a reply in the reader's language, where one was chosen."""
    language = LANGUAGE.get()
    return {"Vary": "Accept-Language", **({"Content-Language": language} if language else {})}


def with_language_headers(send: Send) -> Send:
    """Return a send that sets them on the head of every reply that says something to people."""

    async def send_in_language(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith(SPOKEN):
                headers.update(language_headers())
        await send(message)

    return send_in_language
