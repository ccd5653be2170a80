"""One numeral as official texts write it: Chinese, Arabic, full-width, mixed."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from corpus.text.script import fold

_ROWS = ("零〇○", "一壹弌", "二贰两弍", "三叁叄参", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {character: str(value) for value, row in enumerate(_ROWS) for character in row}
_OTHERS = {"拾": "十", "佰": "百", "仟": "千", "廿": "2十", "卅": "3十", "卌": "4十", "点": "."}
_PLAIN = str.maketrans(_DIGITS | _OTHERS | {",": ""})
_SCALES = (("亿", 10**8), ("万", 10**4))
_SMALL_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000}
_POSITIONAL = re.compile(r"(\d+(?:\.\d+)?)([十百千]?)", re.ASCII)
_SECTION = re.compile(r"(?:([1-9])千)?(?:0?([1-9])百)?(?:0?([1-9]?)(十))?(0?)([1-9]?)")
_VAGUE = re.compile("[一二两三四五六七八九]{2}[十百千万亿]")  # 二三十, 五六万: no one number
_LONGEST_NUMERAL = 40  # characters: beyond any real number, below Python's limit on digits


@lru_cache(maxsize=4096)  # the articles of all laws are some 1,300 different numerals
def parse_numeral(text: str) -> int | None:
    """Return the whole number that all of ``text`` is a numeral of; None when it is not one.

    Chinese (plain, formal, traditional, positional), Arabic, full-width, mixed (3.5万), with
    spaces inside.
    """
    value = evaluate("".join(fold(text).split()))
    return int(value) if value is not None and value == value.to_integral_value() else None


def evaluate(folded: str) -> Decimal | None:
    """Return the number that all of a folded text without spaces is a numeral of; else None."""
    if not folded or len(folded) > _LONGEST_NUMERAL or _VAGUE.search(folded):
        return None
    return _value(folded.translate(_PLAIN))


def _value(plain: str) -> Decimal | None:
    for sign, scale in _SCALES:
        head, found, tail = plain.rpartition(sign)
        if found:
            large = _value(head) if head else Decimal(1)
            small = _below(tail, scale)
            if large is None or small is None or sign in head:
                return None
            return large * scale + small
    return _section(plain)


def _below(tail: str, scale: int) -> Decimal | None:
    """Read what follows 万 or 亿; a lone digit counts the next lower power: 一万五 is 15000."""
    if not tail:
        return Decimal(0)
    if len(tail) == 1 and tail in "123456789":
        return Decimal(tail) * scale / 10
    value = _value(tail)
    return value if value is not None and value < scale else None


def _section(plain: str) -> Decimal | None:
    """Read digits, or a number below ten thousand: 一千二百六十, 一千零一, 十五, 一千二 (1200)."""
    positional = _POSITIONAL.fullmatch(plain)
    if positional is not None:
        return Decimal(positional[1]) * _SMALL_SCALES[positional[2]]
    whole, dot, fraction = plain.partition(".")
    if dot:
        left = _section(whole)
        known = left is not None and fraction.isascii() and fraction.isdigit()
        return left + Decimal(f"0.{fraction}") if left is not None and known else None
    if whole[:1] in _SMALL_SCALES and whole:
        whole = "1" + whole
    match = _SECTION.fullmatch(whole)
    if match is None or not whole or (match[5] and not match[6]):
        return None
    thousands, hundreds, tens = int(match[1] or 0), int(match[2] or 0), int(match[3] or 0)
    ones = int(match[6] or 0)
    if match[4] and not tens:
        tens = 1  # 一百十五, as older laws write 115
    elif not match[4] and not match[5] and (thousands or hundreds):
        ones *= 10 if hundreds else 100
    return Decimal(1000 * thousands + 100 * hundreds + 10 * tens + ones)
