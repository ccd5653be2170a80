"""The part of a web page that is the document, and what stands around it.

Structure decides where the page has it: the containers that publishing systems of Chinese
government sites write, then ``article`` and ``main``, then the smallest element that holds nearly
all words that are no links. Where none of them is clear everything is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.readers.html.boilerplate import is_furniture
from corpus.readers.html.tree import drop, names_of, tag_of, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Containers of the article in publishing systems in use on Chinese official sites (TRS, UCAP,
# Hanweb, Boda, WebPlus, CMSTOP, Founder) and on gov.cn, npc.gov.cn and sites made after them.
_CONTAINERS_NAMES = """
    trs_editor trs_editor_view trs_ueditor trs_web ucap-content ucapcontent pages_content
    pages-content zoom vsb_content vsb_content_2 vsb_content_4 vsb_content_100 vsb_content_500
    v_news_content wp_articlecontent article-content article_content articlecontent article-body
    article_body articlebody articletext article-text news_content news-content newscontent
    news_con newstext artibody art_content art_con artcontent content_body content-body contentbody
    contenttext content_text con_text text_content text-content textcontent detail_content
    detail-content detailcontent detail-text xxgk_content xxgk-content zwgk_content zw_content
    zwcontent zhengwen bt_content b12c post-content entry-content law-content lawcontent
    field--name-body mw-parser-output markdown-body
"""
_CONTAINERS = frozenset(_CONTAINERS_NAMES.split())
# A container with less than this is a teaser or a box for comments, unless the page has no more.
_FEWEST_WORDS = 50
_CONTAINER_SHARE = 0.3  # of the words of the page that are no links and no furniture
_ARTICLE_SHARE = 0.5
_DENSE_SHARE = 0.9
# Below this a page has no main part to be told by its words alone.
_FEWEST_DENSE = 100


@dataclass(slots=True)
class Words:
    """How many characters an element has, and how many of them are in links."""

    all: int = 0
    linked: int = 0

    @property
    def own(self) -> int:
        """Characters outside of links."""
        return self.all - self.linked


@dataclass(frozen=True, slots=True)
class MainPart:
    """What is read of a page."""

    element: HtmlElement
    clear: bool  # whether the page told where it is; else it is all of the page
    left_out: Counter[str] = field(default_factory=Counter)  # kind -> characters around it


def find_main(body: HtmlElement) -> MainPart:
    """Take the furniture out of the page and return its main part."""
    words = measure(body)
    left_out = _take_out_furniture(body, words)
    if left_out:
        words = measure(body)
    ways = (_by_container, _by_element, _by_density)
    found = (way(body, words) for way in ways)
    element = next((each for each in found if each is not None), body)
    if element is body:
        return MainPart(body, clear=bool(left_out), left_out=left_out)
    outside = words[body].all - words[element].all
    if outside:
        left_out["other"] += outside
    return MainPart(element, clear=True, left_out=left_out)


def measure(body: HtmlElement) -> dict[HtmlElement, Words]:
    """Return the words of every element under ``body``, itself among them, in document order."""
    order = list(body.iter())
    words: dict[HtmlElement, Words] = {}
    for element in reversed(order):  # children come before their parents
        own = _length(element.text)
        linked = 0
        for child in element:
            inner = words[child]
            tail = _length(child.tail)
            own += inner.all + tail
            linked += inner.linked
        words[element] = Words(own, own if tag_of(element) == "a" else linked)
    return {element: words[element] for element in order}


def _length(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _take_out_furniture(body: HtmlElement, words: dict[HtmlElement, Words]) -> Counter[str]:
    """Remove navigation, footers and their like; characters by kind come back.

    Nothing goes that holds half of the page's own words: whatever its name, that is the document.
    """
    left_out: Counter[str] = Counter()
    total = words[body].own
    waiting = [body]
    while waiting:
        element = waiting.pop()
        for child in list(element):
            size = words[child]
            kind = None
            if 2 * size.own <= total:
                kind = is_furniture(child, size.all, size.linked)
            if kind is None:
                waiting.append(child)
                continue
            left_out[kind] += size.all
            drop(child)
    return left_out


def _by_container(body: HtmlElement, words: dict[HtmlElement, Words]) -> HtmlElement | None:
    marked = [
        each
        for each in words
        if names_of(each) & _CONTAINERS or each.get("itemprop", "").lower() == "articlebody"
    ]
    return _largest(body, marked, words, _CONTAINER_SHARE)


def _by_element(body: HtmlElement, words: dict[HtmlElement, Words]) -> HtmlElement | None:
    for tag in ("article", "main"):
        marked = [
            each for each in words if tag_of(each) == tag or each.get("role", "").lower() == tag
        ]
        found = _largest(body, marked, words, _ARTICLE_SHARE)
        if found is not None:
            return found
    return None


def _largest(
    body: HtmlElement,
    marked: Sequence[HtmlElement],
    words: dict[HtmlElement, Words],
    share: float,
) -> HtmlElement | None:
    """Return what holds the marked elements that have words, if together they are enough."""
    inside = set(marked)
    outermost = [
        each
        for each in marked
        if words[each].all and not any(parent in inside for parent in each.iterancestors())
    ]
    own = sum(words[each].own for each in outermost)
    total = words[body].own
    if not outermost or own < share * total or (own < _FEWEST_WORDS and 2 * own < total):
        return None
    largest = max(outermost, key=lambda each: words[each].own)
    # One of them is the article where the others are next to nothing; else all are of it.
    return largest if words[largest].own >= _DENSE_SHARE * own else _common(outermost)


def _common(elements: Sequence[HtmlElement]) -> HtmlElement:
    """Return the innermost element that all of the elements are in."""
    shared = [elements[0], *elements[0].iterancestors()]
    for each in elements[1:]:
        around = {each, *each.iterancestors()}
        shared = [parent for parent in shared if parent in around]
    return shared[0]


def _by_density(body: HtmlElement, words: dict[HtmlElement, Words]) -> HtmlElement | None:
    """Return the smallest element that holds nearly all of the page's words outside of links."""
    total = words[body].own
    if total < _FEWEST_DENSE:
        return None
    element = body
    while True:
        within = (child for child in element if words[child].own >= _DENSE_SHARE * total)
        inner = next(within, None)
        if inner is None or tag_of(inner) not in _FRAMES:
            return element
        element = inner


# What the words of a page are placed in; a paragraph or a heading is no part of a page.
_FRAMES_NAMES = """
    div section article main table tbody tr td center form font span
"""
_FRAMES = frozenset(_FRAMES_NAMES.split())


def title_outside(body: HtmlElement, main: HtmlElement, title: str) -> HtmlElement | None:
    """Return the element ahead of the main part that shows the title; None where it is inside."""
    wanted = "".join(title.split())
    words = measure(body)
    shown = None
    for element, size in words.items():
        if size.all != len(wanted) or "".join(text_of(element).split()) != wanted:
            continue
        if element is main or main in element.iterancestors():
            return None
        shown = element
    after = set(list(words)[list(words).index(main) :]) if shown is not None else set()
    return None if shown in after else shown
