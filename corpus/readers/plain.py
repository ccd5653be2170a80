"""Plain text: decoded, cleaned, and nothing guessed but a title."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath

from corpus.clean import clean
from corpus.encoding import Decoded, decode
from corpus.errors import UnreadableSource
from corpus.types import ReadResult, Receipt, SourceFile

MAX_TITLE = 40  # characters; the longest title among 244 laws has 37

_PROSE = re.compile(r"[。；！？;!?]|[，,：:、…]$")
_ENUMERATED = re.compile(r"第[〇零一二两三四五六七八九十百千\d]+[编編章节節条條款]")


class PlainReader:
    """Reads ``.txt`` and whatever else turns out to be text."""

    media_types: tuple[str, ...] = ("text/plain",)
    extensions: frozenset[str] = frozenset({"", ".txt", ".text"})

    def reads(self, file: SourceFile) -> bool:
        """Whether the name says plain text: .txt, .text, or no extension."""
        return PurePath(file.name).suffix.lower() in self.extensions

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text with paragraphs still to be found; raises UnreadableSource."""
        text, receipt = decode_clean(file.data)
        if not text.strip():
            raise UnreadableSource("文件里没有可见的文字 / the file has no visible text")
        return ReadResult(
            text=text,
            title=title_of(text),
            headings=(),
            metadata={},
            media_type=self.media_types[0],
            receipt=receipt,
        )


def decode_clean(data: bytes, *, keep_trailing_blanks: bool = False) -> tuple[str, Receipt]:
    """Return the cleaned text of a file's bytes and the receipt of how it was made."""
    decoded = decode(data)
    cleaned = clean(decoded.text, keep_trailing_blanks=keep_trailing_blanks)
    receipt = Receipt(
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        runner_up=decoded.runner_up,
        confidence=decoded.confidence,
        private_use=decoded.private_use,
        cleaned=cleaned.removed,
        notes=_notes(decoded),
    )
    return cleaned.text, receipt


def _notes(decoded: Decoded) -> tuple[str, ...]:
    """Say what of the text is in doubt: characters already lost, and those only a font knows."""
    notes = []
    if decoded.replaced:
        notes.append(
            f"{decoded.replaced} 处字符在存盘之前已丢失（U+FFFD 或“锟斤拷”） / "
            f"{decoded.replaced} characters were lost before the file was saved (U+FFFD)"
        )
    if decoded.private_use:
        notes.append(
            f"{decoded.private_use} 个自造字（私用区），字形要看原来的字体 / "
            f"{decoded.private_use} private-use characters, which only their own font can show"
        )
    return tuple(notes)


def title_of(text: str) -> str | None:
    """Return the first visible line if it is short, no sentence, and more lines follow."""
    lines = (line.strip() for line in text.split("\n"))
    visible = (line for line in lines if line)
    first, second = next(visible, None), next(visible, None)
    if first is None or second is None or len(first) > MAX_TITLE:
        return None
    return None if _PROSE.search(first) or _ENUMERATED.match(first) else first
