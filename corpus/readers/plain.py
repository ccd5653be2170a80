"""Plain text: decoded, cleaned, and nothing guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.text.clean import clean
from corpus.text.encoding import Decoded, decode
from corpus.types import ReadResult, Receipt, SourceFile


class PlainReader:
    """Reads ``.txt`` and whatever else turns out to be text."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text with paragraphs still to be found; raises UnreadableSource."""
        text, receipt = decode_clean(file.data)
        if not text.strip():
            raise UnreadableSource(Message("reader.no_text"))
        return ReadResult(
            text=text,
            title=None,
            headings=(),
            metadata={},
            media_type="text/plain",
            receipt=receipt,
        )


def decode_clean(data: bytes, *, keep_trailing_blanks: bool = False) -> tuple[str, Receipt]:
    """Return the cleaned text of a file's bytes and the receipt of how it was made."""
    decoded = decode(data)
    cleaned = clean(decoded.text, keep_trailing_blanks=keep_trailing_blanks)
    return cleaned.text, receipt_of(data, decoded, cleaned.removed)


def receipt_of(
    data: bytes, decoded: Decoded, cleaned: Mapping[str, int], notes: Iterable[str] = ()
) -> Receipt:
    """Return the receipt of a text that was decoded, with what is in doubt of it ahead."""
    return Receipt(
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        runner_up=decoded.runner_up,
        confidence=decoded.confidence,
        private_use=decoded.private_use,
        cleaned=dict(cleaned),
        notes=(*_notes(decoded), *notes),
    )


def _notes(decoded: Decoded) -> tuple[str, ...]:
    """Say what of the text is in doubt: characters already lost, and those only a font knows."""
    notes = []
    if decoded.replaced:
        notes.append(Message("reader.lost_characters", count=decoded.replaced))
    if decoded.private_use:
        notes.append(Message("reader.private", count=decoded.private_use))
    return tuple(notes)
