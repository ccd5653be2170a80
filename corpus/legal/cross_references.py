"""References between the clauses of one text: 违反本法第十条规定的，处…, 前款规定的…, both ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from corpus.legal.addresses import Address, Names, find_addresses
from corpus.legal.clauses import Clause
from corpus.types import Paragraph

Span = tuple[int, int]
Resolve = Callable[[Address], Sequence[Clause]]

MOST_NAMED = 12  # clauses of one reference; 本章 and 本法第一条至第五十条 say nothing of any
_MAY_NAME = re.compile(r"第.{1,12}?[条款]|[Aa]rticle|[Ss]ection")
_BEFORE = re.compile("前[款条]")


class CrossReferences:
    """Which places of a text name which others."""

    def __init__(self, paragraphs: Sequence[Paragraph], names: Names, resolve: Resolve) -> None:
        """Look for them; ``resolve`` gives the clauses of an address without a law's name."""
        self._pairs = list(_pairs(paragraphs, names, resolve))

    def named_by(self, start: int, end: int) -> list[Span]:
        """Return the places that a stretch of the text names, each once, in order."""
        found = (to for place, to in self._pairs if place[0] < end and place[1] > start)
        return list(dict.fromkeys(found))

    def naming(self, start: int, end: int) -> list[Span]:
        """Return the paragraphs that name a place in a stretch of the text, in order."""
        found = (place for place, to in self._pairs if to[0] < end and to[1] > start)
        return list(dict.fromkeys(found))


def _pairs(
    paragraphs: Sequence[Paragraph], names: Names, resolve: Resolve
) -> Iterator[tuple[Span, Span]]:
    for at, paragraph in enumerate(paragraphs):
        place = paragraph.start, paragraph.end
        if at and _BEFORE.search(paragraph.text) and paragraphs[at - 1].path == paragraph.path:
            yield place, (paragraphs[at - 1].start, paragraphs[at - 1].end)
        if not _MAY_NAME.search(paragraph.text):
            continue
        for address in find_addresses(paragraph.text, names):
            opens = address.start == 0 and not paragraph.text.startswith(("本", "违"))
            if address.name or opens:  # of another law; the article's own number
                continue
            clauses = resolve(address)
            if len(clauses) <= MOST_NAMED:
                yield from ((place, (clause.start, clause.end)) for clause in clauses)
