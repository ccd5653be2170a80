"""Pages of an OFD become lines of text, as those of a PDF do: by where their characters stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpus.readers.layout.cells import Table, continued, continues, table_of
from corpus.readers.layout.columns import blocks_of, gutters_of
from corpus.readers.layout.frames import place_lines
from corpus.readers.layout.grids import find_grids
from corpus.readers.layout.headings import Bookmark, find_title, heading_levels
from corpus.readers.layout.page import Block, Glyph, PageContent, Segment
from corpus.readers.layout.paragraphs import Piece, join_lines, pieces_pages
from corpus.readers.layout.print_style import body_size
from corpus.readers.layout.rows import rows_of
from corpus.readers.layout.running_heads import Furniture, find_furniture
from corpus.readers.table_lines import table_lines
from corpus.text.clean import clean
from corpus.types import Heading

_TABLE_MARK = "\ufffc"  # stands among the rows where a table is
_TABLE_SIZE = 10.0  # points; of that mark


class PageRows:
    """The rows of one page, its tables among them, and its writing in columns."""

    def __init__(self, content: PageContent) -> None:
        self.width, self.height = content.width, content.height
        first: tuple[Glyph, ...] = content.groups[0] if content.groups else ()
        grids, rest = find_grids(first, content.drawing.rules)
        self.tables: list[Table] = [table_of(grid) for grid in grids]
        self.rows: list[list[Segment]] = rows_of(rest)
        for number, grid in enumerate(grids):
            left, right, top = grid.xs[0], grid.xs[-1], grid.ys[0]
            mark = Segment(_TABLE_MARK, left, right, top, _TABLE_SIZE, False, 0.0, number)
            self.rows.append([mark])
        self.rows.sort(key=lambda row: row[0].y)
        self.turned: list[list[list[Segment]]] = [rows_of(group) for group in content.groups[1:]]


class OfdText:
    """Lines of a document's pages, a paragraph each, with their headings and pages."""

    def __init__(
        self, pages: Sequence[PageContent], stated: str, bookmarks: Sequence[Bookmark]
    ) -> None:
        self.lines: list[str] = []
        self.removed: Counter[str] = Counter()
        self._pages = [PageRows(page) for page in pages]
        self._starts: list[int] = []  # page, from 0, that each line begins on
        self._levels: dict[int, int] = {}  # line -> heading level
        self.furniture: Furniture = find_furniture(
            [page.rows for page in self._pages], [page.height for page in self._pages]
        )
        blocks = self._blocks(())
        gutters = gutters_of(blocks)
        placed = place_lines(
            self._blocks(gutters) if gutters else blocks, [page.width for page in self._pages]
        )
        body = body_size(placed)
        pieces, self.hyphens = join_lines(placed, body)
        title = find_title(pieces, stated, body)
        self._write(pieces, heading_levels(pieces, title, bookmarks, body))
        self.title = (clean(title).text.strip() or None) if title is not None else None

    def headings(self) -> tuple[Heading, ...]:
        """Headings with their offsets in the lines joined by line feeds."""
        found: list[Heading] = []
        start = 0
        for number, line in enumerate(self.lines):
            if number in self._levels:
                found.append(Heading(start, start + len(line), self._levels[number]))
            start += len(line) + 1
        return tuple(found)

    def page_starts(self) -> tuple[int, ...]:
        """Where each page begins: at the first paragraph that begins on it or later."""
        starts: list[int] = []
        offset = 0
        for line, page in zip(self.lines, self._starts, strict=True):
            starts.extend([offset] * (page + 1 - len(starts)))
            offset += len(line) + 1
        end = max(offset - 1, 0)
        return (*starts, *([end] * (len(self._pages) - len(starts))))

    def _blocks(self, gutters: Sequence[float]) -> list[list[Block]]:
        found: list[list[Block]] = []
        for at, page in enumerate(self._pages):
            rows = [
                row
                for number, row in enumerate(page.rows)
                if (at, number) not in self.furniture.rows
            ]
            blocks = blocks_of(rows, gutters=gutters)
            for turned in page.turned:
                blocks.extend(blocks_of(turned))
            found.append(blocks)
        return found

    def _write(self, pieces: Sequence[Piece], levels: dict[int, int]) -> None:
        tables = self._tables(pieces)
        for at, (piece, page) in enumerate(zip(pieces, pieces_pages(pieces), strict=True)):
            if at in tables:
                for line in table_lines(tables[at].cells):
                    self._add(line, page)
            elif self._add(piece.text, page) and at in levels:
                self._levels[len(self.lines) - 1] = levels[at]

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
