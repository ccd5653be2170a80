"""Pages become lines of text, a paragraph each, by where their characters stand: PDF and OFD."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from corpus.readers.layout.columns import blocks_of, gutters_of
from corpus.readers.layout.frames import body_size, place_lines
from corpus.readers.layout.grids import Table, continued, continues
from corpus.readers.layout.headings import Bookmark, find_title, heading_levels
from corpus.readers.layout.page import Block, Segment
from corpus.readers.layout.paragraphs import Piece, join_lines, pieces_pages
from corpus.readers.layout.running_heads import Furniture, find_furniture
from corpus.readers.reader import headings_at
from corpus.readers.tables import Cell
from corpus.text.clean import clean
from corpus.types import Heading


class PageRows(Protocol):
    """What there is to read on one page."""

    width: float  # points, as its rows stand upright
    height: float
    rows: list[list[Segment]]
    tables: list[Table]  # segments name them by number
    turned: list[list[list[Segment]]]  # rows of other directions


class DocumentLines:
    """Lines of a document's pages, with their headings and the pages that they begin on."""

    def __init__(
        self,
        pages: Sequence[PageRows],
        stated: str,
        bookmarks: Sequence[Bookmark],
        lines_of_table: Callable[[Sequence[Cell]], list[str]],
        *,
        missing: Collection[int] = (),
        opened: Callable[[Piece], str] = lambda piece: piece.text,
    ) -> None:
        """Read the pages; ``missing`` are those whose words nothing read, from 0.

        ``stated`` is the title that the file states, ``opened`` returns a paragraph's text.
        """
        self.lines: list[str] = []
        self.removed: Counter[str] = Counter()
        self._pages = pages
        self._starts: list[int] = []  # page, from 0, that each line begins on
        self._levels: dict[int, int] = {}  # line -> heading level
        self.furniture: Furniture = find_furniture(
            [page.rows for page in pages], [page.height for page in pages]
        )
        blocks = [self._blocks(at, ()) for at in range(len(pages))]
        gutters = gutters_of(blocks)
        if gutters:
            blocks = [self._blocks(at, gutters) for at in range(len(pages))]
        placed = place_lines(blocks, [page.width for page in pages])
        body = body_size(placed)
        pieces, self.hyphens = join_lines(placed, body, set(missing))
        title = find_title(pieces, stated, body)
        levels = heading_levels(pieces, title, bookmarks, body)
        tables = self._tables(pieces)
        for at, (piece, page) in enumerate(zip(pieces, pieces_pages(pieces), strict=True)):
            if at in tables:
                for line in lines_of_table(tables[at].cells):
                    self._add(line, page)
            elif self._add(opened(piece), page) and at in levels:
                self._levels[len(self.lines) - 1] = levels[at]
        self.title = (clean(title).text.strip() or None) if title is not None else None

    def headings(self) -> tuple[Heading, ...]:
        """Headings with their offsets in the lines joined by line feeds."""
        return headings_at(self.lines, self._levels)

    def page_starts(self) -> tuple[int, ...]:
        """Where each page begins: at the first paragraph that begins on it or later."""
        starts: list[int] = []
        offset = 0
        for line, page in zip(self.lines, self._starts, strict=True):
            starts.extend([offset] * (page + 1 - len(starts)))
            offset += len(line) + 1
        return (*starts, *([max(offset - 1, 0)] * (len(self._pages) - len(starts))))

    def _blocks(self, at: int, gutters: Sequence[float]) -> list[Block]:
        """Return the blocks of a page in reading order; writing turned aside comes last."""
        rows = [
            row
            for number, row in enumerate(self._pages[at].rows)
            if (at, number) not in self.furniture.rows
        ]
        blocks = blocks_of(rows, gutters=gutters)
        for turned in self._pages[at].turned:
            blocks.extend(blocks_of(turned))
        return blocks

    def _tables(self, pieces: Sequence[Piece]) -> dict[int, Table]:
        """Return the table at each piece that is one, with the header it carries on from."""
        tables: dict[int, Table] = {}
        for at, piece in enumerate(pieces):
            if piece.table < 0:
                continue
            table = self._pages[piece.page].tables[piece.table]
            earlier = tables.get(at - 1)
            if earlier and pieces[at - 1].page + 1 == piece.page and continues(table, earlier):
                table, tables[at - 1] = continued(table, earlier)
            tables[at] = table
        return tables

    def _add(self, line: str, page: int) -> bool:
        cleaned = clean(line)
        self.removed.update(cleaned.removed)
        shown = " ".join(part.strip() for part in cleaned.text.split("\n") if part.strip())
        if shown:
            self.lines.append(shown)
            self._starts.append(page)
        return bool(shown)
