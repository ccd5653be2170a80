"""Bytes to text, decided from the whole file by evidence, or refused with the reason.

Every pair of Big5 bytes is a legal GB18030 pair, so "the first codec that does not fail" reads Big5
as nonsense. Here every candidate decodes the whole file strictly, and the reading that costs the
fewest bits under :mod:`corpus.text.character_costs` wins, if it wins clearly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.messages.message import Message
from corpus.text.encoding_evidence import (
    FOREIGN,
    WIDE,
    ForeignLine,
    candidates_for,
    find_foreign_line,
    find_mixture,
    read_all,
)
from corpus.text.mojibake import find_mojibake
from corpus.text.signatures import binary_kind

# Under this a reading is a guess. Eight bits of margin halve the doubt once (characters of a text
# are not independent, so the model's own 2**-bits is far too sure): 0.8 asks for 19 bits. Of 1,952
# cuts of the laws in GB18030, those of 100 characters came to 1.00, those of 50 to 0.97 or more;
# of 30 characters, 4 were refused.
MIN_CONFIDENCE = 0.8
BITS_PER_HALVING = 8.0

MAX_PRIVATE_SHARE = 0.01  # of characters beyond ASCII; official texts have a few rare names at most
MAX_REPLACED_SHARE = 0.01  # of characters beyond ASCII: one lost here and there is noted, not more
TOLERATED_REPLACED = 2
MAX_CONTROL_SHARE = 0.002  # of all characters: a stray Ctrl-Z or bell is residue, more is no text
TOLERATED_CONTROLS = 2  # ... and so are this many in a short text

# Fewer two-byte UTF-8 sequences than this, with no Latin letter near, may be GB18030 pairs as well.
MIN_TWO_BYTE_SEQUENCES = 6

_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),  # ahead of UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
# U+FFFD stands where some program lost a character; 锟斤拷 is two of them read as GBK.
_REPLACED = re.compile("\ufffd|锟斤拷")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how sure its encoding is; ``text`` has no byte order mark at its start."""

    text: str
    encoding: str
    runner_up: str | None
    confidence: float  # 0 to 1
    private_use: int  # private-use code points in ``text``
    replaced: int  # places of ``text`` where a character was lost before the file was saved


def decode(data: bytes) -> Decoded:
    """Return the text of a whole file, with its encoding and how sure that is.

    Raises UndecidedEncoding when no encoding explains the bytes for certain, and its parent
    UnreadableSource when they are empty or a known binary format.
    """
    if not data.strip():
        raise UnreadableSource(Message("corpus.empty_file"))
    kind = binary_kind(data)
    if kind is not None:
        raise UnreadableSource(Message("corpus.binary_file", kind=kind))
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data, mark, encoding)
    utf8 = _try_utf8(data)
    return utf8 if utf8 is not None else _decode_by_evidence(data)


def _decode_marked(data: bytes, mark: bytes, encoding: str) -> Decoded:
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + len(mark)
        raise UndecidedEncoding(Message("corpus.bad_mark", encoding=encoding, at=at)) from error
    if not text.strip():
        raise UnreadableSource(Message("corpus.empty_file"))
    return _checked(text, encoding, None, 1.0)


def _try_utf8(data: bytes) -> Decoded | None:
    """Return the file as UTF-8; None when it is not. Raises when it might as well be GBK."""
    if b"\x00" in data:
        return None  # UTF-16 of English is valid UTF-8, with a NUL beside every letter
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    pairs = len(data) - len(text)  # one byte more than characters for each two-byte sequence
    if (
        0 < pairs < MIN_TWO_BYTE_SEQUENCES
        and max(text) < "\u0800"
        and not _ASCII_LETTER.search(data)
    ):
        raise UndecidedEncoding(Message("corpus.two_encodings_fit", count=pairs))
    return _checked(text, "utf-8", None, 1.0)


def _decode_by_evidence(data: bytes) -> Decoded:
    readings, _ = read_all(data, candidates_for(data))
    if not readings:
        raise UndecidedEncoding(_no_candidate(data))
    best = readings[0]
    second = readings[1] if len(readings) > 1 else None
    margin = best.margin_over_nothing(len(data))
    if second is not None:
        margin = min(margin, second.bits - best.bits)
    confidence = 1.0 - 2.0 ** (-max(margin, 0.0) / BITS_PER_HALVING)
    if confidence < MIN_CONFIDENCE:
        mixture = None if b"\x00" in data else find_mixture(data)
        if mixture is not None:
            raise UndecidedEncoding(_mixed(mixture))
        if margin <= 0 and best.encoding not in FOREIGN:
            raise UndecidedEncoding(_no_candidate(data))
    if best.encoding in FOREIGN:
        raise UndecidedEncoding(Message("corpus.other_encoding", encoding=best.encoding))
    if confidence < MIN_CONFIDENCE:
        likely = [each.encoding for each in readings if each.margin_over_nothing(len(data)) > 0]
        raise UndecidedEncoding(
            Message("corpus.too_few_characters", encodings=likely[:2], confidence=confidence)
        )
    line = find_foreign_line(data, best) if best.encoding not in WIDE else None
    if line is not None:
        raise UndecidedEncoding(_mixed(line))
    return _checked(best.text, best.encoding, second.encoding if second else None, confidence)


def _mixed(line: ForeignLine) -> Message:
    return Message(
        "corpus.mixed_encodings",
        main=line.main,
        line=line.number,
        offset=line.offset,
        encoding=line.encoding,
    )


def _no_candidate(data: bytes) -> Message:
    """Say that no encoding fits, and how far the two nearest of them go."""
    if b"\x00" in data:
        return Message("corpus.nul_byte", at=data.index(b"\x00"))
    mixture = find_mixture(data)
    if mixture is not None:
        return _mixed(mixture)
    failures: dict[str, int] = {}
    for name in ("utf-8", "gb18030", "big5"):
        try:
            data.decode(name)
        except UnicodeDecodeError as error:
            failures[name] = error.start
            if name == "utf-8" and error.end == len(data) and error.start:
                return Message("corpus.cut_off", at=error.start)
    # The longer an encoding fits, the nearer it is; one that fits to the end makes no sense.
    nearest = sorted(failures, key=lambda name: -failures[name])[:2]
    seen = [f"{name} @{failures[name]}" for name in nearest]
    return Message("corpus.no_encoding", nearest=seen)


def _is_unassigned(character: str) -> bool:
    # Planes 2 and 3 are for Han alone, and grow faster than Python's tables.
    return not 0x20000 <= ord(character) < 0x40000 and unicodedata.category(character) == "Cn"


def _checked(text: str, encoding: str, runner_up: str | None, confidence: float) -> Decoded:
    """Return the reading, unless what came out is not what texts are made of."""
    mojibake = find_mojibake(text)
    if mojibake is not None:
        raise UndecidedEncoding(mojibake.reason())
    # UTF-8 proves itself; other encodings make characters of any bytes.
    unassigned = sum(text.count(one) for one in set(text) if _is_unassigned(one))
    if encoding != "utf-8" and unassigned > max(TOLERATED_CONTROLS, MAX_CONTROL_SHARE * len(text)):
        raise UndecidedEncoding(
            Message("corpus.unassigned_characters", encoding=encoding, count=unassigned)
        )
    controls = _CONTROL.findall(text)
    nul = text.find("\x00")
    if nul >= 0 or "\x1b$" in text or "\x1b(" in text:
        at = nul if nul >= 0 else text.index("\x1b")
        raise UndecidedEncoding(Message("corpus.control_character", encoding=encoding, at=at))
    if len(controls) > max(TOLERATED_CONTROLS, MAX_CONTROL_SHARE * len(text)):
        at = text.index(controls[0])
        raise UndecidedEncoding(
            Message("corpus.control_characters", encoding=encoding, count=len(controls), at=at)
        )
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    replaced = len(_REPLACED.findall(text))
    if replaced > max(TOLERATED_REPLACED, MAX_REPLACED_SHARE * beyond):
        raise UndecidedEncoding(Message("corpus.lost_characters", count=replaced))
    private = len(_PRIVATE.findall(text))
    if private > MAX_PRIVATE_SHARE * beyond:
        raise UndecidedEncoding(
            Message("corpus.private_characters", encoding=encoding, count=private)
        )
    return Decoded(text, encoding, runner_up, confidence, private, replaced)
