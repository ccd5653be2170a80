"""Lines of print become paragraphs, over the ends of columns and pages too.

A paragraph ends where the next line is set in, where its last line has room left for what follows,
at a blank distance, and before the marker of a clause or list. Han is joined without a blank.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.legal.structure import division, list_family
from corpus.readers.layout.characters import is_wide
from corpus.readers.layout.frames import (
    HYPHENATED,
    SET_IN,
    Placed,
    Style,
    half_points,
    is_hyphenation,
    style_of,
)

# In em.
_ROOM = 0.8  # beyond the width of what follows; typesetters tighten lines by no more
_LOOSE_ROOM = 3.0
_SAME_EDGE = 0.5
_HANGS = 6.0  # what hangs behind a marker starts no farther right
_CENTRED = 1.5  # room on both sides
# Ratios.
_SAME_SIZE = 1.12
_LARGE = 1.15  # of the size of the text: a title
_BLANK_DISTANCE = 1.25  # of the usual distance of lines
_FOOTNOTE = 0.93  # of the size of the text

_SENTENCE_END = "。！？；：.!?;:”」』）)"
_LEADERS = re.compile(r"(?:[.…·．‥]\s?){4,}\s*[-—(（]?\s*[\divxlc]+\s*[-—)）]?$")
_JOINED = re.compile(r"\S[-/]$")
_TAIL = 20  # characters by which a line's language is told
_WORD = re.compile(r"[^\W\d_]+")
_LAST_PART = re.compile(r"[^\W\d_]+-$")
_ADDRESS = re.compile(r"(?:://|www\.|@)\S*$")


@dataclass(slots=True)
class Piece:
    """A paragraph as it will stand on a line of the text."""

    text: str
    page: int  # it begins on, from 0
    size: float
    bold: bool
    centred: bool
    lines: list[Placed] = field(default_factory=list)
    table: int = -1  # number of the table that stands here; -1 for words


def join_lines(
    pages: Sequence[Sequence[Placed]], body: float, missing: Collection[int] = ()
) -> tuple[list[Piece], int]:
    """Return the paragraphs of a document, and how many hyphens at line ends were taken out.

    No paragraph runs over one of the pages, from 0, that are ``missing``.
    """
    builder = _Builder(style_of(pages, body))
    for page, lines in enumerate(pages):
        if page in missing:
            builder.close()
        builder.add_page(lines)
        if page in missing:
            builder.close()
    builder.close()
    return builder.pieces, builder.hyphens


def is_centred(each: Placed) -> bool:
    """Whether a line has the same room on both sides."""
    size = each.line.size
    even = abs(each.indent - each.room) < max(1.5 * size, 0.2 * each.room)
    return even and min(each.indent, each.room) > _CENTRED * size


class _Builder:
    """Takes the lines in order and keeps the paragraph that may go on."""

    def __init__(self, style: Style) -> None:
        self.pieces: list[Piece] = []
        self.hyphens = 0
        self._style = style
        self._open: Piece | None = None
        self._footnotes: list[Placed] = []

    def add_page(self, lines: Sequence[Placed]) -> None:
        """Take in the lines of one page; its footnotes wait for the end of the paragraph."""
        count = _footnote_lines(lines, self._style.body)
        for each in lines[: len(lines) - count]:
            self._add(each)
        self._footnotes.extend(lines[len(lines) - count :])

    def close(self) -> None:
        """End the paragraph that is open, and give the footnotes that wait."""
        if self._open is not None:
            self.pieces.append(self._open)
            self._open = None
        footnotes, self._footnotes = self._footnotes, []
        for each in footnotes:
            self._add(each)
        if footnotes:
            self.close()

    def _add(self, each: Placed) -> None:
        line = each.line
        if self._open is not None and _goes_on(self._open, each, self._style):
            self._open.text = self._joined(self._open.text, line.text)
            self._open.lines.append(each)
            self._open.bold = self._open.bold and line.bold
            return
        self.close()
        self._open = Piece(
            line.text, each.page, line.size, line.bold, is_centred(each), [each], line.table
        )

    def _joined(self, text: str, following: str) -> str:
        if is_wide(text[-1]) or is_wide(following[0]) or _ADDRESS.search(text):
            return text + following
        if HYPHENATED.search(text) and following[0].islower():
            word, rest = _LAST_PART.search(text), _WORD.match(following)
            whole = (word[0] if word else "") + (rest[0] if rest else "")
            if not is_hyphenation(whole.lower(), self._style):
                return text + following
            self.hyphens += 1
            return text[:-1] + following
        if text[-1] == "\u00ad" or _parts_number(text, following):
            return text + following
        return text + following if _JOINED.search(text) else f"{text} {following}"


def _parts_number(text: str, following: str) -> bool:
    """Whether a line ends within a number: Chinese has no blank between two numbers."""
    tail = text[-_TAIL:]
    chinese = 2 * sum(map(is_wide, tail)) > len(tail)
    return chinese and text[-1].isdecimal() and following[0].isdecimal()


def _footnote_lines(lines: Sequence[Placed], body: float) -> int:
    """Return how many lines at the end of a page are set small, below others that are not."""
    count = 0
    for each in reversed(lines):
        if each.line.table >= 0 or each.line.size > _FOOTNOTE * body:
            break
        count += 1
    return count if count < len(lines) else 0


def _goes_on(piece: Piece, each: Placed, style: Style) -> bool:
    """Whether the line belongs to the paragraph before it."""
    last, line = piece.lines[-1], each.line
    if last.line.row or line.row or last.line.table >= 0 or line.table >= 0:
        return False
    size = line.size
    if max(size, last.line.size) > _SAME_SIZE * min(size, last.line.size):
        return False
    if _is_apart(last, each, style) or _LEADERS.search(last.line.text):
        return False
    if is_centred(last) and (is_centred(each) or each.indent > SET_IN * size):
        return _goes_on_centred(last, each, style)
    if last.room > line.lead + _room(piece, each, style) * size:
        return False
    if (
        is_centred(each) and abs(last.indent - last.room) < 2 * size
    ):  # a heading as wide as the page
        return _goes_on_centred(last, each, style)
    if last.line.bold != line.bold and (last.line.bold or each.indent > _SAME_EDGE * size):
        return not _may_end(last.line.text) and last.room < size and each.indent < size
    if each.indent > SET_IN * size:
        return _hangs(piece, each)
    return not _opens(piece, each, style)


def _room(piece: Piece, each: Placed, style: Style) -> float:
    """Return how much room, in em, a line may leave although the next goes on with it.

    Where paragraphs are set in, a line that is not, after one that ends no sentence, goes on even
    if a mark that must not begin a line has drawn a whole word down with it.
    """
    began, size = piece.lines[0], each.line.size
    plain = style.sets_in and began.indent > SET_IN * size > abs(each.indent) + _ROOM * size
    return _LOOSE_ROOM if plain and not _may_end(piece.lines[-1].line.text) else _ROOM


def _is_apart(last: Placed, each: Placed, style: Style) -> bool:
    usual = style.leadings.get(half_points(each), 0.0)
    if last.block != each.block or not usual:
        return False
    return each.line.y - last.line.y > _BLANK_DISTANCE * max(usual, each.line.size)


def _goes_on_centred(last: Placed, each: Placed, style: Style) -> bool:
    """Whether two centred lines are one title: both large, neither with an opening of its own."""
    if not is_centred(each):
        return False
    if last.line.size < _LARGE * style.body and not (last.line.bold and each.line.bold):
        return False
    opens = division(each.line.text) is not None or each.line.text[0] in "（(〔[第"
    return not opens and last.block == each.block and not last.line.text.endswith(("文件", "）"))


def _may_end(text: str) -> bool:
    return text[-1] in _SENTENCE_END


def _hangs(piece: Piece, each: Placed) -> bool:
    """Whether a line that is set in goes on with what hangs behind a marker, or is set in whole."""
    first, last = piece.lines[0].line, piece.lines[-1].line
    line = each.line
    size = line.size
    if len(piece.lines) > 1:
        return abs(line.left - last.left) < _SAME_EDGE * size
    marked = _marker(first.text)
    if marked and size < line.left - first.left + _SAME_EDGE * size < _HANGS * size:
        return True
    # A passage set in as a whole, with its own first line set in farther.
    return bool(first.left - line.left > SET_IN * size and not _marker(line.text))


def _marker(text: str) -> bool:
    opened = division(text)
    return opened is not None or list_family(text, opened) is not None


def _opens(piece: Piece, each: Placed, style: Style) -> bool:
    """Whether a line at the edge of its column opens a paragraph by its marker."""
    last, text = piece.lines[-1], each.line.text
    opened = division(text)
    if opened is None and list_family(text, opened) is None:
        return False
    if not _may_end(last.line.text):
        return False
    if opened is not None and opened.kind in ("条", "章", "节", "编", "分编"):
        return True
    return not style.sets_in


def pieces_pages(pieces: Sequence[Piece]) -> Iterator[int]:
    """Yield the page each paragraph begins on, never going back."""
    latest = 0
    for piece in pieces:
        latest = max(latest, piece.page)
        yield latest
