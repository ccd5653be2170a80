"""How a report writes texts of the data, numbers and doubts, whatever its form."""

from __future__ import annotations

import unicodedata

NOTHING = "–"  # in place of a number that there is none of
MINUS = "−"
LEAST_SHOWN = 0.001  # a smaller p is only said to be below it
ALPHA = 0.05  # a difference whose adjusted p is above this may be chance
LONGEST = 4_000  # code points of one text of the data: a report is no copy of the library
_KEPT = "\n\t"
_CONTROL_PICTURES = 0x2400  # ␀, the first of the signs that stand for control characters
_DELETE, _DELETE_PICTURE = 0x7F, "\u2421"
_REPLACEMENT = "\ufffd"
# They turn the order of what follows around, also beyond the text they stand in.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Return ``text`` with every character that steers a reader shown instead of obeyed."""
    lined = text.replace("\r\n", "\n")
    return lined if lined.isprintable() else "".join(map(_harmless, lined))


def cut(value: object, longest: int = LONGEST) -> str:
    """Return a value of the data as clean text; of one that is too long the rest is counted."""
    whole = clean(str(value))
    left = len(whole) - longest
    return f"{whole[:longest]}…… 〔略 {left} 字，{left} more characters〕" if left > 0 else whole


def number(value: float | None, digits: int = 3) -> str:
    """Return a value with so many decimals, or a dash for none."""
    return NOTHING if value is None else f"{value:.{digits}f}".replace("-", MINUS)


def signed(value: float | None, digits: int = 3) -> str:
    """Return a difference with its sign; one that rounds to nothing has none."""
    if value is None:
        return NOTHING
    told = f"{value:+.{digits}f}"
    return told[1:] if not float(told) else told.replace("-", MINUS)


def chance(p: float) -> str:
    """Return a p with three decimals."""
    return f"<{LEAST_SHOWN}" if p < LEAST_SHOWN else f"{p:.3f}"


def width(text: str) -> int:
    """Return the columns a terminal gives ``text``: wide characters two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with spaces to at least ``columns`` columns."""
    return text + " " * (columns - width(text))


def shorten(text: str, columns: int) -> str:
    """Return ``text`` in at most ``columns`` columns, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    kept = ""
    for character in text:
        if width(kept + character) > columns - 1:
            break
        kept += character
    return kept + "…"


def one_line(text: str) -> str:
    """Return ``text`` on one line, without characters that steer a terminal."""
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Zl", "Zp") else character
        for character in text
    )


def _harmless(character: str) -> str:
    if character in _KEPT:
        return character
    kind = unicodedata.category(character)
    if kind == "Cc":
        code = ord(character)
        if code == _DELETE:
            return _DELETE_PICTURE
        return chr(_CONTROL_PICTURES + code) if code < ord(" ") else _REPLACEMENT
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return _REPLACEMENT if kind == "Cs" or character in _TURNING or noncharacter else character
