"""The short answer inside a quoted sentence: the words asked for, no more.

Where a sentence takes up the words around the asking word (义务教育突出什么 in 义务教育突出
“优质均衡”), the answer stands where that word stood. Else it is the one thing of the kind asked
for: a number, a day, a name. Nothing is marked where neither can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.numbers import Number, find_numbers, normalised_numbers
from corpus.script import fold
from rag.asking import core_of, masked
from rag.question import Kind, Question

Span = tuple[int, int]

LONGEST = 40  # characters of a short answer; longer ones are as good as the sentence
LEAST_CONTEXT = 3  # characters taken up beside the asking word for its place to be known
_CONTEXT = 12  # characters looked at on either side of the asking word
_STOPS = "，。；！？,;!?\n"
_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", '"': '"'}
_DATE_UNITS = ("年", "月", "日")
_BRACKETS = ("（）", "()", "《》", "“”", "「」", "『』", "【】", "[]")
_DATE_KINDS = frozenset(("year", "date"))
# What joins the words taken up to the answer, in a sentence or in a question.
_LINKS = re.compile(
    "(?:又称|又名|别称|俗称|俗名|名为|称为|叫做|称作|位于|座落于|坐落于|大约|分别|是|为|叫|即|：|:|在|于|由|被|了"
    "|成|到|约|共|有|的|呈|达)+"
)
_LINKED = re.compile(
    "(?:又?(?:称|名|叫|叫做|称为|名为)|还?可以叫|位于|属于|分别|就?是|指的?是?|为|叫|在|于|了|成|到|约|共|有|的|呈)+$"
)
_NOUN = 2  # characters of the noun behind 什么 or 哪个 that belong to the answer: 什么大学
_RANGE = re.compile("[倍元]?(?:(?:以上|以下)?(?:至|到|—|－|-|～|~)|以上|以下)")
_RANGE_CLOSED = re.compile("[倍元]?以[上下内]")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）],?")
_ASKS_WITH_NOUN = re.compile(
    "(?:什么|哪[一个位座家部条种]*)(?![为来做是的被在由和对与进开作才能可会要以一个位])"
)
_SURNAMES = "".join(
    (
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢",
        "蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟",
        "龙万段雷钱汤尹黎易常武乔贺赖龚文怀温习尧丘欧",
    )
)
_TITLES = (
    "部长|局长|主任|书记|主席|总理|省长|市长|县长|校长|院长|会长|厅长|处长|司长|委员"
    "|教授|先生|女士|同志"
)
_NAME_AFTER_TITLE = re.compile(
    rf"(?:{_TITLES})([\u4e00-\u9fff]{{2,3}})(?=[出主宣强指表介在作讲同率说、，。]|$)"
)
_NAME = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_FOREIGN_NAME = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:[·•‧・][\u4e00-\u9fff]{1,8})+"
    r"|\b[A-Z][\w.'-]+(?: (?:[A-Z][\w.'-]+|de|von|van|of))* [A-Z][\w.'-]+"
)
_YES_NO = re.compile(
    r"不得|不可以|不能|不应当?|不予|不属于|不需要|无须|禁止|可以|应当|必须|有权|无权|属于|不是|没有"
    r"|\b(?:shall not|must not|may not|cannot|shall|must|may|prohibited|required|entitled)\b"
)


def short_answer(question: Question, text: str) -> Span | None:
    """Return where in a sentence the words stand that answer, or None when that is not clear."""
    found = _found(question, text)
    if found is None:
        return None
    start, end = _trimmed(text, found)
    if _says_nothing_new(question, text[start:end]):
        return None
    if not 0 < end - start <= LONGEST or (start, end) == (0, len(text)):
        return None
    return (start, end) if _whole(text[start:end]) else None


def _says_nothing_new(question: Question, words: str) -> bool:
    asked = fold(question.text)
    if words.isascii():
        known = set(re.findall(r"\w+", asked)) | {"the", "some", "of"}
        return set(re.findall(r"\w+", words.lower())) <= known
    return fold(words) in asked


def _whole(words: str) -> bool:
    """Say whether words hold letters, and every bracket that opens or closes in them."""
    balanced = all(words.count(pair[0]) == words.count(pair[1]) for pair in _BRACKETS)
    return balanced and any(one.isalnum() for one in words)


def _found(question: Question, text: str) -> Span | None:
    if question.kind is Kind.YES_NO:
        said = _YES_NO.search(fold(text))
        return said.span() if said else None
    slot = _slot(question, text)
    if question.kind in (Kind.NUMBER, Kind.DATE):
        return _nearest(_measures(question, text), question, text, slot)
    if question.kind is Kind.PERSON:
        return _nearest(list(_people(question, text, slot)), question, text, slot) or slot
    if question.kind in (Kind.REASON, Kind.MANNER, Kind.LIST):
        return None
    return slot


def _slot(question: Question, text: str) -> Span | None:
    """Return the part of the sentence that stands where the question's asking word stood."""
    core = core_of(masked(fold(question.text)), chinese=question.chinese)
    if core is None or not question.chinese:
        return None
    asked, said = fold(question.text), fold(text)
    left = _LINKED.sub("", asked[max(0, core[0] - _CONTEXT) : core[0]])
    right = asked[core[1] : core[1] + _CONTEXT].rstrip("?？。 ")
    # 什么大学: the noun behind the asking word is of the answer itself.
    starts = _after(left, said)
    ends = _before(right, said)
    noun = _NOUN if right and _ASKS_WITH_NOUN.match(asked, core[0]) else 0
    if starts is not None:
        starts = _past_brackets(said, starts)
        stop = _clause_end(said, starts)
        inside = [at + noun for at in ends if starts < at <= stop]
        if len(right) > noun and not inside:
            return None  # the sentence goes on otherwise than the question
        return starts, min((*inside, stop)[0], len(said))
    if ends:
        return _clause_start(said, ends[0]), min(ends[0] + noun, len(said))
    return None


def _past_brackets(said: str, start: int) -> int:
    """Return where the words go on behind a bracket: 沼鹿（学名：…），又名泽鹿."""
    found = _IN_BRACKETS.match(said, start)
    return found.end() if found else start


def _after(left: str, said: str) -> int | None:
    """Return where the longest end of the left context ends in the sentence."""
    for length in range(len(left), min(LEAST_CONTEXT, len(left)) - 1, -1):
        if not length:
            return None
        at = said.find(left[-length:])
        if at >= 0:
            return at + length
    last = left[-1:]  # 字, 号: alone only where a clause begins with it, once
    places = [match.end() for match in re.finditer(f"[{_STOPS}]{re.escape(last)}", said)]
    return places[0] if last and len(places) == 1 else None


def _before(right: str, said: str) -> list[int]:
    """Return where the right context, or its longest beginning, begins in the sentence."""
    for length in range(len(right), max(min(LEAST_CONTEXT, len(right)), 2) - 1, -1):
        places = [match.start() for match in re.finditer(re.escape(right[:length]), said)]
        if places:
            return places
    return []


def _clause_end(said: str, start: int) -> int:
    opened = said[start : start + 1]
    if opened == '"':
        close = said.find('"', start + 1)
        if close > 0:
            return close + 1
    return min((at for mark in _STOPS if (at := said.find(mark, start)) >= 0), default=len(said))


def _clause_start(said: str, end: int) -> int:
    return max(said.rfind(mark, 0, end) for mark in _STOPS) + 1


def _measures(question: Question, text: str) -> list[Span]:
    known = set(normalised_numbers(question.text))
    every = find_numbers(text)
    numbers = [one for one in every if one.canonical not in known]
    if question.kind is Kind.DATE:
        days = [one for one in numbers if one.kind in _DATE_KINDS or one.unit in _DATE_UNITS]
        return _dates(days)
    if question.unit:
        numbers = [one for one in numbers if question.unit in text[one.start : one.end + 2]]
    spans: list[Span] = []
    for one in numbers:
        if not spans or one.start >= spans[-1][1]:  # else it is the end of a range
            spans.append(_with_range(text, one, every))
    return spans


def _with_range(text: str, one: Number, every: Sequence[Number]) -> Span:
    """Return the span of a figure with the other end of its range: 三十年至七十年."""
    following = next((each for each in every if each.start >= one.end), None)
    if following is None or not _RANGE.fullmatch(text[one.end : following.start]):
        return one.start, one.end
    closed = _RANGE_CLOSED.match(text, following.end)
    return one.start, closed.end() if closed else following.end


def _dates(numbers: Sequence[Number]) -> list[Span]:
    """Join 2024年 9月 1日 into one date."""
    spans: list[Span] = []
    for one in numbers:
        if spans and one.start - spans[-1][1] <= 1:
            spans[-1] = (spans[-1][0], one.end)
        else:
            spans.append((one.start, one.end))
    return spans


def _people(question: Question, text: str, slot: Span | None) -> Iterator[Span]:
    for match in _NAME_AFTER_TITLE.finditer(text):
        yield match.span(1)
    for match in _FOREIGN_NAME.finditer(text):
        if not _says_nothing_new(question, match[0]):
            yield match.span()
    if slot is not None:
        for match in _NAME.finditer(text, *slot):
            yield match.span()


def _nearest(
    spans: Sequence[Span], question: Question, text: str, slot: Span | None
) -> Span | None:
    """Return the span in the slot, or the only one, or the one nearest the words taken up."""
    if not spans:
        return None
    if slot is not None:
        inside = [one for one in spans if slot[0] <= one[0] and one[1] <= slot[1]]
        if inside:
            return inside[0]
    if len(spans) == 1:
        return spans[0]
    if not question.chinese:
        return next((one for one in spans if _has_noun(question, text, one)), None)
    said = fold(text)
    cues = [at for cue in _cues(question) if (at := said.find(cue)) >= 0]
    if not cues:
        return None
    return min(spans, key=lambda one: min(min(abs(one[0] - at), abs(one[1] - at)) for at in cues))


def _has_noun(question: Question, text: str, span: Span) -> bool:
    """Say whether what is counted stands behind a number: 8.8 pounds for how many pounds."""
    nouns = [word for word in question.right.split()[:3] if len(word) > 3]
    behind = text[span[0] : span[1] + 20].lower()
    return any(noun[:5] in behind for noun in nouns)


def _cues(question: Question) -> list[str]:
    """Return pairs of characters beside the asking word."""
    beside = (question.left, question.right.rstrip("?？"))
    return [side[at : at + 2] for side in beside for at in range(len(side) - 1)]


def _trimmed(text: str, span: Span) -> Span:
    """Take linking words, spaces, marks and the quotation marks around it off a span."""
    start, end = span
    link = _LINKS.match(text, start, end)
    if link is not None and link.end() < end:
        start = link.end()
    while start < end and not text[start].isalnum() and text[start] not in "“‘「『《(（":
        start += 1
    while end > start and not text[end - 1].isalnum() and text[end - 1] not in "”’」』》)）%％":
        end -= 1
    quoted = start < end and _PAIRS.get(text[start]) == text[end - 1]
    if quoted and text.count(text[start], start, end) == 1:
        start, end = start + 1, end - 1
    return start, end
