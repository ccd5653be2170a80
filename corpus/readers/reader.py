"""The role of a reader."""

from __future__ import annotations

from typing import Protocol

from corpus.types import ReadResult, SourceFile


class Reader(Protocol):
    """Turns the bytes of one format into canonical text; made without arguments, holds no state."""

    media_types: tuple[str, ...]

    def reads(self, file: SourceFile) -> bool:
        """Whether the file is of this reader's format: by its bytes; among texts by its name."""
        ...

    def read(self, file: SourceFile) -> ReadResult:
        """Return the file as canonical text with what structure its format states.

        Raises UnreadableSource, or UndecidedEncoding below it; never a half-read text.
        """
        ...
