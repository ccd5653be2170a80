"""The clauses of a document: 条 with their 款 项 目, headings above them, with exact spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from corpus.legal.addresses import Step
from corpus.legal.clause_walk import HEADINGS, Clause, walk_clauses
from corpus.legal.structure import division
from corpus.types import Paragraph

_DIGITS = "零一二三四五六七八九"
_UNITS = ((1000, "千"), (100, "百"), (10, "十"))


class Outline:
    """The clauses of one document."""

    def __init__(self, document_id: str, paragraphs: Sequence[Paragraph]) -> None:
        self._document_id = document_id
        self._clauses = list(walk_clauses(document_id, paragraphs))
        self._starts = [clause.start for clause in self._clauses]
        self._unnumbered = [  # words of pictures whose number may have been overlooked
            (one.start, one.end)
            for one in paragraphs
            if one.ocr and division(one.text, unspaced_articles=True) is None
        ]
        self._has_articles = any(one.steps[-1].kind == "条" for one in self._clauses)

    @property
    def clauses(self) -> Sequence[Clause]:
        """All of them, each before those inside it."""
        return self._clauses

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

    def extent(self) -> str:
        """Return how far the document goes, in words."""
        articles = [one.steps[-1] for one in self._clauses if one.steps[-1].kind == "条"]
        if not articles:
            return ""
        last = max(articles, key=lambda step: (step.number, step.branch))
        return f"共{len(articles)}条，末条为{label(last)}"

    def lacks(self, steps: Sequence[Step]) -> str:
        """Return in words how far the clause goes whose inner one is missing; "" where none is.

        Of 第三十九条第九项: 第三十九条共6项.
        """
        for kept in range(len(steps) - 1, 0, -1):
            missing = steps[kept]
            if missing.kind not in ("款", "项", "目"):
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
                return f"{self.label(steps[:kept])}{_counted(held, missing.kind)}"
        return ""

    def last_article(self) -> Step | None:
        """Return the article with the greatest number; None where there is none."""
        articles = [one.steps[-1] for one in self._clauses if one.steps[-1].kind == "条"]
        return max(articles, key=lambda step: (step.number, step.branch), default=None)

    def _is_sole(self, step: Step, steps: Sequence[Step]) -> bool:
        """Tell whether a step is the 第一款 of an article that has no other."""
        if step != Step("款", 1):
            return False
        article = [one for one in steps if one.kind == "条"]
        second = (*article, Step("款", 2))
        return bool(article) and not any(_names(one.steps, second) for one in self._clauses)


def clause_of(paragraphs: Sequence[Paragraph], start: int, end: int) -> str:
    """Return in words the innermost clause that holds a span; "" outside of clauses."""
    return Outline("", paragraphs).name(start, end)


def _counted(held: Sequence[Step], kind: str) -> str:
    return f"共{len(held)}{kind}" if held else f"不分{kind}"


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
    """Tell whether ``wanted`` are among ``steps``, in order, the last being the last."""
    if steps[-1] != wanted[-1]:
        return False
    left = iter(steps)
    return all(any(step == one for step in left) for one in wanted)
