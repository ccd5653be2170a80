"""The choice of a reader: by what the bytes are, not by name alone; or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from corpus.errors import UnreadableSource
from corpus.messages.message import Message, message_of
from corpus.readers import formats
from corpus.readers.installed import broken_packages
from corpus.readers.kinds import format_of, promised
from corpus.readers.ole import is_cut_off
from corpus.readers.reader import SIZE_LIMIT, Format
from corpus.readers.sandbox.child import load_reader
from corpus.readers.sandbox.isolation import shared_isolation
from corpus.types import ReadResult, RefusedMember, SourceFile

# A text named .pdf or .docx of fewer bytes is what a failed download leaves: {"error": "not found"}
# or "Access denied"; a real letter saved as text has more.
SHORTEST_MISNAMED = 300


def documents_in(file: SourceFile) -> Iterator[SourceFile | RefusedMember]:
    """Yield the file itself; of an archive or a collection of records what it holds.

    One member is in memory at a time. Raises UnreadableSource with the first where the container
    cannot be opened or holds nothing.
    """
    from corpus.readers.archive.members import members  # imports numpy, which reads encodings

    inner = members(file)
    if inner is None:
        yield file
    else:
        yield from inner


def read(file: SourceFile) -> ReadResult:
    """Return the file as canonical text; raises UnreadableSource unless it is read for certain.

    Binary formats, and all those of installed packages, are read in a process of their own, within
    their limits.
    """
    found = reading_format(file)
    try:
        if found.limits is None:
            result = load_reader(found.reader).read(file)
        else:
            result = shared_isolation().read(found.reader, file, found.limits)
    except UnreadableSource as error:
        if not found.package:
            raise
        why = message_of(error)
        raise type(error)(Message("reader.by_package", why=why, package=found.package)) from error
    note = contradiction(file.name, found)
    if note is None:
        return result
    receipt = result.receipt
    return replace(result, receipt=replace(receipt, notes=(*receipt.notes, note)))


def reading_format(file: SourceFile) -> Format:
    """Return what the file is, which has a reader; raises UnreadableSource where there is none."""
    if len(file.data) > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1_000_000
        raise UnreadableSource(Message("reader.too_large", size=len(file.data), limit=limit))
    found = format_of(file)
    reason = refusal(file, found)
    if reason is not None:
        raise UnreadableSource(reason)
    return found


def refusal(file: SourceFile, found: Format) -> Message | None:
    """Return why a file of this format is not read, and what to do; None when it is."""
    if found is formats.OLE and is_cut_off(file.data):  # its directory stands at the end
        return Message("reader.cut_off")
    if not found.reader:
        save_as = Message("reader.save_as", format=found.save_as)
        advice = Message(found.advice) if found.advice else save_as
        reason = Message("reader.not_read", format=found.called(), advice=advice)
        broken = broken_packages()
        return Message("reader.and_broken", why=reason, broken=broken) if broken else reason
    said, size = promised(file.name), len(file.data)
    if said is None or said.is_text or found is not formats.TEXT:
        return None
    if 0 < size < SHORTEST_MISNAMED:
        return Message("reader.failed_download", promised=said.called(), size=size)
    return None


def contradiction(name: str, found: Format) -> Message | None:
    """Return a note on a name that promises another format than the file is; None without."""
    said = promised(name)
    if said is None or PurePath(name).suffix.lower() in found.suffixes:
        return None
    if any({said, found} <= alike for alike in formats.ALIKE):
        return None
    return Message("reader.misnamed", promised=said.called(), found=found.called())
