"""Finding things in Word's XML by local name, the same in transitional and strict files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.readers.xml_package import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_OFF = frozenset(("0", "false", "off", "none"))


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
