"""What a question asks for, and the words that any evidence must share with it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from corpus.messages.message import Message
from corpus.text.script import fold, is_han
from index.segments.tokens import tokenize
from rag.errors import BadQuestion
from rag.question.asking import (
    ASKING,
    ENGLISH_ASKING,
    NUMBER,
    Kind,
    beside,
    core_of,
    count_of,
    kind_of,
    masked,
)

LONGEST_QUESTION = 2_000  # code points; the embedder reads 512 tokens of it, a page is no question

__all__ = [
    "LONGEST_QUESTION",
    "Kind",
    "Question",
    "checked_text",
    "letters_of",
    "parse_question",
    "topic_tokens",
]


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart. ``topic`` is what it is about, without its asking words."""

    text: str
    kind: Kind
    topic: str  # folded
    unit: str | None = None  # the measure word asked for: 多少分钟 -> 分钟
    count: int | None = None  # how many items are asked for: 哪四件事 -> 4
    chinese: bool = True
    left: str = ""  # folded: what stands before the asking word: 义务教育突出什么 -> 教育突出
    right: str = ""  # and behind it: 什么大学 -> 大学
    before: str = ""  # the question asked before, where this one may lean on it
    own: str = ""  # what this one is about by its own words, as ``topic``
    said: str = ""  # letters of the answer before
    fresh: bool = False  # an answer must not repeat that one


def parse_question(text: str) -> Question:
    """Take a question apart. Raises BadQuestion when it cannot be asked as it is."""
    text = checked_text(text)
    folded = fold(text)
    plain = masked(folded)
    chinese = any(is_han(character) for character in text)
    number = NUMBER.search(plain)
    core = core_of(plain, chinese=chinese)
    left, right = beside(plain, core, chinese=chinese) if core else ("", "")
    return Question(
        text=text,
        kind=kind_of(plain),
        topic=(ASKING if chinese else ENGLISH_ASKING).sub(" ", folded),
        unit=number["unit"] if number else None,
        count=count_of(plain),
        chinese=chinese,
        left=left,
        right=right,
    )


def checked_text(text: str) -> str:
    """Return the question without surrounding space. Raises BadQuestion."""
    stripped = text.strip()
    if not stripped:
        raise BadQuestion(Message("rag.question_empty"))
    if len(stripped) > LONGEST_QUESTION:
        raise BadQuestion(
            Message("rag.question_too_long", length=len(stripped), most=LONGEST_QUESTION)
        )
    if any(unicodedata.category(character) == "Cs" for character in stripped):
        raise BadQuestion(Message("rag.question_not_text"))
    if not any(character.isalnum() for character in stripped):
        raise BadQuestion(Message("rag.question_without_words"))
    return stripped


def letters_of(text: str) -> str:
    """Return the folded letters and figures of a text, without marks and spaces."""
    return "".join(filter(str.isalnum, fold(text)))


def topic_tokens(question: Question) -> list[str]:
    """Return the distinct tokens of the topic, in order: characters, bigrams, words, numbers."""
    return list(dict.fromkeys(tokenize(question.topic)))
