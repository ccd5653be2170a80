"""OFD (GB/T 33190-2016), the format of Chinese electronic official documents and invoices."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.characters import with_seen_characters
from corpus.readers.layout.content_notes import content_notes
from corpus.readers.layout.document_lines import DocumentLines
from corpus.readers.layout.grids import Table, find_grids, table_of
from corpus.readers.layout.headings import Bookmark
from corpus.readers.layout.page import Glyph, PageContent, Segment
from corpus.readers.layout.rows import rows_of
from corpus.readers.ofd.objects import PageDrawing, read_page
from corpus.readers.ofd.package import OfdDocument, read_documents
from corpus.readers.reader import counted_notes
from corpus.readers.tables import table_lines
from corpus.readers.xml_package import open_package
from corpus.types import ReadResult, Receipt, SourceFile

_SCANNED = 0.05  # share of a page without a word that a picture covers where it is a scan
_OUTLINES = 200  # paths of a page without a word: its letters were turned into drawings
_TABLE_MARK = "\ufffc"  # stands among the rows where a table is
_TABLE_SIZE = 10.0  # points; of that mark
_NOTED = 0.02  # share of a page from which a picture may well hold words

# Tags of an official document's parts (GB/T 33476.2, and what writers call them).
_TAGS = {
    "标题": "title",
    "公文标题": "title",
    "发文字号": "number",
    "文号": "number",
    "发文机关署名": "issuer",
    "发文机关": "issuer",
    "成文日期": "issued",
}
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
_COUNTED = (
    *("reader.seals", "reader.annotations", "reader.annotation_words", "reader.attachments"),
    *("reader.printed_pictures", "reader.hyphens", "reader.pages_upright"),
)


class OfdReader:
    """Reads ``.ofd``: paragraphs by where characters stand, pages, outlines and tags."""

    def read(self, file: SourceFile) -> ReadResult:
        """Canonical text, a paragraph a line, with pages; raises UnreadableSource."""
        with open_package(file.data) as package:
            documents = read_documents(package)
            drawn = [read_page(package, page) for each in documents for page in each.pages]
        contents = [with_seen_characters(page.content) for page in drawn]
        scanned = [at for at, content in enumerate(contents) if _is_scan(content)]
        stated = next((each.title for each in documents if each.title), "")
        text = DocumentLines(
            [_PageRows(each) for each in contents], stated, _bookmarks(documents), table_lines
        )
        if not text.lines:
            raise UnreadableSource(_nothing(scanned))
        metadata = _metadata(documents, drawn)
        title = metadata.get("title") or text.title
        return ReadResult(
            text="\n".join(text.lines),
            title=title,
            headings=text.headings(),
            metadata=metadata,
            media_type="application/ofd",
            receipt=Receipt(
                size=len(file.data),
                digest=hashlib.sha256(file.data).hexdigest(),
                encoding="ofd",
                private_use=sum(content.private for content in contents),
                cleaned=dict(text.removed),
                notes=(
                    *_notes(documents, contents, scanned, text.hyphens),
                    *text.furniture.notes(),
                ),
            ),
            lines_are_paragraphs=True,
            page_starts=text.page_starts(),
            ocr_pages=frozenset(at + 1 for at, each in enumerate(contents) if each.ocr_layer),
        )


class _PageRows:
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


def _is_scan(content: PageContent) -> bool:
    if any(glyph.text.strip() for group in content.groups for glyph in group):
        return False
    covered = max((image.area for image in content.drawing.images), default=0.0)
    whole = content.width * content.height
    return covered >= _SCANNED * whole or content.drawing.paths >= _OUTLINES


def _nothing(scanned: Sequence[int]) -> Message:
    if scanned:
        return Message("reader.ofd_scan", count=len(scanned))
    return Message("reader.no_text")


def _bookmarks(documents: Sequence[OfdDocument]) -> list[Bookmark]:
    """Return the outlines of all documents, their pages counted through."""
    found: list[Bookmark] = []
    first = 0
    for document in documents:
        for each in document.bookmarks:
            page = None if each.page is None else each.page + first
            found.append(Bookmark(each.title, each.level, page))
        first += len(document.pages)
    return found


def _metadata(documents: Sequence[OfdDocument], drawn: Sequence[PageDrawing]) -> dict[str, str]:
    """Return what the tags of the first document state; of the same ones the first counts."""
    count = len(documents[0].pages)
    words = {name: text for page in reversed(drawn[:count]) for name, text in page.words.items()}
    found: dict[str, str] = {}
    for tag, objects in documents[0].tags:
        key = _TAGS.get(tag)
        text = "".join("".join(words.get(each, "").split()) for each in objects)
        if key is None or not text:
            continue
        date = _DATE.fullmatch(text) if key == "issued" else None
        if date:
            text = f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}"
        found.setdefault(key, text)
    return found


def _notes(
    documents: Sequence[OfdDocument],
    contents: Sequence[PageContent],
    scanned: Sequence[int],
    hyphens: int,
) -> tuple[str, ...]:
    notes: list[str] = []
    if scanned:
        notes.append(Message("reader.pages_pictures", pages=[at + 1 for at in scanned]))
    counts: Counter[str] = Counter(hyphens=hyphens)
    for document in documents:
        counts.update(document.left_out)
    for content in contents:
        least = _NOTED * content.width * content.height
        images = content.drawing.images if not content.ocr_layer else ()
        counts["printed_pictures"] += sum(image.area >= least for image in images)
        counts["pages_upright"] += len(content.groups) > 1
    notes += [*counted_notes(_COUNTED, counts), *content_notes(contents)]
    if len(documents) > 1:
        notes.append(Message("reader.documents", count=len(documents)))
    return tuple(notes)
