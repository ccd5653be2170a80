"""Text that was read in the wrong encoding and saved again: found by evidence, never repaired.

Such a text decodes without a fault (涓崕浜烘皯 is good UTF-8), but its characters are rare ones. A
line of them is turned back into the bytes it was misread from; when those bytes read far better in
the encoding they were really in, the line is mojibake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corpus.messages.message import Message
from corpus.text.character_costs import Language, character_costs, code_points

# Bits a character beyond ASCII. Of 37,687 lines of the laws, simplified and traditional, one in a
# thousand costs more than 13.2; of the same lines misread in ten ways none costs less than 13.0.
SUSPECT_BITS = 13.0
REPAIRED_BITS = 13.0  # ... and what such a line costs at most once it is read as it was meant
LEAST_GAIN = 1.5  # bits a character by which the right reading must be cheaper
# Nearly any pair of bytes is a character of the other code page, so between two of them common
# words are asked for: 12 is below the price of any character but function words and punctuation.
PAIRED_BITS = 12.0
PAIRED_GAIN = 3.0
MIN_HAN = 1 / 3  # of what is shown: Greek, Russian or kana alone are themselves
MIN_CHARACTERS = 8  # beyond ASCII on a line, and four of them after it is put right: no accident
MIN_REPAIRED = 4
# Misreading loses bytes at the ends of runs (GBK) or in holes of the code page (cp1252).
MIN_KEPT = 0.6  # share of the bytes beyond ASCII that must make sense in the right encoding
# Texts in another script are suspect on every line: this many, evenly spread, are enough.
MAX_EXAMINED = 2000
LONGEST_EXAMINED = 4000  # characters of a line: a file may be one line of 50 MB
_BLOCK = 1 << 20  # characters looked at together
_SHOWN = 12  # characters of either reading in the message

# cp1252 shows bytes 80 to 9F as these; latin-1 leaves them as controls.
_LATIN_BYTES = {
    ord(bytes((byte,)).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_LATIN = "cp1252"
# (misread as, really in); what was really in UTF-8 leaves the clearest traces and comes first.
_MISREADINGS = (
    ("gb18030", "utf-8"),
    (_LATIN, "utf-8"),
    ("big5hkscs", "utf-8"),
    ("gb18030", "big5"),
    ("big5hkscs", "gb18030"),
    (_LATIN, "gb18030"),
    (_LATIN, "big5"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "gb18030": "GBK",
    _LATIN: "Latin-1",
    "big5hkscs": "Big5",
    "big5": "Big5",
}


@dataclass(frozen=True, slots=True)
class Mojibake:
    """The first line found to be mojibake, and how it came about."""

    number: int  # of the line, from 1
    misread_as: str  # names for people: GBK, Latin-1, Big5
    written_in: str
    shown: str  # how the line begins
    meant: str  # how it was meant, as far as that can still be known

    def reason(self) -> Message:
        """Say what the text is and how to get it right."""
        return Message(
            "corpus.mojibake",
            line=self.number,
            written_in=self.written_in,
            misread_as=self.misread_as,
            shown=self.shown,
            meant=self.meant,
        )


def find_mojibake(text: str) -> Mojibake | None:
    """Return the first line of ``text`` that was misread and saved again; None without one."""
    if text.isascii():
        return None
    suspects = [suspect for start, end in _blocks(text) for suspect in _suspects(text, start, end)]
    for start in suspects[:: 1 + len(suspects) // MAX_EXAMINED]:
        end = text.find("\n", start, start + LONGEST_EXAMINED)
        line = text[start : end if end >= 0 else start + LONGEST_EXAMINED]
        found = _examine(line)
        if found is not None:
            wrong, right, meant = found
            number = text.count("\n", 0, start) + 1
            return Mojibake(number, _NAMES[wrong], _NAMES[right], _begin(line), _begin(meant))
    return None


def _begin(line: str) -> str:
    return "".join(filter(str.isprintable, line)).strip()[:_SHOWN]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield spans of whole lines, or of parts of very long ones, that fit in little memory."""
    start = 0
    while start < len(text):
        end = min(start + _BLOCK, len(text))
        if end < len(text):
            end = text.rfind("\n", start, end) + 1 or end
        yield start, end
        start = end


def _suspects(text: str, start: int, end: int) -> list[int]:
    """Return where those lines of a block begin whose characters beyond ASCII are rare ones."""
    codes = code_points(text[start:end])
    starts = np.concatenate(([0], np.flatnonzero(codes[:-1] == 0x0A) + 1))
    beyond = codes > 0x7F
    bits = np.where(beyond, character_costs(Language.CHINESE)[codes], np.float32(0))
    counts = np.add.reduceat(beyond, starts, dtype=np.int64)
    sums = np.add.reduceat(bits, starts)
    suspect = (counts >= MIN_CHARACTERS) & (sums > SUSPECT_BITS * counts)
    found: list[int] = (starts[suspect] + start).tolist()
    return found


def _examine(line: str) -> tuple[str, str, str] | None:
    """Return as what a line was misread, in what it was written, and how it was meant."""
    # U+FFFD stands for bytes already lost; a line feed cuts what is left of them on either side.
    pieces = line.replace("\ufffd", "\n")
    cost, _ = _bits(pieces)
    for wrong, right in _MISREADINGS:
        limit = min(REPAIRED_BITS, cost - LEAST_GAIN)
        if right != "utf-8":
            limit = min(PAIRED_BITS, cost - PAIRED_GAIN)
            if wrong != _LATIN and _share_han(pieces) < MIN_HAN:
                continue
        meant = _reread(pieces, wrong, right)
        repaired, characters = _bits(meant)
        if characters >= MIN_REPAIRED and repaired <= limit:
            return wrong, right, meant
    return None


def _reread(text: str, wrong: str, right: str) -> str:
    """Return the text with its misreading undone; "" where too little of it makes sense."""
    if wrong == _LATIN:
        data = text.translate(_LATIN_BYTES).encode("latin-1", "replace")
    else:
        data = text.encode(wrong, "replace")
    meant = data.decode(right, "replace").replace("\ufffd", "")
    kept = _bytes_beyond_ascii(meant.encode(right, "replace"))
    return meant if kept >= MIN_KEPT * _bytes_beyond_ascii(data) else ""


def _bytes_beyond_ascii(data: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) > 0x7F))


def _share_han(text: str) -> float:
    """Return the share of Han among the characters beyond ASCII."""
    codes = code_points(text)
    beyond = codes[codes > 0x7F]
    return float(np.mean((beyond >= 0x3400) & (beyond <= 0x9FFF))) if beyond.size else 0.0


def _bits(text: str) -> tuple[float, int]:
    """Return the mean bits of the characters beyond ASCII, and how many there are."""
    codes = code_points(text)
    beyond = codes[codes > 0x7F]
    if not beyond.size:
        return 0.0, 0
    return float(character_costs(Language.CHINESE)[beyond].mean()), int(beyond.size)
