"""Headers that every reply carries."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# The page runs only its own files, and nobody may frame it: what a document says is never code.
UNFRAMED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    f"connect-src 'self'; {UNFRAMED}"
)
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
