"""What of a PDF is not in its text, or in doubt, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
        notes.append(
            f"有 {pictures} 处图片，其中若有文字没有读 / words in {pictures} pictures were not read"
        )
    empty = [at for at, p in enumerate(pages) if not (p.rows or p.turned or p.missing)]
    if empty:
        notes.append(f"没有文字的页：{_named(empty)} / pages without any text: {_named(empty)}")
    turned = [at for at, page in enumerate(pages) if page.turned]
    if turned:
        notes.append(
            f"转向的文字放在所在页的末尾：{_named(turned)} / "
            f"text turned aside stands at the end of its page: {_named(turned)}"
        )
    if hyphens:
        notes.append(f"行末断词连字符去掉 {hyphens} 处 / hyphens at line ends removed: {hyphens}")
    if attached:
        notes.append(f"有 {attached} 个附件没有读 / {attached} attached files were not read")
    return tuple(notes)


def _named(pages: Iterable[int]) -> str:
    """Name pages, given from 0, as people do: 1, 3–5."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][1]:
            runs[-1][1] = page + 1
        else:
            runs.append([page + 1, page + 1])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _missing(pages: Sequence[PageText]) -> list[str]:
    missing = [at for at, page in enumerate(pages) if page.missing]
    if not missing:
        return []
    return [
        f"注意：第 {_named(missing)} 页是图片或字形无法辨认，没有读入；安装 judian[ocr] 可识别 / "
        f"WARNING: pages {_named(missing)} are pictures or unreadable glyphs and are NOT in the "
        f"text; install judian[ocr] to recognise them"
    ]


def _recognised(pages: Sequence[PageText]) -> list[str]:
    recognised = [at for at, page in enumerate(pages) if page.ocr]
    doubtful = sum(page.doubtful for page in pages)
    noise = sum(page.noise for page in pages)
    notes: list[str] = []
    if recognised:
        notes.append(
            f"第 {_named(recognised)} 页的文字由 OCR 识别 / "
            f"words of pages {_named(recognised)} were recognised by OCR"
        )
    if doubtful:
        notes.append(
            f"OCR 有 {doubtful} 行把握低于 {DOUBTFUL:.0%}，请核对原件 / {doubtful} recognised "
            f"lines are below {DOUBTFUL:.0%} confidence: compare with the original"
        )
    if noise:
        notes.append(
            f"OCR 有 {noise} 行无法辨认，没有读入 / {noise} lines could not be recognised and were "
            f"left out"
        )
    return notes
