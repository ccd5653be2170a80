"""Measures of what an answer says: musts, reference answers, EM and F1.

EM and F1 of Chinese follow the evaluation script of CMRC 2018 (Cui et al., *A Span-Extraction
Dataset for Chinese Machine Reading Comprehension*, EMNLP 2019): Han characters one by one, other
words whole, its list of punctuation dropped, F1 over the longest common run. Words between Han
characters are parted at every mark, where that script calls NLTK's tokenizer: English contractions
differ. EM and F1 of other languages follow SQuAD (Rajpurkar et al., EMNLP 2016): lower case,
without ASCII punctuation and articles, F1 over the bag of words.

What is compared is the words marked as the short answer, or the first sentence where none are.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from fractions import Fraction

from corpus.text.script import fold, share_han
from rag.types import Answer

MARKER = re.compile(r"\[\^\d+\]")
LONG_FORM = 100  # code points: a longer reference is an essay, not words to be contained
# CMRC 2018's own list. Its "……" is two characters and so never equal to one: left out.
_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_NUMERALS = frozenset("0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿两")
_POINTS = frozenset(".,．")
_HAN = re.compile("[\u4e00-\u9fa5]")
_LATIN = re.compile(r"\w+|[^\w\s]")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def missing_musts(
    musts: Iterable[str], answer: Answer, form: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Return the musts that the answer's text, without its markers, does not hold."""
    text = form(MARKER.sub("", answer.text))
    return tuple(must for must in musts if not holds(text, form(must)))


def holds(text: str, part: str) -> bool:
    """Tell whether ``part`` stands in ``text``, and not inside a longer number: 一年 in 十一年."""
    at = text.find(part)
    while at >= 0:
        end = at + len(part)
        if not (_joins(text, at) or _joins(text, end)):
            return True
        at = text.find(part, at + 1)
    return False


def _joins(text: str, at: int) -> bool:
    """Tell whether a number goes on across a position: 十|一, 2|1, 3.|5, 1|,200."""
    before, behind = text[:at][-2:], text[at : at + 2]
    if not before or not behind:
        return False
    if before[-1] in _NUMERALS and behind[0] in _NUMERALS:
        return True
    if before[-1] in _POINTS:
        return before[0].isdecimal() and behind[0].isdecimal() and len(before) > 1
    return behind[0] in _POINTS and before[-1].isdecimal() and behind[1:].isdecimal()


def short_of(answer: Answer) -> str:
    """Return the words to be compared with reference answers; empty for an abstention."""
    return answer.short_answer or (answer.claims[0].text if answer.claims else "")


def contains_answer(references: Sequence[str], answer: Answer) -> Fraction | None:
    """Return 1 if any reference stands in the answer: letters and digits, width and script folded.

    None without references, or if each is longer than ``LONG_FORM``.
    """
    wanted = [_letters(each) for each in references if len(each) <= LONG_FORM]
    if not any(wanted):
        return None
    said = _letters(MARKER.sub("", answer.text))
    return Fraction(int(any(holds(said, each) for each in wanted if each)))


def exact_match(references: Sequence[str], said: str) -> int:
    """Return 1 if any reference is what was said, by its language's normalisation, else 0."""
    return int(any(_same(each, said) for each in references))


def overlap_f1(references: Sequence[str], said: str) -> Fraction:
    """Return the best F1 of any reference with what was said, by its language's formula."""
    scores = (cmrc_f1(e, said) if _is_chinese(e) else squad_f1(e, said) for e in references)
    return max(scores, default=Fraction(0))


def cmrc_f1(reference: str, said: str) -> Fraction:
    """Return CMRC 2018's F1: of the longest common run of segments."""
    wanted, given = cmrc_segments(reference), cmrc_segments(said)
    matcher = SequenceMatcher(None, wanted, given, autojunk=False)
    return _f1(matcher.find_longest_match().size, len(given), len(wanted))


def cmrc_segments(text: str) -> list[str]:
    """Return Han characters one by one and other words whole, without punctuation, lower case."""
    segments: list[str] = []
    latin = ""
    for character in text.lower().strip():
        if character in _MARKS:
            continue  # as that script does it: the words on both sides run on
        if _HAN.match(character):
            segments += [*_LATIN.findall(latin), character]
            latin = ""
        else:
            latin += character
    return segments + _LATIN.findall(latin)


def cmrc_plain(text: str) -> str:
    """Return the text as CMRC 2018's EM compares it: lower case, without its marks."""
    return "".join(each for each in text.lower().strip() if each not in _MARKS)


def squad_f1(reference: str, said: str) -> Fraction:
    """Return SQuAD's F1: of the bags of words."""
    wanted, given = squad_plain(reference).split(), squad_plain(said).split()
    return _f1((Counter(wanted) & Counter(given)).total(), len(given), len(wanted))


def squad_plain(text: str) -> str:
    """Return the text as SQuAD's EM compares it."""
    unmarked = "".join(each for each in text.lower() if each not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", unmarked).split())


def _same(reference: str, said: str) -> bool:
    if _is_chinese(reference):
        return cmrc_plain(reference) == cmrc_plain(said)
    return squad_plain(reference) == squad_plain(said)


def _is_chinese(text: str) -> bool:
    return share_han(text) > 0


def _letters(text: str) -> str:
    return "".join(each for each in fold(text) if each.isalnum())


def _f1(common: int, given: int, wanted: int) -> Fraction:
    """Return 2PR/(P+R) with P = common/given and R = common/wanted, which is this."""
    return Fraction(2 * common, given + wanted) if common else Fraction(0)
