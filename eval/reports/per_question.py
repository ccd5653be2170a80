"""What a report says of each question: what was expected of it, what came, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.text.script import fold
from eval.measures.answer_content import contains_answer, missing_musts
from eval.plain_records import premise_denied
from eval.reports.formatting import number, one_line, shorten
from eval.types import Judgement, Record, Run
from rag.types import Answer

MOST_QUESTIONS = 50  # of each list of a report; the rest are counted
PART_WIDTH = 24  # columns of a must or a gold quote
PARTS = 3  # musts or gold quotes named in one line
AROUND = 300  # code points of a paragraph shown on each side of a quote
_GOLD = re.compile(r"gold-\d+")
_MARKER = re.compile(r"(?<!\\)\[\^(\d+)\]")
Around = Callable[[str], tuple[str, str]]  # a citation's id -> what stands before and after it
Both = tuple[str, str]  # Chinese and English


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that a good answer holds, or must not hold, and whether it does."""

    what: Both
    text: str | Both
    told: Both
    met: bool | None  # None: there is more to it than yes and no
    nth: int = 0  # of its kind; 0: they are not numbered
    code: str = ""  # says more closely what it is
    aside: Both | None = None


def problems(record: Record) -> list[str]:
    """Return what went wrong with one question, in Chinese and English; empty: nothing."""
    found: list[str] = []
    if record.nowhere:
        found.append(f"标准依据不在库中 gold nowhere: {_parts(record.nowhere)}")
    if record.error is not None:
        return [f"失败 failed: {one_line(record.error)}", *found]
    abstained = bool(record.answer and record.answer["abstention"])
    if record.values.get("forbidden_said"):
        found.append("说了不该说的 forbidden words said")
    if record.question.unanswerable:
        declined = abstained or premise_denied(record)
        return found if declined else ["应拒答 should have abstained", *found]
    return ["误拒 abstained falsely", *found] if abstained else [*found, *_of_answer(record)]


def _of_answer(record: Record) -> list[str]:
    """Return what is wrong with what was said to a question that has an answer."""
    found, values = [], record.values
    if record.missing:
        found.append(f"缺要点 missing: {_parts(record.missing)}")
    if values.get("contains_answer") == 0:
        found.append(f"不含参考答案 answer not contained: {_parts(record.question.answers)}")
    unseen = [each for each in record.uncited if each not in record.nowhere]
    if unseen:
        found.append(f"未引用 gold not cited: {_parts(unseen)}")
    if values.get("quote_exact") == 0:
        found.append("引文不准 quotes not exact")
    groundedness = values.get("groundedness")
    if groundedness is not None and groundedness < 1:
        found.append(f"有据比例 groundedness {groundedness:.2f}")
    return found


def _parts(texts: Sequence[str]) -> str:
    named = "、".join(shorten(one_line(text), PART_WIDTH) for text in texts[:PARTS])
    return named + (f" +{len(texts) - PARTS}" if len(texts) > PARTS else "")


def worst(records: Sequence[Record]) -> list[Record]:
    """Return the records of the questions that went wrong: failed first, then by how much."""
    found = [(len(problems(each)), each) for each in records]
    wrong = [(many, each) for many, each in found if many]
    return [e for _, e in sorted(wrong, key=lambda pair: (pair[1].error is None, -pair[0]))]


def places(run: Run) -> Mapping[str, int]:
    """Return where each question stands in its set, from 1."""
    return {record.question.id: at for at, record in enumerate(run.records, start=1)}


def expectations(record: Record) -> list[Expectation]:
    """Return what a good answer holds, each with whether this one does."""
    question = record.question
    found = [_must(record, each) for each in question.musts]
    found += [_reference(record, each) for each in question.answers]
    found += [_forbidden(record, each) for each in question.forbidden]
    for at, (kind, name) in enumerate(question.golds, start=1):
        label = ("依据", "gold")
        found.append(Expectation(label, name, *_gold(record, name), nth=at, code=kind.value))
    if question.unanswerable:
        answer: Any = record.answer
        abstained = answer is not None and answer["abstention"] is not None
        text = ("库中没有答案，应当弃答", "the library has no answer: to abstain")
        found.append(Expectation(("弃答", "abstention"), text, *_found(abstained)))
    return found


def _found(there: bool) -> tuple[Both, bool]:  # what is told, and whether that is well
    return (("有", "found") if there else ("缺", "missing")), there


def _must(record: Record, must: str) -> Expectation:
    there = must not in record.missing
    folded = not there and record.answer is not None
    folded = folded and not missing_musts([must], _as_said(record.answer or {}), fold)
    aside = ("仅字形不同", "there in other forms of characters") if folded else None
    return Expectation(("要点", "must"), must, *_found(there), aside=aside)


def _reference(record: Record, reference: str) -> Expectation:
    held = contains_answer([reference], _as_said(record.answer)) if record.answer else 0
    what = ("参考答案", "reference")
    if held is None:  # too long to be contained word for word
        return Expectation(what, reference, (f"F1 {number(record.values.get('F1'))}", ""), None)
    return Expectation(what, reference, *_found(bool(held)))


def _forbidden(record: Record, words: str) -> Expectation:
    """Say whether words that must not be said were; of a question that failed it is not known."""
    what = ("不得有", "must not")
    if record.answer is None:
        return Expectation(what, words, ("未答", "not answered"), None)
    absent = bool(missing_musts([words], _as_said(record.answer), fold))
    told = ("没有", "not said") if absent else ("说了", "said")
    return Expectation(what, words, told, absent)


def _gold(record: Record, name: str) -> tuple[Both, bool]:
    if name in record.nowhere:
        return ("不在库中", "nowhere in the library"), False
    if name in record.uncited:
        return ("未引用", "missing: not cited"), False
    return ("已引用", "found: cited"), True


def _as_said(answer: Mapping[str, Any]) -> Answer:
    """Return as much of an answer as is needed to look for words in it."""
    return Answer("", str(answer["text"]), (), (), (), None, (), 0.0, "", llm_generated=False)


def gold_ranks(record: Record) -> list[str]:
    """Return the gold that was found, each with its rank."""
    ranked = enumerate(record.ranking, start=1)
    return [f"{name} → {rank}" for rank, name in ranked if _GOLD.fullmatch(name)]


def pieces_of(answer: Mapping[str, Any]) -> list[str]:
    r"""Return an answer's text in pieces: text, number of a citation, text, number ... text.

    A ``[^`` of the document's own stands in an answer as ``\[^``.
    """
    pieces = _MARKER.split(str(answer["text"]))
    return [each if at % 2 else each.replace("\\[^", "[^") for at, each in enumerate(pieces)]


def checks_of(record: Record) -> list[tuple[Mapping[str, Any], Judgement | None, str, Any]]:
    """Return each claim of an answer with what the run's judge and the own verifier made of it.

    Between them stand the citations that are of no use to it. None where nothing was made of it.
    """
    answer: Any = record.answer
    own = {each["claim"]: each for each in answer.get("verdicts", ())}
    judged = {each.claim: each for each in record.judgements}
    found = []
    for at, claim in enumerate(answer["claims"]):
        useful = judged[at].useful if at in judged else ()
        pairs = zip(claim["citations"], useful, strict=False)
        useless = numbered([each for each, of_use in pairs if not of_use])
        found.append((claim, judged.get(at), useless, own.get(at)))
    return found


def numbered(citations: Sequence[int]) -> str:
    """Return citations, by their positions, as they are numbered on the page."""
    return "".join(f"[{each + 1}]" for each in citations)


def in_paragraph(citation: Mapping[str, Any], around: Around | None) -> tuple[str, str]:
    """Return what stands before and after a citation's quote, in part where it is long."""
    before, after = around(str(citation["id"])) if around is not None else ("", "")
    ahead = f"…{before[-AROUND:]}" if len(before) > AROUND else before
    return ahead, f"{after[:AROUND]}…" if len(after) > AROUND else after
