"""Which encoding explains the bytes of a whole file in the fewest bits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.text.character_costs import NULL_BITS, Language, character_costs, code_points

Bits = NDArray[np.float64]

BIG5_FAMILY = ("big5", "cp950", "big5hkscs")
_PAIR_CODES = ("gb18030", "big5")
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# Not read, but known, so that such a file is not taken for Chinese.
FOREIGN: dict[str, Language] = {
    "euc_kr": Language.KOREAN,
    "euc_jp": Language.JAPANESE,
    "shift_jis": Language.JAPANESE,
    "cp1252": Language.WESTERN,
}

# cp1252 explains nearly any bytes; a text really in it is ASCII but for a few quotes and accents.
MAX_WESTERN_SHARE = 0.4

# The pages of Big5 disagree in rows C6 and C7 alone: circled numbers or kana. One of the two signs
# is enough to choose the page, as 13 bits against 20 are; kana against Cyrillic are no difference.
FAMILY_BITS = 6.0

# Above this, lines spread evenly over the file first show which candidates need all of it.
SAMPLE_BYTES = 1_000_000
HOPELESS = 1.15  # times the fewest bits: above it the whole file could hardly turn the tables

_BLOCK = 1 << 20  # characters priced at a time

# A line that another encoding explains by this many bits better was written in that encoding.
MIXED_LINE_BITS = 32.0
# Three UTF-8 sequences of three bytes and nothing else beyond ASCII on a line: by chance on no line
# of 244 laws in GB18030 and in Big5.
MIXED_UTF8_BYTES = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """One candidate's strict reading of the whole file, and what it costs."""

    encoding: str
    language: Language
    text: str
    bits: float

    def margin_over_nothing(self, size: int) -> float:
        """Return the bits gained over explaining nothing beyond ASCII in ``size`` bytes.

        In UTF-16 and UTF-32 ASCII needs explaining too: each zero byte in its place is evidence,
        and so is each of the narrow ranges that a four-byte code of GB18030 keeps to.
        """
        if self.encoding in WIDE:
            return NULL_BITS / 2 * size - self.bits
        plain = self.text.encode("ascii", "ignore")
        counts = np.bincount(np.frombuffer(plain, dtype=np.uint8), minlength=0x80)
        known = float(counts @ character_costs(Language.CHINESE)[:0x80].astype(np.float64))
        return known + NULL_BITS / 2 * (size - len(plain)) - self.bits


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """The first line that was written in another encoding than the rest."""

    encoding: str
    number: int  # from 1
    offset: int  # in bytes
    main: str  # the encoding of the rest


def candidates_for(data: bytes) -> dict[str, Language]:
    """Return the encodings worth trying, with the language whose characters are cheap in each."""
    candidates = dict.fromkeys(WIDE, Language.ANY)
    if b"\x00" in data:
        return candidates
    candidates["utf-8"] = Language.ANY
    candidates["gb18030"] = Language.CHINESE
    candidates.update(dict.fromkeys(BIG5_FAMILY, Language.CHINESE))
    candidates.update(FOREIGN)
    if len(data) > SAMPLE_BYTES:
        hopeless = _hopeless(data, candidates)
        return {name: each for name, each in candidates.items() if name not in hopeless}
    return candidates


def _hopeless(data: bytes, candidates: dict[str, Language]) -> set[str]:
    """Foreign encodings that cost far more than the best over lines from all of the file."""
    lines = data.split(b"\n")
    sample = b"\n".join(lines[:: max(1, len(data) // SAMPLE_BYTES)])
    readings, _ = read_all(sample, candidates)
    limit = HOPELESS * min((reading.bits for reading in readings), default=0.0)
    return {each.encoding for each in readings if each.encoding in FOREIGN and each.bits > limit}


def read_all(data: bytes, candidates: dict[str, Language]) -> tuple[list[Reading], dict[str, int]]:
    """Return the readings, cheapest first, and where each other candidate's first bad byte is."""
    readings: list[Reading] = []
    failures: dict[str, int] = {}
    for encoding, language in candidates.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            failures[encoding] = error.start
            continue
        # cp950 differs from big5 in look-alike signs only, of which the standard's are taken.
        if encoding == "cp950" and "big5" not in failures:
            continue
        if language is Language.WESTERN and _share_beyond_ascii(text) > MAX_WESTERN_SHARE:
            continue
        if encoding in BIG5_FAMILY and any(reading.text == text for reading in readings):
            continue
        readings.append(Reading(encoding, language, text, _text_bits(text, language)))
    readings.sort(key=lambda reading: reading.bits)
    return list(_without_lesser_siblings(readings)), failures


def _text_bits(text: str, language: Language) -> float:
    """Return the bits of a text, priced block by block: a whole file would take eight times it."""
    prices = character_costs(language)
    return sum(
        float(prices[code_points(text[start : start + _BLOCK])].sum(dtype=np.float64))
        for start in range(0, len(text), _BLOCK)
    )


def _share_beyond_ascii(text: str) -> float:
    return 1.0 - len(text.encode("ascii", "ignore")) / max(len(text), 1)


def _without_lesser_siblings(readings: list[Reading]) -> Iterable[Reading]:
    family_best = min(
        (reading.bits for reading in readings if reading.encoding in BIG5_FAMILY), default=0.0
    )
    for reading in readings:
        if reading.encoding not in BIG5_FAMILY or reading.bits < family_best + FAMILY_BITS:
            yield reading


def find_foreign_line(data: bytes, main: Reading) -> ForeignLine | None:
    """Return the first line clearly written in another encoding than ``main``, if there is one."""
    other = "big5" if main.encoding == "gb18030" else "gb18030"
    number, offset = 1, 0
    while offset < len(data):
        end = data.find(b"\n", offset + _BLOCK)
        block = data[offset : end + 1 if end >= 0 else len(data)]
        lines = block.removesuffix(b"\n").split(b"\n")
        at = _first_foreign(lines, main, other)
        if at is not None:
            encoding = "utf-8" if _is_utf8(lines[at]) else other
            before = sum(map(len, lines[:at])) + at
            return ForeignLine(encoding, number + at, offset + before, main.encoding)
        number, offset = number + len(lines), offset + len(block)
    return None


def _first_foreign(lines: list[bytes], main: Reading, other: str) -> int | None:
    as_main = "\n".join(line.decode(main.encoding) for line in lines)
    as_other = [_decode_or_blank(line, other) for line in lines]
    gains = _line_bits(as_main, main.language) - _line_bits("\n".join(as_other), Language.CHINESE)
    for at, (line, reading, gain) in enumerate(zip(lines, as_other, gains.tolist(), strict=True)):
        if line.isascii():
            continue
        if (reading and gain > MIXED_LINE_BITS) or (
            len(line) >= MIXED_UTF8_BYTES and _is_utf8(line)
        ):
            return at
    return None


def find_mixture(data: bytes) -> ForeignLine | None:
    """Return the first line in another encoding than most lines, where no encoding fits them all.

    Each line counts that makes sense in UTF-8, GB18030 or Big5 and in no other of the three.
    """
    lines = data.split(b"\n")
    beyond = np.array([0 if line.isascii() else len(line) for line in lines])
    nothing = NULL_BITS / 2 * beyond
    bits = np.stack([_bits_in(lines, name, nothing) for name in _PAIR_CODES])
    best = bits.argmin(axis=0)
    clear = (bits.max(axis=0) - bits.min(axis=0) > MIXED_LINE_BITS) & (
        nothing - bits.min(axis=0) > MIXED_LINE_BITS
    )
    names = [_PAIR_CODES[at] if sure else "" for at, sure in zip(best, clear, strict=True)]
    names = ["utf-8" if _is_utf8(line) else name for line, name in zip(lines, names, strict=True)]
    characters = dict.fromkeys((*_PAIR_CODES, "utf-8"), 0)
    for name, size in zip(names, beyond.tolist(), strict=True):
        if name:
            characters[name] += size // (3 if name == "utf-8" else 2)
    main = max(characters, key=lambda name: characters[name])
    number = next((at for at, name in enumerate(names) if name not in ("", main)), None)
    if number is None:
        return None
    offset = sum(map(len, lines[:number])) + number
    return ForeignLine(names[number], number + 1, offset, main)


def _bits_in(lines: list[bytes], encoding: str, nothing: Bits) -> Bits:
    """Return the bits of each line read as ``encoding``: (lines,); as nothing where it is not."""
    texts = [_decode_or_blank(line, encoding) for line in lines]
    bits = _line_bits("\n".join(texts), Language.CHINESE)
    blank = np.array([not text for text in texts])
    return np.where(blank, nothing, bits)


def _decode_or_blank(line: bytes, encoding: str) -> str:
    if line.isascii():
        return ""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _is_utf8(line: bytes) -> bool:
    """Whether a line is UTF-8 with so many characters beyond ASCII that it is no accident."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(line) - len(text) >= MIXED_UTF8_BYTES * 2 // 3


def _line_bits(text: str, language: Language) -> Bits:
    """Bits of each line: (lines,) float64. A line feed is never part of a longer code here."""
    codes = code_points(text + "\n")
    starts = np.concatenate(([0], np.flatnonzero(codes == 0x0A)[:-1] + 1))
    bits: Bits = np.add.reduceat(character_costs(language)[codes], starts, dtype=np.float64)
    return bits
