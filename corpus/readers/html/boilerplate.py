"""What stands on every page of a site: menus, footers, share buttons, none of it the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.readers.html.tree import names_of, tag_of, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "search": "navigation",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
}
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "navigation",
        re.compile(
            r"(?:(?:top|main|sub|left|site|page|foot)?[-_]?(?:nav|navi|navbar|navigation|menu|menus)"
            r"(?:[-_]?(?:bar|box|list|wrap|top|left|main))?"
            r"|bread[-_]?crumbs?|bread[-_]?nav|crumbs?|crumb[-_]?nav|dqwz|curmb|cur[-_]?pos(?:ition)?"
            r"|position|location|local[-_]?nav|weizhi|pagination|pager|search(?:[-_]?(?:box|bar))?"
            r"|login[-_]?(?:box|bar)|lang(?:uage)?[-_]?(?:switch|bar))"
        ),
    ),
    (
        "share",
        re.compile(
            r"(?:share|shares|sharing|social|bdshare\w*|bdsharebuttonbox|jiathis\w*|social-share"
            r"|fenxiang|fx|addthis\w*)(?:[-_]?(?:box|bar|buttons?|wrap|list|links?))?"
            r"|print(?:[-_]?(?:box|bar|close))?|toolbar|tools?[-_]?(?:box|bar)|font[-_]?size"
            r"|qr[-_]?code|ewm|erweima"
        ),
    ),
    (
        "aside",
        re.compile(
            r"(?:side|right|left)[-_]?(?:bar|nav|box)|sidebar|aside|hot(?:[-_]?(?:news|list))?"
            r"|rank(?:ing)?(?:[-_]?list)?|float(?:[-_]?(?:bar|box|menu))?|ad|ads|advert\w*"
        ),
    ),
    (
        "related",
        re.compile(
            r"related?(?:[-_]?(?:news|links?|list|box|reading|articles?|posts?))?|relevant\w*"
            r"|recommend\w*|xg(?:yd|wj|xw|jd|zl|lj|bd)|xiangguan\w*|prev[-_]?next|next[-_]?prev"
            r"|comments?(?:[-_]?(?:box|list))?"
        ),
    ),
    (
        "footer",
        re.compile(
            r"(?:page|site|g|global)?[-_]?foot(?:er)?(?:[-_]?(?:box|wrap|bar|bottom|main|er))?"
            r"|copy[-_]?right|friend[-_]?links?|bottom|banquan|beian"
        ),
    ),
    (
        "header",
        re.compile(
            r"(?:page|site|g|global)?[-_]?head(?:er)?(?:[-_]?(?:box|wrap|bar|top))?|banner|logo|topbar|top"
        ),
    ),
)
_COPYRIGHT = re.compile(
    r"版权所有|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP[备证]|公网安备"
    r"|网站标识码|All Rights Reserved",
    re.I,
)
_CONTROL_WORDS = (
    "字体|字号|大|中|小|打印(?:本页|文章|此页|本文)?|关闭(?:窗口|本页|页面)?|分享(?:到|至)?|收藏(?:本页)?|微信|微博"
    "|新浪微博|QQ空间|QQ|扫一扫|我要纠错|返回(?:顶部|首页|列表)?|上一[篇页]|下一[篇页]|返回|回到顶部"
)
_CONTROL_LINE = re.compile(rf"(?:{_CONTROL_WORDS}|[\s|｜/·:：【】\[\]［］()（）<>《》+,，、-])+")
_CONTROL_WORD = re.compile(_CONTROL_WORDS)

_MOSTLY_LINKS = 0.5
_NAMED_SIZE = 300  # characters; by its name alone a longer part is not taken for furniture
_COPYRIGHT_SIZE = 500  # footers of ministries with their addresses have 100 to 350
_SENTENCE = re.compile(r"[^，。；]{4,}，?[^，。；]{4,}[。；]")


def is_furniture(element: HtmlElement, size: int, linked: int) -> str | None:
    """Return what kind of furniture an element is, of ``size`` characters; None for none.

    An element says so by its tag or role; a class or id only where the words agree: mostly links,
    or few and no sentences.
    """
    tag = tag_of(element)
    if not size:
        return None
    links = linked > _MOSTLY_LINKS * size
    role = _ROLES.get(element.get("role", "").strip().lower())
    if role is not None and tag != "article":
        return role
    if tag == "nav":
        return "navigation"
    if tag in ("header", "footer", "aside") and (links or not _is_in_article(element)):
        return None if tag == "header" and _has_heading(element) else tag
    kind = _named(element)
    if kind is not None and (
        links or (size <= _NAMED_SIZE and not _SENTENCE.search(text_of(element)))
    ):
        return None if kind == "header" and _has_heading(element) else kind
    if size <= _COPYRIGHT_SIZE and tag in ("div", "table", "p", "td", "ul", "section", "center"):
        text = text_of(element)
        if _COPYRIGHT.search(text) and not _SENTENCE.search(text):
            return "footer"
        if is_control_line(text):
            return "share"
    return None


def is_control_line(text: str) -> bool:
    """Whether a line is only what a visitor presses: 【字体：大 中 小】 打印 关闭."""
    return len(_CONTROL_WORD.findall(text)) > 1 and _CONTROL_LINE.fullmatch(text) is not None


def _named(element: HtmlElement) -> str | None:
    names = names_of(element)
    for kind, pattern in _NAMES:
        if any(pattern.fullmatch(name) for name in names):
            return kind
    return None


def _is_in_article(element: HtmlElement) -> bool:
    return any(tag_of(parent) in ("article", "main") for parent in element.iterancestors())


def _has_heading(element: HtmlElement) -> bool:
    return any(tag_of(each) in ("h1", "h2") and text_of(each) for each in element.iter())
