"""Bytes of a web page to text: what it declares is one witness, its bytes are the other.

Pages often declare what they are not (a template's gb2312 over UTF-8, a server's UTF-8 over Big5),
so the evidence of the whole file decides, and the declaration only where that is in doubt. A page
saved with all it shows comes in one MIME message, MHTML (RFC 2557).
"""

from __future__ import annotations

import codecs
import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as Part

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.messages.message import Message
from corpus.text.encoding import Decoded, decode
from corpus.text.encoding_evidence import (
    BIG5_FAMILY,
    WIDE,
    candidates_for,
    find_foreign_line,
    read_all,
)

_MESSAGE_HEAD = 4096  # bytes of MHTML in which its headers stand
_HEADERS = re.compile(rb"\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
_RELATED = re.compile(rb"^Content-Type:\s*multipart/(?:related|mixed|alternative)\b", re.I | re.M)

# Browsers look at the first 1,024 bytes (HTML Standard, 13.2.3.2); templates of government sites
# put comments and styles ahead of the declaration.
_HEAD = 8192

_DECLARED = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})"
    rb"|<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})",
    re.I,
)
# What browsers read under these names (Encoding Standard, 4.2).
_READ_AS: dict[str, str] = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
# How far another encoding may be ahead of the declared one where neither is sure: the 19 bits that
# corpus.text.encoding asks for between two readings of a text that declares nothing.
_AHEAD_BITS = 19.0
# Of a reading that the page names and its bytes do not speak against: the least that is read.
_DECLARED_CONFIDENCE = 0.8


def decode_page(data: bytes) -> Decoded:
    """Return the text of a page; raises UnreadableSource or UndecidedEncoding as ``decode`` does.

    A declaration settles a doubt between encodings that explain the bytes about as well; one that
    the bytes speak against is passed over.
    """
    declared = declared_encoding(data)
    try:
        decoded = decode(data)
    except UndecidedEncoding:
        settled = _settled(data, declared)
        if settled is None:
            raise
        return settled
    if _may_be_pairs(decoded) and declared != "utf-8":
        return _settled(data, declared) or decoded
    return decoded


def _may_be_pairs(decoded: Decoded) -> bool:
    """Whether all that is UTF-8 about a page is two-byte sequences, which pairs of GB are too.

    Beside the letters of the markup they look like the accents of a Latin text.
    """
    beyond = [character for character in decoded.text if character > "\x7f"]
    return decoded.encoding == "utf-8" and bool(beyond) and max(beyond) < "\u0800"


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding a page names for itself, as browsers understand it; None for none."""
    for found in _DECLARED.finditer(data[:_HEAD]):
        name = (found[1] or found[2]).decode("ascii")
        try:
            canonical = codecs.lookup(name).name
        except LookupError:
            continue
        # A page whose declaration could be read as ASCII is not UTF-16 (HTML Standard, 13.2.3.2).
        if not canonical.startswith(("utf-16", "utf-32")):
            return _READ_AS.get(canonical, canonical)
    return None


def _settled(data: bytes, declared: str | None) -> Decoded | None:
    """Return the declared reading where the evidence was only too thin; None where it is against.

    Only encodings that the corpus reads are settled for: a page of another stays refused.
    """
    if declared is None or b"\x00" in data:
        return None
    family = BIG5_FAMILY if declared in BIG5_FAMILY else (declared,)
    if declared in WIDE or not {"utf-8", "gb18030", *BIG5_FAMILY} & set(family):
        return None
    readings, _ = read_all(data, candidates_for(data))
    named = next((each for each in readings if each.encoding in family), None)
    if named is None or named.bits - readings[0].bits > _AHEAD_BITS:
        return None
    if find_foreign_line(data, named) is not None:
        return None
    # The bytes are text in that encoding; what remains is whether the text is sound.
    sound = decode(named.text.encode("utf-8-sig"))
    ahead = next((each.encoding for each in readings if each is not named), None)
    return Decoded(
        sound.text, named.encoding, ahead, _DECLARED_CONFIDENCE, sound.private_use, sound.replaced
    )


def is_mhtml(data: bytes) -> bool:
    """Whether the bytes begin as a saved page does, not as any message: browsers name a page."""
    head = _HEADERS.match(data[:_MESSAGE_HEAD])
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
        raise UnreadableSource(Message("reader.mhtml_damaged", why=str(error))) from error
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableSource(Message("reader.mhtml_empty"))
    return _payload(_root(message, pages)), len(parts) - 1


def _root(message: Part, pages: list[Part]) -> Part:
    """Return the page that the others belong to: the one named as the start, else the first."""
    start = message.get_param("start")
    named = (page for page in pages if start and page.get("Content-ID", "").strip() == start)
    return next(named, pages[0])


def _payload(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise UnreadableSource(Message("reader.mhtml_unread"))
    charset = part.get_content_charset()
    if charset in ("utf-16", "utf-16le", "utf-16be") and not payload.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    ):
        return payload.decode(charset, "replace").encode() if charset else payload
    return payload
