"""What known families of embedding models were trained to see before a question and a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TASK = "Given a web search query, retrieve relevant passages that answer the query"


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The words put before a text; an embedding without them is worse, not wrong."""

    question: str = ""
    passage: str = ""


# The first pattern found in the lower-case name decides. Sources: the models' cards.
_FAMILIES: tuple[tuple[str, Prefixes], ...] = (
    (r"\be5\b.*instruct", Prefixes(question=f"Instruct: {_TASK}\nQuery: ")),
    (r"\be5\b", Prefixes("query: ", "passage: ")),
    (r"\bbge\b.*\bzh\b", Prefixes(question="为这个句子生成表示以用于检索相关文章：")),
    (
        r"\bbge\b.*\ben\b",
        Prefixes(question="Represent this sentence for searching relevant passages: "),
    ),
    (r"\bqwen3-embedding\b", Prefixes(question=f"Instruct: {_TASK}\nQuery:")),
)


def prefixes_of(name: str) -> Prefixes:
    """Return the prefixes of a model's family, told by its id or folder name; else none."""
    spaced = name.lower().replace("_", "-").replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    for pattern, prefixes in _FAMILIES:
        if re.search(pattern, spaced):
            return prefixes
    return Prefixes()
