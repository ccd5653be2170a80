"""Addresses of clauses: 《民法典》第一千零八十四条第三款, 劳动合同法 第39条第2项, 本法第十条.

The grammar takes every numeral form, both scripts, spaces inside, 第N条之M, ranges, and lists that
go on without repeating the law's name. A name without 《》 is taken only where it is known and
stands at a boundary; otherwise what looks like a name is kept as written, to be said unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from corpus.errors import BadAddress
from corpus.messages.message import Message
from corpus.text.document_numbers import number_ending
from corpus.text.numerals import parse_numeral
from corpus.text.script import fold

_N = r"[0-9零〇○一二两三四五六七八九十百千廿卅]"
_NUMERAL = rf"{_N}(?:\s*{_N})*"
_KINDS = "分编|编|章|节|条|款|项|目|部分"
_STEP = re.compile(
    rf"第\s*(?P<number>{_NUMERAL})\s*(?P<kind>{_KINDS})(?:\s*之\s*(?P<branch>{_NUMERAL}))?"
    # 劳动合同法39条, 劳动合同法三十九条: right behind a name of two numerals or more.
    # 第九条二款: behind the step above it any.
    rf"|(?P<digits>[0-9]+|(?<=[法典例定则程])(?:(?![0-9]){_N}){{2,}}|(?<=[条款])(?:(?![0-9]){_N})+(?=[款项目]))"
    rf"\s*(?P<bare>条|款|项|目)(?!件|例|目|数|款项)(?:\s*之\s*(?P<after>{_NUMERAL}))?"
    rf"|第?\s*(?P<item>[(]\s*{_NUMERAL}\s*[)])(?:\s*项)?"
    r"|(?P<named>序言)"
)
_ANNEX = re.compile(rf"\s*(?P<kind>附件|附录|附表)\s*(?P<number>{_NUMERAL})?\s*$")
# 二、, 二（一）, 二（一）3: how the parts of a notice are numbered and cited.
_PART = re.compile(
    rf"\s*(?P<part>(?:(?![0-9]){_N})+)\s*(?:、\s*)?"
    rf"(?:(?<=、)|[(]\s*(?P<item>{_NUMERAL})\s*[)]\s*(?:(?P<sub>[0-9]{{1,2}})\s*\.?)?)\s*$"
)
# 第10-12条, 第十至十二条; but 第41-1条 is 第四十一条之一, as Taiwan writes it.
_SPAN = re.compile(
    rf"第\s*(?P<first>{_NUMERAL})\s*(?:-|—+|~|–|至|到)\s*(?P<last>{_NUMERAL})\s*(?P<kind>编|章|节|条|款|项)"
)
_LATER = re.compile(rf"(?P<number>{_NUMERAL})\s*(?P<kind>条|款|项)")  # 第十条至十二条
_GLUE = re.compile(r"\s*的?\s*")
_RANGE = re.compile(r"\s*(?:至|到|—+|-+|~|–)\s*")
_LIST = re.compile(r"\s*(?:、|,|和|与|及|以及|或|或者)\s*")
_ENGLISH = re.compile(
    r"\b(?:article|art\.?|section|sec\.?)\s*(?P<article>[0-9]{1,4})"
    r"(?:\s*\((?P<paragraph>[0-9]{1,3})\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: 条 39, 项 2; ``branch`` is M of 第N条之M."""

    kind: str  # 编 分编 章 节 条 款 项 目 部分 序言 附件 附录 附表
    number: int
    branch: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """A clause as somebody names it; ``text[start:end]`` is the name of the law and the steps."""

    name: str  # as written, without 《》; "" for 本法, and where none is written
    edition: str  # a year or date written with the name; "" without
    steps: tuple[Step, ...]
    last: tuple[Step, ...]  # of a range, its last clause; () for one clause
    start: int
    end: int


def parse_address(text: str, names: Names) -> Address:
    """Return the one address a text is. Raises BadAddress saying what is expected."""
    found = find_addresses(text, names) or _outside_articles(text, names)
    if len(found) == 1 and not text[: found[0].start].strip(" 《"):
        return found[0]
    if len(found) > 1:
        raise BadAddress(Message("corpus.several_clauses", text=text[:80], count=len(found)))
    raise BadAddress(Message("corpus.no_address", text=text[:80]))


def find_addresses(text: str, names: Names) -> list[Address]:
    """Return every clause that a text names, in order."""
    folded = fold(text)
    found: list[Address] = []
    at = 0
    while (opening := _opening(folded, at)) is not None:
        run = list(_run(folded, opening))
        if not run:
            at = opening + 1
            continue
        first = replace(run[0], start=opening)
        start, name, edition = _name_before(text, folded, first.start, names)
        for number, one in enumerate(run):
            begins = start if number == 0 else one.start
            found.append(replace(one, name=name, edition=edition, start=begins))
        at = run[-1].end
    return found or _english(text)


def _outside_articles(text: str, names: Names) -> list[Address]:
    """Return the annex, or the part of a notice, that a text is the address of."""
    folded = fold(text)
    for pattern, read in ((_ANNEX, _annex_steps), (_PART, _part_steps)):
        match = pattern.search(folded)
        if match is not None:
            start, name, edition = _name_before(text, folded, match.start(), names)
            if name:
                return [Address(name, edition, read(match), (), start, match.end())]
    return []


def _annex_steps(match: re.Match[str]) -> tuple[Step, ...]:
    number = parse_numeral(match["number"]) if match["number"] else None
    return (Step(match["kind"], number or 0),)


def _part_steps(match: re.Match[str]) -> tuple[Step, ...]:
    written = zip(("部分", "项", "目"), (match["part"], match["item"], match["sub"]), strict=True)
    return tuple(Step(kind, parse_numeral(said) or 0) for kind, said in written if said)


def _opening(folded: str, at: int) -> int | None:
    """Return where the next run of steps begins."""
    span = _SPAN.search(folded, at)
    while (match := _STEP.search(folded, at)) is not None:
        if span is not None and span.start() <= match.start():
            break
        kind = match["kind"] or match["bare"] or match["named"]
        if kind is not None and kind not in ("款", "项", "目"):
            return match.start()
        at = match.start() + 1
    return span.start() if span is not None else None


def _run(folded: str, at: int) -> Iterator[Address]:
    """Yield the clauses of 第三条第一款、第三款和第五条: each inherits what it leaves out."""
    span = _SPAN.match(folded, at)
    if span is not None:
        yield _spanned(span)
        return
    taken = _steps(folded, at)
    before: tuple[Step, ...] = ()
    while taken is not None:
        steps, end = taken
        steps = _inherited(steps, before)
        last: tuple[Step, ...] = ()
        joint = _RANGE.match(folded, end)
        further = _steps(folded, joint.end()) or _later(folded, joint.end()) if joint else None
        if further is not None:
            last, end = _inherited(further[0], steps), further[1]
        yield Address("", "", steps, last, at, end)
        before = last or steps
        joint = _LIST.match(folded, end)
        at = joint.end() if joint else end
        taken = _steps(folded, at) if joint else None


def _spanned(span: re.Match[str]) -> Address:
    kind = span["kind"]
    first, last = parse_numeral(span["first"]) or 0, parse_numeral(span["last"]) or 0
    if last <= first:
        return Address("", "", (Step(kind, first, last),), (), span.start(), span.end())
    steps, end = (Step(kind, first),), (Step(kind, last),)
    return Address("", "", steps, end, span.start(), span.end())


def _later(folded: str, at: int) -> tuple[tuple[Step, ...], int] | None:
    match = _LATER.match(folded, at)
    number = parse_numeral(match["number"]) if match else None
    return ((Step(match["kind"], number),), match.end()) if match and number else None


def _steps(folded: str, at: int) -> tuple[tuple[Step, ...], int] | None:
    steps: list[Step] = []
    end = at
    while (match := _STEP.match(folded, at)) is not None:
        step = _step(match)
        if step is None or (steps and not _below(steps[-1], step)):
            break
        steps.append(step)
        end = match.end()
        at = _GLUE.match(folded, end).end()  # type: ignore[union-attr] # matches everywhere
    return (tuple(steps), end) if steps else None


def _step(match: re.Match[str]) -> Step | None:
    if match["named"]:
        return Step("序言", 0)
    if match["item"]:
        number = parse_numeral(match["item"].strip("() "))
        return None if number is None else Step("项", number)
    number = parse_numeral(match["number"] or match["digits"])
    branch = match["branch"] or match["after"]
    if number is None:
        return None
    kind = (match["kind"] or match["bare"]).replace(" ", "")
    return Step(kind, number, (parse_numeral(branch) or 0) if branch else 0)


_ORDER = {"编": 0, "分编": 1, "章": 2, "节": 3, "部分": 3, "条": 4, "款": 5, "项": 6, "目": 7}


def _below(upper: Step, lower: Step) -> bool:
    return _ORDER.get(lower.kind, -1) > _ORDER.get(upper.kind, 9)


def _inherited(steps: tuple[Step, ...], before: tuple[Step, ...]) -> tuple[Step, ...]:
    """第三条第一款、第三款: the second is 第三条第三款."""
    first = _ORDER.get(steps[0].kind, 0)
    if first <= _ORDER["条"]:
        return steps
    return (*(step for step in before if _ORDER.get(step.kind, 0) < first), *steps)


def _english(text: str) -> list[Address]:
    found: list[Address] = []
    for match in _ENGLISH.finditer(text):
        steps = [Step("条", int(match["article"]))]
        if match["paragraph"]:
            steps.append(Step("款", int(match["paragraph"])))
        behind = re.match(r"\s*(?:of|,)\s+(?:the\s+)?(?P<name>[A-Z][\w' ]+)", text[match.end() :])
        name = behind["name"].strip() if behind else ""
        end = match.end() + (behind.end() if behind else 0)
        found.append(Address(name, "", tuple(steps), (), match.start(), end))
    return found


# --- the law's name in front of the number --------------------------------------------------------

_QUOTED = re.compile(
    r"[《〈](?P<name>[^《》]*(?:《[^《》]*》[^《》]*)*)[》〉]\s*(?P<rest>(?:\([^()]{1,40}\)\s*)*)$"
)
_EDITION = re.compile(
    r"\(\s*(?P<edition>[12][0-9]{3}(?:[-.年][0-9]{1,2}(?:[-.月][0-9]{1,2}日?)?)?)[^()]{0,12}\)\s*$"
)
_BEFORE = re.compile(r"\s*(?:的|中的|里的|中|里|之|规定的)?\s*$")
_SELF = re.compile(
    r"(?:本|该|此|前述|上述)(?:法典|法|条例|规定|办法|细则|规则|解释|决定|章程|意见|通知|编|标准|准则|方案)$"
)
_GUESS = re.compile(
    r"(?P<name>[\u4e00-\u9fff〇()]{1,40}?(?:法典|法|条例|规定|办法|细则|规则|解释|章程|准则|规程|标准|宪法|决定|通则|守则|规范)"
    r"(?:\([一二三四五六七八九十]{1,3}\))?)$"
)
# What may stand right before a law's name that is no part of it.
_CONNECTING = re.compile(
    r"(?:^|[\s,.:;!?。，、：；！？“”‘’\"'()\[\]《》〈〉…—\-]"
    r"|根据|依据|依照|按照|遵照|违反|适用|参照|援引|查询|查看|引用|规定在|关于|对于|请问|什么是|我国|现行|中国的|最新的?|新|旧|即"
    r"|和|与|及|或|在|的|对|由|是|把|将|看|查|问|按|据|依|从|如|以|有|为)$"
)
_REACH = 240  # characters: the longest name with marks, an edition and words between


class Names(Protocol):
    """The names of laws that are known."""

    def ending(self, text: str) -> tuple[int, str] | None:
        """Return (start, name) of the longest known name that ends ``text``."""
        ...


def _name_before(text: str, folded: str, end: int, names: Names) -> tuple[int, str, str]:
    """Return (start, name, edition) of the law named before ``end``; (end, "", "") for none."""
    # Only what a name could reach back to is looked at: a page of clauses costs no more than that.
    base = max(0, end - _REACH)
    start, name, edition = _name_in(text[base:end], folded[base:end], names)
    return base + start, name, edition


def _name_in(text: str, folded: str, names: Names) -> tuple[int, str, str]:
    end = len(folded)
    before = _BEFORE.search(folded)
    stop = before.start() if before else end
    quoted = _QUOTED.search(folded[:stop])
    if quoted is not None:
        edition = _EDITION.search(quoted["rest"])
        name = text[quoted.start("name") : quoted.end("name")]
        return quoted.start(), name, edition["edition"] if edition else ""
    edition = _EDITION.search(folded[:stop])
    said = edition["edition"] if edition else ""
    stop = edition.start() if edition else stop
    number = number_ending(text[:stop].rstrip(" )）"))
    if number is not None:
        return number[0], number[1], said
    known = names.ending(text[:stop])
    guess = _GUESS.search(folded[max(0, stop - 60) : stop])
    if known is not None and _CONNECTING.search(folded[: known[0]]):
        return known[0], known[1].strip(), said
    own = _SELF.search(folded[:stop])
    if own is not None and not folded[: own.start()].endswith("基"):
        return own.start(), "", said
    if guess is not None:
        start = max(0, stop - 60) + guess.start("name")
        start = _trimmed(folded, start, stop)
        return start, text[start:stop].strip(), said
    return end, "", said


def _trimmed(folded: str, start: int, stop: int) -> int:
    """Return where a guessed name begins: behind the last connecting word in front of it."""
    for at in range(stop - 2, start, -1):
        if re.search(
            r"(?:根据|依据|依照|按照|违反|适用|请问|关于|我国|现行|[\s,，。、；：])$", folded[:at]
        ):
            return at
    return start
