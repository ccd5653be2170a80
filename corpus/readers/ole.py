"""What is in an OLE file (Word, Excel, WPS of 1997 to 2003, messages), and whether all of it is.

The file's tables are read by ``olefile``, within bounds that it does not have itself: two kilobytes
can keep it busy for minutes, and what a file is must be found before any sandbox.
"""

from __future__ import annotations

import struct
from io import BytesIO

from olefile import STGTY_ROOT, STGTY_STREAM, OleFileIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 10_000  # of the directory, which olefile compares with each other: under a second
_PER_ENTRY = 128  # bytes
_MARKS = 0xFFFFFFFA  # from here on numbers are marks, not sectors
_DAMAGED = (OSError, struct.error, IndexError, ValueError, RecursionError)


class _Ole(OleFileIO):  # type: ignore[misc]  # olefile states no types
    """An OLE file, read in a time that its size bounds; raises one of _DAMAGED."""

    def loadfat(self, header: bytes) -> None:
        """Refuse an allocation table for more sectors than there are: each part copies it whole."""
        if self.sectorsize not in (512, 4096):
            raise OSError(f"sectors of {self.sectorsize} bytes")
        if self.num_fat_sectors > 109 + 2 * self.nb_sect // (self.sectorsize // 4):
            raise OSError("an allocation table longer than the file")
        super().loadfat(header)

    def loaddirectory(self, sect: int) -> None:
        """Refuse a directory of more entries than documents have, also one in a circle."""
        last, self.directory_size = sect, 0
        while last < _MARKS:
            last = self.fat[last]
            self.directory_size += self.sectorsize
            if self.directory_size > MAX_ENTRIES * _PER_ENTRY:
                raise OSError("a directory without end")
        super().loaddirectory(sect)


def root_names(data: bytes) -> frozenset[str]:
    """Return the names of what lies at the root of an OLE file; none of one that is damaged.

    What is embedded deeper (the workbook of a chart in a letter) is not among them.
    """
    try:
        return frozenset(entry.name for entry in _Ole(BytesIO(data)).root.kids)
    except _DAMAGED:
        return frozenset()


def is_cut_off(data: bytes) -> bool:
    """Whether an OLE file ends before all that its tables place in it.

    Parsers read such a file up to where it ends and say nothing. What may be missing is the filling
    behind the last stream, which many programs leave out.
    """
    try:
        return _reaches_beyond(_Ole(BytesIO(data)), len(data))
    except _DAMAGED:  # one of the tables themselves
        return True


def _reaches_beyond(ole: _Ole, length: int) -> bool:
    """Whether a table or a stream with sectors of its own needs bytes that the file lacks."""
    size = ole.sectorsize
    needed = [
        (ole.first_dir_sector, ole.directory_size),
        (ole.first_mini_fat_sector, ole.num_mini_fat_sectors * size),
    ]
    for entry in ole.direntries:  # only those that something leads to are read
        if entry is None or entry.is_minifat:
            continue
        if entry.entry_type in (STGTY_ROOT, STGTY_STREAM):
            needed.append((entry.isectStart, entry.size))
    if sum(needs for _, needs in needed) > length:
        return True
    for sector, left in needed:
        while left > 0 and sector < _MARKS:
            if (sector + 1) * size + min(left, size) > length:
                return True
            left -= size
            sector = ole.fat[sector]
    return False
