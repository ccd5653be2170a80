"""The clauses of a document: 条 with their 款 项 目, or the parts of a notice, with exact spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.legal.addresses import Step
from corpus.legal.structure import Division, division, is_short_title
from corpus.legal.tail import signature_length
from corpus.messages.message import Message
from corpus.text.table_rows import is_table_row
from corpus.types import Paragraph

# --- from paragraphs to clauses -------------------------------------------------------------------

HEADINGS = ("编", "分编", "章", "节")
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


def _walk_clauses(
    document_id: str, paragraphs: Sequence[Paragraph], article: Step | None
) -> Iterator[Clause]:
    """Yield the clauses of a document, each before those inside it."""
    has_articles = any(_article(one) is not None for one in paragraphs)
    if article is not None and not has_articles and paragraphs:
        walk: _Walk = _RecordWalk(document_id, article, paragraphs[0])
    else:
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
        elif self._article_open() and not is_table_row(paragraph.text):
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


class _RecordWalk(_Walk):
    """Goes through a document that is one article, which only its title names."""

    def __init__(self, document_id: str, article: Step, first: Paragraph) -> None:
        super().__init__(document_id)
        self._enter(article, first)

    def _leaves(self, paragraph: Paragraph) -> bool:
        return False


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


# --- finding and naming them ----------------------------------------------------------------------

_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))
_KINDS = {"款": "corpus.kind_paragraph", "项": "corpus.kind_item", "目": "corpus.kind_point"}


class Clauses:
    """The clauses of one document."""

    def __init__(
        self,
        document_id: str,
        paragraphs: Sequence[Paragraph],
        article: Step | None = None,
    ) -> None:
        """``article`` is what the whole document is, where only its title says so."""
        self._document_id = document_id
        self._clauses = list(_walk_clauses(document_id, paragraphs, article))
        self._starts = [clause.start for clause in self._clauses]
        self._unnumbered = [  # words of pictures whose number may have been overlooked
            (one.start, one.end)
            for one in paragraphs
            if one.ocr and division(one.text, unspaced_articles=True) is None
        ]
        self._has_articles = any(one.steps[-1].kind == "条" for one in self._clauses)

    def __iter__(self) -> Iterator[Clause]:
        """Yield all of them, each before those inside it."""
        return iter(self._clauses)

    def find(self, steps: Sequence[Step]) -> list[Clause]:
        """Return the clauses these steps name; several where they are ambiguous.

        Steps left out are no condition: 第二章 is every 第二章, 第二项 every one in its article.
        The sole paragraph of an article is its 第一款. In a notice, which has parts instead of
        articles, 第二条 is its second part.
        """
        if not self._has_articles:
            steps = [replace(step, kind="部分") if step.kind == "条" else step for step in steps]
        wanted = [step for step in steps if not self._is_sole(step, steps)]
        return [one for one in self._clauses if wanted and _names(one.steps, wanted)]

    def at(self, offset: int) -> tuple[Step, ...]:
        """Return the steps of the innermost clause at an offset; () outside of clauses."""
        for clause in reversed(self._clauses[: bisect_right(self._starts, offset)]):
            if offset < clause.end:
                return clause.steps
        return ()

    def label(self, steps: Sequence[Step]) -> str:
        """Return steps in the official form, from the article down: 第三十九条第二项.

        第一款 is named only where its article has several.
        """
        inner = [step for step in steps if step.kind not in HEADINGS] or list(steps)
        if not self._has_articles:
            return "".join(_label_in_notice(step) for step in inner)
        return "".join(label(step) for step in inner if not self._is_sole(step, steps))

    def name(self, start: int, end: int) -> str:
        """Return in words the innermost clause that holds a span; "" outside of clauses.

        What spans several articles is 第十条至第十二条; a whole chapter is 第二章. A paragraph read
        from a picture is in no clause for certain unless it opens with a number: there may have
        been one that was overlooked.
        """
        if any(first <= start < last for first, last in self._unnumbered):
            return ""
        holding = [one for one in self._clauses if one.start <= start and end <= one.end]
        whole = next((one for one in holding if (one.start, one.end) == (start, end)), None)
        inner = whole or (holding[-1] if holding else None)
        if inner is not None and (inner is whole or inner.steps[-1].kind not in HEADINGS):
            return self.label(inner.steps)
        first, last = self.at(start), self.at(end - 1)
        articles = [self.label([s for s in steps if s.kind == "条"]) for steps in (first, last)]
        if all(articles) and articles[0] != articles[1]:
            return "至".join(articles)
        return self.label(first)

    def lacks(self, steps: Sequence[Step]) -> str:
        """Return how far the clause goes whose inner one is missing; "" where none is.

        Of 第三十九条第九项: 第三十九条共6项.
        """
        for kept in range(len(steps) - 1, 0, -1):
            missing = steps[kept]
            if missing.kind not in _KINDS:
                continue
            outer = self.find(steps[:kept])
            if outer:
                held = [
                    one.steps[-1]
                    for one in self._clauses
                    if one.steps[-1].kind == missing.kind
                    and outer[0].start <= one.start
                    and one.end <= outer[0].end
                ]
                clause, kind = self.label(steps[:kept]), Message(_KINDS[missing.kind])
                if not held:
                    return Message("corpus.undivided", clause=clause, kind=kind)
                return Message("corpus.counted", clause=clause, count=len(held), kind=kind)
        return ""

    def last_article(self) -> Step | None:
        """Return the article with the greatest number; None where there is none."""
        articles = [one.steps[-1] for one in self._clauses if one.steps[-1].kind == "条"]
        return max(articles, key=lambda step: (step.number, step.branch), default=None)

    def _is_sole(self, step: Step, steps: Sequence[Step]) -> bool:
        """Whether a step is the 第一款 of an article that has no other."""
        if step != Step("款", 1):
            return False
        article = [one for one in steps if one.kind == "条"]
        second = (*article, Step("款", 2))
        return bool(article) and not any(_names(one.steps, second) for one in self._clauses)


def clause_of(paragraphs: Sequence[Paragraph], start: int, end: int) -> str:
    """Return in words the innermost clause that holds a span; "" outside of clauses."""
    return Clauses("", paragraphs).name(start, end)


def _label_in_notice(step: Step) -> str:
    """Return one step of a notice in words: 第二部分, 第（三）项, 第1目."""
    if step.kind == "项":
        return f"第（{chinese(step.number)}）项"
    return f"第{step.number}目" if step.kind == "目" else label(step)


def label(step: Step) -> str:
    """Return one step in words: 第二百二十四条之一."""
    if not step.number:
        return step.kind
    if step.kind in ("附件", "附录", "附表"):
        return f"{step.kind}{chinese(step.number)}"
    branch = f"之{chinese(step.branch)}" if step.branch else ""
    return f"第{chinese(step.number)}{step.kind}{branch}"


def chinese(number: int) -> str:
    """Return a number from 1 to 9999 as laws write it: 一千零八十四, 十二, 一百一十."""
    words, rest, gap = "", number, False
    for size, unit in _UNITS:
        digit, rest = divmod(rest, size)
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + unit
            gap = False
        elif words:
            gap = True
    if rest:
        words += ("零" if gap and words else "") + _DIGITS[rest]
    return words.removeprefix("一") if 10 <= number < 20 else words


def _names(steps: Sequence[Step], wanted: Sequence[Step]) -> bool:
    """Whether ``wanted`` are among ``steps``, in order, the last being the last."""
    if steps[-1] != wanted[-1]:
        return False
    left = iter(steps)
    return all(any(step == one for step in left) for one in wanted)
