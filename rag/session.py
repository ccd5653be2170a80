"""Follow-up questions: what a question leaves out is taken from the conversation it belongs to.

By rules, or by a language model whose rewriting is taken only when it adds nothing of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from corpus.text.script import fold, is_han
from index.segments.tokens import tokenize
from rag.drafts import LanguageModel, Message
from rag.errors import GenerationFailed
from rag.question import following_chinese, following_english, phrases_chinese
from rag.question.following import Past
from rag.question.parse import LONGEST_QUESTION
from rag.writing.prompts import rewriting_messages

MOST_TURNS = 50  # looked at; what a question leans on stands in the last few
LONGEST_BASE = 300  # code points of a question others lean on: a pasted page is not leant on
LONGEST_ANSWER = 2_000  # code points looked at for the law an answer speaks of
LONGEST_REWRITING = 300  # code points; as LONGEST_BASE, since the next question leans on it
REWRITING_TOKENS = 160  # a question of 100 characters with room for a preamble, which is refused
TURNS_FOR_MODEL = 4  # given to a model, answers cut short: more only mislead a weak one
SHARE_KEPT = 0.5  # of the question's own words in a rewriting; pronouns and particles go
SHARE_KNOWN = 0.8  # of a rewriting's words that question and history hold; the rest is grammar
_SENTENCE_END = re.compile(r"(?<=[。！!\n；;])")
_THANKS = re.compile(
    r"(?:好的?|谢谢你?|多谢|感谢|明白了?|知道了|收到|嗯+|你好|您好|在吗|再见"
    r"|thanks?(?: you)?|ok(?:ay)?|hi|hello|got it|i see|bye)*[\s,;.!?]*"
)
_GREETING = re.compile(r"^(?:(?:你好|您好|请问一?下?|hi|hello)[,，!！\s]*)+", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u30ff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked before, with the text of its answer."""

    question: str
    answer: str = ""


Follow = Callable[[str, Sequence[Turn]], str]  # question, turns before -> whole question, or ""


def follow_by_rules(question: str, history: Sequence[Turn]) -> str:
    """Return the question completed from the turns before it; "" when it stands by itself."""
    question = question.strip()
    past = _past(history)
    if past is None or len(question) > LONGEST_BASE:
        return ""
    return _completed(question, past)


def follow_with_model(model: LanguageModel) -> Follow:
    """Return a way to complete questions with a model; by rules where it fails, or adds words."""

    def follow(question: str, history: Sequence[Turn]) -> str:
        by_rules = follow_by_rules(question, history)
        past = _past(history)
        if past is None or not question.strip() or len(question) > LONGEST_BASE:
            return by_rules
        turns = [(_base(turn.question), turn.answer[:LONGEST_BASE]) for turn in history]
        messages = rewriting_messages(
            question, turns[-TURNS_FOR_MODEL:], chinese=_has_han(question)
        )
        try:
            with closing(_pieces(model, messages)) as pieces:
                reply = _first_line(pieces)
        except GenerationFailed:
            return by_rules
        return reply if _is_sane(reply, question, history[-MOST_TURNS:]) else by_rules

    return follow


def _pieces(model: LanguageModel, messages: Sequence[Message]) -> Generator[str, None, None]:
    """Pass a reply on; closing this stops the model."""
    yield from model.stream(messages, most_tokens=REWRITING_TOKENS)


def _past(history: Sequence[Turn]) -> Past | None:
    """Return what the conversation was about, each question completed from those before it."""
    past: Past | None = None
    for turn in history[-MOST_TURNS:]:
        asked = _base(turn.question)
        if not asked or _THANKS.fullmatch(fold(asked)):
            continue
        whole = (_completed(asked, past) if past else "") or asked
        law = _law_named(whole) or _law_named(turn.answer[:LONGEST_ANSWER])
        past = Past(whole, law or (past.law if past else ""), _topic(whole))
    return past


def _base(question: str) -> str:
    """Return what of a question others may lean on: its last sentence, unless that is a page."""
    sentences = [part.strip() for part in _SENTENCE_END.split(question[-LONGEST_QUESTION:])]
    sentences = [part for part in sentences if any(map(str.isalnum, part))]
    last = _GREETING.sub("", sentences[-1]) if sentences else ""
    return last if len(last) <= LONGEST_BASE else ""


def _completed(question: str, past: Past) -> str:
    if _KANA.search(question):
        return ""
    rules = following_chinese if _has_han(question) else following_english
    whole = rules.follow(question, past).strip()
    same = whole.rstrip("?？") == question.rstrip("?？")
    return "" if same or len(whole) > LONGEST_BASE else whole


def _law_named(text: str) -> str:
    return phrases_chinese.law_named(text) or following_english.law_named(text)


def _topic(question: str) -> str:
    topic = phrases_chinese.topic if _has_han(question) else following_english.topic
    return topic(question)


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
