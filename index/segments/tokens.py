"""Tokens of the term side: the same function cuts passages and questions."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from operator import add
from typing import Any

from corpus.text.script import fold

# Part of what an index remembers: another version means its tokens are not comparable with ours.
TOKENS_VERSION = "1"

# A word longer than this is noise (base64, a broken table); its head still finds it.
LONGEST_WORD = 64

# Agency characters in front of 〔2023〕15号 that join its token. Two, always: what stands before
# them (国办发, or 根据国发 in running text) cannot be distinguished from the agency's own name.
_AGENCY = 2

_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
_LETTER = rf"[^\W_{_HAN}{_KANA}{_HANGUL}]"  # letters and digits of all other scripts

_DOCUMENT_NUMBER = re.compile(
    rf"([{_HAN}]{{0,{_AGENCY}}})\s?[〔\[(【﹝〈]\s?((?:19|20)\d\d)年?\s?[〕\])】﹞〉]\s?第?\s?(\d{{1,5}})\s?号"
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LEADING_DIGITS = re.compile(r"(\d+)(\D.*)", re.DOTALL)


def tokenize(text: str) -> list[str]:
    """Return the tokens of ``text``, repeated as often as they occur; none holds whitespace.

    Han runs give characters and bigrams (Foo and Li 2004; BENCH: bigrams beat words in both
    scripts), kana and Hangul bigrams, other scripts words, English ones stemmed (Snowball). A
    number is one token (1,200 is 1200), and so is a document number, next to its parts.
    """
    # The full-width comma separates; folded to "," it would join 12，300 into one number.
    folded = fold(unicodedata.normalize("NFC", text).replace("，", "、"))
    tokens = [_join_number(match) for match in _DOCUMENT_NUMBER.finditer(folded)]
    for match in _runs().finditer(folded):
        run = match.group()
        kind = match.lastgroup
        if kind == "han":
            tokens.extend(run)
            tokens.extend(map(add, run, run[1:]))
        elif kind == "syllables":
            tokens.extend(map(add, run, run[1:]) if len(run) > 1 else (run,))
        elif kind == "number":
            tokens.extend(_number_tokens(run))
        else:
            tokens.extend(_word_tokens(run))
    return tokens


@cache
def _runs() -> re.Pattern[str]:
    """One alternation over the text; built at first use, since the marks must be gathered."""
    marks = _combining_marks()
    word = rf"{_LETTER}+(?:(?:[{marks}]+|['’](?={_LETTER})){_LETTER}*)*"
    return re.compile(
        rf"(?P<han>[{_HAN}]+)|(?P<syllables>[{_KANA}]+|[{_HANGUL}]+)"
        rf"|(?P<number>(?>\d+(?:[.,]\d+)*)(?!{_LETTER}))|(?P<word>{word})"
    )


def _combining_marks() -> str:
    """Return marks that belong inside a word (Devanagari vowels) and are no letters to re."""
    marks = (chr(code) for code in range(0x300, 0x3000))
    return "".join(mark for mark in marks if unicodedata.category(mark).startswith("M"))


def _join_number(match: re.Match[str]) -> str:
    agency, year, number = match.groups()
    return f"{agency}{_ascii_digits(year)}-{_ascii_digits(number).lstrip('0') or '0'}"


def _number_tokens(run: str) -> Iterable[str]:
    """1,200.50 is one number; 2023.1.15 and 1,2,3 are lists of them."""
    run = _ascii_digits(run)
    if _GROUPED.fullmatch(run):
        run = run.replace(",", "")
    if "," in run or run.count(".") > 1:
        return re.split("[.,]", run)
    if "." in run:
        return (run.rstrip("0").rstrip("."),)
    return (run[:LONGEST_WORD],)


def _ascii_digits(run: str) -> str:
    if run.isascii():
        return run
    return "".join(str(unicodedata.decimal(one, one)) for one in run)


def _word_tokens(run: str) -> Iterable[str]:
    """Return the word; of one that starts with digits (500kg, 5G) its two parts too."""
    word = run[:LONGEST_WORD].lower()
    parts = _LEADING_DIGITS.fullmatch(word)
    if parts is not None:
        return (word, parts[1], _stem(parts[2]))
    return (_stem(word),)


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _stemmer(threading.get_ident()).stemWord(word) or word if word.isascii() else word


@lru_cache(maxsize=64)
def _stemmer(_thread: int) -> Any:  # noqa: ANN401 (untyped)
    """Return a stemmer for one thread: it keeps the word in hand in itself."""
    import Stemmer

    return Stemmer.Stemmer("english")


def counted_tokens(title: str, path: Sequence[str], text: str) -> list[str]:
    """Return the tokens of a passage as they are counted: those of its heading twice."""
    heading = tokenize(" ".join([title, *path]))
    return [*heading, *heading, *tokenize(text)]
