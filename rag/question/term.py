"""The term whose meaning a question asks for, and what has the form of its definition."""

from __future__ import annotations

import re

from rag.question.parse import Question

LONGEST = 20  # characters of a term; a longer one is a sentence
# 补助标准是什么 and "what is the fee" ask for a value: only forms that ask for a meaning are here.
_ASKED = (
    re.compile(r"^(?:请问|法律上|法律里)?(?:什么|啥|何)(?:是|叫做?|谓|算|才算)(?P<term>.+)$"),
    re.compile(r"^(?:什么|啥)样的.{1,6}?(?:叫做?|算|才算)(?P<term>.+)$"),
    re.compile(
        r"^(?P<term>.+?)(?:到底|究竟)?(?:是(?:什么|啥)(?:意思|含义)|(?:指的是|是指|指)(?:什么|啥))$"
    ),
    re.compile(r"^(?P<term>.+?)的(?:定义|含义|意思)(?:是什么|是啥)?$"),
    re.compile(r"^(?:怎么|如何)理解(?P<term>.+)$"),
    re.compile(r"^what (?:is|are) meant by (?:an? |the )?(?P<term>[\w -]+)$", re.IGNORECASE),
    re.compile(r"^what is an? (?P<term>[\w -]+)$", re.IGNORECASE),
    re.compile(r"^what does (?P<term>[\w -]+) mean$", re.IGNORECASE),
)
_MARKS = re.compile(r"[“”\"'‘’《》？?。！!\s]+$|^[“”\"'‘’《》]+")


def asked_term(question: Question) -> str:
    """Return the term that a question asks the meaning of; "" where it asks for something else."""
    text = _MARKS.sub("", question.text.strip())
    for pattern in _ASKED:
        found = pattern.match(text)
        if found is not None:
            term = _MARKS.sub("", found["term"].strip('“”"‘’ 的'))
            return term if 1 < len(term) <= LONGEST else ""
    return ""


def defines(term: str, text: str) -> bool:
    """Say whether a text has the form of a definition of a term: 所称X，是指…, 为X：, X means."""
    word = re.escape(term)
    return (
        re.search(
            rf"{word}[^，。；\n]{{0,12}}?[”\"）)]?[，,]?\s*(?:是指|指|是|系指|包括|：|means\b|is\b)"
            rf"|(?:为|属于|称为|称|叫做)[“\"]?{word}[”\"]?(?=[：:。；，,）)]|$)",
            text,
            re.IGNORECASE,
        )
        is not None
    )
