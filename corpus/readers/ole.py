"""What is in an OLE file (Word, Excel, WPS of 1997 to 2003, messages): the names at its root.

Compound File Binary, [MS-CFB]: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
"""

from __future__ import annotations

import struct

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_SECTORS = 20_000  # of the directory: 80,000 entries; documents have some dozens
_ENTRY = 128
_NONE = 0xFFFFFFFF  # no such entry
_LAST = 0xFFFFFFFA  # from here on numbers are marks, not sectors
_IN_HEADER = 109  # sector numbers of the allocation table that the header holds


def root_names(data: bytes) -> frozenset[str]:
    """Return the names of what lies at the root of an OLE file; none of one that is damaged.

    What is embedded deeper (the workbook of a chart in a letter) is not among them.
    """
    try:
        directory = _directory(data)
        return frozenset(_names_below_root(directory))
    except (struct.error, IndexError):
        return frozenset()


def _directory(data: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        return b""
    table = _table_sectors(data, size)
    sector = struct.unpack_from("<I", data, 48)[0]
    parts: list[bytes] = []
    while sector < _LAST and len(parts) < MAX_SECTORS:
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        which, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", data, (table[which] + 1) * size + place * 4)
    return b"".join(parts)


def _table_sectors(data: bytes, size: int) -> list[int]:
    """Return where the allocation table lies: in the header's list and those it goes on in."""
    sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _LAST and len(sectors) * size < len(data):
        *more, following = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors.extend(more)
    return sectors


def _names_below_root(directory: bytes) -> list[str]:
    """Walk the tree of the root's children; every entry once, however the links lie."""
    names: list[str] = []
    seen: set[int] = set()
    waiting = [_links(directory, 0)[2]] if directory else []
    while waiting:
        entry = waiting.pop()
        if entry == _NONE or entry in seen or (entry + 1) * _ENTRY > len(directory):
            continue
        seen.add(entry)
        start = entry * _ENTRY
        length = struct.unpack_from("<H", directory, start + 64)[0]
        name = directory[start : start + max(min(length, 64) - 2, 0)]
        names.append(name.decode("utf-16-le", "replace"))
        waiting.extend(_links(directory, entry)[:2])
    return names


def _links(directory: bytes, entry: int) -> tuple[int, int, int]:
    """Return the entries to the left, to the right, and the first below."""
    left, right, below = struct.unpack_from("<3I", directory, entry * _ENTRY + 68)
    return left, right, below
