"""Follow-up questions in English: what they leave out is put in from the question before."""

from __future__ import annotations

import re

from corpus.text.script import is_han
from rag.question.following import Past, without_mark

_MARK = r"[?.!\s]*"
_LEAD = re.compile(r"(?:(?:and|but|so|ok(?:ay)?|then|well|also)\b[, ]*)*", re.IGNORECASE)
_ELLIPSIS = re.compile(
    rf"(?:(?:what|how) about|what of|same for|as for)\s+(?P<of>.+?){_MARK}", re.IGNORECASE
)
_AND = re.compile(rf"(?:and|or)\s+(?:(?:for|in|at|of|with)\s+)?(?P<of>.+?){_MARK}", re.IGNORECASE)
_MORE = re.compile(
    r"(?:(?:what|who|where|anything|anyone|something) else|any (?:others?|more)|go on"
    r"|more|tell me more)"
    rf"{_MARK}",
    re.IGNORECASE,
)
_ONLY_ASKS = re.compile(
    rf"(?:why(?: not| is that| so)?|when|where|who|how(?: so| much| many| long| often)?"
    rf"|since when|by whom|until when|which ones?|(?:who|when|where|how) \w+){_MARK}",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"(?P<asks>(?:what (?:does|do|about|is in)|what's in|how about)\s+)?"
    r"(?P<article>(?:the )?(?:article|section|chapter|paragraph) \d+(?:\(\d+\))*)(?P<rest>.*)",
    re.IGNORECASE,
)
# Verbs, prepositions and asking words: what a phrase does not contain.
_STOPS = frozenset(
    """
    what which who whom whose when where why how is are was were be been do does did can could
    should would will shall may must has have had to of in on at by for with from as and or not
    that if there many much long often take takes apply applies come comes enter cover covers
    include includes require requires need needs get gets pay pays paid start starts begin
    begins end ends mean means say says cost costs receive receives responsible allowed required
    entitled effect force keep keeps about under after before during between than then so it
    they this these those he she i you we organise organize run runs decide decides held
    stressed stress work works last lasts happen happens focus
    """.split()  # noqa: SIM905 - a list of 150 quoted words is no better to read
)
_DETERMINERS = frozenset(("the", "a", "an"))
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAW = re.compile(
    r"\b(?:[A-Z][\w'-]+ (?:(?:of|on|and|for|the) )*)*"
    r"(?:Law|Act|Code|Regulations?|Measures|Decree|Directive|Rules|Constitution)\b"
    r"(?: (?:of|on) (?:the )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)?"
)
_GENERIC = r"law|act|code|regulations?|rules?|measures|decree|directive|document|notice"
_NOUNS = rf"{_GENERIC}|plan|policy|project|programme|program|meeting|company|school|body|one"
_PRONOUN = re.compile(
    rf"\b(?:(?P<law>(?:this|that|the same|said) (?:{_GENERIC}))"
    rf"|(?P<noun>(?:this|that|these|those) (?:{_NOUNS}))"
    r"|(?P<own>its|their|his|her)|(?P<bare>it|they|them|he|she|him"
    r"|(?:this|that)(?=\s*(?:[?.!,]|$)|\s+(?:is|mean|means|apply|applies|take|takes|law)\b)))\b",
    re.IGNORECASE,
)
# "Is it legal to ...", "how long does it take to ...": this "it" stands for what follows.
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|would|will) it (?:\w+ ){0,3}(?:to|that|if|for)\b"
    r"|\bit (?:is|takes?|was) (?:\w+ ){0,2}(?:to|that|for)\b|\bwhat time is it\b"
    r"|\bdoes it take (?!effect|force|place)"
    r"|\bit (?:called|determined|said|known|believed|thought|possible|true)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"^(?:what|which|how many|how much) (?:\w+ ){1,3}(?=(?:do|does|did|is|are|was|were|can|must"
    r"|should|will|would|has|have) $)",
    re.IGNORECASE,
)
_ASKED_WHO = re.compile(r"^(?:who|(?:what|which) \w+) \w+ $", re.IGNORECASE)
_LONGEST_ELLIPSIS = 6  # words


def follow(question: str, past: Past) -> str:
    """Return the question completed from the past; "" when it stands by itself, or cannot be."""
    lead = _LEAD.match(question)
    rest = question[lead.end() if lead else 0 :].strip()
    if _MORE.fullmatch(rest):
        return f"Apart from what was mentioned, {_lowered(past.question)}"
    if _ONLY_ASKS.fullmatch(rest):
        return f"{without_mark(past.question)}, and {without_mark(_lowered(rest))}?"
    return _article(rest, past) or _ellipsis(question, rest, past) or _pronoun(rest, past)


def law_named(text: str) -> str:
    """Return the last law a text names, "" when it names none."""
    found = [match[0] for match in _LAW.finditer(text) if " " in match[0]]
    return re.sub(r"^(?:The|When|What|Which|Who|Does|Is|Under|In) ", "", found[-1]) if found else ""


def topic(question: str) -> str:
    """Return what a question is about: its longest run without verbs and asking words."""
    law = law_named(question)
    if law:
        return f"the {law}"
    start, end = max(_runs(question), key=lambda span: span[1] - span[0], default=(0, 0))
    return question[start:end]


def _runs(question: str) -> list[tuple[int, int]]:
    """Return the spans of words between verbs, prepositions and asking words."""
    runs: list[tuple[int, int]] = []
    at: int | None = None
    end = 0
    for word in [*re.finditer(r"[\w'’-]+|[,;:]", question), None]:
        inside = word is not None and word[0].lower() not in _STOPS and word[0][0] not in ",;:"
        if word is not None and word[0].lower() in _DETERMINERS and at is not None:
            runs.append((at, end))  # a determiner begins a phrase: chairs | the meeting
            at = None
        if inside and word is not None:
            at = word.start() if at is None else at
            end = word.end()
        elif at is not None:
            runs.append((at, end))
            at = None
    bare = _DETERMINERS
    return [(a, b) for a, b in runs if question[a:b].lower() not in bare]


def _article(rest: str, past: Past) -> str:
    """Put the law before to an article that names none."""
    found = _ARTICLE.match(rest)
    if not found or not past.law or law_named(rest) or re.search(r"\bof\b", found["rest"]):
        return ""
    law = past.law if past.law.startswith("《") else f"the {past.law}"
    tail = without_mark(found["rest"]).strip()
    article = found["article"]
    if not tail:
        return f"What does {article} of {law} say?"
    return f"{found['asks'] or ''}{article} of {law} {tail}?"


def _ellipsis(question: str, rest: str, past: Past) -> str:
    found = _ELLIPSIS.fullmatch(rest) or _AND.fullmatch(question.strip())
    if not found or len(found["of"].split()) > _LONGEST_ELLIPSIS:
        return ""
    of = re.sub(r"^(?:in|for|at|with|of) ", "", found["of"], flags=re.IGNORECASE)
    words = of.lower().split()
    if not words or set(words) & (_STOPS - {"of", "and", "the", "in", "for", "under"}):
        return ""
    return "" if any(map(is_han, past.question)) else _replaced(of, past.question)


def _replaced(of: str, question: str) -> str:
    if _YEAR.fullmatch(of):
        if _YEAR.search(question):
            return _YEAR.sub(of, question, count=1)
        return f"{without_mark(question)} in {of}?"
    law = law_named(question)
    if law and law_named(of):
        return question.replace(law, re.sub(r"^[Tt]he ", "", of), 1)
    head = of.lower().split()[-1].rstrip("s")
    for start, end in _runs(question):
        words = question[start:end].lower().split()
        if words[-1].rstrip("s") == head:
            own = words[0] in _DETERMINERS and of.lower().split()[0] not in _DETERMINERS
            first = start + len(words[0]) + 1 if own and len(words) > 1 else start
            return question[:first] + of + question[end:]
    return f"{without_mark(question)}, in the case of {of}?"


def _pronoun(rest: str, past: Past) -> str:
    if _EXPLETIVE.search(rest):
        return ""
    found = _PRONOUN.search(rest)
    last = found is not None and not rest[found.end() :].strip(" ?.")
    if not found or _named_before(rest[: found.start()], own=bool(found["own"]), last=last):
        return ""
    about = past.topic
    if past.law and (found["law"] or past.law in past.question):
        about = past.law if past.law.startswith("《") else f"the {past.law}"
    if not about:
        return ""
    own = ("'" if about.endswith("s") else "'s") if found["own"] else ""
    return f"{rest[: found.start()]}{about}{own}{rest[found.end() :]}"


def _named_before(text: str, *, own: bool, last: bool) -> bool:
    """Whether something stands before a pronoun that it may point to.

    What is asked for (what penalties does it ...) is nothing that the pronoun points to.
    """
    if not own:
        text = _ASKED_FOR.sub("", text)
    if last:
        text = _ASKED_WHO.sub("", text)
    words = re.findall(r"[\w'’-]+", text.lower())
    return any(word not in _STOPS and word not in _DETERMINERS for word in words)


def _lowered(question: str) -> str:
    """Return a question to stand inside a sentence."""
    first = re.split(r"\W", question, maxsplit=1)[0]
    return question[0].lower() + question[1:] if first.lower() in _STOPS else question
