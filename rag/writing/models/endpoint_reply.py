"""The reply of an OpenAI-compatible ``/chat/completions``: bytes in, pieces of the answer out.

A stream of server-sent events (the HTML standard, 9.2; ``data: {…}`` a line, ``data: [DONE]`` at
the end), or one JSON object from a server that does not stream though it was asked to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from corpus.messages.message import Message

MOST_BYTES = 8_000_000  # of one reply: each token comes in an event of some 300 bytes
LONGEST_LINE = 1_000_000  # bytes: an event of one token never is

_DONE = "[DONE]"


class BadReply(Exception):
    """A reply that is no answer; the message says why, behind a colon."""


def read_reply(chunks: Iterator[bytes], *, most_characters: int) -> Iterator[str]:
    """Yield the pieces of an answer, none empty. Raises BadReply, at once or after some pieces.

    Reasoning beside the answer is passed over; the stream is left where the answer is finished.
    """
    written = 0
    finish: str | None = None
    reasoned = False
    for event in _events(_bounded(chunks)):
        piece, finish, thought = _piece(event)
        reasoned = reasoned or thought
        written += len(piece)
        if written > most_characters:
            raise BadReply(Message("rag.reply_endless"))
        if piece:
            yield piece
        if finish:
            break
    if not written:
        raise _empty(finish, reasoned)
    if finish is None:
        raise BadReply(Message("rag.reply_broke_off"))


def error_words(body: bytes, *, most: int = 200) -> str:
    """Return what the body of a refusal says, on one line; "" when it says nothing readable."""
    text = body.decode("utf-8", errors="backslashreplace")
    try:
        said = json.loads(text)
    except ValueError:
        said = "" if text.lstrip().startswith("<") else text
    if isinstance(said, dict):
        said = said.get("error") or said.get("message") or said.get("detail") or ""
    if isinstance(said, dict):
        said = said.get("message") or ""
    line = " ".join(str(said).split())
    return "".join(one for one in line if one.isprintable())[:most]


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadReply(Message("rag.reply_too_long", most=MOST_BYTES))
        yield chunk


def _events(chunks: Iterator[bytes]) -> Iterator[dict[str, object]]:
    """Yield the objects of a stream; of a reply that is no stream the one it consists of."""
    lines = _lines(chunks)
    for line in lines:
        if not line.strip():
            continue
        if line.lstrip().startswith("{"):
            yield _whole("\n".join([line, *lines]))
            return
        name, colon, value = line.partition(":")
        if not colon or name not in ("data", "event", "id", "retry", ""):
            raise _not_a_stream(line)
        if name == "data" and value.strip() == _DONE:
            yield {"choices": [{"finish_reason": "stop"}]}
            return
        if name == "data" and value.strip():
            yield _object(value)


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    pending = bytearray()
    for chunk in chunks:
        first, *more = chunk.split(b"\n")
        pending += first
        for start in more:
            yield _decoded(bytes(pending))
            pending = bytearray(start)
        if len(pending) > LONGEST_LINE:
            raise BadReply(Message("rag.reply_line_too_long", most=LONGEST_LINE))
    yield _decoded(bytes(pending))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError as error:
        raise BadReply(Message("rag.reply_not_utf8")) from error


def _object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReply(Message("rag.reply_not_json")) from error
    if not isinstance(value, dict):
        raise BadReply(Message("rag.reply_no_object"))
    if value.get("error"):
        words = error_words(text.encode("utf-8"))
        raise BadReply(Message("rag.reply_reports", words=words))
    return value


def _whole(text: str) -> dict[str, object]:
    """Return a reply that was not streamed; it is finished, whether it says so or not."""
    value = _object(text)
    choice = _choice(value)
    return {"choices": [{**choice, "finish_reason": choice.get("finish_reason") or "stop"}]}


def _piece(event: dict[str, object]) -> tuple[str, str | None, bool]:
    """Return what an event adds to the answer, why it is finished if it is, and whether it thinks.

    An event without choices (usage, a heartbeat) adds nothing.
    """
    choice = _choice(event)
    message = choice.get("delta") or choice.get("message") or {}
    if not isinstance(message, dict):
        message = {}
    content = _text(message.get("content") or choice.get("text"))
    finish = choice.get("finish_reason")
    thought = bool(message.get("reasoning_content") or message.get("reasoning"))
    return content, finish if isinstance(finish, str) and finish else None, thought


def _choice(event: dict[str, object]) -> dict[str, object]:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    return first if isinstance(first, dict) else {}


def _text(content: object) -> str:
    if isinstance(content, list):  # parts: [{"type": "text", "text": "…"}]
        return "".join(_text(one.get("text")) for one in content if isinstance(one, dict))
    return content if isinstance(content, str) else ""


def _not_a_stream(line: str) -> BadReply:
    if line.lstrip().startswith("<"):
        return BadReply(Message("rag.reply_web_page", setting="JUDIAN_MODEL_URL"))
    return BadReply(Message("rag.reply_of_another_form", setting="JUDIAN_MODEL_URL"))


def _empty(finish: str | None, reasoned: bool) -> BadReply:
    if reasoned or finish == "length":
        return BadReply(Message("rag.reply_only_reasoned"))
    return BadReply(Message("rag.reply_empty"))
