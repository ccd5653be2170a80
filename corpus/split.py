"""A text becomes paragraphs with their paths, and paragraphs become the passages to embed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.legal.outline import outline_paths
from corpus.legal.structure import division, is_short_title, list_family
from corpus.text.sentences import split_sentences
from corpus.types import Document, Paragraph, Passage, ReadResult
from corpus.wrapped_lines import find_lines, is_wrapped, join_wrapped

# Weighted characters, Han 1 and ASCII 0.4: near 200 tokens of multilingual-e5, which reads at most
# 512, title and path included; a passage is one thought, not a page.
PASSAGE_BUDGET = 300
_ASCII_WEIGHT = 0.4
_LONGEST_SENTENCE = 2  # budgets; a sentence up to this long stays whole
_SMALLEST_TAIL = 0.2  # budgets; a shorter last piece joins the piece before it
_SOFT_STOPS = ("；;", "，,", "、", " \u3000\n\t")


def split_paragraphs(document_id: str, read: ReadResult) -> list[Paragraph]:
    """Return the paragraphs of a text: ordered, disjoint, lossless, never blank.

    Everything between two of them is white space. A heading's own path ends with the heading.
    """
    text = read.text
    lines = find_lines(text)
    if not (read.lines_are_paragraphs or read.headings) and is_wrapped(text, lines):
        lines = join_wrapped(text, lines)
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
            id=f"{document.id}-{document.revision[:12]}-{start}-{end}",
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


def _weight(text: str) -> float:
    """Return the weighted length: 0.4 for ASCII, 1 for Han; others by their bytes of UTF-8."""
    extra = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
    return _ASCII_WEIGHT * len(text) + (1 - _ASCII_WEIGHT) * extra


def _passage_spans(
    document: Document, paragraphs: Sequence[Paragraph], budget: int
) -> Iterator[_Span]:
    group: _Group | None = None
    for index, paragraph in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        rides = _rides(document, paragraph, following)
        weight = _weight(paragraph.text)
        item = _is_item(paragraph.text)
        if group is not None:
            if not rides and _joins(group, paragraph, item) and group.weight + weight <= budget:
                group.end, group.weight = paragraph.end, group.weight + weight
                group.listed = item or _announces(paragraph.text)
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
            item or _announces(paragraph.text),
        )
    if group is not None:
        yield group.start, group.end, group.path


def _rides(document: Document, paragraph: Paragraph, following: Paragraph | None) -> bool:
    """Tell whether a paragraph is a heading that is read in the path, or title, of what follows."""
    if following is None:
        return False
    path = paragraph.path
    if path and path[-1] == paragraph.text and following.path[: len(path)] == path:
        return True
    return paragraph.ordinal == 0 and paragraph.text == document.title


def _is_article(path: tuple[str, ...]) -> bool:
    opened = division(path[-1]) if path else None
    return opened is not None and opened.kind == "条" and opened.end == len(path[-1])


def _is_item(text: str) -> bool:
    """Tell whether a paragraph is one of a list; 三、 before full sentences is its own matter."""
    words = text.lstrip('“「"')  # amendments quote the items they add
    if words.startswith(("第", "附")):
        return False
    opened = division(words)
    if opened is not None and opened.kind == "一、":
        return is_short_title(words[opened.end :])
    return list_family(words, opened) is not None


def _announces(text: str) -> bool:
    return text.endswith(("：", ":"))


def _joins(group: _Group, paragraph: Paragraph, item: bool) -> bool:
    return group.path == paragraph.path and (group.article or (group.listed and item))


def _pieces(text: str, budget: int) -> Iterator[tuple[int, int]]:
    """Yield spans of a long paragraph, cut at the ends of sentences where that can be."""
    spans: list[tuple[int, int, float]] = []
    for start, end in split_sentences(text):
        weight = _weight(text[start:end])
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
        window = text[start : min(start + round(budget / _ASCII_WEIGHT), end)]
        size = max(int(len(window) * min(budget / _weight(window), 1)), 1)
        piece = window[:size]
        if start + size < end:
            piece = piece[: _soft_stop(piece)]
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped[0])
            yield first, first + len(stripped), _weight(stripped)
        start += len(piece)


def _soft_stop(piece: str) -> int:
    """Return where to cut: behind the last best stop of the second half, else at the end."""
    half = len(piece) // 2
    for stops in _SOFT_STOPS:
        last = max(piece.rfind(stop, half) for stop in stops)
        if last >= 0:
            return last + 1
    return len(piece)
