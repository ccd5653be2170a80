"""What drafting works on: documents, their statements, and how a question names its document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.legal.clauses import Clauses
from corpus.legal.instrument_names import folded_name, is_rule
from corpus.legal.structure import division, list_family
from corpus.text.script import fold, is_han, share_han
from corpus.text.sentences import split_sentences
from corpus.types import Document, Paragraph

if TYPE_CHECKING:
    from index.library import Library

CHINESE_SHARE = 0.3  # of Han in a text that is asked in Chinese
LONGEST_QUESTION = 80  # code points: longer ones nobody asks
SHORTEST_QUESTION = 8
LONGEST_ENGLISH = 160
LONGEST_TITLE = 40  # a longer one is no name that people ask by
LONGEST_SENTENCE = 300

_KINDS_OF_TEXT = (
    "法|法典|条例|办法|规定|规则|细则|规程|章程|准则|规范|标准|守则|制度|公约|协定|决定|解释|意见"
    "|通知|方案|指南"
)
_OWN = re.compile(rf"本(?P<kind>{_KINDS_OF_TEXT})(?![定人官院律])")
# Words that point out of the sentence: what is asked with them can only be understood in place.
_POINTING = re.compile(
    "前款|前项|前条|前两款|前三款|上款|上述|本条|本款|本章|本节|本编|本项|该款|该项|同款|下同|依前|前述|上列|后款|如下|下列|以下(?:简称|统称|称)"
    "|(?<![其吉])[他她它](?!人)|今年|去年|明年|近日|日前|昨[日天]|今[日天]|本月|本次|这次|此次|这些|那些|本单位|本文|本书|本报告|我们|你们|他们|它们"
)
_LOOSE_START = re.compile(
    "(?:并|或|但|而|且|其|该|此|上|前|也|还|再|又|这|那|它|他|她|我|你|您|咱|同时|以上|以下|另|因此|所以|然后|接着|不[得予]|逾期|情节"
    "|拒[不绝]|对其|由其|经|对前|有前|依照前|违反前|可以|应当|必须|不能|超过|未|期限|除|即|处|特别|数额|造成|致使|尚|构成|犯前|如|若|后果|单处|没收"
    "|按照前|从其|否则|只|仅|均|都|就|则|至|到|被|把|将|在此|至于|为此|对此|例如|比如|具体|一般|有[^权]|无正当|给|作出|每|期满|期间|延|十|一是|二是"
    "|于|约|大约|多少|几|什么|全长|体长|目前|现时|其后|之后|后来|当时|同年|曾|共|由于|分布|生长|以[^色及]|是|在什么时候|是)"
)
_AMENDING = re.compile("修正案|关于修改|关于修订|关于废止|的决定$|的说明$")
_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")
_PAIRS = dict(zip("（《“‘「〔(【", "）》”’」〕)】", strict=True))
_STOPS = "，；：。！？"

_STATE = "中华人民共和国"
_MARKS = re.compile("[《》\n\r\t]")
_NO_NAME = re.compile(r"[？?。]|^\W*$")


@dataclass(frozen=True, slots=True)
class Source:
    """A document as questions are drafted from it."""

    document: Document
    paragraphs: Sequence[Paragraph]
    clauses: Clauses
    name: str  # what questions call it; "" where no name would lead to it alone
    rule: bool  # a law or rule: many say nearly the same, so questions always name it
    chinese: bool

    @property
    def amends(self) -> bool:
        """Whether its sentences tell what other texts are to say."""
        return _AMENDING.search(self.document.title) is not None

    @property
    def titled(self) -> str:
        """The name as it stands in a question."""
        return f"《{self.name}》" if self.chinese else self.name


@dataclass(frozen=True, slots=True)
class Draft:
    """A question in the making."""

    kind: str
    text: str
    quotes: tuple[str, ...]  # exact words of the document
    source: Source
    answers: tuple[str, ...] = ()
    musts: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    named: bool = False  # the question says which document it is about
    at: int = -1  # offset of the paragraph it rests on; -1: the text's head
    absent: tuple[str, ...] = ()  # words that no document may hold; then nothing answers it

    def with_name(self) -> Draft:
        """Return the question with its document named in it."""
        if self.named:
            return self
        name = self.source.titled
        if self.source.chinese:
            law = re.match("根据|按照|依照|依据|自", self.text)
            text = f"{name}规定，{self.text}" if law else f"根据{name}，{self.text}"
        else:
            text = f"According to {name}, {self.text[0].lower()}{self.text[1:]}"
        return replace(self, text=text, named=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of running text, without the marker of the clause it opens."""

    text: str  # exact words of the document
    paragraph: Paragraph
    item: bool  # it stands in an item of a list: its lead-in is elsewhere


class Sources:
    """The documents in force of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        catalogue = library.catalogue
        self._summaries = {
            each.id: each for each in library.documents() if catalogue.lapse(each.id) is None
        }
        self._titles = Counter(folded_name(each.title) for each in library.documents())

    def ids(self) -> list[str]:
        """Return the ids of all documents, by source."""
        return sorted(self._summaries, key=lambda one: self._summaries[one].source)

    def read(self, document_id: str) -> Source:
        """Return a document as questions are drafted from it."""
        document, paragraphs = self._library.read(document_id)
        chinese = is_chinese(document.text)
        rule = is_rule_title(document.title)
        name = self._name(document_id, document.title, rule=rule)
        clauses = self._library.catalogue.clauses(document_id)
        return Source(document, paragraphs, clauses, name, rule, chinese)

    def _name(self, document_id: str, title: str, *, rule: bool) -> str:
        """Return the shortest name that leads to this document and no other; "" where none does."""
        bare = _MARKS.sub("", title).strip()
        if not bare or len(bare) > LONGEST_TITLE or _NO_NAME.search(bare):
            return ""
        instruments = self._library.catalogue.instruments()
        own = instruments.of_document(document_id)
        short = bare.removeprefix(_STATE)
        if rule and own is not None and instruments.named(short) == [own]:
            return short
        return bare if self._titles[folded_name(title)] == 1 else ""


def is_chinese(text: str) -> bool:
    """Tell whether questions on a text are asked in Chinese."""
    return share_han(text) >= CHINESE_SHARE


def is_rule_title(title: str) -> bool:
    """Tell whether a title is one of a law or rule."""
    return is_rule(fold(title))


def statements(source: Source) -> Iterator[Statement]:
    """Yield the sentences that a question can rest on; headings, tables and pictures give none."""
    for paragraph in source.paragraphs:
        if paragraph.ocr or paragraph.path[-1:] == (paragraph.text,) or "|" in paragraph.text:
            continue
        opened = division(paragraph.text, unspaced_articles=True)
        item = list_family(paragraph.text, opened) is not None
        skipped = opened.end if opened is not None else 0
        for start, end in split_sentences(paragraph.text):
            text = paragraph.text[max(start, skipped) : end].strip()
            if text and text[-1] in "。！.;；" and len(text) <= LONGEST_SENTENCE:
                yield Statement(text, paragraph, item)


def parts(text: str) -> list[tuple[int, int]]:
    """Return the spans between commas, semicolons and colons that no bracket holds."""
    found: list[tuple[int, int]] = []
    closing: list[str] = []
    start = 0
    for at, mark in enumerate(text):
        if mark in _PAIRS:
            closing.append(_PAIRS[mark])
        elif closing and mark == closing[-1]:
            closing.pop()
        elif mark in _STOPS and not closing:
            found.append((start, at))
            start = at + 1
    if start < len(text):
        found.append((start, len(text)))
    return [(left, right) for left, right in found if text[left:right].strip()]


_NUMBERED = re.compile(r"[0-9０-９]+[.．、)）]")  # the marker of an item, and no word of it


def asking(source: Source, words: str) -> tuple[str, bool] | None:
    """Return a question in its final words, and whether it names its document.

    None for one that cannot be understood away from its place, or that nobody would ask.
    """
    bare = _BRACKETS.sub("", words).strip(" ，；、。：")
    if _POINTING.search(bare) or _LOOSE_START.match(bare) or _NUMBERED.match(bare):
        return None
    named = _OWN.search(bare) is not None
    if named and not source.name:
        return None
    if named:
        bare = _with_names(bare, source.titled)
    question = f"{bare}？"
    if not SHORTEST_QUESTION <= len(question) <= LONGEST_QUESTION or not _balanced(question):
        return None
    return question, named


def _with_names(words: str, name: str) -> str:
    """Return words with a name for the first 本法, and 该法 for what comes after."""
    first, *others = _OWN.finditer(words)
    rest = words[first.end() :]
    if others:
        rest = _OWN.sub(lambda own: f"该{own['kind']}", rest)
    return f"{words[: first.start()]}{name}{rest}"


def _balanced(text: str) -> bool:
    marks = zip("（《“「〔", "）》”」〕", strict=True)
    return all(text.count(left) == text.count(right) for left, right in marks) and '"' not in text


def says(question: str, answer: str) -> bool:
    """Tell whether a question gives its own answer away."""
    return _letters(answer) in _letters(question)


def _letters(text: str) -> str:
    return "".join(each for each in fold(text) if each.isalnum())


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring Han characters of a text, and its other words."""
    folded = fold(text)
    found = {
        folded[at : at + 2]
        for at in range(len(folded) - 1)
        if is_han(folded[at]) and is_han(folded[at + 1])
    }
    return frozenset(found | set(re.findall(r"[a-z0-9]{2,}", folded)))
