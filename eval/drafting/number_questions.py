"""Questions for a number or a day.

They are the words of a sentence with an asking word in its place, and on a law's history: when it
was passed, amended, and came into force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.text.dates import find_dates
from corpus.text.numbers import Number, find_numbers
from eval.drafting.statements import Draft, Source, Statement, asking, parts, says

HEAD_PARAGRAPHS = 20  # a constitution's history has seven lines
LONGEST_LINE = 300
_PASSED = re.compile(r"(?P<body>[^，。；《》\s]{4,40}会议)\s*通过$")
_REVISED = re.compile(r"(?P<body>[^，。；《》\s]{4,40}会议)\s*修订(?:通过)?$")
_IN_FORCE = re.compile("自(?P<day>[^，。；]{8,14}日)起(?P<verb>施行|实施|生效|执行)")
_OWN_START = re.compile("本(?:法|条例|办法|规定|规则|细则|规程|章程|标准|制度|意见|通知|方案)")
_ARTICLE = re.compile("第[^ \u3000]{1,8}条[ \u3000]*")
_UNITS = frozenset(
    [
        *(
            "元",
            "日",
            "天",
            "年",
            "个月",
            "小时",
            "分钟",
            "周岁",
            "岁",
            "人",
            "名",
            "倍",
            "户",
            "所",
        ),
        *(
            "吨",
            "米",
            "平方米",
            "平方公里",
            "公里",
            "公顷",
            "公斤",
            "亩",
            "件",
            "台",
            "辆",
            "册",
            "周",
        ),
        *("百分点", "个百分点"),
    ]
)
_COUNTED = frozenset("人名件所户台辆")  # one of these is no figure
_KINDS = frozenset(("number", "percent", "fraction", "date", "year"))
_RANGE = re.compile(r"(?:以上|至|到|—|-|－|～|~)")
# 三年以上十年以下: one figure of two numbers.
_UP_TO = re.compile(
    "以上[一二两三四五六七八九十百千万]+(?P<unit>年|个月|日|倍|元|人|周岁)(?:以下|以内)"
)
_CUE_BEHIND = re.compile(
    "以?内|以上|以下|之内|前|的?罚[款金]|的?有期徒刑|[的]?拘[留役]|左右|为限|期间"
)
_CUE_BEFORE = re.compile(
    "(?:不得?(?:少于|超过|低于|高于|小于|多于|大于|得少于|得超过|得低于|得高于)|不足|不满|年满|已满|满|至少|最[长多高低少]不?(?:得)?(?:超过|少于)?|任期"
    "|有效期限?|期限|时限|届期|任期均?|达到?|为|共有?|超过|增长|下降|提高到?|降低|增加|减少|占|完成|安排|投入|建成|约|仅|达到了|是|每届任期|自.{0,20}起)$"
)
# A part of a sentence that only leads up to what it says: 自受理之日起, 有违法所得的, 如有必要.
_SUBORDINATE = re.compile(
    "(?:的|时|后|前|者|外|起|期间|之日|之中|(?<!以)[下内])$|^(?:如|若|凡|由于|为了)"
)
_IF = re.compile("如(?!实)|若")
_PREDICATE = re.compile("(?:可以|应当|必须|方可|方能|才能?|有权|不得|视为|适用|即为|始得|即)")
_PARALLEL = re.compile(
    "(?:联名|附议|提议|以上(?:共同|联合|合伙)[^，]{0,6})$"
)  # what those may do comes after the others
_PART_OF_DAY = re.compile(r"\s*(?:[早晚上下中凌深夜午至到—～~-]|前后|左右)")
_DAY_TAIL = re.compile(r"[年月]$")
LONGEST_TERM = 100  # years; what is more is a year of some calendar
_EXTENSIONS = 3  # parts of a sentence that may follow until it says something
_MIXED = "多长时间"
_TERMS = frozenset(("年", "个月", "日", "天"))


@dataclass(frozen=True, slots=True)
class _Slot:
    """What is asked for: ``text[start:end]``, and the words that ask for it."""

    start: int
    end: int
    asked: str


def number_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield a question for each amount, share, term or deadline of a sentence."""
    if statement.item:
        return
    text = statement.text
    for slot in _slots(text):
        words = _words(text, slot)
        asked = asking(source, words) if words else None
        answer = text[slot.start : slot.end].strip()
        if asked is None or says(asked[0], answer) or asked[0].count(slot.asked) != 1:
            continue
        question, named = asked
        at = statement.paragraph.start
        yield Draft("number", question, (text,), source, (answer,), (answer,), named=named, at=at)


def date_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield a question for each full date of a sentence that says what happened on it."""
    text = statement.text
    dates = list(find_dates(text))
    if (
        len(dates) != 1
        or statement.item
        or _PART_OF_DAY.match(text, dates[0].end)
        or (source.rule and _OWN_START.match(text))
    ):
        return  # when a rule comes into force is asked of its last clause
    (one,) = dates
    answer = text[one.start : one.end].strip()
    before, behind = text[: one.start], text[one.end :]
    words = None
    if re.search("[于在]$", before) or (re.search("[自从]$", before) and behind[:1] == "起"):
        words = _words(text, _Slot(one.start, one.end, "什么时候"))
    elif not before.strip() and behind[:1] in "，,":
        first = parts(behind[1:])[:1]
        said = behind[1:][slice(*first[0])] if first else ""
        words = f"{said}是在哪一天" if said and not _SUBORDINATE.search(said) else None
    asked = asking(source, words) if words else None
    if asked is not None and not says(asked[0], answer):
        question, named = asked
        at = statement.paragraph.start
        yield Draft("date", question, (text,), source, (answer,), (answer,), named=named, at=at)


def _slots(text: str) -> Iterator[_Slot]:
    """Yield the figures of a sentence that stand where one would ask for them."""
    numbers = [one for one in find_numbers(text) if one.kind in _KINDS]
    used = 0
    for at, one in enumerate(numbers):
        if one.start < used or not _askable(text, one):
            continue
        following = numbers[at + 1] if at + 1 < len(numbers) else None
        slot = _up_to(text, one) or (_range(text, one, following) if following else None)
        slot = slot or _single(text, one)
        used = slot.end if slot else one.end
        if slot is not None:
            yield slot


def _askable(text: str, one: Number) -> bool:
    if one.kind == "percent" or (one.kind == "fraction" and "分之" in text[one.start : one.end]):
        return True
    if one.unit not in _UNITS and text[one.end : one.end + 3] != "工作日":
        return False
    if (
        one.kind == "year"
        or (one.unit == "年" and one.value > LONGEST_TERM)
        or _DAY_TAIL.search(text[: one.start])
    ):
        return False
    behind = text[one.end : one.end + 1]
    return not (one.unit in _COUNTED and one.value == 1) and behind not in tuple("度份级来第度")


def _up_to(text: str, one: Number) -> _Slot | None:
    """Return 三年以上十年以下 as one figure."""
    found = _UP_TO.match(text, one.end)
    if found is None or one.unit is None:
        return None
    same = found["unit"] == one.unit
    if not same and not {one.unit, found["unit"]} <= _TERMS:
        return None
    return _Slot(one.start, found.end(), _asked(one.unit) if same else _MIXED)


def _range(text: str, one: Number, following: Number) -> _Slot | None:
    """Return 三十年至五十年, and 一万以上五万元以下, as one figure."""
    between = text[one.end : following.start]
    if not _RANGE.fullmatch(between):
        return None
    closed = re.match("以下|以上|以内|之间", text[following.end :])
    if between == "以上" and closed is None:
        return None
    end = following.end + (closed.end() if closed is not None else 0)
    if following.kind == "percent":
        return _Slot(one.start, end, "百分之多少")
    unit = following.unit or ""
    if unit not in _UNITS or not {one.unit or unit, unit} <= _UNITS:
        return None
    if one.unit not in (None, unit):
        both = {one.unit, unit} <= _TERMS
        return _Slot(one.start, end, _MIXED) if both else None
    return _Slot(one.start, end, _asked(unit))


def _asked(unit: str) -> str:
    return f"{'几' if unit == '个月' else '多少'}{unit}"


def _single(text: str, one: Number) -> _Slot | None:
    end, unit = one.end, one.unit or ""
    if text[end : end + 3] == "工作日":
        end, unit = end + 3, "个工作日"
    cued = _CUE_BEHIND.match(text, end) or _CUE_BEFORE.search(
        text[max(0, one.start - 12) : one.start]
    )
    if not cued:
        return None
    if one.kind == "percent":
        return _Slot(one.start, end, "百分之多少")
    if one.kind == "fraction":
        return _Slot(one.start, end, "几分之几")
    return _Slot(one.start, end, _asked(unit))


def _words(text: str, slot: _Slot) -> str | None:
    """Return the part of a sentence that says something of the figure, with it asked for."""
    spans = parts(text)
    holding = [at for at, (left, right) in enumerate(spans) if left <= slot.start < right]
    if not holding or spans[holding[0]][1] < slot.end:
        return None
    last = holding[0]
    if _IF.match(text, spans[last][0]) or any(mark in text[: slot.start] for mark in "；：。"):
        return None  # what it is said of stands in another statement
    while _goes_on(text, spans, last):
        last += 1
        if last == len(spans) or last - holding[0] > _EXTENSIONS:
            return None
        if text[spans[last][0] - 1] != "，":
            return None
    if _PARALLEL.search(text[: spans[last][1]]):
        return None
    return text[: slot.start] + slot.asked + text[slot.end : spans[last][1]]


def _goes_on(text: str, spans: list[tuple[int, int]], last: int) -> bool:
    """Tell whether a part only leads up to the next, which says what it is about."""
    if _SUBORDINATE.search(text[slice(*spans[last])].strip()):
        return True
    return last + 1 < len(spans) and _PREDICATE.match(text, spans[last + 1][0]) is not None


def history_drafts(source: Source) -> Iterator[Draft]:
    """Yield a question for each day that the head and the last clauses of a rule name."""
    if not source.name or not source.rule:
        return
    for paragraph in source.paragraphs[:HEAD_PARAGRAPHS]:
        yield from _head(source, paragraph.text)
    for paragraph in source.paragraphs:
        marker = _ARTICLE.match(paragraph.text)
        sentence = paragraph.text[marker.end() if marker else 0 :].split("。")[0]
        found = _IN_FORCE.search(sentence)
        days = list(find_dates(found["day"])) if found is not None else []
        if found is None or not _OWN_START.match(sentence) or len(days) != 1:
            continue
        day = found["day"][days[0].start : days[0].end]
        question = f"{source.titled}从什么时候起{found['verb']}？"
        yield _dated(source, question, sentence, day, paragraph.start)


def _head(source: Source, line: str) -> Iterator[Draft]:
    days = list(find_dates(line))
    if len(days) != 1 or days[0].start or len(line) > LONGEST_LINE:
        return
    day, behind = line[: days[0].end], line[days[0].end :].strip()
    if (found := _PASSED.fullmatch(behind)) is not None:
        question = f"{source.titled}是什么时候由{found['body']}通过的？"
    elif (found := _REVISED.fullmatch(behind)) is not None:
        question = f"{found['body']}是什么时候修订{source.titled}的？"
    else:
        return
    yield _dated(source, question, line, day, -1)


def _dated(source: Source, question: str, quote: str, day: str, at: int) -> Draft:
    quotes = (quote.strip(),)
    return Draft("date", question, quotes, source, (day,), (day,), named=True, at=at)
