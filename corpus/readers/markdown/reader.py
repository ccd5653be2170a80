"""Markdown as its reader sees it: one line a block, no syntax, nothing visible lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.markdown.inline_html import visible_lines
from corpus.readers.markdown.pieces import Piece, split_front_matter, split_pieces
from corpus.readers.markdown.syntax import inline_text, parse, parse_inline
from corpus.readers.plain import decode_clean
from corpus.readers.reader import headings_at
from corpus.readers.tables import Cell, table_lines
from corpus.text.clean import clean
from corpus.types import Heading, ReadResult, SourceFile

_CELL_EDGE = re.compile(r"(?<!\\)\|")
_ROW_START = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?\|")


class MarkdownReader:
    """Reads ``.md`` and ``.markdown``: CommonMark, tables and strikethrough.

    A paragraph of the source is one paragraph, and so is each line that a hard break (two blanks
    or a backslash) sets apart in it: people break lines to begin items, not to go on.
    """

    def read(self, file: SourceFile) -> ReadResult:
        """Visible text, every line of it one paragraph; raises UnreadableSource."""
        source, receipt = decode_clean(file.data, keep_trailing_blanks=True)
        metadata, body = split_front_matter(source)
        page = _Page()
        for piece in split_pieces(body):
            page.add(piece)
        removed = Counter(receipt.cleaned)
        removed.update(page.clean())
        text = "\n".join(page.lines)
        if not text.strip():
            raise UnreadableSource(Message("reader.markdown_only_head"))
        headings = page.headings()
        titles = (text[each.start : each.end] for each in headings if each.level == 1)
        return ReadResult(
            text=text,
            title=metadata.get("title", "").strip() or next(titles, None),
            headings=headings,
            metadata=metadata,
            media_type="text/markdown",
            receipt=replace(receipt, cleaned=dict(removed)),
            lines_are_paragraphs=True,
        )


@dataclass(slots=True)
class _Page:
    """Lines as they are read off the tokens, and which of them are headings."""

    source: Sequence[str] = ()  # lines of the piece read now, as its tokens' maps count them
    lines: list[str] = field(default_factory=list)
    levels: dict[int, int] = field(default_factory=dict)  # line -> heading level
    marker: str = ""  # of the list items whose first line is still to come

    def add(self, piece: Piece) -> None:
        """Append what a piece of the source shows."""
        if piece.level is None:
            self.source = piece.text.split("\n")
            self._add_blocks(parse(piece.text))
            return
        if piece.level:
            self.levels[len(self.lines)] = piece.level
        self.lines.append(piece.text)

    def _add_blocks(self, tokens: Sequence[Token]) -> None:
        table: list[Cell] = []
        row: list[Cell] | None = None
        height = row_line = 0
        for number, token in enumerate(tokens):
            if token.type == "tr_open":
                row, row_line = [], token.map[0] if token.map else -1
            elif token.type == "tr_close" and row is not None:
                texts = self._excess_cells(row_line, len(row))
                places = range(len(row), len(row) + len(texts))
                row += [Cell(text, height, at) for at, text in zip(places, texts, strict=True)]
                table += row
                row, height = None, height + 1
            elif token.type == "table_close":
                self._add(table_lines(table))
                table, height = [], 0
            elif token.type == "inline" and row is not None:
                text = _one_line(inline_text(token.children or []))
                is_header = tokens[number - 1].type == "th_open"
                row.append(Cell(text, height, len(row), header=is_header))
            elif token.type == "inline":
                self._add_inline(inline_text(token.children or []), tokens[number - 1])
            else:
                self._add_block(token)

    def clean(self) -> dict[str, int]:
        """Take out what entities such as ``&shy;`` brought in; the times by kind come back."""
        cleaned = clean("\n".join(self.lines))
        if cleaned.removed:
            kept: list[str] = []
            levels: dict[int, int] = {}
            for number, line in enumerate(self.lines):
                shown = clean(line).text
                if number in self.levels and shown.strip():
                    levels[len(kept)] = self.levels[number]
                    shown = _one_line(shown)
                if shown.strip() or not line.strip():
                    kept.extend(shown.split("\n"))
            self.lines, self.levels = kept, levels
        return cleaned.removed

    def headings(self) -> tuple[Heading, ...]:
        """Headings with their offsets in the lines joined by line feeds."""
        return headings_at(self.lines, self.levels)

    def _add(self, lines: Iterable[str], *, keep_blank: bool = False) -> None:
        for line in lines:
            if line.strip():
                self.lines.append(self.marker + line.rstrip())
                self.marker = ""
            elif keep_blank:
                self.lines.append("")

    def _add_inline(self, text: str, opening: Token) -> None:
        if opening.type == "heading_open":
            text = _one_line(text)
            if opening.level == 0 and text:  # inside a list or quotation it heads nothing
                self.levels[len(self.lines)] = int(opening.tag[1:])
        self._add(text.split("\n"))

    def _add_block(self, token: Token) -> None:
        if token.type in ("fence", "code_block"):
            self._add(token.content.strip("\n").split("\n"), keep_blank=True)
        elif token.type == "html_block":
            self._add(visible_lines(token.content))
        elif token.type == "list_item_open":
            self.marker += f"{token.info}{token.markup} "
        elif token.type == "list_item_close":
            marker, self.marker = self.marker.rstrip(), ""
            if marker.strip("-*+ "):  # a number without text is still seen
                self._add([marker])

    def _excess_cells(self, line: int, columns: int) -> list[str]:
        """Cells that a row has beyond its header's; the standard drops them, a reader must not."""
        if not 0 <= line < len(self.source):
            return []
        cells = _CELL_EDGE.split(self.source[line].rstrip())
        if _ROW_START.match(self.source[line]):
            del cells[0]
        if cells and not cells[-1].strip():
            del cells[-1]
        return [_one_line(parse_inline(cell.strip())) for cell in cells[columns:] if cell.strip()]


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.split("\n") if line.strip())
