"""Formats that other installed packages bring, by entry points of the group ``judian.readers``.

In the ``pyproject.toml`` of such a package::

    [project.entry-points."judian.readers"]
    subtitles = "subtitle_reader:SRT"

and in its module, with ``read(self, file: SourceFile) -> ReadResult`` in ``class SubtitleReader``::

    SRT = Format("subtitles", "subtitle_reader:SubtitleReader", "字幕", suffixes=(".srt",))

Its files are read in a process of its own, as every binary format here, within the format's limits.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from corpus.messages.message import Message
from corpus.readers.reader import Format

GROUP = "judian.readers"
# What may go wrong in the module of a stranger.
_BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError),
    *(OSError, RuntimeError, SyntaxError, TypeError, ValueError),
)

_log = logging.getLogger(__name__)


def installed_formats() -> tuple[Format, ...]:
    """Return the formats of installed packages in the order of their names, found once.

    One that cannot be loaded is left out with a warning that names its package, and named again
    (:func:`broken_packages`) with every file that nothing reads.
    """
    return _found()[0]


def broken_packages() -> tuple[Message, ...]:
    """Return what is wrong with the entry points that could not be loaded, for people."""
    return _found()[1]


@cache
def _found() -> tuple[tuple[Format, ...], tuple[Message, ...]]:
    formats: list[Format] = []
    broken: list[Message] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        package = point.dist.name if point.dist is not None else point.module
        try:
            formats.append(_loaded(point, package))
        except _BROKEN as error:
            why = f"{type(error).__name__}: {error}"
            broken.append(
                Message("reader.format_broken", format=point.name, package=package, why=why)
            )
            _log.warning("%s", broken[-1])
    return tuple(formats), tuple(broken)


def _loaded(point: EntryPoint, package: str) -> Format:
    found = point.load()
    if not isinstance(found, Format):
        raise TypeError(f"{point.value} is a {type(found).__name__} and no Format")
    if not (found.suffixes or found.magic):
        raise ValueError(f"{point.value} has neither suffixes nor magic bytes")
    if ":" not in found.reader or found.limits is None:
        raise ValueError(f"{point.value} needs a reader, as module:Class, and limits")
    return replace(found, suffixes=tuple(map(str.lower, found.suffixes)), package=package)
