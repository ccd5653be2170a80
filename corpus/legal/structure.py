"""The divisions of legal and official texts, recognised at the start of a line.

编 分编 章 节 条 款 项 目, 附件 附录 附则, and the list levels 一、 （一） 1. (1) ①, in any numeral
form and both scripts, with spaces inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import numeric

from corpus.text.document_numbers import whole_number
from corpus.text.numerals import parse_numeral
from corpus.text.script import fold

LONGEST_HEADING = 40  # characters; official headings keep to one line of print, body lines do not
# A marker is short: folding more than this of a long line would only cost time.
_FOLDED_PART = 64

_N = "[0-9零〇○一二两三四五六七八九十百千万廿卅壹贰叁肆伍陆柒捌玖拾佰仟]"
_NUMERAL = rf"{_N}(?:\s*{_N})*"
_BRANCH = rf"(?:\s*之\s*(?P<branch>{_NUMERAL})(?![分者]))?"
_DASHED = r"(?:\s*-\s*(?P<dashed>[0-9]{1,2}))?"  # 第 41-1 條, as Taiwan writes 第四十一條之一
_DIVISION = re.compile(
    rf"第\s*(?P<number>{_NUMERAL}){_DASHED}(?P<gap>\s*)(?P<kind>分\s*编|[编章节条款项目]){_BRANCH}(?P<spaces>\s*)"
)
_ANNEX = re.compile(
    rf"(?P<kind>附\s*[件录则表]|附(?=\s*:))\s*(?:(?P<number>{_NUMERAL}){_DASHED})?(?P<end>\s*[::.、]\s*|\s+|$)"
)
# 附件：1.名单 names what is attached; it is no annex itself.
_ENUMERATES = re.compile(r"\(?[0-9一二]\s*[.、)]")
_LEVELS = (
    ("一、", re.compile(rf"(?P<number>(?:(?![0-9]){_N})+)\s*、\s*")),
    ("（一）", re.compile(rf"\(\s*(?P<number>(?:(?![0-9]){_N})+)\s*\)\s*[、.]?\s*")),
    ("1.", re.compile(r"(?P<number>[0-9]{1,3})(?:\s*[.、](?![0-9])\s*|\s+(?=[^\W0-9]))")),
    ("(1)", re.compile(r"\(?\s*(?P<number>[0-9]{1,3})\s*\)\s*")),
)
# Numbers that are one character with their sign; folding leaves them as they are.
_SIGNS = {
    "①": re.compile(r"([①-⑳㉑-㉟㊱-㊿])\s*"),
    "（一）": re.compile(r"([㈠-㈩])\s*"),
    "(1)": re.compile(r"([⑴-⒇])\s*"),
    "1.": re.compile(r"([⒈-⒛])\s*"),
}
_STARTS = re.compile(
    r"\s*[第附(（0-9０-９①-⒛㈠-㈩㉑-㉟㊱-㊿零〇○一二两兩三四五六七八九十百千廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰]"
)

# Words that continue a sentence after 第三条, 第二章: a reference, not an opening.
_CARRIES_ON = re.compile(r"[的所之第、,;:。.至到和与及或以中规款项目内外前后]")
_COLON = re.compile(r":\s*(?=\S)")  # 第一条：合同标的, as contracts have it
_WORDS = re.compile(r"章程|编[辑制号码]|节[课日能约点目水]|目[标的]|项目|条[件例款约]|款项")
_TITLE_IN_BRACKETS = re.compile(rf"[【\[〔(](?!\s*(?:{_NUMERAL})\s*[】\]〕)])")
_SENTENCE_END = frozenset("。！？；!?;，,：:")
# What nearly every article of a law begins with: read without folding, as it comes out the same.
_USUAL_ARTICLE = re.compile(r"(第([一二三四五六七八九十百千零]{1,9})条)\s+(?=[^\s之])")


@dataclass(frozen=True, slots=True)
class Division:
    """The marker a line begins with."""

    kind: str  # 编 分编 章 节 条 款 项 目 附件 附录 附则 附表, or the level: 一、 （一） 1. (1) ①
    number: int  # 0 where none is stated
    branch: int  # M of 第N条之M and of 附件N-M; 0 without
    start: int  # offset of the marker in the line, behind leading spaces
    marker_end: int  # offset behind the marker itself
    end: int  # offset behind the marker and the spaces after it
    is_heading: bool  # the line names what follows it; an article's line carries its own text


def division(line: str, *, unspaced_articles: bool = False) -> Division | None:
    """Return the division that ``line`` opens; None when it only mentions one, or none.

    An article opens with 第N条 ahead of a space, a colon, the line's end or a bracketed title. In a
    text that sets its articles' words right behind the marker (`sets_articles_unspaced`), pass
    ``unspaced_articles``.
    """
    if not _STARTS.match(line):
        return None
    usual = _USUAL_ARTICLE.match(line)
    number = parse_numeral(usual[2]) if usual is not None else None
    if usual is not None and number is not None:
        return Division("条", number, 0, 0, usual.end(1), usual.end(), False)
    start = len(line) - len(line.lstrip())
    head = fold(line[start : start + _FOLDED_PART])
    if head[0] == "第":
        return _legal(line, head, start, unspaced_articles)
    if head[0] == "附":
        return _annex(line, head, start)
    return _level(line, head, start)


def article_number(line: str) -> tuple[int, int] | None:
    """Return the number and branch of the article a line opens; None when it opens none."""
    opened = division(line, unspaced_articles=True)
    return (opened.number, opened.branch) if opened and opened.kind == "条" else None


def sets_articles_unspaced(lines: Iterable[str]) -> bool:
    """Whether a text writes 第一条为了…: such openings must count 1, 2, 3 and be several."""
    expected, found, out_of_order = 1, 0, 0
    for line in lines:
        if line.lstrip()[:1] != "第" or _USUAL_ARTICLE.match(line):
            continue
        opened = division(line, unspaced_articles=True)
        if opened is None or opened.kind != "条" or opened.branch:
            continue
        if opened.end > opened.marker_end:
            continue
        in_order = opened.number == expected
        found, out_of_order = found + in_order, out_of_order + (not in_order)
        expected += in_order
    return found >= 3 and found > 2 * out_of_order


def is_short_title(line: str) -> bool:
    """Whether ``line`` could be a heading by its looks: short, no end of a clause in it."""
    stripped = line.strip()
    return 0 < len(stripped) <= LONGEST_HEADING and _SENTENCE_END.isdisjoint(stripped)


# The order in which headings contain each other; the levels a format states come above (1 to 9).
ANNEXES = ("附件", "附录", "附表")
BOOK_RANK = 21
_RANKS = {
    **dict.fromkeys(ANNEXES, 20),
    **{"编": BOOK_RANK, "分编": 22, "章": 23, "附则": 23, "节": 24},
    **{"一、": 31, "（一）": 32, "1.": 33},
}
GUESSED_RANK = 30
ARTICLE_RANK = 40
_BULLET = re.compile(r"[■□●○◆◇◎★▲△▪▫•·►▶➢➤✓※*\-–—]")
_LETTER = re.compile(r"[^\W\d年月日]")


def list_family(line: str, opened: Division | None) -> str | None:
    """Return what marks ``line`` as an item of a list, equal among items of one list, or None."""
    if opened is not None:
        return opened.kind if opened.kind in ("一、", "（一）", "1.", "(1)", "①") else None
    bullet = _BULLET.match(line)
    return bullet[0] if bullet is not None else None


def heading_rank(lines: Sequence[str], openings: Sequence[Division | None], at: int) -> int | None:
    """Return the rank of the heading that ``lines[at]`` is by its marker; None when it is none.

    A list marker makes a heading only of a short line that stands alone among its like: an item
    next to an item is a list. Lower ranks contain higher ones.
    """
    opened = openings[at]
    if opened is None:
        return None
    rank = _RANKS.get(opened.kind)
    if rank is None or (opened.is_heading and rank < GUESSED_RANK):
        return rank
    if at + 1 == len(lines) or not is_short_title(lines[at][opened.end :]):
        return None
    beside = [openings[i] for i in (at - 1, at + 1) if i >= 0]
    return None if any(b is not None and b.kind == opened.kind for b in beside) else rank


def introduced(lines: Sequence[str], openings: Sequence[Division | None], at: int) -> int:
    """Return how many lines after ``lines[at]`` it is the heading of, judged by its looks alone.

    A short line without an end of a clause introduces a list of two items or more (and no more
    than it), or two paragraphs of prose or more (``len(lines)``: up to the next heading). 0: none.
    """
    line = lines[at]
    if at == 0 or at + 2 >= len(lines) or list_family(line, openings[at]) or openings[at]:
        return 0
    if not is_short_title(line) or not _LETTER.search(line) or whole_number(line):
        return 0
    family = list_family(lines[at + 1], openings[at + 1])
    last = at + 1
    while family and last < len(lines) and list_family(lines[last], openings[last]) == family:
        last += 1
    if family:
        return last - at - 1 if last - at > 2 else 0
    prose = not (is_short_title(lines[at + 1]) or is_short_title(lines[at + 2]))
    return len(lines) if prose and not is_short_title(lines[at - 1]) else 0


def _legal(line: str, head: str, start: int, unspaced_articles: bool) -> Division | None:
    match = _DIVISION.match(head)
    number = parse_numeral(match["number"]) if match is not None else None
    if match is None or number is None:
        return None
    kind = match["kind"].replace(" ", "")
    spaces, rest = match["spaces"], head[match.end() :]
    colon: re.Match[str] | None = None
    if kind == "条":
        bracketed = _TITLE_IN_BRACKETS.match(rest) is not None
        colon = _COLON.match(rest)
        opens = bool(spaces) or not rest or bracketed or colon is not None
        # 第一百二十八 条侦查人员…: the space slipped in front of 条, as one law at hand has it.
        slipped = bool(match["gap"]) and not match["number"].count(" ")
        opens = opens or ((unspaced_articles or slipped) and not _goes_on(kind, rest))
        heading = False
    elif kind in ("款", "项", "目"):
        opens, heading = bool(spaces) or not rest, False
    else:
        opens = (bool(spaces) or not _goes_on(kind, rest)) and (not rest or is_short_title(line))
        heading = True
    if not opens:
        return None
    branch = parse_numeral(match["branch"] or match["dashed"] or "0") or 0
    marker_end = start + match.start("spaces")
    end = start + match.end() + (len(colon[0]) if colon is not None else 0)
    return Division(kind, number, branch, start, marker_end, end, heading)


def _goes_on(kind: str, rest: str) -> bool:
    """Whether what stands right behind a marker makes it part of a sentence or a word."""
    if not rest:
        return False
    return _CARRIES_ON.match(rest) is not None or _WORDS.match(kind[-1] + rest) is not None


def _annex(line: str, head: str, start: int) -> Division | None:
    match = _ANNEX.match(head)
    if match is None or (
        line[start + match.end() :].strip() and not is_short_title(line[start + match.end() :])
    ):
        return None
    kind = "".join(match["kind"].split())
    if kind == "附":
        kind = "附件"
    if not match["number"] and _ENUMERATES.match(head, match.end()):
        return None
    number, branch = (parse_numeral(match[part] or "0") or 0 for part in ("number", "dashed"))
    return Division(
        kind, number, branch, start, start + match.start("end"), start + match.end(), True
    )


def _level(line: str, head: str, start: int) -> Division | None:
    for kind, sign in _SIGNS.items():
        original = sign.match(line, start)
        if original is not None:
            number, end = int(numeric(original[1])), original.end()
            heading = kind == "（一）" and is_short_title(line[end:])
            return Division(kind, number, 0, start, start + 1, end, heading)
    for kind, pattern in _LEVELS:
        match = pattern.match(head)
        value = parse_numeral(match["number"]) if match is not None else None
        if match is None or value is None:
            continue
        end = start + match.end()
        marker_end = start + len(match[0].rstrip())
        heading = kind in ("一、", "（一）") and is_short_title(line[end:])
        return Division(kind, value, 0, start, marker_end, end, heading)
    return None
