"""Questions on a law's history: when it was passed, amended, and came into force."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.text.dates import find_dates
from eval.drafting.statements import Draft, Source

HEAD_PARAGRAPHS = 20  # a constitution's history has seven lines
LONGEST_LINE = 300
_PASSED = re.compile(r"(?P<body>[^，。；《》\s]{4,40}会议)\s*通过$")
_REVISED = re.compile(r"(?P<body>[^，。；《》\s]{4,40}会议)\s*修订(?:通过)?$")
_IN_FORCE = re.compile("自(?P<day>[^，。；]{8,14}日)起(?P<verb>施行|实施|生效|执行)")
OWN_START = re.compile("本(?:法|条例|办法|规定|规则|细则|规程|章程|标准|制度|意见|通知|方案)")
_ARTICLE = re.compile("第[^ \u3000]{1,8}条[ \u3000]*")


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
        if found is None or not OWN_START.match(sentence) or len(days) != 1:
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
