"""MHTML (RFC 2557): a web page saved with all it shows in one MIME message."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from corpus.errors import UnreadableSource

_HEAD = 4096
_HEADERS = re.compile(rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_RELATED = re.compile(rb"^Content-Type:\s*multipart/(?:related|mixed|alternative)\b", re.I | re.M)


def is_mhtml(data: bytes) -> bool:
    """Whether the bytes begin as a saved page does, not as any message: browsers name a page."""
    head = _HEADERS.match(data[:_HEAD])
    if head is None or _RELATED.search(head[0]) is None:
        return False
    saved = re.search(rb"^(?:Snapshot-)?Content-Location:|Saved by", head[0], re.I | re.M)
    return saved is not None or b'type="text/html"' in head[0].lower()


def page_of(data: bytes) -> tuple[bytes, int]:
    """Return the bytes of the page itself, and how many pictures and frames came with it.

    Raises UnreadableSource where the message holds no page.
    """
    try:
        message = message_from_bytes(data)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (MessageError, ValueError, LookupError) as error:
        raise UnreadableSource(f"MHTML 已损坏：{error} / the MHTML is damaged: {error}") from error
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableSource("MHTML 里没有网页 / the MHTML holds no page")
    return _payload(_root(message, pages)), len(parts) - 1


def _root(message: Message, pages: list[Message]) -> Message:
    """Return the page that the others belong to: the one named as the start, else the first."""
    start = message.get_param("start")
    named = (page for page in pages if start and page.get("Content-ID", "").strip() == start)
    return next(named, pages[0])


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise UnreadableSource("MHTML 里的网页读不出来 / the page in the MHTML cannot be read")
    charset = part.get_content_charset()
    if charset in ("utf-16", "utf-16le", "utf-16be") and not payload.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    ):
        return payload.decode(charset, "replace").encode() if charset else payload
    return payload
