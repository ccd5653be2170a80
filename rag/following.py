"""What following up needs in every language: the past of a conversation, and kinds of things."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Past:
    """What a conversation was about until now."""

    question: str  # the last one, completed
    law: str  # the law or title spoken of last; "" for none
    topic: str  # what the question is about, without its verbs and asking words


@dataclass(frozen=True, slots=True)
class Span:
    """A text with its folded form, which has as many code points."""

    text: str
    folded: str

    def after(self, position: int) -> Span:
        """Return what stands behind a position."""
        return Span(self.text[position:].lstrip(), self.folded[position:].lstrip())


_NO_LAW = "[方做看想违合司执立依无设用说语书手非枉]法$|^办法$|方法$"
_KINDS = {
    "law": r"(?:法典|法|条例|办法|细则|规则|章程|纲要)$",
    "person": (
        r"(?:[^法]人|人员|者|学生|[中小大]学生|研究生|教师|员工|职工|工人|[公居村]民|儿童|妇女|子女|父母|老人|军人|孕妇"
        r"|家长|校长|律师|医生|男性|女性|男职工|女职工|个人|家庭)$"
    ),
    "body": (
        r"(?:部门?|[^当]局|委员会|厅|法院|检察院|医院|学校|[中小大]学|高校|幼儿园|政府|公司|企业|单位|机构|机关"
        r"|协会|银行|团体|组织|[^社]会)$"
    ),
    "place": (
        r"(?:省|[^城]市|县|[^地社]区|乡|镇|村|北京|上海|天津|重庆|农村|城市|城镇|国外|境外|[中西东]部)$"
    ),
    "field": (
        r"(?:教育|工作|改革|建设|经济|农业|工业|医疗|卫生|文化|科技|体育|保险|产业|服务|管理)$"
    ),
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _KINDS.items()}
_SUFFIX = 2  # shared last characters that make two phrases of one kind: 义务教育, 高等教育
_SHORT = 4  # two words of the same few characters, the last one shared: 孩子, 房子


def kind_of(phrase: str) -> str:
    """Return the kind of thing a folded Chinese phrase names by its last characters, or ""."""
    for name, pattern in _COMPILED.items():
        if pattern.search(phrase) and not (name == "law" and re.search(_NO_LAW, phrase)):
            return name
    return ""


def kinds_shared(new: str, old: str) -> int:
    """Return how surely two folded phrases are of one kind; 0 when nothing says so."""
    if not old:
        return 0
    new = new.removesuffix("的")
    shared = 0
    while shared < min(len(new), len(old)) and new[-1 - shared] == old[-1 - shared]:
        shared += 1
    kind = kind_of(new)
    if kind and kind == kind_of(old):
        return 10 + shared
    if shared >= _SUFFIX:
        return shared
    return 1 if shared and len(new) == len(old) <= _SHORT else 0


def without_mark(question: str) -> str:
    """Return a question without the mark at its end."""
    return question.rstrip(" ?？。.!！呢")
