"""What a reader is, what a format says of itself, and how large and costly one file may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from corpus.messages.message import Message
from corpus.types import Heading, ReadResult, SourceFile

# Reading takes 3 (UTF-8 text) to 19 times (GB18030 Markdown) a file's size in memory, measured over
# the laws: up to 4 GB at this limit.
SIZE_LIMIT = 200_000_000
# Address space, not memory in use: libraries reserve more than they take. Recognising a scanned
# page of A4 at 300 dpi reserves 2.2 GB, the most of all; LibreOffice converts a law within 1.5.
_MEMORY = 4 << 30


class Reader(Protocol):
    """Turns the bytes of one format into canonical text; made without arguments, holds no state."""

    def read(self, file: SourceFile) -> ReadResult:
        """Return the file as canonical text with what structure its format states.

        Raises UnreadableSource, or UndecidedEncoding below it; never a half-read text.
        """
        ...


def headings_at(lines: Sequence[str], levels: Mapping[int, int]) -> tuple[Heading, ...]:
    """Return the headings among lines joined by line feeds: number of the line -> its level."""
    found: list[Heading] = []
    start = 0
    for number, line in enumerate(lines):
        if number in levels:
            found.append(Heading(start, start + len(line), levels[number]))
        start += len(line) + 1
    return tuple(found)


def counted_notes(codes: Sequence[str], counts: Mapping[str, int]) -> tuple[Message, ...]:
    """Return a message for each kind there is any of, by the order of codes ``reader.KIND``."""
    return tuple(
        Message(code, count=count)
        for code in codes
        if (count := counts.get(code.removeprefix("reader."), 0)) > 0
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Time is the processor's: a busy machine takes none of it away."""

    seconds: float = 60  # of processor time, for the smallest file
    bytes_per_second: int = 200_000  # and a second more for so many bytes ...
    longest: float = 600  # ... but never more than this
    memory: int = _MEMORY  # bytes of address space
    patience: float = 20  # times as long by the clock, for a parser that waits for ever

    def seconds_for(self, size: int) -> float:
        """Seconds of processor time that a file of this size gets."""
        return min(self.seconds + size / self.bytes_per_second, self.longest)


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files: what it is called, how it is told, who reads it and at what cost.

    An installed package adds one by an entry point of the group ``judian.readers`` that names an
    object of this class (:mod:`corpus.readers.installed`). Its files are those whose name ends in
    one of ``suffixes`` and which begin with one of ``magic``; with only one of the two given, that
    one decides.
    """

    name: str  # in English: "Word (.docx)"
    reader: str = ""  # module:Class of its Reader; "" where nothing reads it
    chinese: str = ""  # where that is another word than the English one
    suffixes: tuple[str, ...] = ()  # as in ".docx": what a name promises
    magic: tuple[bytes, ...] = ()
    magic_at: int = 0  # bytes ahead of the magic ones
    limits: Limits | None = Limits()  # None: plain Python over text, read in the same process
    is_text: bool = False  # only its name tells it from other texts
    advice: str = ""  # code of the message on what to do where nothing here reads it
    save_as: str = ""  # or the format to save it as
    package: str = ""  # the installed one it comes from; filled in on loading

    def __str__(self) -> str:
        return self.name

    def recognises(self, head: bytes, name: str) -> bool:
        """Whether a file that begins so and is called so is of this format, by its own account."""
        named = PurePath(name).suffix.lower() in self.suffixes
        begins = head.startswith(self.magic, self.magic_at)
        return (named or not self.suffixes) and (begins or not self.magic)

    def called(self) -> Message:
        """Return its name within a sentence, in Chinese with the blank ahead of a Latin word."""
        chinese = self.chinese or f" {self.name}"
        return Message("reader.format", chinese=chinese, english=self.name)
