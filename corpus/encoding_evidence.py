"""Which encoding explains the bytes of a whole file in the fewest bits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.character_costs import NULL_BITS, Language, character_costs, code_points

Bits = NDArray[np.float64]

BIG5_FAMILY = ("big5", "cp950", "big5hkscs")
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

# Above this, lines spread evenly over the file first tell which candidates need all of it.
SAMPLE_BYTES = 1_000_000
HOPELESS = 1.15  # times the fewest bits: above it the whole file could hardly turn the tables

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

    def margin_over_nothing(self) -> float:
        """Return the bits gained over explaining nothing beyond ASCII.

        In UTF-16 and UTF-32 ASCII needs explaining too: each zero byte in its place is evidence.
        """
        codes = code_points(self.text)
        plain = np.full(codes.size, False) if self.encoding in WIDE else codes < 0x80
        prices = character_costs(Language.CHINESE)[codes[plain]]
        nothing = float(prices.sum(dtype=np.float64)) + NULL_BITS * np.count_nonzero(~plain)
        return float(nothing - self.bits)


@dataclass(frozen=True, slots=True)
class ForeignLine:
    """The first line that was written in another encoding than the rest."""

    encoding: str
    number: int  # from 1
    offset: int  # in bytes


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
        prices = character_costs(language)[code_points(text)]
        readings.append(Reading(encoding, language, text, float(prices.sum(dtype=np.float64))))
    readings.sort(key=lambda reading: reading.bits)
    return list(_without_lesser_siblings(readings)), failures


def _share_beyond_ascii(text: str) -> float:
    return float(np.count_nonzero(code_points(text) > 0x7F)) / max(len(text), 1)


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
    lines = data.split(b"\n")
    as_other = [_decode_or_blank(line, other) for line in lines]
    gains = _line_bits(main.text, main.language) - _line_bits("\n".join(as_other), Language.CHINESE)
    offset = 0
    for number, (line, reading, gain) in enumerate(
        zip(lines, as_other, gains.tolist(), strict=True), 1
    ):
        if not line.isascii():
            if reading and gain > MIXED_LINE_BITS:
                return ForeignLine(other, number, offset)
            if len(line) >= MIXED_UTF8_BYTES and _is_utf8(line):
                return ForeignLine("utf-8", number, offset)
        offset += len(line) + 1
    return None


def find_utf8_line(data: bytes, at: int) -> ForeignLine | None:
    """Return the line around byte ``at``, where another encoding broke, if it is UTF-8."""
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    if not _is_utf8(data[start:] if end < 0 else data[start:end]):
        return None
    return ForeignLine("utf-8", data.count(b"\n", 0, start) + 1, start)


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
