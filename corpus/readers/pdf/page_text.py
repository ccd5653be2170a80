"""One page of a PDF becomes rows and tables: from its text, or from its picture by OCR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.characters import is_ideograph, is_wide, with_seen_characters
from corpus.readers.layout.grids import Table, find_grids, table_of
from corpus.readers.layout.page import PageContent, Segment
from corpus.readers.layout.rows import group_segments, rows_of
from corpus.readers.pdf.ocr import DOUBTFUL, LEAST_CONFIDENCE, RecognisedLine, recognise
from corpus.readers.pdf.opening import load_page
from corpus.readers.pdf.visible import read_page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_PICTURE_PAGE = 0.5  # share of a page that a scan covers at least
_PICTURE_ONLY = 0.05  # the same where the page has no word at all
_STAMPED = 50  # characters; a scan with no more has a stamp or a page number over it
_OUTLINES = 200  # paths of a page without a word: its letters were turned into drawings
_PICTURE_NOTED = 0.02  # share of a page from which a picture may well hold words
_UNREADABLE = 0.3  # share of glyphs that stand for nothing
_DPI = 200  # 300 takes twice the time and read the same characters
_LONGEST_SIDE = 3600  # pixels of a rendered page; A3 at 200 dpi has 3,307
_WIDE_BRACKETS = {"(": "（", ")": "）"}
_NEAR_SIZE = 0.25  # share by which recognised lines of one size seem to differ


@dataclass(slots=True)
class PageText:
    """What there is to read on one page."""

    width: float  # points, as its rows stand upright
    height: float
    rows: list[list[Segment]]
    tables: list[Table] = field(default_factory=list)  # segments name them by number
    turned: list[list[list[Segment]]] = field(default_factory=list)  # rows of other directions
    ocr: bool = False  # the words come from a picture
    missing: bool = False  # there are words in a picture that nothing read
    pictures: int = 0  # pictures beside the text, whose words were not read
    doubtful: int = 0  # recognised lines below DOUBTFUL
    noise: int = 0  # recognised lines left out
    content: PageContent | None = None  # counts and hidden words, without glyphs


def page_text(document: PdfDocument, index: int, *, by_ocr: bool) -> PageText:
    """Return the words of a page, from 0; ``by_ocr``: of its picture too where it has no others."""
    page = load_page(document, index)
    try:
        if _has_forms(page):
            _flatten(page)
            page.close()
            page = load_page(document, index)
        content = with_seen_characters(read_page(page))
        unreadable = _is_unreadable(content)
        if not (unreadable or _is_picture(content)):
            return _printed(content)
        if by_ocr:
            return _recognised(page, content)
        found = _printed(_without_glyphs(content) if unreadable else content)
        found.missing, found.pictures = True, 0
        return found
    finally:
        page.close()


def _has_forms(page: PdfPage) -> bool:
    """Whether filled fields or notes typed on the page show words that are not in its content."""
    import pypdfium2.raw as pdfium

    shown = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), 1000)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in shown:
            return True
    return False


def _flatten(page: PdfPage) -> None:
    """Make what is typed into a page a part of it; the file itself is not touched."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_FAIL:
        raise UnreadableSource(Message("reader.pdf_form"))


def _inked(content: PageContent) -> int:
    return sum(bool(glyph.text.strip()) for group in content.groups for glyph in group)


def _is_unreadable(content: PageContent) -> bool:
    return content.unmapped + content.private > max(_UNREADABLE * _inked(content), 4)


def _is_picture(content: PageContent) -> bool:
    words = _inked(content)
    covered = max((image.area for image in content.drawing.images), default=0.0)
    share = covered / (content.width * content.height)
    if words == 0:
        return share >= _PICTURE_ONLY or content.drawing.paths >= _OUTLINES
    return share >= _PICTURE_PAGE and words < _STAMPED and not content.ocr_layer


def _without_glyphs(content: PageContent) -> PageContent:
    return PageContent(
        content.width,
        content.height,
        (),
        content.drawing,
        hidden=content.hidden,
        slanted=content.slanted,
    )


def _printed(content: PageContent) -> PageText:
    first = content.groups[0] if content.groups else ()
    grids, rest = find_grids(first, content.drawing.rules)
    rows = rows_of(rest)
    for number, grid in enumerate(grids):
        left, right = grid.xs[0], grid.xs[-1]
        rows.append([Segment("\ufffc", left, right, grid.ys[0], 10.0, False, 0.0, number)])
    rows.sort(key=lambda row: row[0].y)
    least = _PICTURE_NOTED * content.width * content.height
    pictures = 0 if content.ocr_layer else sum(i.area >= least for i in content.drawing.images)
    return PageText(
        width=content.width,
        height=content.height,
        rows=rows,
        tables=[table_of(grid) for grid in grids],
        turned=[rows_of(group) for group in content.groups[1:]],
        ocr=content.ocr_layer,
        pictures=pictures,
        content=_counts(content),
    )


def _counts(content: PageContent) -> PageContent:
    """Return the page without its glyphs and rules: thousands of pages are held at once."""
    return PageContent(
        content.width,
        content.height,
        (),
        type(content.drawing)(),
        unmapped=content.unmapped,
        private=content.private,
        mapped=content.mapped,
        hidden=content.hidden,
        slanted=content.slanted,
    )


# --- pictures ------------------------------------------------------------------------------------


def _recognised(page: PdfPage, content: PageContent) -> PageText:
    width, height = page.get_size()
    scale = min(_DPI / 72, _LONGEST_SIDE / max(width, height))
    picture = page.render(scale=scale, may_draw_forms=False, prefer_bgrx=False).to_numpy()
    lines = recognise(picture[:, :, :3])
    kept = [line for line in lines if line.confidence >= LEAST_CONFIDENCE]
    return PageText(
        width=width,
        height=height,
        rows=group_segments(_segments(kept, scale)),
        ocr=bool(kept),
        doubtful=sum(line.confidence < DOUBTFUL for line in kept),
        noise=len(lines) - len(kept),
        content=_counts(_without_glyphs(content)),
    )


def _segments(lines: Sequence[RecognisedLine], scale: float) -> list[Segment]:
    """Return recognised lines as segments in points; sizes that seem to differ are made one."""
    sizes = [_size(line) / scale for line in lines]
    usual = median(sizes) if sizes else 0.0
    segments: list[Segment] = []
    for line, size in zip(lines, sizes, strict=True):
        size = usual if abs(size - usual) <= _NEAR_SIZE * usual else size
        left, right = line.left / scale, line.right / scale
        baseline = (line.bottom - 0.2 * (line.bottom - line.top)) / scale
        lead = size if is_wide(line.text[0]) else 0.5 * size * len(line.text.split()[0])
        segments.append(Segment(_full_width(line.text), left, right, baseline, size, False, lead))
    return segments


def _full_width(text: str) -> str:
    """Return a line with brackets beside Han as wide as they are printed: (三） for （三）."""
    chars = list(text)
    for at, char in enumerate(text):
        beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
        if char in _WIDE_BRACKETS and any(map(is_ideograph, beside)):
            chars[at] = _WIDE_BRACKETS[char]
    return "".join(chars)


def _size(line: RecognisedLine) -> float:
    """Return the em of a line: by its width where it is all Han, else by its height."""
    if len(line.text) >= 4 and all(map(is_wide, line.text)):
        return (line.right - line.left) / len(line.text)
    return 0.75 * (line.bottom - line.top)
