"""The language of whoever reads what an interface says, and texts in it."""

from __future__ import annotations

import re
from contextvars import ContextVar

from corpus.messages.message import LANGUAGES, Language, said

# Set by an interface: HTTP for each request, the command line once. None: both languages.
LANGUAGE: ContextVar[Language | None] = ContextVar("LANGUAGE", default=None)

LONGEST = 1000  # characters of a header that is looked at; a browser sends under a hundred
# RFC 9110, 12.5.4: a language range, as zh-Hans-CN, and its weight.
_RANGE = re.compile(
    r"([a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?",
    re.IGNORECASE,
)


def here(text: str) -> str:
    """Return a text in the reader's language if it is a message; any other as it is."""
    return said(text, LANGUAGE.get())


def accepted(header: str) -> Language | None:
    """Return which of our languages an Accept-Language header likes better, None for neither.

    Of two liked equally the first is meant. A part that is no language range says nothing, nor does
    a header that is longer than any browser's.
    """
    best: Language | None = None
    highest = 0.0  # a weight of 0 refuses
    for part in header.split(",") if len(header) <= LONGEST else ():
        found = _RANGE.fullmatch(part.strip(" \t"))
        weight = float(found[2] or 1) if found else 0.0
        for language in LANGUAGES:
            if found and found[1].lower() == language and weight > highest:
                best, highest = language, weight
    return best
