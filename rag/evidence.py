"""Evidence: the sentences of the passages found, and how well each answers the question."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.citations import REVISION_PREFIX, parse_place_id
from corpus.numbers import find_numbers, normalised_numbers
from corpus.script import fold
from corpus.sentences import split_units
from corpus.types import Document, Paragraph
from index.tokens import tokenize
from index.types import Hit
from rag.coverage import Coverage
from rag.question import Kind, Question

Read = Callable[[str], tuple[Document, Sequence[Paragraph]]]

MOST_UNITS = 240  # sentences looked at for one question; ten passages have some forty
HEADING_SHARE = 0.6  # what a word covered only by title or path counts, against the sentence
PASSAGE_SHARE = 0.4  # what a word covered only by other sentences of the passage counts

# Asked with the spoken word, written with the official one.
_SAME_UNITS = (("天", "日"), ("周", "星期"), ("个", "名", "人"), ("元", "圆"), ("月", "个月"))

_PLACE = re.compile(
    "北京|上海|天津|重庆|香港|澳门|台北|广州|深圳|南京|杭州|武汉|成都|西安|沈阳|长春|哈尔滨|济南|青岛|大连|厦门"
    "|福州|郑州|长沙|南昌|合肥|太原|石家庄|昆明|贵阳|南宁|海口|兰州|西宁|银川|乌鲁木齐|拉萨|呼和浩特"
    "|[\u4e00-\u9fff](?<![各全本该每城都超])[市省县](?![级内长值场民政区委])|[\u4e00-\u9fff]{2,8}自治[区州县]"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence that may answer, with what it covers of the question."""

    document: Document
    paragraph: Paragraph
    start: int
    end: int
    hit: Hit
    covered: frozenset[int]  # terms the sentence itself covers
    direct: float  # their share of the question, 0 to 1
    near: float  # the share with title, path and passage counted in part, 0 to 1
    fits: bool  # it contains the kind of thing asked for
    numbers: bool  # the question's numbers stand in it, or in its title, path or passage

    @property
    def text(self) -> str:
        """The exact quote."""
        return self.document.text[self.start : self.end]


def gather(question: Question, hits: Sequence[Hit], coverage: Coverage, read: Read) -> list[Unit]:
    """Return the sentences of the hits' passages, in the order of the hits, each place once."""
    units: list[Unit] = []
    seen: set[tuple[str, int]] = set()
    for hit in hits:
        document, paragraphs = read(hit.passage.document_id)
        place = parse_place_id(hit.passage.id)
        if document.revision[:REVISION_PREFIX] != place.revision_prefix:
            continue  # edited between search and reading: its new revision is searched next time
        for unit in _units_of(question, hit, document, paragraphs, coverage):
            if (document.id, unit.start) not in seen:
                seen.add((document.id, unit.start))
                units.append(unit)
            if len(units) == MOST_UNITS:
                return units
    return units


def _units_of(
    question: Question,
    hit: Hit,
    document: Document,
    paragraphs: Sequence[Paragraph],
    coverage: Coverage,
) -> Iterator[Unit]:
    passage = hit.passage
    heading = coverage.covered(set(tokenize(" ".join([hit.title, *passage.path]))))
    around = coverage.covered(set(tokenize(passage.text)))
    wanted = set(normalised_numbers(question.text)) if question.kind is not Kind.LIST else set()
    numbers = wanted <= set(normalised_numbers(f"{hit.title} {passage.path} {passage.text}"))
    for paragraph in _overlapping(paragraphs, passage.start, passage.end):
        # Passages are cut at sentence ends: only their own part of a long paragraph is looked at.
        base = max(paragraph.start, passage.start)
        part = document.text[base : min(paragraph.end, passage.end)]
        for start, end in split_units(part):
            begin, stop = base + start, base + end
            text = document.text[begin:stop]
            covered = coverage.covered(set(tokenize(text)))
            direct = coverage.share(covered)
            near = (
                direct
                + HEADING_SHARE * coverage.share(heading - covered)
                + PASSAGE_SHARE * coverage.share(around - heading - covered)
            )
            yield Unit(
                document,
                paragraph,
                begin,
                stop,
                hit,
                covered,
                direct,
                min(near, 1.0),
                fits(question, text),
                numbers,
            )


def _overlapping(paragraphs: Sequence[Paragraph], start: int, end: int) -> Iterator[Paragraph]:
    at = max(0, bisect_right(paragraphs, start, key=lambda p: p.start) - 1)
    for paragraph in paragraphs[at:]:
        if paragraph.start >= end:
            return
        if paragraph.end > start:
            yield paragraph


def fits(question: Question, text: str) -> bool:
    """Say whether a text contains the kind of thing asked for; true where that cannot be told."""
    if question.kind is Kind.NUMBER:
        return _has_number(question, text)
    if question.kind is Kind.DATE:
        return any(
            n.kind in ("year", "date") or n.unit in ("年", "月", "日") for n in find_numbers(text)
        )
    if question.kind is Kind.CITY:
        return _PLACE.search(fold(text)) is not None
    return True


def _same_units(unit: str) -> tuple[str, ...]:
    """Return the measure words a text may use for the one asked for."""
    return next((same for same in _SAME_UNITS if unit in same), (unit,))


def _has_number(question: Question, text: str) -> bool:
    known = set(normalised_numbers(question.text))
    folded = fold(text)
    for number in find_numbers(text):
        if number.canonical in known:
            continue
        # The measure word may follow a word later than the numeral: 三十周岁 for 岁.
        said = folded[number.start : number.end + 2]
        if question.unit is None or any(unit in said for unit in _same_units(question.unit)):
            return True
    return False
