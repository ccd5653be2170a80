"""What is in an OLE file (Word, Excel, WPS of 1997 to 2003, messages), and whether all of it is.

Compound File Binary, [MS-CFB]: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_SECTORS = 20_000  # of the directory: 80,000 entries; documents have some dozens
_ENTRY = 128
_NONE = 0xFFFFFFFF  # no such entry
_LAST = 0xFFFFFFFA  # from here on numbers are marks, not sectors
_IN_HEADER = 109  # sector numbers of the allocation table that the header holds
_STREAM, _ROOT = 2, 5  # kinds of entries that have sectors of their own
_SMALL = 4096  # bytes: shorter streams share the root's sectors


def root_names(data: bytes) -> frozenset[str]:
    """Return the names of what lies at the root of an OLE file; none of one that is damaged.

    What is embedded deeper (the workbook of a chart in a letter) is not among them.
    """
    try:
        directory = _directory(data)
        return frozenset(_names_below_root(directory))
    except (struct.error, IndexError):
        return frozenset()


CUT_OFF = (
    "文件不完整：后面的部分缺失，可能没有下载完，请重新取得 / the file is cut off: what belongs at "
    "its end is missing, perhaps the download broke off, get it again"
)


def is_cut_off(data: bytes) -> bool:
    """Whether an OLE file ends before all that its tables place in it.

    Parsers read such a file up to where it ends and say nothing. What may be missing is the filling
    behind the last stream, which many programs leave out.
    """
    try:
        return _reaches_beyond(data)
    except (struct.error, IndexError):  # one of the tables themselves
        return True


def _reaches_beyond(data: bytes) -> bool:
    """Whether a table or a stream needs bytes that the file lacks."""
    size = _sector_size(data)
    if not size:
        return True
    (count,) = struct.unpack_from("<I", data, 44)  # behind so many the list may hold anything
    table = b"".join(_sector(data, at, size) for at in _table_sectors(data, size)[:count])
    directory = b"".join(_sector(data, at, size) for at in _directory_sectors(data, size))
    small_table, small_sectors = struct.unpack_from("<2I", data, 60)
    needed = [(small_table, small_sectors * size), *_streams(directory, size)]
    if sum(length for _, length in needed) > len(data):
        return True
    for sector, length in needed:
        while length > 0 and sector < _LAST:
            if (sector + 1) * size + min(length, size) > len(data):
                return True
            length -= size
            (sector,) = struct.unpack_from("<I", table, sector * 4)
    return False


def _streams(directory: bytes, sector_size: int) -> Iterator[tuple[int, int]]:
    """Yield first sector and bytes of what has sectors of its own: large streams, the root's."""
    for entry in (0, *_entries(directory, deep=True)) if directory else ():
        start = entry * _ENTRY
        kind = directory[start + 66]
        first, length, high = struct.unpack_from("<3I", directory, start + 116)
        if sector_size > 512:  # files of version 3 leave anything in the upper half
            length |= high << 32
        if kind == _ROOT or (kind == _STREAM and length >= _SMALL):
            yield first, length


def _sector(data: bytes, number: int, size: int) -> bytes:
    """Return a whole sector; raises struct.error when it does not lie in the file."""
    found: bytes = struct.unpack_from(f"{size}s", data, (number + 1) * size)[0]
    return found


def _sector_size(data: bytes) -> int:
    size = 1 << int(struct.unpack_from("<H", data, 30)[0])
    return size if size in (512, 4096) else 0


def _directory(data: bytes) -> bytes:
    size = _sector_size(data)
    sectors = _directory_sectors(data, size) if size else ()
    return b"".join(data[(at + 1) * size : (at + 2) * size] for at in sectors)


def _directory_sectors(data: bytes, size: int) -> list[int]:
    table = _table_sectors(data, size)
    sector = struct.unpack_from("<I", data, 48)[0]
    found: list[int] = []
    while sector < _LAST and len(found) < MAX_SECTORS:
        found.append(sector)
        which, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", data, (table[which] + 1) * size + place * 4)
    return found


def _table_sectors(data: bytes, size: int) -> list[int]:
    """Return where the allocation table lies: in the header's list and those it goes on in."""
    sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _LAST and len(sectors) * size < len(data):
        *more, following = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors.extend(more)
    return sectors


def _names_below_root(directory: bytes) -> Iterator[str]:
    for entry in _entries(directory) if directory else ():
        start = entry * _ENTRY
        length = struct.unpack_from("<H", directory, start + 64)[0]
        name = directory[start : start + max(min(length, 64) - 2, 0)]
        yield name.decode("utf-16-le", "replace")


def _entries(directory: bytes, *, deep: bool = False) -> Iterator[int]:
    """Walk the tree below the root, all of it when ``deep``; every entry once, whatever links."""
    seen: set[int] = set()
    waiting = [_links(directory, 0)[2]]
    while waiting:
        entry = waiting.pop()
        if entry == _NONE or entry in seen or (entry + 1) * _ENTRY > len(directory):
            continue
        seen.add(entry)
        yield entry
        waiting.extend(_links(directory, entry)[: 3 if deep else 2])


def _links(directory: bytes, entry: int) -> tuple[int, int, int]:
    """Return the entries to the left, to the right, and the first below."""
    left, right, below = struct.unpack_from("<3I", directory, entry * _ENTRY + 68)
    return left, right, below
