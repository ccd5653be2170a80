"""The tail of an official document: coming into force, repeals, term, signature and date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from corpus.text.dates import as_day, find_dates, parse_date
from corpus.text.numerals import parse_numeral
from corpus.types import Value

AT_ONCE = "at_once"
SIGNATURE_LINES = 6
REPEAL_LINES = 40  # at the end: the last articles of a law, with an annex behind
_SHORT = 30  # characters of a signature; joint ones stand on lines of their own

_SELF = (
    "法|法典|条例|办法|规定|细则|规则|决定|解释|章程|规范|标准|准则|规程|通则|意见|通知|方案|制度"
    "|修正案|公约|协定"
)
_IN_FORCE_FROM = re.compile(
    rf"(?:本|该)(?:{_SELF})[^。；]{{0,12}}?自(?P<when>[^。；，]{{2,20}}?)起?(?:正式)?(?:施行|实施|执行|生效)"
)
_AT_ONCE = re.compile(r"(?:公布|发布|印发|颁布|通过|发文)之日")
_REPEALING = re.compile(
    r"(?P<list>《[^。；]*?》[^。；《》]{0,40}?)(?:同时|即行|即时|相应)?(?<!不)(?<!不予)废止"
)
# What ends a part of a text: 《甲》第三条, 《甲》中有关乙的规定. The rest of it stands.
_PART = re.compile(
    r"\s*(?:[（(][^（）()]*[）)]\s*)*(?:的|中|里|之)*(?:第[0-9０-９〇零一二三四五六七八九十百千]+[编章节条款项目]"
    r"|(?<=[的中里])(?:有关|相关|关于|部分|其他|与)|有关[^，、]{0,20}(?:规定|内容|条款)|附件|附表|附录)"
)
_NEXT = re.compile(r"\s*(?:[（(][^（）()]*[）)]\s*)*(?:、|和|与|及|以及)?\s*$")
_TITLES = re.compile(r"《([^《》]*(?:[《〈][^《》]*[》〉][^《》]*)*)》")
_TERM = rf"(?:本|该)(?:{_SELF})[^。]{{0,60}}?有效期(?:限)?"
_YEARS = "[一二三四五六七八九十两]{1,2}|[0-9]{1,2}"
_VALID_FOR = re.compile(rf"{_TERM}(?:为|是)?(?P<years>{_YEARS})年")
_VALID_UNTIL = re.compile(
    rf"{_TERM}(?:截止|截至|至|到)(?P<day>[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日)"
)
TERM_LINES = 12  # at the end: articles of coming into force, a signature
_ISSUER_END = re.compile(
    r"(?:院|部|委|局|厅|办|办公室|办公厅|会|署|府|司|处|所|行|社|中心|委员会|集团|公司|大学|学院)$"
)


def read_tail(lines: Sequence[str]) -> dict[str, Value]:
    """Return what the last articles, the signature and the date line say.

    ``effective`` is ``AT_ONCE`` where a text takes effect on the day it is issued.
    """
    said: dict[str, Value] = {}
    for line in reversed(lines):
        starts = list(_IN_FORCE_FROM.finditer(line))
        if starts:
            when = starts[-1]["when"]
            iso = next((one.iso for one in find_dates(when)), None)
            if iso or _AT_ONCE.search(when):
                said["effective"] = iso or AT_ONCE
                break
    repeals = tuple(_repealed(lines))
    if repeals:
        said["repeals"] = repeals
    said.update(_signature(lines[-SIGNATURE_LINES:]))
    return said


def _repealed(lines: Sequence[str]) -> Iterator[str]:
    # Only what a document itself ends: in its last articles, beside its own coming into force.
    for line in lines[-REPEAL_LINES:]:
        if "废止" in line and ("施行" in line or "同时废止" in line or "实施" in line):
            for listed in _REPEALING.finditer(line):
                yield from _whole(listed["list"])


def _whole(listed: str) -> Iterator[str]:
    """Yield the titles of a list that are repealed as a whole."""
    found = list(_TITLES.finditer(listed))
    partial = False
    titles: list[str] = []
    for at in range(len(found) - 1, -1, -1):
        one = found[at]
        following = found[at + 1].start() if at + 1 < len(found) else len(listed)
        behind = listed[one.end() : following]
        own = _PART.match(behind) is not None
        # 《甲》和《乙》中的有关规定 are of both; 《甲》、《乙》第三条 is an article of the second.
        shared = partial and _NEXT.fullmatch(behind) is not None
        partial = (own and "第" not in behind) or shared
        if not (own or shared) and len(one[1]) > 2:
            titles.append(one[1])
    yield from reversed(titles)


def _signature(lines: Sequence[str]) -> dict[str, Value]:
    at, iso = _signed(lines, 0)
    if not iso:
        return {}
    signed = lines[at - 1]
    return {"issued": iso, "issuer": signed} if _is_issuer(signed) else {"issued": iso}


def signature_length(lines: Sequence[str]) -> int:
    """Return how many lines at the end are a signature with its date, 0 for none.

    Who signs stands on short lines above the date; what stands behind it (此件公开发布) goes along.
    """
    first, iso = _signed(lines, max(0, len(lines) - SIGNATURE_LINES))
    while iso and first > 1 and _is_issuer(lines[first - 1]):
        first -= 1
    return len(lines) - first if iso else 0


def _signed(lines: Sequence[str], least: int) -> tuple[int, str]:
    """Return the last line behind ``least`` that is a whole date, and that date; "" for none."""
    for at in range(len(lines) - 1, least, -1):
        iso = parse_date(lines[at]) if len(lines[at]) <= _SHORT else None
        if iso is not None and len(iso) == len("2023-03-05"):
            return at, iso
    return 0, ""


def _is_issuer(line: str) -> bool:
    return len(line) <= _SHORT and _ISSUER_END.search(line) is not None


def read_term(lines: Sequence[str], begins: str | None) -> str | None:
    """Return the first day out of force that 有效期5年 or 有效期至2027年4月30日 says, ISO 8601.

    ``begins`` is the day that a number of years counts from; None when it is not known.
    """
    for line in lines[-TERM_LINES:]:
        until = _VALID_UNTIL.search(line)
        last = parse_date(until["day"]) if until is not None else None
        if last is not None:
            return (as_day(last) + timedelta(days=1)).isoformat()
        years = _VALID_FOR.search(line)
        number = parse_numeral(years["years"]) if years is not None else None
        if number and begins is not None and len(begins) == len("2027-04-30"):
            day = as_day(begins)
            # A term that begins on 29 February ends with the last day of that month.
            ends = date(day.year + number, day.month, 1) + timedelta(days=day.day - 1)
            return ends.isoformat()
    return None
