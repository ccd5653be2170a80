"""What a web page states about its document: the title, and the facts of an information table.

Names of meta elements: 政府网站网页 META 标签规范 (the specification of META tags for government
sites, annexed to 国办发〔2017〕47号).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from corpus.readers.html.tree import tag_of, text_of
from corpus.text.clean import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = {
    "articletitle": "title",
    "pubdate": "published",
    "publishdate": "published",
    "article:published_time": "published",
    "contentsource": "content_source",
    "columnname": "column",
    "sitename": "site",
    "og:site_name": "site",
}
# Labels of the information table above an official document on a government site.
_LABELS = {
    "发文字号": "number",
    "文号": "number",
    "發文字號": "number",
    "发文机关": "issuer",
    "发文单位": "issuer",
    "发布机构": "issuer",
    "发布机关": "issuer",
    "制发机关": "issuer",
    "发文机构": "issuer",
    "發文機關": "issuer",
    "成文日期": "issued",
    "发文日期": "issued",
    "生成日期": "issued",
    "發文日期": "issued",
    "生效日期": "effective",
    "实施日期": "effective",
    "施行日期": "effective",
    "发布日期": "published",
    "公开日期": "published",
    "索引号": "index_number",
    "标题": "title",
    "名称": "title",
    "主题分类": "subject",
}
_DATES = frozenset({"issued", "effective", "published"})
# An information table states at least two of these; prose may well say one of them.
_FEWEST_LABELS = 2
_TELLING = frozenset({"number", "issuer", "issued", "index_number"})
_LONGEST_VALUE = 200  # characters; titles of official documents reach 120

_PAIR = re.compile(r"([^\s:：]{1,6}(?:\s[^\s:：]{1,2}){0,3})\s*[:：]\s*(.*)", re.DOTALL)
_DATE = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})(?!\d)", re.ASCII)
_SEPARATOR = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|\s*(?:--|——)\s*|\s*-\s*|\s*[»>›·]\s*")
_SITE = re.compile(
    r"(?:网站?|门户(?:网站)?|政府|官网|平台|之窗|在线|频道|法规库|数据库|公报|委员会|公安部|(?:教育|卫生|商务|财政|工信|民政|司法|水利|农业农村|生态环境|市场监管)?[部厅局委]|大学|学院"
    r"|首页|Home(?:page)?|\.(?:gov|com|org|edu)(?:\.cn)?|Wikipedia|Government|Portal)$",
    re.I,
)


def meta_of(root: HtmlElement) -> dict[str, str]:
    """Return what the page's meta elements state, under the names of the corpus."""
    stated: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        key = _META.get(name)
        value = _one_line(element.get("content", ""))
        if key and value and len(value) <= _LONGEST_VALUE:
            stated.setdefault(key, _value(key, value))
    return stated


def page_title(root: HtmlElement) -> str:
    """Return the page's title element as it stands, on one line; "" for none."""
    element = next((each for each in root.iter("title") if not _in_picture(each)), None)
    return _one_line(text_of(element)) if element is not None else ""


def _in_picture(element: HtmlElement) -> bool:
    return any(tag_of(parent) == "svg" for parent in element.iterancestors())


def info_of(body: HtmlElement) -> dict[str, str]:
    """Return the facts of the information table above the document, if the page has one.

    A label that occurs with two values is of a list of documents, and states nothing here.
    """
    found: dict[str, set[str]] = {}
    labels: set[str] = set()
    for label, value in _pairs(body):
        key = _LABELS[label]
        value = _value(key, _one_line(value))
        if 0 < len(value) <= _LONGEST_VALUE:
            labels.add(label)
            found.setdefault(key, set()).add(value)
    if len(labels) < _FEWEST_LABELS or not _TELLING & found.keys():
        return {}
    return {key: values.pop() for key, values in found.items() if len(values) == 1}


def _pairs(body: HtmlElement) -> Iterable[tuple[str, str]]:
    """Yield labels with what stands beside them: in the next cell, or behind a colon."""
    for element in body.iter("td", "th", "dt", "li", "p", "span", "div", "b", "strong", "label"):
        own = "".join(element.itertext()) if len(element) < 6 else ""
        if not own or len(own) > _LONGEST_VALUE + 40:
            continue
        pair = _PAIR.fullmatch(own.strip())
        label = _label(pair[1] if pair else own)
        if label is None:
            continue
        beside = pair[2] if pair else ""
        if not beside.strip():
            beside = (element.tail or "").strip(" :：\n\t\r") or _next_text(element)
        yield label, beside


def _label(text: str) -> str | None:
    squeezed = "".join(text.split()).strip("【】[]:： ")
    return squeezed if squeezed in _LABELS else None


def _next_text(element: HtmlElement) -> str:
    following = element.getnext()
    if following is None or _label(text_of(following)) is not None:
        return ""
    return text_of(following)


def _value(key: str, value: str) -> str:
    if key not in _DATES:
        return value
    date = _DATE.search(value)
    return f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}" if date else value


def _one_line(text: str) -> str:
    return " ".join(clean(text).text.split())


def choose_title(titles: Sequence[str], stated: str | None, whole: str, site: str) -> str | None:
    """Return the document's title.

    ``titles`` are the texts of the headings, outermost first, ``stated`` what a meta element or
    the information table says, ``whole`` the title element with the names of columns and site.
    """
    if stated:
        return stated
    squeezed = "".join(whole.split())
    for title in titles:
        if title and squeezed.startswith("".join(title.split())):
            return title
    if not whole:
        return titles[0] if titles else None
    return without_site(whole, site)


def without_site(whole: str, site: str) -> str:
    """Return a title element's text without the columns and the site's name behind it."""
    strong = re.split(r"\s*[_|｜]\s*", whole)
    if len(strong) > 1 and strong[0].strip():
        return strong[0].strip()
    parts = list(_SEPARATOR.finditer(whole))
    end = len(whole)
    for separator in reversed(parts):
        part = whole[separator.end() : end].strip()
        if not (_SITE.search(part) or (site and part == site)) or separator.start() == 0:
            break
        end = separator.start()
    return whole[:end].strip()
