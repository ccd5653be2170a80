"""Documents with an edit script whose every paragraph, and every character, is followed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.types import Document, Paragraph, Receipt

# Han without digits (a run of them is one word to a difference) and, for what edits put in,
# characters that no text has.
HAN = [
    chr(c) for c in range(0x5000, 0x9FA0) if chr(c) not in "千亿億十卅両兩百萬二五六八七九四廿零"
]
FRESH = [chr(c) for c in range(0x3400, 0x4DB0)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph with an identity; ``origin[i]`` is where character i stood in the original."""

    identity: int
    text: str
    origin: tuple[int | None, ...]

    def edited(self, start: int, end: int, fresh: str) -> Piece:
        origin = (*self.origin[:start], *(None for _ in fresh), *self.origin[end:])
        return replace(self, text=self.text[:start] + fresh + self.text[end:], origin=origin)


def piece(identity: int) -> Piece:
    """Return the paragraph of an identity: 20 to 60 characters, none of them twice."""
    chance = random.Random(identity)
    text = "".join(chance.sample(HAN, chance.randint(20, 60)))
    return Piece(identity, text, tuple(range(len(text))))


def paragraphs_of(
    texts: Sequence[str], paths: Sequence[tuple[str, ...]] | None = None
) -> list[Paragraph]:
    """Return paragraphs that stand one a line."""
    paragraphs: list[Paragraph] = []
    start = 0
    for ordinal, text in enumerate(texts):
        path = paths[ordinal] if paths else ()
        paragraphs.append(Paragraph("d", ordinal, start, start + len(text), text, path))
        start += len(text) + 1
    return paragraphs


def document_of(texts: Sequence[str], revision: str) -> Document:
    """Return the document whose lines are ``texts``."""
    receipt = Receipt(1, "0" * 64, "utf-8")
    return Document(
        "0" * 12, revision, "题", "/题.txt", "text/plain", "\n".join(texts), {}, receipt
    )
