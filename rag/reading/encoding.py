"""Question, place and clause as the tokens that the answer model reads, in training and in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.text.script import to_simplified

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_QUESTION = 96  # tokens; of a longer question the end is kept, where people ask
MOST_CONTEXT = 48  # tokens of title and path; of a longer one the end is kept
MOST_TEXT = 320  # tokens of the clause; units hold some 200

_START, _STOP = 0, 2  # <s> and </s>
_QUESTION, _PASSAGE = "query: ", "passage: "  # as multilingual-e5 was trained
_BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class Clause:
    """What is read against a question: words, and what they stand under."""

    text: str
    title: str = ""
    path: tuple[str, ...] = ()
    asked: str = ""  # the question it answers, on a page of questions and answers
    named: str = ""  # the words of a clause that it names: 违反本法第十条规定的

    @property
    def context(self) -> str:
        """Title, path and the question above it, in one line; an article's number says nothing."""
        parts = [self.title, *self.path]
        if parts[-1] and self.text.startswith(parts[-1]):
            del parts[-1]
        return _BETWEEN.join(part for part in (*parts, self.named, self.asked) if part)


@dataclass(frozen=True, slots=True)
class Encoded:
    """The tokens of one reading; those of the clause begin at ``first``."""

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]  # of each of the clause's tokens in its text


class Encoding:
    """Encodes with the bundled model's tokenizer, which neither truncates nor adds anything."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def encode(self, question: str, clauses: Sequence[Clause]) -> list[Encoded]:
        """Return the tokens of a question beside each clause, in order.

        Both are read in Simplified script, where that keeps the positions of the clause.
        """
        asked = self._ids(_QUESTION + to_simplified(question))[-MOST_QUESTION:]
        return [self._encoded(asked, clause) for clause in clauses]

    def _encoded(self, asked: Sequence[int], clause: Clause) -> Encoded:
        place = self._ids(_PASSAGE + to_simplified(clause.context) + _BETWEEN)
        simplified = to_simplified(clause.text)
        words = simplified if len(simplified) == len(clause.text) else clause.text
        found = self._tokenizer.encode(words, add_special_tokens=False)
        ids, offsets = found.ids[:MOST_TEXT], found.offsets[:MOST_TEXT]
        head = (_START, *asked, _STOP, *place[-MOST_CONTEXT:])
        return Encoded((*head, *ids, _STOP), len(head), tuple(offsets))

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found
