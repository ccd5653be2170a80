"""A language model completes a question from the conversation it belongs to.

Its rewriting is taken only where it adds nothing of its own; else the question is searched for as
every follow-up is (``rag.question.followup``).
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from corpus.text.script import fold, is_han
from index.segments.tokens import tokenize
from rag.drafts import ChatMessage, LanguageModel
from rag.errors import GenerationFailed
from rag.question.followup import LONGEST_BEFORE, MOST_TURNS, Follow, Turn
from rag.writing.prompts import rewriting_messages

LONGEST_ANSWER = 2_000  # code points of an answer whose words a rewriting may take
LONGEST_REWRITING = 300  # code points; as LONGEST_BEFORE, since the next question leans on it
REWRITING_TOKENS = 160  # a question of 100 characters with room for a preamble, which is refused
TURNS_FOR_MODEL = 4  # given to a model, answers cut short: more only mislead a weak one
SHARE_KEPT = 0.5  # of the question's own words in a rewriting; pronouns and particles go
SHARE_KNOWN = 0.8  # of a rewriting's words that question and history hold; the rest is grammar


def follow_with_model(model: LanguageModel) -> Follow:
    """Return a way to complete questions with a model; "" where it fails, or adds words."""

    def follow(question: str, history: Sequence[Turn]) -> str:
        if not question.strip() or not history or len(question) > LONGEST_BEFORE:
            return ""
        turns = [
            (turn.question[-LONGEST_BEFORE:], turn.answer[:LONGEST_BEFORE])
            for turn in history[-TURNS_FOR_MODEL:]
        ]
        messages = rewriting_messages(question, turns, chinese=_has_han(question))
        try:
            with closing(_pieces(model, messages)) as pieces:
                reply = _first_line(pieces)
        except GenerationFailed:
            return ""
        return reply if _is_sane(reply, question, history[-MOST_TURNS:]) else ""

    return follow


def _pieces(model: LanguageModel, messages: Sequence[ChatMessage]) -> Generator[str, None, None]:
    """Pass a reply on; closing this stops the model."""
    yield from model.stream(messages, most_tokens=REWRITING_TOKENS)


def _has_han(text: str) -> bool:
    return any(map(is_han, text))


def _first_line(pieces: Iterator[str]) -> str:
    """Return the first line a model writes; reading stops there, or where it is too long."""
    text = ""
    for piece in pieces:
        text += piece
        if "\n" in text.lstrip() or len(text) > 2 * LONGEST_REWRITING:
            break
    first, _, more = text.strip().partition("\n")
    return "" if more.strip() else first.strip().strip("\"“”「」'")


def _is_sane(reply: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a rewriting is a question of about the same words, with none from nowhere."""
    if not reply or len(reply) > LONGEST_REWRITING or reply == question.strip():
        return False
    if not reply.endswith(("?", "？")) or _has_han(reply) is not _has_han(question):
        return False
    own, new = set(tokenize(fold(question))), set(tokenize(fold(reply)))
    said = " ".join(f"{turn.question}\n{turn.answer[:LONGEST_ANSWER]}" for turn in history)
    known = own | set(tokenize(fold(said)))
    kept = len(own & new) >= SHARE_KEPT * len(own) if own else True
    numbers = set(re.findall(r"\d+", fold(reply))) - set(re.findall(r"\d+", fold(said + question)))
    return bool(new) and kept and not numbers and len(new & known) >= SHARE_KNOWN * len(new)
