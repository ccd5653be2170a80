"""What the readers of other people's sets share: plain data, strict reading, checked fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from corpus.messages.message import Message
from corpus.readers.archive.records import MAX_ID
from eval.errors import BadSet
from eval.sets.json_lines import bytes_of, rows_in
from eval.types import Question

_PARTS_A_SOURCE = "/#%"  # in a document's id they would be taken for a path, a record, an escape
_AS_A_FILE = ".txt"  # what a record is called behind its id, and so no end of an id
UNTOLD = ("", None)


class SourceText(NamedTuple):
    """A document that a set brings along, as ``corpus.readers.archive.records`` reads it."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a set of another form came to."""

    questions: tuple[Question, ...]
    documents: tuple[SourceText, ...] = ()  # empty for forms without texts
    warnings: tuple[str, ...] = ()  # what is odd but stops nothing, for people


def rows_of(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield where each line of a JSONL file is, and the object it holds. Raises BadSet."""
    for number, row in rows_in(bytes_of(path), path):
        yield f"{path}:{number}", row


def identity(value: Mapping[str, object], names: Sequence[str], where: str) -> str:
    """Return the id under the first of these names; words and whole numbers are ids."""
    for name in names:
        found = value.get(name)
        if isinstance(found, int | str) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    raise BadSet(Message("eval.missing", where=where, name=names[0]))


def words(value: Mapping[str, object], name: str, where: str, *, needed: bool = True) -> str:
    """Return a string field without outer white space. Raises BadSet."""
    found = value.get(name)
    if found in UNTOLD and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found.strip()):
        raise BadSet(Message("eval.not_a_full_string", where=where, name=name))
    return found.strip()


def texts(value: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
    """Return a field of one string or several, each once, in order. Raises BadSet."""
    found = value.get(name)
    several = [found] if isinstance(found, str) else found
    if several is None:
        return ()
    if not isinstance(several, list) or not all(isinstance(i, str) and i.strip() for i in several):
        raise BadSet(Message("eval.not_a_string_or_strings", where=where, name=name))
    return tuple(dict.fromkeys(each.strip() for each in several))


def members(value: Mapping[str, object], name: str, where: str) -> list[dict[str, object]]:
    """Return a field that is a list of objects. Raises BadSet."""
    found = value.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadSet(Message("eval.not_objects", where=where, name=name))
    return found


def record_id(given: str, where: str) -> str:
    """Return an id as a document can be called in a library; what would part it is escaped.

    Raises BadSet for one that the library would refuse.
    """
    plain = "".join(
        quote(each, safe="") if each in _PARTS_A_SOURCE or not each.isprintable() else each
        for each in given
    )
    if plain.endswith(_AS_A_FILE):
        plain = f"{plain.removesuffix(_AS_A_FILE)}%2Etxt"
    if len(plain) > MAX_ID:
        raise BadSet(Message("eval.id_too_long", where=where, most=MAX_ID))
    return plain


class Gathered:
    """Things by their ids, and where each came from. A second of the same id is refused."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def take(self, name: str, where: str) -> None:
        """Note an id. Raises BadSet."""
        if name in self._first:
            raise BadSet(Message("eval.id_twice", where=where, name=name, first=self._first[name]))
        self._first[name] = where

    def __contains__(self, name: str) -> bool:
        return name in self._first


def counted(what: Mapping[str, int], first: Mapping[str, str]) -> tuple[str, ...]:
    """Return a warning for each oddity with how often it was met, and where first."""
    return tuple(
        Message("eval.met", what=said, times=what[said], first=first[said])
        for said in what
        if what[said]
    )
