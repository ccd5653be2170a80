"""Markdown in pieces: its front matter, plain paragraphs and headings, and what needs a parser.

Most lines of an official document are paragraphs without any syntax, and there a parser would only
cost time and memory. A line is plain when no rule of CommonMark can make anything else of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(r"\s*---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([\w][\w.-]*)[ \t]*:(?:[ \t]+(.*))?$")
_CONTINUED = re.compile(r"(?:[ \t]+|-[ \t]+)\S")

# Neither opens a block (indent, #, >, list marks, =, |, :) nor holds inline syntax.
_PLAIN = re.compile(
    r"(?!\d+[.)])(#{1,6}[ \t]+(?=[^\s#]))?\u3000*[^\s#>+\-=|:\\`~*_\[<&][^#\\`~*_\[<&]*"
)
# What goes on over blank lines: fences, and HTML up to its closing mark.
_FENCE = re.compile("```|~~~")
_RAW_HTML = re.compile(r"<(?:[!?]|(?:script|pre|style|textarea)\b)", re.IGNORECASE)
_COMMENT = re.compile("<!--[^-<>](?:[^-]|-(?!-))*-->")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the source: a plain line (``level`` is 0, or a heading's), or Markdown to parse."""

    text: str
    level: int | None  # None: to parse


def split_pieces(source: str) -> Iterator[Piece]:
    """Yield the pieces of a source in order; what lies between two of them is blank."""
    # The target of a link may be given anywhere, so then the parser gets the whole.
    endless = "]:" in source
    rest: list[str] = []
    lines = source.split("\n")
    for number, line in enumerate(lines):
        plain = None if endless else _PLAIN.fullmatch(line)
        if plain is not None and _is_apart(lines, number):
            if rest:
                yield Piece("\n".join(rest), None)
                rest = []
            marker = plain[1] or ""
            yield Piece(line[len(marker) :].strip(), len(marker.rstrip()))
        elif rest or line.strip(" \t"):
            rest.append(line)
            endless = endless or (plain is None and _runs_on(line))
    if rest:
        yield Piece("\n".join(rest), None)


def _is_apart(lines: list[str], number: int) -> bool:
    """Tell whether a line has a blank line, or nothing, on either side."""
    before = lines[number - 1] if number else ""
    after = lines[number + 1] if number + 1 < len(lines) else ""
    return not before.strip(" \t") and not after.strip(" \t")


def _runs_on(line: str) -> bool:
    """Tell whether a line may open what only a mark further down closes."""
    if "<" in line and _RAW_HTML.search(_COMMENT.sub("", line)):
        return True
    return _FENCE.search(line) is not None


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the metadata and the rest of the text.

    A block with a line that is no ``key: value``, comment or continuation of one is no front
    matter: it stays in the text, since two rules may well enclose prose.
    """
    block = _BLOCK.match(text)
    if block is None:
        return {}, text
    metadata: dict[str, str] = {}
    key: str | None = None
    for line in block[1].split("\n"):
        pair = _PAIR.match(line)
        if pair is not None:
            key = pair[1]
            metadata[key] = _unquoted((pair[2] or "").strip())
        elif key is not None and _CONTINUED.match(line):
            metadata[key] = f"{metadata[key]} {line.strip()}".strip()
        elif line.strip() and not line.startswith("#"):
            return {}, text
    return metadata, text[block.end() :]


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
