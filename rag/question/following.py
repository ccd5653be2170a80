"""What following up needs in every language: the past of a conversation, and kinds of things."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Past:
    """What a conversation was about until now."""

    question: str  # the last one, completed
    law: str  # the law or title spoken of last; "" for none
    topic: str  # what the question is about, without its verbs and asking words


@dataclass(frozen=True, slots=True)
class Span:
    """A text with its folded form, which has as many code points."""

    text: str
    folded: str

    def after(self, position: int) -> Span:
        """Return what stands behind a position."""
        return Span(self.text[position:].lstrip(), self.folded[position:].lstrip())


def without_mark(question: str) -> str:
    """Return a question without the mark at its end."""
    return question.rstrip(" ?？。.!！呢")
