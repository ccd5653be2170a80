"""Follow-up questions: what a question means after those asked before it.

Closed languages are completed by rules: the number of a clause (第1085条呢？) is one of the law
that was cited last, an ordinal (第三件是什么？) is of the list that was answered last. Any other
question is left as it is: it is searched for alone and behind the question before, both rankings
are fused, and its answer is made with that question in sight (see ``rag.answerer``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.citations import is_place_id, parse_place_id
from corpus.text.numerals import parse_numeral
from corpus.text.script import fold
from index.catalogue import Catalogue
from index.types import Hit
from rag.question.parse import LONGEST_QUESTION, Kind, Question, letters_of, parse_question

MOST_TURNS = 50  # looked at; what a question leans on stands in the last few
LONGEST_BEFORE = 300  # code points of a question before: a pasted page is not leant on
LONGEST_ANSWER = 20_000  # code points looked at for a list, or the law an answer speaks of
STANDS_ALONE = 12  # letters: a shorter question before may lean on the one before it itself
# Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), whose constant of 60 lets
# what both rankings have at rank 40 win over the first of one. Over 24 follow-ups on 244 laws
# (``benchmarks.followups``, the half looked at) MRR is 0.84 so, 0.82 for the two questions as one
# text alone, 0.42 with a constant of 60 and equal weights; 0.17 for the follow-up alone.
RANK_CONSTANT = 5
ALONE = 0.2  # weight of the ranking for the question alone, against 1 behind the one before
DEPTH = 50  # passages of each ranking that are fused

_N = "[0-9〇零一二两三四五六七八九十百千]{1,8}"
_STEP = rf"第\s*{_N}\s*[编章节条款项目](?:\s*之\s*{_N})?"
_CLAUSE = re.compile(
    rf"(?:那么?|那)?[,，]?\s*(?P<named>{_STEP}(?:\s*{_STEP})*)"
    r"\s*(?P<asks>.*)",
    re.DOTALL,
)
_ENGLISH_CLAUSE = re.compile(
    r"(?:(?:what|how) about|and|then)?\s*(?P<named>(?:article|section|art\.?|sec\.?)\s*\d{1,4}"
    r"(?:\s*\(\d{1,3}\))?)\s*(?P<asks>.*)",
    re.DOTALL,
)
_NO_MORE = re.compile(
    r"的?(?:内容)?(?:又?(?:规定了什么|是什么|怎么说|怎么规定|如何|怎么样))?呢?[?。.]*"
)
_ABOVE = {"款": "条", "项": "条款", "目": "条款项"}  # steps that stand above one named alone
_STEPS = re.compile(rf"第\s*{_N}\s*(?P<kind>[编章节条款项目])(?:\s*之\s*{_N})?")
_RUN = re.compile(rf"{_STEP}(?:\s*{_STEP})*")  # 第十条第二款
_TITLE = re.compile(r"《([^《》]{2,60})》")

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_CHOICE = re.compile(
    rf"(?:那么?|那)?[,，]?(?:其中)?的?(?:第(?P<number>{_N})|(?P<last>最后一?))"
    r"(?:个方面|个|件|点|种|类|步|位|名|方面|项|条|款|大)(?:事|任务|工作|要求|措施|情形|条件)?"
    r"(?:具体)?[是指为说]?的?是?(?:什么|啥|哪个|谁)?(?:意思)?呢?[?。]*"
)
_ENGLISH_CHOICE = re.compile(
    r"(?:(?:what|which)(?: is|'s| about| was)?|and|how about)?\s*the "
    rf"(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<number>\d{{1,2}})(?:st|nd|rd|th)|(?P<last>last))"
    r"(?: (?:one|item|point|step|thing|task))?[?.]*"
)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)、])\s+(?P<text>.+)$", re.MULTILINE)
_INLINE = re.compile(
    r"(?:^|[：:；;。，,])\s*(?:[一二三四五六七八九十]{1,2}[是要]|[(（][一二三四五六七八九十]{1,2}[)）])"
)
_MARKER = re.compile(r"(?<!\\)\[\^[^\]]*\]")


Follow = Callable[[str, Sequence["Turn"]], str]  # question, turns before -> whole one, or ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question that was asked before, with its answer."""

    question: str
    answer: str = ""
    cited: tuple[str, ...] = ()  # ids of the citations of that answer, in order


def completed(question: str, history: Sequence[Turn], catalogue: Catalogue) -> str:
    """Return the question with its clause's law, or its item's words, put in; "" for any other."""
    last = last_turn(history)
    if last is None or len(question) > LONGEST_BEFORE:
        return ""
    return _chosen_item(question, last) or _named_clause(question, history, catalogue)


def items_too_few(question: str, history: Sequence[Turn]) -> int | None:
    """Return how many items the list answered last has, where a question asks beyond its end."""
    last = last_turn(history)
    number, items = _choice(question, last) if last else (None, [])
    return len(items) if number is not None and number > len(items) > 1 else None


def question_before(history: Sequence[Turn]) -> str:
    """Return what a question is searched for behind: the last one asked, "" without one.

    A short one leans on the one before it, which then stands in front.
    """
    asked = [t.question.strip() for t in history[-MOST_TURNS:] if _is_question(t.question)]
    if not asked:
        return ""
    short = sum(map(str.isalnum, asked[-1])) < STANDS_ALONE
    return " ".join(asked[-2:] if short else asked[-1:])


def in_sight_of(question: Question, history: Sequence[Turn]) -> Question:
    """Return a question with the one before it in sight: evidence must share the words of both.

    机密的呢？ asks for what the question before asked for; 为什么？ is not answered by what was
    said already.
    """
    before, last = question_before(history), last_turn(history)
    if last is None:
        return question
    past = parse_question(before)
    asks = past if question.kind is Kind.OTHER else question
    return replace(
        parse_question(f"{before} {question.text}"[-LONGEST_QUESTION:]),
        text=question.text,
        kind=asks.kind,
        unit=asks.unit,
        count=question.count,
        before=past.text,
        own=question.topic,
        said=letters_of(_MARKER.sub("", last.answer)),
        fresh=question.kind is Kind.REASON,
    )


def fused(alone: Sequence[Hit], behind: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """Return the best ``k`` passages of a follow-up searched for alone and behind a question.

    A hit keeps the scores that it has behind the question, where it was found so.
    """
    totals: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    for weight, ranking in ((ALONE, alone), (1.0, behind)):
        for hit in ranking:
            key = hit.passage.id
            totals[key] = totals.get(key, 0.0) + weight / (RANK_CONSTANT + hit.rank)
            hits[key] = hit
    # Clauses that were named stand first, as in every ranking.
    order = sorted(totals, key=lambda key: (not hits[key].named, -totals[key]))
    return tuple(replace(hits[key], rank=at) for at, key in enumerate(order[:k], start=1))


def last_turn(history: Sequence[Turn]) -> Turn | None:
    """Return the last turn that asked something."""
    return next((t for t in reversed(history[-MOST_TURNS:]) if _is_question(t.question)), None)


def _is_question(text: str) -> bool:
    return len(text) <= LONGEST_BEFORE and any(map(str.isalnum, text))


# --- the number of a clause ---------------------------------------------------------------------


def _named_clause(question: str, history: Sequence[Turn], catalogue: Catalogue) -> str:
    """第1085条呢？ is asked of the law cited last; 第三款呢？ of its article."""
    folded = fold(question)
    found = _CLAUSE.fullmatch(folded) or _ENGLISH_CLAUSE.fullmatch(folded)
    if found is None or any(one.name for one in catalogue.addresses(question)):
        return ""
    named, asks = (question[slice(*found.span(part))].strip() for part in ("named", "asks"))
    for turn in reversed(history[-MOST_TURNS:]):
        for law, clause in _spoken_of(turn, catalogue):
            first = _STEPS.match(fold(named))
            kept = _ABOVE.get(first["kind"], "") if first else ""
            if kept and clause is None:
                return ""
            runs = list(_RUN.finditer(clause or ""))  # more than one: 第十条至第十二条, any of them
            steps = _STEPS.finditer(runs[0][0]) if len(runs) == 1 else ()
            above = "".join(step[0] for step in steps if step["kind"] in kept)
            if kept and not above:
                continue
            if not first:
                return f"《{law}》{named} {asks}".strip()
            asked = "规定了什么？" if _NO_MORE.fullmatch(fold(asks)) else asks
            return f"《{law}》{above}{named}{asked}"
    return ""


def _spoken_of(turn: Turn, catalogue: Catalogue) -> Iterator[tuple[str, str | None]]:
    """Yield the laws that a turn speaks of, with the clause: cited ones, then those it names.

    The clause is None where the document was edited since: nobody knows what stands there now.
    """
    for address in catalogue.addresses(turn.question):
        if address.name:
            yield address.name, turn.question[address.start : address.end]
    for place in filter(is_place_id, turn.cited):
        at = parse_place_id(place)
        known = catalogue.facts(at.document_id)
        if known is not None:
            same = known.revision.startswith(at.revision_prefix)
            clauses = catalogue.clauses(at.document_id) if same else None
            yield known.title, clauses.name(at.start, at.end) if clauses else None
    for text in (turn.answer[:LONGEST_ANSWER], turn.question):
        for found in _TITLE.finditer(text):
            behind = _RUN.match(text, found.end())
            yield found[1], behind[0] if behind else ""


# --- the ordinal of an item ---------------------------------------------------------------------


def _chosen_item(question: str, last: Turn) -> str:
    """第三件是什么？ is the third item of the list that was answered."""
    number, items = _choice(question, last)
    return items[number - 1][:LONGEST_BEFORE] if number and number <= len(items) else ""


def _choice(question: str, last: Turn) -> tuple[int | None, list[str]]:
    """Return which item a question asks for, and the items there are; at least two make a list."""
    folded = fold(question.strip())
    found = _CHOICE.fullmatch(folded) or _ENGLISH_CHOICE.fullmatch(folded)
    items = _items(last.answer[:LONGEST_ANSWER]) if found else []
    if found is None or len(items) < 2:
        return None, items
    if found["last"]:
        return len(items), items
    word = found.groupdict().get("word")
    return _ORDINALS.index(word) + 1 if word else parse_numeral(found["number"]), items


def _items(answer: str) -> list[str]:
    """Return the items of the list an answer holds, without marks and markers."""
    plain = _MARKER.sub("", answer)
    lines = [found["text"].strip() for found in _ITEM.finditer(plain)]
    if len(lines) > 1:
        return lines
    marks = list(_INLINE.finditer(plain))
    ends = [mark.start() for mark in marks[1:]] + [len(plain)] * bool(marks)
    return [
        plain[mark.start() : end].strip(" ：:；;。，,\n")
        for mark, end in zip(marks, ends, strict=True)
    ]
