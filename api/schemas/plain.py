"""Plain data as JSON data: the same by every interface, and without pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from inspect import getmembers_static
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints
from urllib.parse import quote

from api.language import here
from corpus.types import Citation

Shape = TypeVar("Shape")


def plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return a dataclass, and all it holds, as JSON data; a citation with its permalink.

    Messages are said in the reader's language.
    """
    if is_dataclass(value) and not isinstance(value, type):
        found = {name: plain(getattr(value, name)) for name in published(type(value))}
        return {**found, "permalink": permalink(value.id)} if isinstance(value, Citation) else found
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    return here(value) if isinstance(value, str) else value


@cache
def published(source: type) -> dict[str, Any]:
    """Return what of a dataclass goes out, with its type: fields, and properties so described."""
    hints = get_type_hints(source, include_extras=True)
    found = {each.name: hints[each.name] for each in fields(source)}
    for name, member in getmembers_static(source, lambda one: isinstance(one, property)):
        returned = get_type_hints(member.fget, include_extras=True)["return"]
        if get_origin(returned) is Annotated:
            found[name] = returned
    return found


def permalink(citation_id: str) -> str:
    """Return where the page of this server shows a citation."""
    return f"/?cite={quote(citation_id, safe='')}"


def shaped(shape: type[Shape], source: object, **more: object) -> Shape:
    """Return a dataclass made of attributes of another object, properties too, and of ``more``."""
    names = [each.name for each in fields(shape) if each.name not in more]  # type: ignore[arg-type]
    return shape(**{name: getattr(source, name) for name in names}, **more)
