"""Files that hold files: archives and collections of records, taken apart one member at a time.

A member's source is its container's with its own place in it: ``FOLDER/a.zip!/inner/name.txt``,
``FOLDER/b.jsonl#17``. What cannot be taken for certain is named with its reason; the rest comes in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zipfile import ZipFile, ZipInfo

from corpus.errors import UnreadableSource
from corpus.facts.sidecar import is_sidecar
from corpus.messages.message import Message, message_of
from corpus.readers import formats
from corpus.readers.archive.records import RefusedRecord, records
from corpus.readers.kinds import format_of
from corpus.readers.reader import SIZE_LIMIT
from corpus.readers.zip_files import (
    MAX_NAME,
    member_names,
    open_zip,
    overlapping,
    refusal_of_member,
    refusal_of_name,
    unpack,
)
from corpus.types import RefusedMember, SourceFile

# An archive of a province's regulations has some thousand files; a hundred thousand is a bomb.
MAX_MEMBERS = 20_000
# Bytes unpacked from one archive and those in it: ten files at the limit of one.
MAX_UNPACKED = 10 * SIZE_LIMIT
# An archive in an archive is how offices forward what they were sent; one deeper is a trap.
MAX_DEPTH = 2
_SHOWN_NAME = 80  # characters of a name that is refused for its length


def members(file: SourceFile) -> Iterator[SourceFile | RefusedMember] | None:
    """Return what a container holds, one member in memory at a time; None for any other file.

    Containers inside come apart as well, down to MAX_DEPTH. Raises UnreadableSource with the first
    member when the container cannot be opened or holds nothing.
    """
    return _members(file, _Budget(), depth=1)


@dataclass(slots=True)
class _Budget:
    """What is left to take from one file given, whatever lies in it."""

    bytes_left: int = MAX_UNPACKED
    members_left: int = MAX_MEMBERS

    def refusal_of_size(self, size: int) -> Message | None:
        """Take these bytes; or return why not."""
        if size > SIZE_LIMIT:
            return Message("reader.too_large", size=size, limit=SIZE_LIMIT // 1_000_000)
        if size > self.bytes_left:
            return Message("reader.archive_unpacks", limit=MAX_UNPACKED // 1_000_000)
        self.bytes_left -= size
        return None


def _members(
    file: SourceFile, budget: _Budget, depth: int
) -> Iterator[SourceFile | RefusedMember] | None:
    if is_sidecar(file.name):  # JSON, but no collection
        return None
    found = format_of(file)
    if found is formats.ZIP:
        return _zip_members(file, budget, depth)
    if found in (formats.JSON, formats.JSON_LINES):
        return _record_members(file, by_line=found is formats.JSON_LINES)
    return None


def _record_members(file: SourceFile, *, by_line: bool) -> Iterator[SourceFile | RefusedMember]:
    for record in records(file.data, by_line=by_line):
        source = f"{file.source}#{record.id}"
        if isinstance(record, RefusedRecord):
            yield RefusedMember(source, record.reason)
        else:
            yield SourceFile(source, f"{record.id}.txt", record.data, given=record.given)


def _zip_members(
    file: SourceFile, budget: _Budget, depth: int
) -> Iterator[SourceFile | RefusedMember]:
    if depth > MAX_DEPTH:
        raise UnreadableSource(Message("reader.archive_deep", depth=depth, limit=MAX_DEPTH))
    with open_zip(file.data) as archive:
        listed = archive.infolist()
        if len(listed) > budget.members_left:
            raise UnreadableSource(Message("reader.archive_members", limit=MAX_MEMBERS))
        budget.members_left -= len(listed)
        found = False
        for member, name, reason in _named(listed):
            source = f"{file.source}!/{_shown(name)}"
            reason = reason or budget.refusal_of_size(member.file_size)
            if reason is None:
                yield from _unpacked(archive, member, source, budget, depth)
            else:
                yield RefusedMember(source, reason)
            found = True
    if not found:
        raise UnreadableSource(Message("reader.archive_empty"))


def _named(listed: Sequence[ZipInfo]) -> Iterator[tuple[ZipInfo, str, Message | None]]:
    """Yield each member with its name and why it is refused; folders and hidden files are not."""
    shared = overlapping(listed)
    taken: set[str] = set()
    for at, (member, name) in enumerate(zip(listed, member_names(listed), strict=True)):
        reason = refusal_of_name(name)
        if reason is None and (name.endswith("/") or _is_hidden(name)):
            continue
        reason = reason or refusal_of_member(member)
        if reason is None and at in shared:
            reason = Message("reader.member_overlaps")
        if reason is None and name in taken:
            reason = Message("reader.member_twice")
        taken.add(name)
        yield member, name, reason


def _unpacked(
    archive: ZipFile, member: ZipInfo, source: str, budget: _Budget, depth: int
) -> Iterator[SourceFile | RefusedMember]:
    """Yield a member, or what it holds when it is a container itself."""
    try:
        file = SourceFile(source, source.rsplit("/", 1)[-1], unpack(archive, member))
        inner = _members(file, budget, depth + 1)
        if inner is None:
            yield file
        else:
            yield from inner
    except UnreadableSource as error:
        yield RefusedMember(source, message_of(error))


def _is_hidden(name: str) -> bool:
    """Whether a folder would hide it; __MACOSX holds what macOS adds to every archive."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _shown(name: str) -> str:
    """Return a name that can be printed, cut where it is longer than any real one."""
    safe = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
    return safe if len(safe) <= MAX_NAME else f"{safe[:_SHOWN_NAME]}…"
