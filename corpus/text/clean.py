"""What no reader sees, taken out before offsets exist. No visible character is ever changed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

# Residue inside residue does not occur; the limit bounds the work on a text made to be hostile.
MAX_ROUNDS = 8

_BLANK = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HAN = (
    "\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
_NOT_JOINED = rf"[{_HAN}{_BLANK}\n]"  # beside these a joiner joins nothing
_SWITCHES = r'(?:[ \t]+\\[a-z*](?:[ \t]+(?:"[^"\n]*"|MERGEFORMAT))?)'
_APART = r"(?<![A-Za-z0-9_])"

_LINE_END = re.compile("\r\n|[\r\u2028\u2029\v\f\x85]")
_TRAILING = re.compile(rf"(?<![{_BLANK}])[{_BLANK}]++(?=\n|\Z)")

# kind -> what is removed; all but line ends and trailing blanks, in this order.
_RESIDUE: dict[str, re.Pattern[str]] = {
    "byte_order_mark": re.compile("\ufeff"),
    "null": re.compile("\x00"),
    "control": re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"),
    "soft_hyphen": re.compile("\u00ad"),
    "bidi_control": re.compile("[\u202a-\u202e\u2066-\u2069]"),
    "zero_width_space": re.compile("\u200b"),
    "word_joiner": re.compile("\u2060"),
    # Fields of a word processor, as converters leave them behind: https://ecma-international.org/
    # publications-and-standards/standards/ecma-376/ (part 1, 17.16.5). Upper case and a switch, a
    # quoted target or a generated name are all asked for: prose has none of them.
    "bookmark": re.compile(r"\[bookmark:[ \t]*[^\[\]\n]{0,80}\]"),
    "field_code": re.compile(
        rf'{_APART}(?:HYPERLINK(?:[ \t]+\\[a-z])?[ \t]+"[^"\n]*"{_SWITCHES}*+'
        rf"|(?:PAGEREF|NOTEREF|REF)[ \t]+_(?:Toc|Ref)\d{{5,12}}(?!\w){_SWITCHES}*+"
        rf"|TOC{_SWITCHES}++)"
    ),
    "generated_name": re.compile(rf"{_APART}_(?:Toc|Ref)\d{{5,12}}(?![A-Za-z0-9_])"),
    # Joiners build emoji and Persian words; beside Han or a blank they are residue.
    "joiner": re.compile(
        rf"(?<![\u200c\u200d])(?:(?<={_NOT_JOINED})|\A)[\u200c\u200d]++"
        rf"|(?<![\u200c\u200d])[\u200c\u200d]++(?={_NOT_JOINED}|\Z)"
    ),
}

# A kind that has none of these in the text is not looked for: searching a text for a fixed string
# takes a hundredth of the time of a pattern.
_NEEDLES: dict[str, tuple[str, ...]] = {
    "line_end": ("\r", "\u2028", "\u2029", "\v", "\f", "\x85"),
    "byte_order_mark": ("\ufeff",),
    "null": ("\x00",),
    "soft_hyphen": ("\u00ad",),
    "zero_width_space": ("\u200b",),
    "word_joiner": ("\u2060",),
    "bookmark": ("[bookmark:",),
    "field_code": ("HYPERLINK", "REF", "TOC"),
    "generated_name": ("_Toc", "_Ref"),
    "joiner": ("\u200c", "\u200d"),
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text whose lines end in line feeds, and how often each kind of residue was taken out."""

    text: str
    removed: dict[str, int]


def clean(text: str, *, keep_trailing_blanks: bool = False) -> Cleaned:
    """Return the text without residue; cleaning twice is cleaning once.

    Blank lines stay (they are structure), and so does every visible character. Markdown keeps its
    ``keep_trailing_blanks``: two of them at the end of a line are a line break there.
    """
    removed: Counter[str] = Counter()
    text = _apply("line_end", _LINE_END, "\n", text, removed)
    for _ in range(MAX_ROUNDS):
        before = text
        for kind, pattern in _RESIDUE.items():
            text = _apply(kind, pattern, "", text, removed)
        if text == before:
            break
    if not keep_trailing_blanks:
        text = _apply("trailing_blank", _TRAILING, "", text, removed)
    return Cleaned(text, dict(removed))


def _apply(
    kind: str, pattern: re.Pattern[str], replacement: str, text: str, removed: Counter[str]
) -> str:
    needles = _NEEDLES.get(kind)
    if needles is not None and not any(needle in text for needle in needles):
        return text
    text, times = pattern.subn(replacement, text)
    if times:
        removed[kind] += times
    return text
