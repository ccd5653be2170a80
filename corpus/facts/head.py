"""The head of an official document: what stands above its title, the title itself, and a 令.

An official document (GB/T 9704-2012) begins with a copy number, secrecy, urgency, the issuer's
red head (国务院办公厅文件), its number and a signatory; its title is often set on two lines. An
order (令) promulgates a text that follows it in the same file: the title is that text's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.text.dates import parse_date
from corpus.text.document_numbers import whole_number
from corpus.text.script import fold
from corpus.types import Value

MAX_LINE = 40  # characters of one line of a title; the longest title among 244 laws has 37
MAX_TITLE = 120  # of all its lines
MOST_ABOVE = 12  # lines that may stand above a title
MOST_LINES = 3  # of a title

_KIND = re.compile(
    r"(?:通知|意见|决定|决议|办法|函|公告|通告|通报|批复|请示|报告|纪要|议案|方案|规划|计划|条例|规定|细则|规则|解释"
    r"|要点|总结|指南|标准|规范|章程|制度|命令|令|法|法典|摘要|讲话|答复|建议|提案|清单|目录|公报|声明|预案|说明|办法)"
    r"(?:[（(][^（()）]{1,14}[）)])?$"
)
# What continues a title that could end there: 的通知, （试行）, （2018年修订）.
_GOES_ON = re.compile(
    r"的|及|和|与|、"
    r"|[（(](?:试行|暂行|征求意见稿|草案|[12][0-9]{3}年?)?(?:修订|修正|修改)?(?:版|本|稿)?[）)]$"
)
_PROSE = re.compile(r"[。；！？;!?]|[，,：:、…]$")
_ENUMERATED = re.compile(r"第[〇零一二两三四五六七八九十百千\d]+[编編章节節条條款]")
_ABOVE = re.compile(
    r"[0-9]{3,12}"
    r"|★?\s*(?:公开|内部|内部资料|内部文件|秘密|机密|绝密|特急|加急|急件|平急|特提)(?:[★·\s].{0,10})?"
    r"|签发人\s*[:：].{1,20}|[-—=_＿─━*＊·]{3,}|\[?bookmark:[^\]]*\]?"
)
_RED_HEAD = re.compile(r"[\u4e00-\u9fff（）()、\s]{2,40}文\s*件")
_ORDER = re.compile(r"[\u4e00-\u9fff\s]{2,40}(?:令|公告)")
_ORDER_NUMBER = re.compile(r"[（(]?第\s*[〇零一二三四五六七八九十百\d０-９]{1,7}\s*[号號][）)]?")
_LONE_NUMBER = re.compile(
    r"[〔\[【（(［]\s*(?:19|20)[0-9]{2}\s*[〕\]】）)］]\s*第?\s*[0-9]{1,5}\s*[号號]"
)
_SAID = re.compile(r"[【\[]?(?P<key>[\u4e00-\u9fff\s]{2,8})[】\]]?\s*[:：]\s*(?P<value>.{1,80})")
_NAMED = re.compile(r"《([^《》]{4,80})》")
_STATED = {  # as government sites and forms label them
    "标题", "题名", "名称", "文号", "发文字号", "发文文号", "文件编号",
    "发文机关", "制定机关", "发布机关", "发布机构", "发文单位", "颁布机关", "公布机关",
    "成文日期", "发布日期", "公布日期", "印发日期", "发文日期", "施行日期", "生效日期", "实施日期",
    "废止日期", "失效日期", "时效性", "有效性",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Head:
    """What the first lines of a document say."""

    title: str = ""  # "" where none stands out
    lines: int = 0  # lines, blank ones not counted, up to the title's last one
    said: Mapping[str, Value] = field(default_factory=dict)  # as labelled, and the number


def read_head(lines: Sequence[str]) -> Head:
    """Return the head of a document from its lines that are not blank, stripped."""
    said: dict[str, Value] = {}
    at = 0
    while at < min(len(lines), MOST_ABOVE) and _is_above(lines, at):
        said |= _labelled(lines[at])
        at += 1
    if _is_order(lines, at):
        said["number"] = f"{_joined(lines[at])}{_joined(lines[at + 1]).strip('（）()')}"
        promulgated = _promulgated(lines, at + 2)
        if promulgated is not None:
            signed = (parse_date(line) for line in lines[at + 2 : promulgated])
            day = next((day for day in signed if day), None)
            said |= {"成文日期": day} if day else {}
            return Head(lines[promulgated], promulgated + 1, said)
        return Head(str(said["number"]), at + 2, said)
    count = _title_lines(lines, at)
    if count:
        return Head(_put_together(lines[at : at + count]), at + count, said)
    given = said.get("标题") or said.get("题名") or said.get("名称")
    return Head(str(given or ""), 0, said)


def is_title_line(line: str) -> bool:
    """Whether a line may be a title, or a part of one: short, and no sentence."""
    return len(line) <= MAX_LINE and not _PROSE.search(line) and not _ENUMERATED.match(line)


def _is_above(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if _ABOVE.fullmatch(line) or _labelled(line):
        return True
    if whole_number(line) is not None or _LONE_NUMBER.fullmatch(line):
        return at + 1 < len(lines)
    return _RED_HEAD.fullmatch(line) is not None and any(
        whole_number(one) or _LONE_NUMBER.fullmatch(one) for one in lines[at + 1 : at + 4]
    )


def _labelled(line: str) -> dict[str, Value]:
    found = _SAID.fullmatch(line)
    key = _joined(found["key"]) if found is not None else ""
    return {key: found["value"].strip()} if found is not None and key in _STATED else {}


def _is_order(lines: Sequence[str], at: int) -> bool:
    return (
        at + 1 < len(lines)
        and _ORDER.fullmatch(lines[at]) is not None
        and _ORDER_NUMBER.fullmatch(lines[at + 1]) is not None
    )


def _promulgated(lines: Sequence[str], start: int) -> int | None:
    """Return the line that is the title of the text that an order puts into force."""
    stop = min(len(lines), start + MOST_ABOVE)
    named = {_joined(fold(title)) for line in lines[start:stop] for title in _NAMED.findall(line)}
    return next((at for at in range(start, stop) if _joined(fold(lines[at])) in named), None)


def _title_lines(lines: Sequence[str], at: int) -> int:
    """Return how many lines the title takes that begins at ``at``; 0 when none does."""
    if at + 1 >= len(lines) or not is_title_line(lines[at]):
        return 0
    count = 1
    while count < MOST_LINES and at + count + 1 < len(lines):
        line = lines[at + count]
        if not is_title_line(line) or _is_above(lines, at + count):
            break
        whole = "".join(lines[at : at + count + 1])
        ends = _KIND.search(lines[at + count - 1]) is not None
        if len(whole) > MAX_TITLE or (ends and not _GOES_ON.match(line)):
            break
        count += 1
    # Lines are one title only when together they end as a title does.
    while count > 1 and not _KIND.search("".join(lines[at : at + count])):
        count -= 1
    return count


def _put_together(lines: Sequence[str]) -> str:
    """Join the lines of a title, with a blank only between Latin letters."""
    title = lines[0]
    for line in lines[1:]:
        latin = title[-1].isascii() and title[-1].isalnum() and line[0].isascii()
        title += f" {line}" if latin else line
    return title


def _joined(text: str) -> str:
    return "".join(text.split())
