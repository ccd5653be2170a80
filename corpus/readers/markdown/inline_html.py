"""The text of HTML inside Markdown: what a browser shows, as lines."""

from __future__ import annotations

import re
from html import unescape

# Only elements of HTML are markup; <单位名称> and List<String> are text, and stay.
_ELEMENT_NAMES = """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas
    caption center cite code col colgroup data dd del details dfn dialog div dl dt em embed
    fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img
    input ins kbd label legend li link main map mark menu meta nav object ol optgroup option p
    param picture pre q rp rt ruby s samp script section select small source span strike strong
    style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
    tt u ul var video wbr
"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_INLINE_NAMES = """
    a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_CELLS = frozenset({"td", "th"})

# What browsers hide with everything inside it; unclosed, it is text to us: nothing is swallowed.
_HIDDEN = re.compile(
    r"<!--(?:>|->|.*?-->)|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<![A-Za-z][^>]*>"
    r"|<(script|style|template)\b[^>]*>.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)/?>")
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def inline_tag(markup: str) -> str:
    """Return what one piece of inline HTML shows: nothing, a line break, an alt, or itself."""
    return _TAG.sub(_replacement, _HIDDEN.sub("", markup))


def visible_lines(markup: str) -> list[str]:
    """Return the lines of an HTML block as seen; cells of one table row make one line."""
    text = unescape(_TAG.sub(_replacement, _HIDDEN.sub("", markup)))
    lines = (line.strip() for line in text.split("\n"))
    return [line.removeprefix("| ") for line in lines if line.strip("| ")]


def _replacement(tag: re.Match[str]) -> str:
    closing, name, attributes = tag[1], tag[2].lower(), tag[3]
    if name not in _ELEMENTS:
        return tag[0]
    if name == "img":
        alt = _ALT.search(attributes)
        return (alt[1] or alt[2] or "") if alt else ""
    if name in _CELLS:
        return "" if closing else " | "
    return "" if name in _INLINE else "\n"
