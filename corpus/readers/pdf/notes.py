"""What of a PDF is not in its text, or in doubt, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corpus.messages.message import Message
from corpus.readers.layout.content_notes import content_notes
from corpus.readers.layout.running_heads import Furniture
from corpus.readers.pdf.ocr import DOUBTFUL
from corpus.readers.pdf.page_text import PageText


def notes_of(
    pages: Sequence[PageText], furniture: Furniture, *, hyphens: int, attached: int
) -> tuple[str, ...]:
    """Return the notes of a receipt, the gravest first."""
    contents = [page.content for page in pages if page.content]
    notes = [*_missing(pages), *_recognised(pages), *content_notes(contents)]
    notes.extend(furniture.notes())
    pictures = sum(page.pictures for page in pages)
    if pictures:
        notes.append(Message("reader.printed_pictures", count=pictures))
    empty = [at for at, p in enumerate(pages) if not (p.rows or p.turned or p.missing)]
    if empty:
        notes.append(Message("reader.pages_empty", pages=_named(empty)))
    turned = [at for at, page in enumerate(pages) if page.turned]
    if turned:
        notes.append(Message("reader.pages_turned", pages=_named(turned)))
    if hyphens:
        notes.append(Message("reader.hyphens", count=hyphens))
    if attached:
        notes.append(Message("reader.attachments", count=attached))
    return tuple(notes)


def _named(pages: Iterable[int]) -> tuple[str, ...]:
    """Name pages, given from 0, as people do: 1, 3–5."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][1]:
            runs[-1][1] = page + 1
        else:
            runs.append([page + 1, page + 1])
    return tuple(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _missing(pages: Sequence[PageText]) -> list[str]:
    missing = [at for at, page in enumerate(pages) if page.missing]
    if not missing:
        return []
    return [Message("reader.pages_missing", pages=_named(missing))]


def _recognised(pages: Sequence[PageText]) -> list[str]:
    recognised = [at for at, page in enumerate(pages) if page.ocr]
    doubtful = sum(page.doubtful for page in pages)
    noise = sum(page.noise for page in pages)
    notes: list[str] = []
    if recognised:
        notes.append(Message("reader.pages_recognised", pages=_named(recognised)))
    if doubtful:
        notes.append(Message("reader.ocr_doubtful", count=doubtful, least=DOUBTFUL))
    if noise:
        notes.append(Message("reader.ocr_noise", count=noise))
    return notes
