"""ZIP archives from strangers: opened, named and unpacked within bounds.

https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT is the format. Nothing is ever unpacked
to disk, so a name is a name only; it is still refused where it would lead out of the archive.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO

from corpus.errors import UnreadableSource
from corpus.messages.message import Message

# Bytes of the list of members: 20,000 of them with names of 350 bytes. Each byte of it takes up to
# ten in memory, before anything of the archive is known.
MAX_DIRECTORY = 8_000_000
# Text shrinks to a third, repetitive tables to a fiftieth; a bomb to a thousandth (deflate can no
# more). Small members may shrink as they like.
MAX_RATIO = 200
RATIO_FROM = 1_000_000  # bytes unpacked
MAX_NAME = 1_000  # characters; file systems take 255 a folder

_END = struct.Struct("<4s4H2LH")  # end of central directory
_END_MARK = b"PK\x05\x06"
_LONGEST_COMMENT = 1 << 16
_LOCATOR = struct.Struct("<4sLQL")  # ahead of it in ZIP64: where the long form of it is
_LOCATOR_MARK = b"PK\x06\x07"
_LONG_END = struct.Struct("<4sQ2H2L4Q")
_IN_LONG_FORM = 0xFFFFFFFF
_LOCAL_HEADER = 30  # bytes, and the name behind it
_UTF8_FLAG = 0x800
_LOCKED_FLAGS = 0x1 | 0x40 | 0x2000  # encrypted, strongly so, or with its directory
# LZMA and others could take gigabytes to unpack, and no office program writes them.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGED_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,  # of bz2; the archive itself lies in memory
    ValueError,
    OverflowError,
    NotImplementedError,
)


@contextmanager
def open_zip(data: bytes) -> Iterator[zipfile.ZipFile]:
    """Yield an archive; raises UnreadableSource when it cannot be opened or lists too much."""
    _refuse_long_directory(data)
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _DAMAGED_ERRORS as error:
        raise UnreadableSource(_damaged(error)) from error
    with archive:
        yield archive


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Return the members' names as they were meant, folders joined by ``/``.

    Names without the mark of UTF-8 are read in the encoding that explains all of them together.
    """
    raw = [_raw_name(member) for member in members]
    unmarked = b"\n".join({name: None for name in raw if name is not None and not name.isascii()})
    encoding = _encoding_of(unmarked) if unmarked else "ascii"
    names: list[str] = []
    for member, name in zip(members, raw, strict=True):
        if name is None:
            names.append(member.orig_filename.replace("\\", "/"))
        else:
            names.append(_decoded(name, encoding).replace("\\", "/"))
    return names


def refusal_of_name(name: str) -> Message | None:
    """Return why a member must not be called so; None when it may."""
    if len(name) > MAX_NAME:
        return Message("reader.name_too_long", size=len(name))
    if _CONTROL.search(name):
        return Message("reader.name_controls")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return Message("reader.name_outside")
    return None


def refusal_of_member(member: zipfile.ZipInfo) -> Message | None:
    """Return why a member cannot be unpacked for certain; None when it can be tried."""
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        return Message("reader.member_link")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Message("reader.member_device")
    if member.flag_bits & _LOCKED_FLAGS:
        return Message("reader.member_locked")
    if member.compress_type not in _METHODS:
        return Message("reader.member_method", method=member.compress_type)
    if member.file_size > max(RATIO_FROM, MAX_RATIO * member.compress_size):
        return Message("reader.member_bomb", times=MAX_RATIO)
    return None


def overlapping(members: Sequence[zipfile.ZipInfo]) -> frozenset[int]:
    """Return the positions of members that share bytes, as those of the best bombs do.

    https://www.bamsoftware.com/hacks/zipbomb/
    """
    found: set[int] = set()
    reach, reaching = -1, -1
    for at in sorted(range(len(members)), key=lambda at: members[at].header_offset):
        member = members[at]
        if member.header_offset < reach:
            found.update((at, reaching))
        name = len(_raw_name(member) or member.orig_filename.encode())
        end = member.header_offset + _LOCAL_HEADER + name + member.compress_size
        if end > reach:
            reach, reaching = end, at
    return frozenset(found)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, checked against its checksum; raises UnreadableSource."""
    try:
        with archive.open(member) as stream:
            data = stream.read(member.file_size + 1)
    except (*_DAMAGED_ERRORS, RuntimeError) as error:
        raise UnreadableSource(_damaged(error)) from error
    if len(data) != member.file_size:
        raise UnreadableSource(
            Message("reader.member_damaged", stated=member.file_size, size=len(data))
        )
    return data


def _raw_name(member: zipfile.ZipInfo) -> bytes | None:
    """Return a name's bytes; None when they are marked as UTF-8, and so decoded for certain."""
    if member.flag_bits & _UTF8_FLAG:
        return None
    return member.orig_filename.encode("cp437")  # what zipfile took them for


def _encoding_of(names: bytes) -> str:
    """Return the encoding that explains all names together; "" when none does."""
    from corpus.text.character_costs import Language
    from corpus.text.encoding_evidence import BIG5_FAMILY, FOREIGN, read_all

    candidates = {"gb18030": Language.CHINESE} | dict.fromkeys(BIG5_FAMILY, Language.CHINESE)
    candidates |= FOREIGN | {"cp437": Language.WESTERN, "utf-8": Language.ANY}
    del candidates["cp1252"]  # cp437 is what the standard says
    with suppress(UnicodeDecodeError):
        # 通知 in GBK is UTF-8 as well, of two-byte sequences; Chinese in UTF-8 takes three.
        if max(names.decode("utf-8")) >= "\u0800":
            return "utf-8"
    readings, _ = read_all(names, candidates)
    return readings[0].encoding if readings else ""


def _decoded(name: bytes, encoding: str) -> str:
    r"""Return a name; one that no encoding explains is shown with ``\xNN``."""
    if encoding:
        return name.decode(encoding)
    return name.decode("ascii", "backslashreplace").replace("\\x", "%")


def _refuse_long_directory(data: bytes) -> None:
    at = data.rfind(_END_MARK, max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if at < 0 or at + _END.size > len(data):
        raise UnreadableSource(Message("reader.zip_cut_off"))
    size = max(_directory_sizes(data, at))
    if size > MAX_DIRECTORY:
        limit = MAX_DIRECTORY // 1_000_000
        raise UnreadableSource(Message("reader.zip_directory", size=size, limit=limit))


def _directory_sizes(data: bytes, end: int) -> Iterator[int]:
    """Yield what the end record says of the directory's size, and its long form wherever it is."""
    short = int(_END.unpack_from(data, end)[5])
    locator = end - _LOCATOR.size
    if locator < 0 or not data.startswith(_LOCATOR_MARK, locator):
        yield short
        return
    yield short if short != _IN_LONG_FORM else 0
    for at in (locator - _LONG_END.size, _LOCATOR.unpack_from(data, locator)[2]):
        if 0 <= at <= locator - _LONG_END.size:
            yield int(_LONG_END.unpack_from(data, at)[8])


def _damaged(error: BaseException) -> Message:
    return Message("reader.zip_damaged", why=str(error) or type(error).__name__)
