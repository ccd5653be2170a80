"""Small pieces of HTML that reports are made of: escaped text, two languages, numbers, tables.

Whatever comes from data goes through ``text``; every other function takes and returns HTML.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable, Sequence

from eval.comparison.resampling import TOLERATED

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


def text(value: object, longest: int = LONGEST) -> str:
    """Return a value of the data as HTML, fit for elements and for attributes in quotes."""
    whole = clean(str(value))
    if len(whole) <= longest:
        return html.escape(whole)
    left = len(whole) - longest
    return f"{html.escape(whole[:longest])}…… 〔略 {left} 字，{left} more characters〕"


def both(zh: str, en: str) -> str:
    """Return Chinese and English, the latter marked as such."""
    return f'{zh} <span lang="en">{en}</span>'


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
    return f"&lt;{LEAST_SHOWN}" if p < LEAST_SHOWN else f"{p:.3f}"


def better_or_worse(gain: float, doubt: str | None = None, told: str = "") -> str:
    """Return which way a difference goes, as a sign and in words, ``told`` between them.

    With a doubt, which is put behind it, it is not made to stand out.
    """
    if abs(gain) < TOLERATED:
        return f'<span class="same">＝ {both("相同", "same")}</span>'
    zh, en, sign = ("较好", "better", "▲") if gain > 0 else ("较差", "worse", "▼")
    css = en if doubt is None else f"{en} doubtful"
    return f'<span class="{css}">{sign} {told}{both(zh, en)}</span>{doubt or ""}'


def maybe_chance(adjusted: float) -> str | None:
    """Return a doubt where an adjusted p does not rule chance out, else none."""
    return f"<small>{both('或属偶然', 'may be chance')}</small>" if adjusted > ALPHA else None


def table(
    caption: str,
    head: Sequence[str],
    groups: Iterable[tuple[str, Sequence[Sequence[str]]]],
    css: str = "figures",
) -> str:
    """Return a table whose rows stand in groups, each under its name; no name: no line for it.

    The first cell of a row names it. On narrow screens it scrolls by itself, by keyboard too.
    """
    heads = "".join(f'<th scope="col">{each}</th>' for each in head)
    bodies = "".join(_group(name, rows, len(head)) for name, rows in groups if rows)
    named = f"<caption><span>{caption}</span></caption>" if caption else ""
    marked = f' class="{css}"' if css else ""
    return (
        '<div class="scroll" tabindex="0" role="group" aria-label="表格，可左右移动 table">'
        f"<table{marked}>{named}<thead><tr>{heads}</tr></thead>{bodies}</table></div>"
    )


def listed(items: Iterable[str], css: str = "") -> str:
    """Return a list without an order."""
    marked = f' class="{css}"' if css else ""
    return f"<ul{marked}>{''.join(f'<li>{each}</li>' for each in items)}</ul>"


def titled(title: str, content: str) -> str:
    """Return content under a small heading."""
    return f'<h3 class="part">{title}</h3>{content}'


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Return names with what they stand for."""
    return f"<dl>{''.join(f'<div><dt>{a}</dt><dd>{b}</dd></div>' for a, b in rows)}</dl>"


def _group(name: str, rows: Sequence[Sequence[str]], columns: int) -> str:
    headed = f'<tr><th colspan="{columns}" scope="rowgroup">{name}</th></tr>' if name else ""
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{each}</td>" for each in row[1:])}</tr>'
        for row in rows
    )
    return f"<tbody>{headed}{lines}</tbody>"


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
