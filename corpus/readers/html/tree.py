"""A web page as a tree, and what of it a browser shows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Elements and attributes of one page; the longest law of the land as a page has 12,000.
MAX_ELEMENTS = 1_000_000

# Never shown, whatever a style sheet says.
_UNSEEN_NAMES = """
    script style template noscript noframes head title meta link base datalist param source track
    area
"""
UNSEEN = frozenset(_UNSEEN_NAMES.split())
_EMBEDDED_NAMES = """
    iframe frame frameset object embed applet audio video canvas svg
"""
EMBEDDED = frozenset(_EMBEDDED_NAMES.split())
_RUBY = frozenset({"rt", "rp", "rtc"})
# What a visitor fills in or presses: no words of the document.
_CONTROLS_NAMES = """
    input select option optgroup button textarea progress meter
"""
CONTROLS = frozenset(_CONTROLS_NAMES.split())
STRUCK = frozenset({"del", "s", "strike"})

_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)
_FAINT_STYLE = re.compile(
    r"(?:^|;)\s*(?:font-size|opacity)\s*:\s*0+(?:\.0*)?(?:px|pt|r?em|%)?\s*(?:!important\s*)?(?:;|$)",
    re.I,
)
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STRUCK_STYLE = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*\bline-through\b", re.I)


def parse_page(text: str) -> HtmlElement:
    """Return the page's root; raises UnreadableSource where the parser had to give up."""
    from lxml import etree, html

    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableSource(Message("reader.no_text")) from error
    fatal = [each for each in parser.error_log if each.level == etree.ErrorLevels.FATAL]
    if fatal:
        raise UnreadableSource(
            Message("reader.html_limits", line=fatal[0].line, why=fatal[0].message)
        )
    count = sum(1 for _ in root.iter())
    if count > MAX_ELEMENTS:
        raise UnreadableSource(Message("reader.html_elements", count=count, limit=MAX_ELEMENTS))
    return root


def tag_of(element: HtmlElement) -> str:
    """Return the element's name in lower case, without a prefix such as Word's ``o:``."""
    return str(element.tag).lower() if isinstance(element.tag, str) else ""


def is_hidden(element: HtmlElement) -> bool:
    """Whether the element's own attributes keep it from being seen."""
    if "hidden" in element.attrib or element.get("aria-hidden", "").strip().lower() == "true":
        return True
    if tag_of(element) == "dialog" and "open" not in element.attrib:
        return True
    style = element.get("style", "")
    # A size of 0 with elements inside only closes the gaps between them: these set it again.
    faint = len(element) == 0 and _FAINT_STYLE.search(style) is not None
    return faint or _HIDDEN_STYLE.search(style) is not None


def is_struck(element: HtmlElement) -> bool:
    """Whether the element's words are crossed out."""
    if tag_of(element) in STRUCK:
        return True
    return _STRUCK_STYLE.search(element.get("style", "")) is not None


def take_out_unseen(body: HtmlElement) -> Counter[str]:
    """Remove what is not shown or no longer said; the characters of it come back by kind.

    Scripts and styles are no words and leave no trace; what is embedded counts once each.
    """
    removed: Counter[str] = Counter()
    waiting = [body]
    while waiting:
        element = waiting.pop()
        for child in list(element):
            kind = _kind_unseen(child)
            if kind is None:
                waiting.append(child)
                continue
            removed[kind] += 1 if kind == "embedded" else size_of(child)
            drop(child)
    del removed["nothing"]
    return removed


def drop(element: HtmlElement) -> None:
    """Remove an element with all in it; what stands behind it stays.

    lxml's own drop_tree refuses characters that no XML may hold; pages hold them all the same.
    """
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail
    if tail and previous is None:
        parent.text = _NO_XML.sub(" ", (parent.text or "") + tail)
    elif tail and previous is not None:
        previous.tail = _NO_XML.sub(" ", (previous.tail or "") + tail)
    parent.remove(element)


def _kind_unseen(element: HtmlElement) -> str | None:
    """Return why an element's words are no text of the page; None when they are."""
    tag = tag_of(element)
    if tag in EMBEDDED:
        return "embedded"
    if tag in UNSEEN or not tag:
        return "nothing"
    if tag in _RUBY:
        return "ruby"
    if tag in CONTROLS:
        return "controls"
    if is_hidden(element):
        return "hidden"
    return "struck" if is_struck(element) else None


def text_of(element: HtmlElement) -> str:
    """Return the words of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def size_of(element: HtmlElement) -> int:
    """Return how many characters that are not blank an element has."""
    return sum(len("".join(piece.split())) for piece in element.itertext())


def names_of(element: HtmlElement) -> set[str]:
    """Return the element's id and classes, in lower case."""
    return set(f"{element.get('id', '')} {element.get('class', '')}".lower().split())
