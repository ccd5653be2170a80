"""The reply of an OpenAI-compatible ``/chat/completions``: bytes in, pieces of the answer out.

A stream of server-sent events (the HTML standard, 9.2; ``data: {…}`` a line, ``data: [DONE]`` at
the end), or one JSON object from a server that does not stream though it was asked to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

MOST_BYTES = 8_000_000  # of one reply: each token comes in an event of some 300 bytes
LONGEST_LINE = 1_000_000  # bytes: an event of one token never is

_DONE = "[DONE]"


class BadReply(Exception):
    """A reply that is no answer. Two messages for people, ``chinese`` and ``english``."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(chinese, english)
        self.chinese = chinese
        self.english = english


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
            raise BadReply(
                "它写得没完没了，超出了 JUDIAN_MODEL_TOKENS，已中止。",
                "it went on beyond JUDIAN_MODEL_TOKENS, and was stopped.",
            )
        if piece:
            yield piece
        if finish:
            break
    if not written:
        raise _empty(finish, reasoned)
    if finish is None:
        raise BadReply("回答中途断了。", "the answer broke off in the middle.")


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
            raise BadReply(
                f"回复超过 {MOST_BYTES} 字节。", f"the reply is longer than {MOST_BYTES} bytes."
            )
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
            raise BadReply(
                f"一行超过 {LONGEST_LINE} 字节。", f"a line is longer than {LONGEST_LINE} bytes."
            )
    yield _decoded(bytes(pending))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r")
    except UnicodeDecodeError as error:
        raise BadReply("回复不是 UTF-8 文本。", "the reply is not UTF-8 text.") from error


def _object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReply(
            "回复不是 JSON（可能中途断了）。", "the reply is not JSON; it may have broken off."
        ) from error
    if not isinstance(value, dict):
        raise BadReply("回复不是 JSON 对象。", "the reply is no JSON object.")
    if value.get("error"):
        words = error_words(text.encode("utf-8"))
        raise BadReply(f"它报告错误：{words}", f"it reports an error: {words}")
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
        return BadReply(
            "回复是一个网页：请检查 JUDIAN_MODEL_URL（通常以 /v1 结尾）。",
            "the reply is a web page: check JUDIAN_MODEL_URL, which mostly ends in /v1.",
        )
    return BadReply(
        "回复不是 OpenAI 兼容的格式：请检查 JUDIAN_MODEL_URL。",
        "the reply is not OpenAI-compatible: check JUDIAN_MODEL_URL.",
    )


def _empty(finish: str | None, reasoned: bool) -> BadReply:
    if reasoned or finish == "length":
        return BadReply(
            "它只思考而没有作答：请调大 JUDIAN_MODEL_TOKENS。",
            "it only reasoned and did not answer: raise JUDIAN_MODEL_TOKENS.",
        )
    return BadReply("回复是空的。", "the reply is empty.")
