"""Front matter: simple ``key: value`` lines between two lines of ``---`` at the head of a file."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\s*---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([\w][\w.-]*)[ \t]*:(?:[ \t]+(.*))?$")
_CONTINUED = re.compile(r"(?:[ \t]+|-[ \t]+)\S")


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
