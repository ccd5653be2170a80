"""Packages of XML parts in a ZIP (Word, spreadsheets, OFD), unpacked and parsed in bounds."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

from corpus.errors import UnreadableSource
from corpus.messages.message import Message
from corpus.readers.zip_files import open_zip, overlapping, refusal_of_member, unpack

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# A sheet of a million cells has 60 MB, the largest part there is; its tree takes ten times that.
MAX_PART = 100_000_000
MAX_UNPACKED = 400_000_000  # bytes of all parts that are read
MAX_MEMBERS = 20_000  # an OFD of 2,000 pages has two or three parts a page
_SHOWN = 200  # characters of a name that a reason shows
_OFF = frozenset(("0", "false", "off", "none"))  # values of a switch


class XmlPackage:
    """Parts of an open package by name; names of no standing are looked up without their case."""

    def __init__(self, archive: ZipFile) -> None:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise UnreadableSource(
                Message("reader.parts_many", count=len(members), limit=MAX_MEMBERS)
            )
        if overlapping(members):
            raise UnreadableSource(Message("reader.parts_overlap"))
        self._archive = archive
        self._members: dict[str, ZipInfo] = {}
        for member in members:
            self._members.setdefault(_key(member.filename), member)
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._members

    @property
    def names(self) -> list[str]:
        """Names of the parts as the package has them."""
        return [member.filename for member in self._members.values()]

    def bytes_of(self, name: str) -> bytes:
        """Return a part's bytes; raises UnreadableSource: missing, damaged or too large."""
        member = self._members.get(_key(name))
        if member is None:
            raise UnreadableSource(Message("reader.part_missing", part=name[:_SHOWN]))
        reason = refusal_of_member(member)
        if reason is None and member.file_size > MAX_PART:
            reason = Message("reader.part_large", limit=MAX_PART)
        self._unpacked += member.file_size
        if reason is None and self._unpacked > MAX_UNPACKED:
            reason = Message("reader.parts_unpack", limit=MAX_UNPACKED)
        if reason is not None:
            raise UnreadableSource(Message("reader.part_refused", part=name[:_SHOWN], why=reason))
        return unpack(self._archive, member)

    def parse(self, name: str) -> Element:
        """Return a part's root element; raises UnreadableSource where it is no sound XML."""
        return parse_xml(self.bytes_of(name), name)


@contextmanager
def open_package(data: bytes) -> Iterator[XmlPackage]:
    """Yield the package; raises UnreadableSource when it cannot be opened or goes out of bounds."""
    with open_zip(data) as archive:
        yield XmlPackage(archive)


def parse_xml(data: bytes, name: str) -> Element:
    """Return the root of an XML part; one with a document type is refused, as no program writes it.

    Entities are what such a type declares, and neither they nor anything outside is ever read.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource(
            Message("reader.part_no_xml", part=name[:_SHOWN], why=str(error))
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableSource(Message("reader.part_dtd", part=name[:_SHOWN]))
    return root


def resolve(base: str, target: str) -> str:
    """Return the name of the part that ``target`` means in the part ``base``.

    A path from the root begins with a slash; one that would leave the package raises
    UnreadableSource.
    """
    target = target.replace("\\", "/").strip()
    folder = "" if target.startswith("/") else posixpath.dirname(base)
    name = posixpath.normpath(posixpath.join(folder, target.lstrip("/")))
    if name == ".." or name.startswith("../"):
        raise UnreadableSource(Message("reader.path_outside", path=target[:_SHOWN]))
    return name


def local(element: Element) -> str:
    """Return an element's name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of these names, in order."""
    return (child for child in element if local(child) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first element down a path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str = "val") -> str | None:
    """Return an attribute by its local name, or None."""
    if element is None:
        return None
    return next(
        (
            str(value)
            for key, value in element.attrib.items()
            if str(key).rsplit("}", 1)[-1] == name
        ),
        None,
    )


def number(element: Element | None, name: str = "val") -> int | None:
    """Return an attribute that is a whole number; None where it is none."""
    value = attribute(element, name)
    return int(value) if value is not None and value.strip().lstrip("-").isdecimal() else None


def is_on(element: Element | None) -> bool:
    """Whether a switch such as w:b or w:vanish is there and not off."""
    return element is not None and (attribute(element) or "1") not in _OFF
