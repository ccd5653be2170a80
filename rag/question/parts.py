"""Several questions in one: 标准是多少，由谁承担？ asks two things of one subject."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.question.asking import ASKING, ENGLISH_ASKING
from rag.question.parse import LONGEST_QUESTION, Question, parse_question

MOST_PARTS = 4  # of a longer list of questions the rest is left to the whole one
_STOPS = re.compile(r"[，,；;？?。\n]+")
_ENGLISH_STOPS = re.compile(r"[;?\n]+|,? and (?=(?:what|which|who|whom|when|where|why|how)\b)")
_COMPARED = re.compile(
    r"(?P<one>.{2,20}?)(?:和|与|跟|同|、)(?P<other>.{2,20}?)(?:之间)?(?:到底)?(?:有|的)"
    r"(?:什么|何|哪些|啥)?(?:主要)?(?:区别|不同|差别|差异)"
)
_SUBJECT_ENDS = re.compile("[是为有在由的]+$")


def parts_of(question: Question) -> tuple[Question, ...]:
    """Return the questions that one holds, each whole; of a single one, itself.

    A later part stands under the subject of the first: what that says before it asks.
    """
    compared = _COMPARED.search(question.text) if question.chinese else None
    if compared is not None:
        things = (compared["one"].strip("，, "), compared["other"].strip("，, "))
        return tuple(_part(f"什么是{thing}？", question) for thing in things)
    asking = ASKING if question.chinese else ENGLISH_ASKING
    stops = _STOPS if question.chinese else _ENGLISH_STOPS
    said = [one.strip() for one in stops.split(question.text) if one.strip()]
    asked = [at for at, one in enumerate(said) if _asks(one, question)]
    if not 2 <= len(asked) <= MOST_PARTS:
        return (question,)
    first = "，".join(said[: asked[0] + 1])
    word = asking.search(said[asked[0]])
    before = said[asked[0]][: word.start()] if word is not None else said[asked[0]]
    subject = "，".join([*said[: asked[0]], _SUBJECT_ENDS.sub("", before)]).strip("，")
    parts = [_part(f"{first}？", question)]
    for at, last in zip(asked[1:], asked, strict=False):
        own = "，".join(said[last + 1 : at + 1])
        parts.append(_part(f"{subject}，{own}？" if subject else f"{own}？", question))
    return tuple(parts)


def _asks(text: str, question: Question) -> bool:
    if question.chinese:
        return any(not found[0].startswith("请") for found in ASKING.finditer(text))
    return re.match(r"\s*(?:what|which|who|whom|when|where|why|how)\b", text, re.I) is not None


def _part(text: str, question: Question) -> Question:
    """Return a part as a question asked where the whole one was."""
    part = parse_question(text[:LONGEST_QUESTION])
    return replace(part, before=question.before, own=question.own, said=question.said)
