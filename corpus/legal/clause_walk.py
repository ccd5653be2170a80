"""From a document's paragraphs to its clauses: 条 with their 款 项 目, or the parts of a notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.legal.addresses import Step
from corpus.legal.structure import Division, division, is_short_title
from corpus.legal.tail import signature_length
from corpus.types import Paragraph

HEADINGS = ("编", "分编", "章", "节")
# A row of a table, as corpus/readers/tables.py writes it, is no 款: 项目：书费；标准／上限：30.
_TABLE_ROW = re.compile(
    r"(?:[^：；。]{1,60}：[^：；]{0,120}；)+[^：；。]{1,60}：[^：；]{0,120}(?<!。)"
)
_LISTS = ("一、", "（一）", "1.", "(1)", "①")


@dataclass(frozen=True, slots=True)
class Clause:
    """A place with an address: the document's text at ``[start, end)``."""

    document_id: str
    steps: tuple[Step, ...]
    start: int
    end: int


@dataclass(slots=True)
class _Open:
    step: Step
    start: int
    end: int
    rank: int
    place: int  # in the list of clauses


_PARTS = {"一、": "部分", "（一）": "项", "1.": "目"}
_RANKS = {"编": 0, "分编": 1, "章": 2, "节": 3, "部分": 4, "条": 5, "款": 6, "项": 7, "目": 8}


def walk_clauses(document_id: str, paragraphs: Sequence[Paragraph]) -> Iterator[Clause]:
    """Yield the clauses of a document, each before those inside it."""
    has_articles = any(_article(one) is not None for one in paragraphs)
    walk = (_Walk if has_articles else _NoticeWalk)(document_id)
    # Who signed, and when, is no paragraph of the last article.
    signed = signature_length([one.text for one in paragraphs])
    for paragraph in paragraphs[: len(paragraphs) - signed]:
        walk.take(paragraph)
    yield from walk.finish()


def _article(paragraph: Paragraph) -> Division | None:
    """Return the article a paragraph opens; one that only quotes another law's opens none."""
    if not paragraph.path:
        return None
    opened = division(paragraph.text, unspaced_articles=True)
    if opened is None or opened.kind != "条":
        return None
    marker = paragraph.text[opened.start : opened.marker_end]
    return opened if paragraph.path[-1].startswith(marker) else None


class _Walk:
    """Goes through the paragraphs with the clauses that are open."""

    def __init__(self, document_id: str) -> None:
        self._document_id = document_id
        self._open: list[_Open] = []
        self._done: list[Clause] = []
        self._families: list[str] = []  # of the lists open in the article, outermost first

    def take(self, paragraph: Paragraph) -> None:
        opened = division(paragraph.text, unspaced_articles=True)
        article = _article(paragraph)
        if article is not None:
            self._enter(Step("条", article.number, article.branch), paragraph)
            self._families = []
            self._enter(Step("款", 1), paragraph)
        elif self._is_heading(paragraph, opened) and opened is not None:
            self._enter(Step(opened.kind, opened.number, opened.branch), paragraph)
        elif self._leaves(paragraph):
            self._close(_RANKS["条"])
        elif opened is not None and opened.kind in _LISTS and self._article_open():
            self._item(opened, paragraph)
        elif self._article_open() and not _TABLE_ROW.fullmatch(paragraph.text):
            self._next_paragraph(paragraph)
        self._grow(paragraph.end)

    def finish(self) -> Iterator[Clause]:
        self._close(0)
        yield from self._done

    def _is_heading(self, paragraph: Paragraph, opened: Division | None) -> bool:
        if opened is None or not paragraph.path or paragraph.path[-1] != paragraph.text:
            return False
        return opened.kind in (*HEADINGS, "附件", "附录", "附表")

    def _leaves(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph stands outside of the article that is open, by its path."""
        article = next((one for one in self._open if one.step.kind == "条"), None)
        if article is None:
            return False
        return not any(
            (named := division(part, unspaced_articles=True)) is not None
            and (named.kind, named.number, named.branch)
            == ("条", article.step.number, article.step.branch)
            for part in paragraph.path
        )

    def _article_open(self) -> bool:
        return any(one.step.kind == "条" for one in self._open)

    def _item(self, opened: Division, paragraph: Paragraph) -> None:
        """项 is the outermost list of an article, 目 the one in it."""
        if opened.kind in self._families:
            del self._families[self._families.index(opened.kind) + 1 :]
        elif opened.number == 1 or not self._families:
            self._families.append(opened.kind)
        kind = "项" if len(self._families) == 1 else "目"
        self._enter(Step(kind, opened.number), paragraph)

    def _next_paragraph(self, paragraph: Paragraph) -> None:
        count = max(
            (
                one.steps[-1].number
                for one in self._done[self._article_place() :]
                if one.steps[-1].kind == "款"
            ),
            default=0,
        )
        self._families = []
        self._enter(Step("款", count + 1), paragraph)

    def _article_place(self) -> int:
        return next(one.place for one in self._open if one.step.kind == "条")

    def _enter(self, step: Step, paragraph: Paragraph) -> None:
        rank = _RANKS.get(step.kind, 0)
        self._close(rank)
        self._open.append(_Open(step, paragraph.start, paragraph.end, rank, len(self._done)))
        steps = tuple(one.step for one in self._open)
        self._done.append(Clause(self._document_id, steps, paragraph.start, paragraph.end))

    def _close(self, rank: int) -> None:
        while self._open and self._open[-1].rank >= rank:
            one = self._open.pop()
            clause = self._done[one.place]
            self._done[one.place] = Clause(
                clause.document_id, clause.steps, clause.start, max(clause.end, one.end)
            )

    def _grow(self, end: int) -> None:
        for one in self._open:
            one.end = max(one.end, end)


@dataclass(frozen=True, slots=True)
class _Part:
    """Where a part of a notice stands, and whether what follows it is in it."""

    path: tuple[str, ...]  # of what is in it
    is_title: bool  # a heading has what follows; a sentence with a number is all there is of it


class _NoticeWalk(_Walk):
    """Goes through a document without articles: 一、 is a 部分, （一） a 项 of it, 1. a 目.

    Lists of other kinds, and items that stand in no part, are no clauses: a list of seven tasks in
    a speech has no seventh part.
    """

    def __init__(self, document_id: str) -> None:
        super().__init__(document_id)
        self._parts: dict[int, _Part] = {}  # by the place of its clause

    def take(self, paragraph: Paragraph) -> None:
        opened = division(paragraph.text, unspaced_articles=True)
        if self._is_heading(paragraph, opened) and opened is not None:
            self._enter(Step(opened.kind, opened.number, opened.branch), paragraph)
            self._grow(paragraph.end)
            return
        self._leave(lambda part: paragraph.path[: len(part.path)] != part.path)
        kind = _PARTS.get(opened.kind) if opened is not None else None
        if opened is not None and kind is not None and self._may_enter(kind):
            own = paragraph.path[-1:] == (paragraph.text,)
            self._enter(Step(kind, opened.number), paragraph)
            title = own or is_short_title(paragraph.text[opened.end :])
            self._parts[self._open[-1].place] = _Part(paragraph.path, title)
        else:
            self._leave(lambda part: not part.is_title)
        self._grow(paragraph.end)

    def _may_enter(self, kind: str) -> bool:
        """Whether an item of a kind has what it would be a part of."""
        above = {one.step.kind for one in self._open if one.rank < _RANKS[kind]}
        return kind == "部分" or "部分" in above

    def _leave(self, left: Callable[[_Part], bool]) -> None:
        """Close the outermost part that is left, and all in it."""
        for one in self._open:
            part = self._parts.get(one.place)
            if part is not None and left(part):
                self._close(one.rank)
                return
