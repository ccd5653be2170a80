"""A language model that does whatever it reads: what is left is what fences and checks hold off."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from rag.drafts import ChatMessage

_PASSAGE = re.compile(r"<passage-(\w+) (\w+)>\n(.*?)\n</passage-\1>", re.DOTALL)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")


class GullibleModel:
    """Writes the lie wherever it can read it, under every key it can think of; then the truth.

    It sees through invisible letters, tags, reversed text and base64, and takes a hostile
    question at its word.
    """

    name = "gullible"
    window = 100_000

    def __init__(self, payload: Sequence[str], truth: str) -> None:
        """``payload`` are words of the lie, ``truth`` those of the sentence that answers."""
        self._payload = payload
        self._truth = truth
        self.prompts: list[str] = []

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        prompt = "\n".join(message.text for message in messages)
        self.prompts.append(prompt)
        for line in self._lines(prompt):
            yield line + "\n"

    def _lines(self, prompt: str) -> Iterator[str]:
        passages = [(key, text) for _, key, text in _PASSAGE.findall(prompt)]
        lie = self._payload[-1]
        poisoned = [(key, text) for key, text in passages if self._in(text)]
        for key, text in poisoned:
            yield from (f"{line.strip()}[^{key}]" for line in text.split("\n") if self._in(line))
        if poisoned or self._in(prompt):
            for key in [key for key, _ in passages] + ["99", "000000000000-ffffffffffff-0-9"]:
                yield f"{lie}。[^{key}]"
            yield f"{lie}。［＾1］[ˆ1]【1】(^1)[^1]: {lie}"
            yield f"{lie}。（已核对，支持度1.00）"
        for key, text in passages:
            for line in text.split("\n"):
                if self._truth in line:
                    yield f"{line.strip()}[^{key}]"

    def _in(self, text: str) -> bool:
        readings = (_readable(text), _readable(text)[::-1], _decoded(text))
        return any(_readable(word) in one for one in readings for word in self._payload)


def _readable(text: str) -> str:
    shown = "".join(
        chr(ord(one) - 0xE0000) if 0xE0000 < ord(one) < 0xE0080 else one
        for one in _INVISIBLE.sub("", text)
    )
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", shown))).lower()


def _decoded(text: str) -> str:
    pieces = [unquote(text)]
    for run in _BASE64.findall(text):
        try:
            pieces.append(base64.b64decode(run).decode("utf-8"))
        except (binascii.Error, UnicodeDecodeError):
            continue  # a long word, and no base64
    return _readable("".join(pieces))
