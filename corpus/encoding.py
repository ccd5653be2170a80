"""Bytes to text, decided from the whole file by evidence, or refused aloud.

Every pair of Big5 bytes is a legal GB18030 pair, so "the first codec that does not fail" reads Big5
as nonsense. Here every candidate decodes the whole file strictly, and the reading that costs the
fewest bits under :mod:`corpus.character_costs` wins, if it wins clearly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.binary import binary_kind
from corpus.character_costs import NULL_BITS, Language, character_costs, code_points
from corpus.errors import UndecidedEncoding, UnreadableSource

Bits = NDArray[np.float64]

# Under this a reading is a guess. Eight bits of margin halve the doubt once (characters of a text
# are not independent, so the model's own 2**-bits is far too sure): 0.8 asks for 19 bits, which is
# six or seven Chinese characters; every cut of 200 bytes of the laws has hundreds.
MIN_CONFIDENCE = 0.8
BITS_PER_HALVING = 8.0

MAX_PRIVATE_SHARE = 0.01  # of characters beyond ASCII; official texts have a few rare names at most
MAX_CONTROL_SHARE = 0.002  # of all characters: a stray Ctrl-Z or bell is residue, more is no text
TOLERATED_CONTROLS = 2  # ... and so are this many in a short text

# A line that another encoding explains by this many bits better was written in that encoding.
MIXED_LINE_BITS = 32.0
# Three UTF-8 sequences of three bytes, alone on a line, come about by chance in no GB or Big5 text.
MIXED_UTF8_SEQUENCES = 3

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
_BIG5_FAMILY = ("big5", "cp950", "big5hkscs")
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Not read, but known, so that such a file is not taken for Chinese.
_FOREIGN: tuple[tuple[str, Language], ...] = (
    ("euc_kr", Language.KOREAN),
    ("euc_jp", Language.JAPANESE),
    ("shift_jis", Language.JAPANESE),
    ("cp1252", Language.WESTERN),
    ("koi8_r", Language.WESTERN),
    ("cp1251", Language.WESTERN),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf][\x80-\xbf]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
_ADVICE = "请另存为 UTF-8 后再试 / save it as UTF-8 and try again"


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how sure its encoding is; ``text`` has no byte order mark at its start."""

    text: str
    encoding: str
    runner_up: str | None
    confidence: float  # 0 to 1
    private_use: int  # private-use code points in ``text``


@dataclass(frozen=True, slots=True)
class _Reading:
    """One candidate's reading of the whole file."""

    encoding: str
    language: Language
    text: str
    bits: float


def decode(data: bytes) -> Decoded:
    """Text of a whole file, with its encoding and how sure that is.

    Raises UndecidedEncoding when no encoding explains the bytes for certain, and its parent
    UnreadableSource when they are empty or a known binary format.
    """
    if not data.strip():
        raise UnreadableSource("文件是空的 / the file is empty")
    kind = binary_kind(data)
    if kind is not None:
        raise UnreadableSource(f"这是 {kind} 文件，不是文本 / this is binary ({kind}), not text")
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
        raise UndecidedEncoding(
            f"文件以 {encoding} 的字节序标记开头，但第 {at} 字节不合 {encoding}；{_ADVICE} / "
            f"the file begins with the mark of {encoding}, but byte {at} is not {encoding}"
        ) from error
    if not text.strip():
        raise UnreadableSource("文件是空的 / the file is empty")
    return _checked(text, encoding, None, 1.0)


def _try_utf8(data: bytes) -> Decoded | None:
    """The file as UTF-8; None when it is not, or when so little speaks for it that it may be GBK."""
    if b"\x00" in data:
        return None  # UTF-16 of English is valid UTF-8, with a NUL beside every letter
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if len(text) == len(data):
        return _checked(text, "utf-8", None, 1.0)
    sequences = sum(character > "\x7f" for character in text[: 8 * MIN_TWO_BYTE_SEQUENCES])
    short = len(data) - len(text) < MIN_TWO_BYTE_SEQUENCES
    only_pairs = not _THREE_BYTES.search(data) and max(text) < "\u0800"
    if short and only_pairs and sequences and not _ASCII_LETTER.search(data):
        raise UndecidedEncoding(
            f"只有 {sequences} 个非 ASCII 字，UTF-8 和 GB18030 都说得通；{_ADVICE} / "
            f"so few characters beyond ASCII that UTF-8 and GB18030 both fit"
        )
    return _checked(text, "utf-8", None, 1.0)


def _decode_by_evidence(data: bytes) -> Decoded:
    failures: dict[str, int] = {}
    readings = _readings(data, failures)
    if not readings:
        raise UndecidedEncoding(_no_candidate(data, failures))
    readings.sort(key=lambda reading: reading.bits)
    best, rest = readings[0], readings[1:]
    second = rest[0] if rest else None
    margin = _null_bits(best.text) - best.bits
    if second is not None:
        margin = min(margin, second.bits - best.bits)
    confidence = 1.0 - 2.0 ** (-max(margin, 0.0) / BITS_PER_HALVING)
    names = "、".join(reading.encoding for reading in readings[:2])
    if best.encoding in dict(_FOREIGN):
        raise UndecidedEncoding(
            f"文件像是 {best.encoding} 编码，这一版不读；{_ADVICE} / "
            f"the file looks like {best.encoding}, which this version does not read"
        )
    if confidence < MIN_CONFIDENCE:
        raise UndecidedEncoding(
            f"无法确定编码：最可能的是 {names}，把握只有 {confidence:.0%}"
            f"（UTF-8 在第 {failures.get('utf-8', 0)} 字节不合）；{_ADVICE} / "
            f"the encoding is undecided: likeliest {names}, certainty {confidence:.0%}, "
            f"not UTF-8 at byte {failures.get('utf-8', 0)}"
        )
    if best.encoding not in _WIDE:
        _refuse_mixed(data, best)
    runner_up = second.encoding if second else None
    return _checked(best.text, best.encoding, runner_up, confidence)


def _readings(data: bytes, failures: dict[str, int]) -> list[_Reading]:
    """Every strict reading of the whole file; ``failures`` gets each other's first bad byte."""
    candidates: list[tuple[str, Language]] = [(name, Language.ANY) for name in _WIDE]
    if b"\x00" not in data:
        candidates.append(("utf-8", Language.ANY))
        candidates.append(("gb18030", Language.CHINESE))
        candidates.extend((name, Language.CHINESE) for name in _BIG5_FAMILY)
        candidates.extend(_FOREIGN)
    readings: list[_Reading] = []
    for encoding, language in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failures[encoding] = error.start
            continue
        # The Big5 pages differ in a few rows; one that reads the same says nothing new, and
        # cp950 differs from big5 only in look-alike signs, where the standard goes first.
        if encoding in _BIG5_FAMILY and any(
            reading.text == text or (encoding == "cp950" and reading.encoding == "big5")
            for reading in readings
        ):
            continue
        bits = float(_cost(text, language).sum(dtype=np.float64))
        readings.append(_Reading(encoding, language, text, bits))
    return readings


def _cost(text: str, language: Language) -> NDArray[np.float32]:
    costs: NDArray[np.float32] = character_costs(language)[code_points(text)]
    return costs


def _null_bits(text: str) -> float:
    """What the text would cost if nothing beyond its ASCII were explained."""
    codes = code_points(text)
    plain = codes < 0x80
    ascii_bits = float(character_costs(Language.CHINESE)[codes[plain]].sum(dtype=np.float64))
    return ascii_bits + NULL_BITS * float(codes.size - np.count_nonzero(plain))


def _line_bits(text: str, language: Language) -> Bits:
    """Bits of each line: (lines,) float64. A line feed is never part of a longer code here."""
    codes = code_points(text + "\n")
    ends = np.flatnonzero(codes == 0x0A)
    running = np.cumsum(character_costs(language)[codes], dtype=np.float64)[ends]
    return np.diff(running, prepend=0.0)


def _refuse_mixed(data: bytes, best: _Reading) -> None:
    """Raise when some line of the file was clearly written in another encoding than ``best``."""
    other = "big5" if best.encoding == "gb18030" else "gb18030"
    lines = data.split(b"\n")
    as_other: list[str] = []
    readable = np.zeros(len(lines), dtype=bool)
    offset = 0
    for number, line in enumerate(lines):
        if not line.isascii():
            if _is_utf8(line):
                raise _mixed(best.encoding, "utf-8", offset, number + 1)
            try:
                as_other.append(line.decode(other))
                readable[number] = True
            except UnicodeDecodeError:
                as_other.append("")
        else:
            as_other.append("")
        offset += len(line) + 1
    own = _line_bits(best.text, best.language)
    gains = own - _line_bits("\n".join(as_other), Language.CHINESE)
    foreign = np.flatnonzero(readable & (gains > MIXED_LINE_BITS))
    if foreign.size:
        number = int(foreign[0])
        offset = sum(len(line) + 1 for line in lines[:number])
        raise _mixed(best.encoding, other, offset, number + 1)


def _is_utf8(line: bytes) -> bool:
    if len(_THREE_BYTES.findall(line)) < MIXED_UTF8_SEQUENCES:
        return False
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mixed(main: str, other: str, offset: int, line: int) -> UndecidedEncoding:
    return UndecidedEncoding(
        f"一个文件里混用两种编码：大部分是 {main}，第 {line} 行（第 {offset} 字节起）是 {other}；"
        f"{_ADVICE} / two encodings in one file: mostly {main}, but line {line} "
        f"(from byte {offset}) is {other}"
    )


def _no_candidate(data: bytes, failures: dict[str, int]) -> str:
    if b"\x00" in data:
        at = data.index(b"\x00")
        return (
            f"第 {at} 字节是 NUL，也不是 UTF-16：这不是文本 / "
            f"byte {at} is NUL and it is not UTF-16: this is no text"
        )
    seen = "，".join(f"{name}@{failures[name]}" for name in ("utf-8", "gb18030", "big5"))
    likeliest = "、".join(sorted(("utf-8", "gb18030", "big5"), key=lambda n: -failures[n])[:2])
    return (
        f"没有一种编码能解释全部字节；首个坏字节：{seen}；最接近的是 {likeliest}；{_ADVICE} / "
        f"no encoding fits all bytes; first bad byte: {seen}; nearest: {likeliest}"
    )


def _checked(text: str, encoding: str, runner_up: str | None, confidence: float) -> Decoded:
    """The reading, unless what came out is not what texts are made of."""
    controls = _CONTROL.findall(text)
    nul = text.find("\x00")
    if nul >= 0 or "\x1b$" in text or "\x1b(" in text:
        at = nul if nul >= 0 else text.index("\x1b")
        raise UndecidedEncoding(
            f"按 {encoding} 读，第 {at} 个字符是控制符（NUL 或 ESC）：这不是可读的文本 / "
            f"read as {encoding}, character {at} is a control (NUL or ESC): no text we read"
        )
    if len(controls) > max(TOLERATED_CONTROLS, MAX_CONTROL_SHARE * len(text)):
        at = text.index(controls[0])
        raise UndecidedEncoding(
            f"按 {encoding} 读有 {len(controls)} 个控制符，第一个在第 {at} 个字符：这不是文本 / "
            f"{len(controls)} control characters when read as {encoding}, the first at {at}: no text"
        )
    private = len(_PRIVATE.findall(text))
    if private and private > MAX_PRIVATE_SHARE * sum(not part.isascii() for part in text):
        raise UndecidedEncoding(
            f"按 {encoding} 读有 {private} 个自造字（私用区），无法确认；{_ADVICE} / "
            f"{private} private-use characters when read as {encoding}: cannot be sure of them"
        )
    return Decoded(text, encoding, runner_up, confidence, private)
