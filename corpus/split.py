"""A text becomes paragraphs with their paths, and paragraphs become the passages to embed.

Lines wrapped at a width are joined again to the paragraphs they were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.legal.outline import outline_paths
from corpus.legal.structure import division, list_family
from corpus.text.sentences import split_sentences
from corpus.types import Document, Paragraph, Passage, ReadResult, place_id
from corpus.units import ASCII_WEIGHT, announces, is_item, weighted_length

# Weighted characters, Han 1 and ASCII 0.4: near 200 tokens of multilingual-e5, which reads at most
# 512, title and path included; a passage is one thought, not a page.
PASSAGE_BUDGET = 300
_LONGEST_SENTENCE = 2  # budgets; a sentence up to this long stays whole
_SMALLEST_TAIL = 0.2  # budgets; a shorter last piece joins the piece before it
_SOFT_STOPS = ("；;", "，,", "、", " \u3000\n\t")


def split_paragraphs(document_id: str, read: ReadResult) -> list[Paragraph]:
    """Return the paragraphs of a text: ordered, disjoint, lossless, never blank.

    Everything between two of them is white space. A heading's own path ends with the heading.
    """
    text = read.text
    lines = _find_lines(text)
    if not (read.lines_are_paragraphs or read.headings) and _is_wrapped(text, lines):
        lines = _join_wrapped(text, lines)
    texts = [text[start:end] for start, end, _ in lines]
    paths = outline_paths(read, [start for start, _, _ in lines], texts)
    pages = (
        [_page(read, start) for start, _, _ in lines] if read.page_starts else [None] * len(lines)
    )
    return [
        Paragraph(document_id, ordinal, start, end, words, path, page, page in read.ocr_pages)
        for ordinal, ((start, end, _), words, path, page) in enumerate(
            zip(lines, texts, paths, pages, strict=True)
        )
    ]


def split_passages(
    document: Document, paragraphs: Sequence[Paragraph], *, budget: int = PASSAGE_BUDGET
) -> list[Passage]:
    """Return passages that share nothing and cover every paragraph but headings with a body.

    A passage is a paragraph, sentences of a long one, or short neighbours of one article or list,
    up to ``budget`` weighted characters; a single sentence may take twice that.
    """
    if budget < 1:
        raise ValueError(f"a passage's budget is at least 1, not {budget}")
    return [
        Passage(
            id=place_id(document.id, document.revision, start, end),
            document_id=document.id,
            start=start,
            end=end,
            text=document.text[start:end],
            path=path,
        )
        for start, end, path in _passage_spans(document, paragraphs, budget)
    ]


def _page(read: ReadResult, start: int) -> int:
    return max(bisect_right(read.page_starts, start), 1)


# --- passages ------------------------------------------------------------------------------------

_Span = tuple[int, int, tuple[str, ...]]


@dataclass(slots=True)
class _Group:
    """Short neighbours on the way to one passage."""

    start: int
    end: int
    path: tuple[str, ...]
    weight: float
    article: bool  # they stand under one article
    listed: bool  # the last is an item of a list, or announces one


def _passage_spans(
    document: Document, paragraphs: Sequence[Paragraph], budget: int
) -> Iterator[_Span]:
    group: _Group | None = None
    for index, paragraph in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        rides = _rides(document, paragraph, following)
        weight = weighted_length(paragraph.text)
        item = is_item(paragraph.text)
        if group is not None:
            if not rides and _joins(group, paragraph, item) and group.weight + weight <= budget:
                group.end, group.weight = paragraph.end, group.weight + weight
                group.listed = item or announces(paragraph.text)
                continue
            yield group.start, group.end, group.path
            group = None
        if rides:
            continue
        if weight > budget:
            for start, end in _pieces(paragraph.text, budget):
                yield paragraph.start + start, paragraph.start + end, paragraph.path
            continue
        group = _Group(
            paragraph.start,
            paragraph.end,
            paragraph.path,
            weight,
            _is_article(paragraph.path),
            item or announces(paragraph.text),
        )
    if group is not None:
        yield group.start, group.end, group.path


def _rides(document: Document, paragraph: Paragraph, following: Paragraph | None) -> bool:
    """Whether a paragraph is a heading that is read in the path, or title, of what follows."""
    if following is None:
        return False
    path = paragraph.path
    if path and path[-1] == paragraph.text and following.path[: len(path)] == path:
        return True
    return paragraph.ordinal == 0 and paragraph.text == document.title


def _is_article(path: tuple[str, ...]) -> bool:
    opened = division(path[-1]) if path else None
    return opened is not None and opened.kind == "条" and opened.end == len(path[-1])


def _joins(group: _Group, paragraph: Paragraph, item: bool) -> bool:
    return group.path == paragraph.path and (group.article or (group.listed and item))


def _pieces(text: str, budget: int) -> Iterator[tuple[int, int]]:
    """Yield spans of a long paragraph, cut at the ends of sentences where that can be."""
    spans: list[tuple[int, int, float]] = []
    for start, end in split_sentences(text):
        weight = weighted_length(text[start:end])
        if weight > _LONGEST_SENTENCE * budget:
            spans.extend(_hard_pieces(text, start, end, budget))
        elif spans and spans[-1][2] + weight <= budget:
            spans[-1] = (spans[-1][0], end, spans[-1][2] + weight)
        else:
            spans.append((start, end, weight))
    if len(spans) > 1 and spans[-1][2] < _SMALLEST_TAIL * budget >= spans[-2][2] - budget:
        spans[-2:] = [(spans[-2][0], spans[-1][1], spans[-2][2] + spans[-1][2])]
    for start, end, _ in spans:
        yield start, end


def _hard_pieces(text: str, start: int, end: int, budget: int) -> Iterator[tuple[int, int, float]]:
    """Yield pieces of an endless sentence: cut at ；, else ，, 、, a space, else anywhere."""
    while start < end:
        window = text[start : min(start + round(budget / ASCII_WEIGHT), end)]
        size = max(int(len(window) * min(budget / weighted_length(window), 1)), 1)
        piece = window[:size]
        if start + size < end:
            piece = piece[: _soft_stop(piece)]
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped[0])
            yield first, first + len(stripped), weighted_length(stripped)
        start += len(piece)


def _soft_stop(piece: str) -> int:
    """Return where to cut: behind the last best stop of the second half, else at the end."""
    half = len(piece) // 2
    for stops in _SOFT_STOPS:
        last = max(piece.rfind(stop, half) for stop in stops)
        if last >= 0:
            return last + 1
    return len(piece)


# --- lines, and lines wrapped at a width ----------------------------------------------------------

# Hard-wrapped text: most lines are about as wide as the widest and stop in mid-sentence.
_WRAP_COLUMNS = (40, 130)  # a Han character takes two; narrower are lists, wider are paragraphs
_WRAP_FULL = 0.75  # of the usual widest line; English wraps at words, so lines differ
_WRAP_SHARE = 0.5  # of neighbouring lines, the last lines of paragraphs being the rest
_SENTENCE_ENDS = frozenset("。！？…；：.!?;:”」』）)")

_Line = tuple[int, int, int]  # start and end without spaces around, number of the line


def _find_lines(text: str) -> list[_Line]:
    """Return the lines of a text that are not blank."""
    lines: list[_Line] = []
    position = 0
    for number, raw in enumerate(text.splitlines(keepends=True)):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped[0])
            lines.append((start, start + len(stripped), number))
        position += len(raw)
    return lines


def _columns(line: str) -> int:
    """Return the width of a line in print: three bytes of UTF-8 take two columns."""
    return (len(line.encode("utf-8", "surrogatepass")) + len(line)) // 2


def _is_wrapped(text: str, lines: Sequence[_Line]) -> bool:
    """Whether the lines were broken at a width: most are full and stop in mid-sentence."""
    widths = [_columns(text[start:end]) for start, end, _ in lines]
    if not widths:
        return False
    widest = sorted(widths)[len(widths) * 19 // 20]
    if not _WRAP_COLUMNS[0] <= widest <= _WRAP_COLUMNS[1]:
        return False
    neighbours = running_on = 0
    for width, line, following in zip(widths, lines, lines[1:], strict=False):
        if following[2] != line[2] + 1:
            continue
        neighbours += 1
        full = width >= _WRAP_FULL * widest and text[line[1] - 1] not in _SENTENCE_ENDS
        running_on += full and not _opens_paragraph(text, line, following)
    return neighbours >= 3 and running_on >= _WRAP_SHARE * neighbours


def _opens_paragraph(text: str, line: _Line, following: _Line) -> bool:
    """Whether ``following`` is set off from ``line``: by a blank line, indent or marker."""
    if following[2] != line[2] + 1 or _indent(text, following) > _indent(text, line):
        return True
    words = text[following[0] : following[1]]
    opened = division(words)
    return opened is not None or list_family(words, opened) is not None


def _indent(text: str, line: _Line) -> int:
    stretch = text[max(line[0] - 16, 0) : line[0]]
    return len(stretch) - len(stretch.rstrip(" \t\u3000\u2002\u2003\u00a0"))


def _join_wrapped(text: str, lines: Sequence[_Line]) -> list[_Line]:
    """Return paragraphs of wrapped lines; a blank line, an indent or a marker opens the next."""
    joined: list[_Line] = []
    last = lines[0]
    for line in lines:
        if joined and not _opens_paragraph(text, last, line):
            joined[-1] = (joined[-1][0], line[1], line[2])
        else:
            joined.append(line)
        last = line
    return joined
