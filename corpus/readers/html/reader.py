"""Web pages: the article as a browser shows it, without what every page of the site has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.html.boilerplate import is_control_line
from corpus.readers.html.decoding import decode_page, is_mhtml, page_of
from corpus.readers.html.error_pages import PageSigns, refusal_of
from corpus.readers.html.main_content import MainPart, find_main, measure, title_outside
from corpus.readers.html.shown_lines import PageLines
from corpus.readers.html.stated_facts import (
    choose_title,
    info_of,
    meta_of,
    page_title,
    without_site,
)
from corpus.readers.html.tree import parse_page, take_out_unseen, text_of
from corpus.readers.plain import receipt_of
from corpus.readers.reader import counted_notes, headings_at
from corpus.text.encoding import Decoded
from corpus.types import Heading, ReadResult, Receipt, SourceFile

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AROUND = (
    *("reader.around_navigation", "reader.around_header", "reader.around_footer"),
    *("reader.around_aside", "reader.around_share", "reader.around_related", "reader.around_other"),
)
_UNSEEN = (
    *("reader.hidden", "reader.struck", "reader.ruby_characters"),
    *("reader.controls", "reader.embedded"),
)
_TOLD_PICTURES = 3
_TOLD_LENGTH = 30
_TITLE_REACH = 5  # lines within which a line that is the title is its heading


class HtmlReader:
    """Reads web pages, saved alone or as MHTML."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text of the main part, a paragraph a line; raises UnreadableSource.

        What of the page is not in it is counted in the receipt. A page that came instead of the
        document (an error, a login, a check for robots, an empty shell) is refused.
        """
        saved = is_mhtml(file.data)
        data, companions = page_of(file.data) if saved else (file.data, 0)
        decoded = decode_page(data)
        page = _read_page(decoded.text)
        if not page.text:
            raise UnreadableSource(Message("reader.no_text"))
        return ReadResult(
            text=page.text,
            title=page.title,
            headings=page.headings,
            metadata=page.metadata,
            media_type="multipart/related" if saved else "text/html",
            receipt=_receipt(file.data, decoded, page, companions),
            lines_are_paragraphs=True,
        )


@dataclass(frozen=True, slots=True)
class _Page:
    text: str
    title: str | None
    headings: tuple[Heading, ...]
    metadata: dict[str, str]
    cleaned: Counter[str]
    notes: tuple[str, ...]


def _read_page(markup: str) -> _Page:
    root = parse_page(markup)
    body = root.find("body")
    if body is None:
        raise UnreadableSource(Message("reader.no_text"))
    whole, meta = page_title(root), meta_of(root)
    password = any(each.get("type", "").lower() == "password" for each in body.iter("input"))
    scripts = next(root.iter("script"), None) is not None
    without = " ".join(text_of(each) for each in root.iter("noscript"))
    unseen = take_out_unseen(body)
    info = info_of(body)
    titles = [text_of(each) for each in body.iter("h1", "h2")]
    main = find_main(body)
    lines = _lines(main.element)
    site = meta.get("site", "")
    _refuse(
        PageSigns(
            titles=(without_site(whole, site), *titles),
            text="\n".join(lines.lines),
            own_words=measure(main.element)[main.element].own,
            password=password,
            scripts=scripts,
            without_scripts=without,
        )
    )
    title = choose_title(titles, meta.get("title") or info.get("title"), whole, site)
    controls = _drop_controls(lines)
    _set_title(lines, title, body, main)
    metadata = {**meta, **info, **({"title": title} if title else {})}
    text = "\n".join(lines.lines)
    return _Page(
        text=text,
        title=title,
        headings=headings_at(lines.lines, lines.levels),
        metadata=metadata,
        cleaned=lines.removed,
        notes=notes_of(main, unseen, lines.pictures, controls),
    )


def _refuse(signs: PageSigns) -> None:
    reason = refusal_of(signs)
    if reason is not None:
        raise UnreadableSource(reason)


def _lines(element: HtmlElement) -> PageLines:
    lines = PageLines()
    lines.read(element)
    return lines


def _drop_controls(lines: PageLines) -> int:
    """Take lines such as 【字体：大 中 小】 打印 关闭 out; their characters come back."""
    kept: list[str] = []
    levels: dict[int, int] = {}
    dropped = 0
    for number, line in enumerate(lines.lines):
        if is_control_line(line):
            dropped += len("".join(line.split()))
            continue
        if number in lines.levels:
            levels[len(kept)] = lines.levels[number]
        kept.append(line)
    lines.lines, lines.levels = kept, levels
    return dropped


def _set_title(lines: PageLines, title: str | None, body: HtmlElement, main: MainPart) -> None:
    """Mark the line that is the title; put it first where the page shows it above the main part."""
    if not title or not lines.lines:
        return
    wanted = "".join(title.split())
    for number, line in enumerate(lines.lines[:_TITLE_REACH]):
        if "".join(line.split()) == wanted:
            lines.levels.setdefault(number, 1)
            return
    shown = title_outside(body, main.element, title) if main.element is not body else None
    if shown is None:
        return
    above = _lines(shown)
    line = " ".join(above.lines)
    lines.lines.insert(0, line)
    lines.levels = {0: 1} | {number + 1: level for number, level in lines.levels.items()}
    main.left_out["other"] -= len("".join(line.split()))


def _receipt(data: bytes, decoded: Decoded, page: _Page, companions: int) -> Receipt:
    notes = list(page.notes)
    if companions:
        notes.append(Message("reader.html_companions", count=companions))
    return receipt_of(data, decoded, page.cleaned, notes)


def notes_of(
    main: MainPart, unseen: Mapping[str, int], pictures: Sequence[str], controls: int
) -> tuple[str, ...]:
    """Return a note for each kind of thing left out; () where all of the page is in the text."""
    around = Counter(main.left_out)
    around["share"] += controls
    notes: list[str] = []
    total = sum(count for count in around.values() if count > 0)
    if total:
        parts = counted_notes(_AROUND, {f"around_{kind}": n for kind, n in around.items()})
        notes.append(Message("reader.html_around", count=total, parts=parts))
    if not main.clear:
        notes.append(Message("reader.html_unclear"))
    notes.extend(counted_notes(_UNSEEN, unseen))
    if pictures:
        notes.append(_of_pictures(pictures))
    return tuple(notes)


def _of_pictures(pictures: Sequence[str]) -> str:
    said = [text[:_TOLD_LENGTH] for text in pictures if text]
    if not said:
        return Message("reader.pictures", count=len(pictures))
    told = (*said[:_TOLD_PICTURES], *("…" for _ in said[_TOLD_PICTURES:][:1]))
    return Message("reader.html_pictures", count=len(pictures), texts=told)
