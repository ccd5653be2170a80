"""The roles that draft an answer: quotes chosen at once, or sentences a model writes one by one."""

from __future__ import annotations

from collections.abc import Generator as Closable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar

from corpus.types import Citation
from index.types import Hit
from rag.question.parse import Question
from rag.types import AbstentionReason, Note

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One sentence to be checked, with the places it says it rests on."""

    text: str
    citations: tuple[Citation, ...]
    prefix: str = ""  # Markdown in front of it ("- "), no part of the claim
    breaks: bool = True  # begins a new line
    short: tuple[int, int] | None = None  # where in ``text`` the short answer stands
    highlights: tuple[tuple[int, int], ...] = ()  # where in ``text`` the words that answer stand


@dataclass(frozen=True, slots=True)
class Draft:
    """An unchecked answer. The claims of its notes are positions in ``claims``."""

    claims: tuple[DraftClaim, ...]
    support: float  # 0 to 1: how sure the evidence answers the question
    notes: tuple[Note, ...] = ()
    reason: AbstentionReason | None = None  # why nothing is said, evidence or not
    message: str | None = None  # of the reason, for people
    offered: tuple[Citation, ...] = ()  # places that may answer, the likeliest first
    yes_no: str = ""  # what the first claim says to a question whether: yes, no, depends


class Generator(Protocol):
    """Selects the sentences of an answer."""

    def generate(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Return a draft; one without claims when the passages hold no answer."""
        ...


@dataclass(slots=True)
class WritingReport:
    """What became of one writing: filled in while sentences come, whole when they end."""

    unknown_keys: int = 0  # citations of passages the model was not given
    left_out: int = 0  # passages that did not fit the model's window, or were edited meanwhile
    declined: bool = False  # the model said that it does not know
    foreign: int = 0  # sentences in neither the question's language nor the passages'
    notes: list[Note] = field(default_factory=list)


class Writer(Protocol):
    """Writes the sentences of an answer with a language model."""

    def write(
        self, question: Question, hits: Sequence[Hit], report: WritingReport
    ) -> Iterator[DraftClaim]:
        """Yield each sentence as it is written, with the places it cites; none is checked yet.

        Raises GenerationFailed, at the first sentence or later; closing the iterator stops the
        model.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    text: str


class LanguageModel(Protocol):
    """Continues a conversation, piece by piece."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def window(self) -> int:
        """How many code points of messages it is given at most."""
        ...

    def stream(self, messages: Sequence[ChatMessage], *, most_tokens: int) -> Iterator[str]:
        """Yield the reply in pieces as they come, cut anywhere. Raises GenerationFailed.

        Closing the iterator stops the model.
        """
        ...


class OperatedModel(LanguageModel, Protocol):
    """A language model that an operator has set up."""

    def describe(self) -> str:
        """Return a line for operators, once it was reached or loaded.

        Raises GenerationFailed, ModelUnusable.
        """
        ...


@contextmanager
def closed_after(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """Close an iterator when the block ends, by whatever way: that stops what makes its items."""
    try:
        yield items
    finally:
        if isinstance(items, Closable):
            items.close()
