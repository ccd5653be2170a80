"""The structure of an OFD file (GB/T 33190-2016, 7): its documents, their pages and outlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.layout.headings import Bookmark
from corpus.readers.xml_package import XmlPackage, child, children, local, resolve

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PAGES = 10_000
_MAX_BOOKMARKS = 10_000
_A4 = (0.0, 0.0, 210.0, 297.0)  # millimetres

_ROOT = "OFD.xml"
_LOCKED = ("Encryptions.xml", "DecyptSeed.dat")  # GM/T 0099; the second name is spelt so

Box = tuple[float, float, float, float]  # x, y, width, height in millimetres


@dataclass(frozen=True, slots=True)
class PagePart:
    """One page: its parts, in the order they are drawn."""

    id: str
    part: str
    box: Box
    templates: dict[str, str]  # id of a template page -> its part


@dataclass(slots=True)
class OfdDocument:
    """One document of the file."""

    title: str
    pages: list[PagePart] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)  # pages from 0, of this document
    tags: list[tuple[str, list[str]]] = field(default_factory=list)  # name, ids of text objects
    left_out: Counter[str] = field(default_factory=Counter)  # kind -> how many


def read_documents(package: XmlPackage) -> list[OfdDocument]:
    """Return the documents of the file; raises UnreadableSource where one cannot be read."""
    if any(name in package for name in _LOCKED):
        raise UnreadableSource(Message("reader.ofd_locked"))
    root = package.parse(_ROOT)
    documents: list[OfdDocument] = []
    pages = 0
    for body in children(root, "DocBody"):
        location = _said(body, "DocRoot")
        if not location:
            continue
        title = next((_said(info, "Title") for info in children(body, "DocInfo")), "")
        document = _read_document(package, resolve(_ROOT, location), title)
        document.left_out["seals"] += _seals(package, _said(body, "Signatures"))
        documents.append(document)
        pages += len(document.pages)
        if pages > MAX_PAGES:
            raise UnreadableSource(Message("reader.ofd_pages", limit=MAX_PAGES))
    if not pages:
        raise UnreadableSource(Message("reader.ofd_no_pages"))
    return documents


def box_of(area: Element | None, otherwise: Box) -> Box:
    """Return the physical box that a page area states."""
    if area is None:
        return otherwise
    box = numbers(_said(area, "PhysicalBox"))
    return (box[0], box[1], box[2], box[3]) if len(box) == 4 and min(box[2:]) > 0 else otherwise


def numbers(text: str | None) -> list[float]:
    """Return the numbers of a list parted by blanks; [] where one is none."""
    try:
        values = [float(part) for part in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    # NaN is not below anything, so it is refused with what no page is as large as.
    return values if all(abs(value) < 1e9 for value in values) else []


def _said(element: Element, name: str) -> str:
    found = child(element, name)
    return " ".join((found.text or "").split()) if found is not None else ""


def _read_document(package: XmlPackage, part: str, title: str) -> OfdDocument:
    root = package.parse(part)
    document = OfdDocument(title)
    common = child(root, "CommonData")
    box = _A4
    templates: dict[str, str] = {}
    if common is not None:
        box = box_of(child(common, "PageArea"), _A4)
        templates = {
            each.get("ID", ""): resolve(part, each.get("BaseLoc", ""))
            for each in children(common, "TemplatePage")
        }
    for pages in children(root, "Pages"):
        for page in children(pages, "Page"):
            where = resolve(part, page.get("BaseLoc", ""))
            document.pages.append(PagePart(page.get("ID", ""), where, box, templates))
    order = {page.id: at for at, page in enumerate(document.pages)}
    for outlines in children(root, "Outlines"):
        document.bookmarks = list(_bookmarks(outlines, order))
    _count_parts(package, part, root, document)
    for location in children(root, "CustomTags"):
        document.tags = list(_tags(package, resolve(part, location.text or "")))
    return document


def _bookmarks(outlines: Element, order: dict[str, int]) -> Iterator[Bookmark]:
    waiting = [(each, 1) for each in reversed(list(children(outlines, "OutlineElem")))]
    count = 0
    while waiting and count < _MAX_BOOKMARKS:
        element, level = waiting.pop()
        count += 1
        page = None
        for actions in children(element, "Actions"):
            for each in actions.iter("{*}Dest"):
                page = order.get(each.get("PageID", ""), page)
        yield Bookmark(element.get("Title", ""), level, page)
        inner = reversed(list(children(element, "OutlineElem")))
        waiting.extend((each, level + 1) for each in inner)


def _count_parts(package: XmlPackage, part: str, root: Element, document: OfdDocument) -> None:
    for location in children(root, "Attachments"):
        name = resolve(part, location.text or "")
        if name in package:
            attached = package.parse(name).iter("{*}Attachment")
            document.left_out["attachments"] += sum(1 for _ in attached)
    for location in children(root, "Annotations"):
        name = resolve(part, location.text or "")
        if name not in package:
            continue
        for page in package.parse(name).iter("{*}FileLoc"):
            _count_notes(package, resolve(name, page.text or ""), document)


def _count_notes(package: XmlPackage, part: str, document: OfdDocument) -> None:
    """Count annotations; their words lie over the page and are no words of the document."""
    if part not in package:
        return
    for note in package.parse(part).iter("{*}Annot"):
        kind = "seals" if note.get("Type") == "Stamp" else "annotations"
        document.left_out[kind] += 1
        words = "".join(each.text or "" for each in note.iter("{*}TextCode"))
        document.left_out["annotation_words"] += len("".join(words.split()))


def _seals(package: XmlPackage, location: str) -> int:
    name = resolve(_ROOT, location) if location else ""
    if not name or name not in package:
        return 0
    return sum(1 for _ in package.parse(name).iter("{*}Signature"))


def _tags(package: XmlPackage, part: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what an index of custom tags names, with the text objects it names (16)."""
    if part not in package:
        return
    for location in package.parse(part).iter("{*}FileLoc"):
        name = resolve(part, location.text or "")
        if name not in package:
            continue
        for element in package.parse(name).iter():
            objects = [(each.text or "").strip() for each in children(element, "ObjectRef")]
            if objects:
                yield local(element), objects
