"""Lines of a text, and lines wrapped at a width joined again to the paragraphs they were."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.legal.structure import division, list_family

# Hard-wrapped text: most lines are about as wide as the widest and stop in mid-sentence.
_WRAP_COLUMNS = (40, 130)  # a Han character takes two; narrower are lists, wider are paragraphs
_WRAP_FULL = 0.75  # of the usual widest line; English wraps at words, so lines differ
_WRAP_SHARE = 0.5  # of neighbouring lines, the last lines of paragraphs being the rest
_SENTENCE_ENDS = frozenset("。！？…；：.!?;:”」』）)")

Line = tuple[int, int, int]  # start and end without spaces around, number of the line


def find_lines(text: str) -> list[Line]:
    """Return the lines of a text that are not blank."""
    lines: list[Line] = []
    position = 0
    for number, raw in enumerate(text.splitlines(keepends=True)):
        stripped = raw.strip()
        if stripped:
            start = position + raw.index(stripped[0])
            lines.append((start, start + len(stripped), number))
        position += len(raw)
    return lines


def _columns(line: str) -> int:
    """Return the width of a line in print: three bytes of UTF-8 take two columns."""
    return (len(line.encode("utf-8", "surrogatepass")) + len(line)) // 2


def is_wrapped(text: str, lines: Sequence[Line]) -> bool:
    """Tell whether the lines were broken at a width: most are full and stop in mid-sentence."""
    widths = [_columns(text[start:end]) for start, end, _ in lines]
    if not widths:
        return False
    widest = sorted(widths)[len(widths) * 19 // 20]
    if not _WRAP_COLUMNS[0] <= widest <= _WRAP_COLUMNS[1]:
        return False
    neighbours = running_on = 0
    for width, line, following in zip(widths, lines, lines[1:], strict=False):
        if following[2] != line[2] + 1:
            continue
        neighbours += 1
        full = width >= _WRAP_FULL * widest and text[line[1] - 1] not in _SENTENCE_ENDS
        running_on += full and not _opens_paragraph(text, line, following)
    return neighbours >= 3 and running_on >= _WRAP_SHARE * neighbours


def _opens_paragraph(text: str, line: Line, following: Line) -> bool:
    """Tell whether ``following`` is set off from ``line``: by a blank line, indent or marker."""
    if following[2] != line[2] + 1 or _indent(text, following) > _indent(text, line):
        return True
    words = text[following[0] : following[1]]
    opened = division(words)
    return opened is not None or list_family(words, opened) is not None


def _indent(text: str, line: Line) -> int:
    stretch = text[max(line[0] - 16, 0) : line[0]]
    return len(stretch) - len(stretch.rstrip(" \t\u3000\u2002\u2003\u00a0"))


def join_wrapped(text: str, lines: Sequence[Line]) -> list[Line]:
    """Return paragraphs of wrapped lines; a blank line, an indent or a marker opens the next."""
    joined: list[Line] = []
    last = lines[0]
    for line in lines:
        if joined and not _opens_paragraph(text, last, line):
            joined[-1] = (joined[-1][0], line[1], line[2])
        else:
            joined.append(line)
        last = line
    return joined
