"""What a text costs in bits under a plain model of official texts, one number a character.

The wrong encoding turns common characters into rare ones and one script into many, and so costs
more bits: the encoding that explains the bytes in the fewest bits is the likeliest (minimum
description length, Rissanen 1978). Costs are -log2 of a class's rough share over the characters in
it. No frequency table is read: the levels come from the layout of the code pages themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float32]

# Characters that carry the grammar of Chinese, simplified and traditional: about a third of a text.
_FUNCTION_CHARACTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下"
    "过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都"
    "两体制机当使点从业本去把性好应合还因由其些然前外天政四日那社义事平形相全表间样与关各重新内"
    "数正心反明看原又么利比或但质第向道此变条没结解问意建月公无系及或者按被将务规责权"
    "這為個國時來們於對會發動過說產種後學經進電實兩體當點從業應還義與關內數變條沒結問無務規責權"
)
# Cantonese as Hong Kong writes it: most of these are in the Hong Kong supplement of Big5 alone.
_CANTONESE = "嘅佢哋咗啲嗰喺冇嘢諗嚟咁㗎唔咩嘥攞揸睇瞓噉咪嘛喎啫哂晒𨋢埗冚唪唥邨裏着"
_PUNCTUATION = "，。、；：？！“”‘’《》〈〉（）「」『』【】〔〕—…·～　"
_COMMON_HANGUL = "이다는을를에의가은고하지로한사기인도자리서어그시나정대"

# Bits a character. Level one of either code page holds what people write every day.
FUNCTION_BITS = 9.0
PUNCTUATION_BITS = 8.0
LEVEL_ONE_BITS = 13.0
LEVEL_TWO_BITS = 17.0
OTHER_HAN_BITS = 20.0
RARE_HAN_BITS = 22.0  # extension blocks and compatibility ideographs
ASCII_BITS = 6.0
SYMBOL_BITS = 13.0  # ①, Ⅳ, ℃, →: rows of their own in every Chinese code page
FOREIGN_BITS = 15.0  # Greek, accented Latin: seen in Chinese, seldom
KANA_BITS = 20.0  # kana, Bopomofo, Cyrillic: in Chinese a sign of misread bytes
OTHER_BITS = 22.0  # scripts no Chinese document mixes in
PRIVATE_BITS = 26.0
CONTROL_BITS = 40.0
FAMILIAR_BITS = 9.0  # a small alphabet within its own language

# What a document would cost per character if its encoding explained nothing at all: between level
# one (text) and the 18 to 20 bits that uniform pairs of bytes come to in any of the code pages.
NULL_BITS = 15.5


class Language(StrEnum):
    """Whose everyday characters are cheap."""

    CHINESE = "zh"
    JAPANESE = "ja"
    KOREAN = "ko"
    WESTERN = "western"
    ANY = "any"


def _pairs(codec: str, leads: Iterable[int], trails: Iterable[int]) -> Iterator[str]:
    """Characters that two-byte codes of ``codec`` stand for, undefined codes left out."""
    seconds = tuple(trails)
    for lead in leads:
        for trail in seconds:
            try:
                yield bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue


def _price(table: Costs, characters: Iterable[str], bits: float) -> None:
    for character in characters:
        if len(character) == 1:
            table[ord(character)] = bits


def _price_ranges(table: Costs, ranges: Iterable[tuple[int, int]], bits: float) -> None:
    for first, last in ranges:
        table[first : last + 1] = bits


@cache
def character_costs(language: Language) -> Costs:
    """Return the bits of every code point: (0x110000,) float32."""
    if language is not Language.CHINESE:
        return _for_language(character_costs(Language.CHINESE).copy(), language)
    table = np.full(0x110000, OTHER_BITS, dtype=np.float32)
    _price_ranges(table, [(0x00, 0x1F), (0x7F, 0x9F), (0xFFF0, 0xFFFF)], CONTROL_BITS)
    _price_ranges(table, [(0x20, 0x7E), (0x09, 0x0A), (0x0D, 0x0D)], ASCII_BITS)
    _price_ranges(table, [(0xA0, 0x17F), (0x370, 0x3FF)], FOREIGN_BITS)
    _price_ranges(table, [(0x400, 0x45F), (0x3041, 0x312F)], KANA_BITS)
    _price_ranges(table, [(0x2010, 0x2642), (0x3000, 0x303F), (0xFF01, 0xFF5E)], SYMBOL_BITS)
    _price_ranges(table, [(0x4E00, 0x9FFF)], OTHER_HAN_BITS)
    _price_ranges(table, [(0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)], RARE_HAN_BITS)
    _price_ranges(table, [(0x1F300, 0x1FAFF)], SYMBOL_BITS)
    _price_ranges(table, [(0xE000, 0xF8FF), (0xF0000, 0x10FFFF), (0xD800, 0xDFFF)], PRIVATE_BITS)
    trails = range(0xA1, 0xFF)
    big5_trails = (*range(0x40, 0x7F), *trails)
    _price(table, _pairs("gb2312", range(0xD8, 0xF8), trails), LEVEL_TWO_BITS)
    _price(table, _pairs("big5", range(0xC9, 0xFA), big5_trails), LEVEL_TWO_BITS)
    _price(table, _pairs("gb2312", range(0xB0, 0xD8), trails), LEVEL_ONE_BITS)
    _price(table, _pairs("big5", range(0xA4, 0xC6), big5_trails), LEVEL_ONE_BITS)
    _price(table, _CANTONESE, LEVEL_ONE_BITS)
    _price(table, _PUNCTUATION, PUNCTUATION_BITS)
    _price(table, _FUNCTION_CHARACTERS, FUNCTION_BITS)
    return table


def _for_language(table: Costs, language: Language) -> Costs:
    if language in (Language.JAPANESE, Language.ANY):
        _price_ranges(table, [(0x3041, 0x30FF)], FAMILIAR_BITS)
    if language is Language.KOREAN:  # which writes blanks and ASCII punctuation
        _price(table, _PUNCTUATION, SYMBOL_BITS)
    if language in (Language.KOREAN, Language.ANY):
        _price(table, _pairs("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)), LEVEL_ONE_BITS)
        _price(table, _COMMON_HANGUL, FAMILIAR_BITS)
    if language in (Language.WESTERN, Language.ANY):
        _price_ranges(table, [(0xC0, 0x17F), (0x370, 0x45F), (0x2013, 0x2026)], FAMILIAR_BITS)
    return table


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the text as code points: (len(text),) uint32."""
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
