"""What the readers of other people's sets share: plain data, strict reading, checked fields."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from corpus.readers.archive.records import MAX_ID
from eval.errors import BadSet
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


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes. Raises BadSet."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSet(f"{path}: 读不了（{error.strerror}）。 Cannot read it.") from error


def utf8_of(data: bytes, path: Path) -> str:
    """Return a text in UTF-8, with or without a BOM. Raises BadSet with the first bad line."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadSet(f"{path}: 是 UTF-16，请另存为 UTF-8。 This is UTF-16: save it as UTF-8.")
    plain = data.removeprefix(codecs.BOM_UTF8)
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError as error:
        line = plain.count(b"\n", 0, error.start) + 1
        raise BadSet(
            f"{path}:{line}: 不是 UTF-8，请另存为 UTF-8。 Not UTF-8 there: save it as UTF-8."
        ) from error


def rows_of(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield where each line of a JSONL file is, and the object it holds. Raises BadSet."""
    for number, line in enumerate(utf8_of(bytes_of(path), path).split("\n"), start=1):
        if line.strip():
            where = f"{path}:{number}"
            value = parsed(line, path, number)
            if not isinstance(value, dict):
                raise BadSet(f"{where}: 每行应是一个 JSON 对象。 Each line must be a JSON object.")
            yield where, value


def parsed(text: str, path: Path, number: int = 0) -> object:
    """Return the value of a JSON text that holds whole characters only. Raises BadSet.

    ``number`` is the text's line in its file; 0 for a text that is the file.
    """
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = number or getattr(error, "lineno", 1)
        raise BadSet(f"{path}:{line}: JSON 有误。 Broken JSON: {error}") from error
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # "\ud800": legal JSON, but not text
        raise BadSet(
            f"{path}:{number or 1}: 含有不成对的代理码位。 Holds half of a surrogate pair."
        ) from error
    return value


def identity(value: Mapping[str, object], names: Sequence[str], where: str) -> str:
    """Return the id under the first of these names; words and whole numbers are ids."""
    for name in names:
        found = value.get(name)
        if isinstance(found, int | str) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    raise BadSet(f"{where}: 缺少 {names[0]}。 Missing or empty: {names[0]}.")


def words(value: Mapping[str, object], name: str, where: str, *, needed: bool = True) -> str:
    """Return a string field without outer white space. Raises BadSet."""
    found = value.get(name)
    if found in UNTOLD and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found.strip()):
        raise BadSet(f"{where}: {name} 应为非空的字符串。 {name} must be a string, not empty.")
    return found.strip()


def texts(value: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
    """Return a field of one string or several, each once, in order. Raises BadSet."""
    found = value.get(name)
    several = [found] if isinstance(found, str) else found
    if several is None:
        return ()
    if not isinstance(several, list) or not all(isinstance(i, str) and i.strip() for i in several):
        raise BadSet(
            f"{where}: {name} 应为字符串或其列表，不含空串。"
            f" {name} must be a string or a list of strings, none of them empty."
        )
    return tuple(dict.fromkeys(each.strip() for each in several))


def members(value: Mapping[str, object], name: str, where: str) -> list[dict[str, object]]:
    """Return a field that is a list of objects. Raises BadSet."""
    found = value.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadSet(f"{where}: {name} 应为对象的列表。 {name} must be a list of objects.")
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
        raise BadSet(
            f"{where}: 编号超过 {MAX_ID} 个字符。 The id has more than {MAX_ID} characters."
        )
    return plain


class Gathered:
    """Things by their ids, and where each came from. A second of the same id is refused."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def take(self, name: str, where: str) -> None:
        """Note an id. Raises BadSet."""
        if name in self._first:
            raise BadSet(
                f"{where}: 编号 {name} 与 {self._first[name]} 重复。"
                f" Id {name} was already used at {self._first[name]}."
            )
        self._first[name] = where

    def __contains__(self, name: str) -> bool:
        return name in self._first


def counted(what: Mapping[str, int], first: Mapping[str, str]) -> tuple[str, ...]:
    """Return a warning for each oddity with how often it was met, and where first."""
    return tuple(
        f"{said}（{what[said]} 处，首见 first at {first[said]}）" for said in what if what[said]
    )
