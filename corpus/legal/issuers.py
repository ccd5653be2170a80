"""Bodies that issue documents: which names are of one body, and which are of different ones.

Titles of national rules are the nation's own, and the departments that issue them are renamed and
merged; a title like 财务管理制度 is many a city's and school's. So bodies of places are
distinguished by name, and those of the state by what they are the successors of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.text.script import fold

_JOINT = re.compile(r"[、,;\n]|\s+|(?<=[院部委局署会])和(?=[\u4e00-\u9fff]{2,})")
_OFFICE = re.compile(r"(?P<body>国务院|人民政府|中央)(?:办公厅|办公室)$")
_STANDING = re.compile(r"(?:人民代表大会|人大)(?:常务委员会|常委会)?$")
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{1,12}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市(?!场)|州(?!市)|盟|县|区|旗|镇|乡|街道))+"
)
_STATE = re.compile(
    r"^(?:国务院|国家|全国|最高人民|中央|中共中央|中国(?:人民银行|证券|银行|保险|银行保险|民用航空|气象|地震)|海关总署|审计署"
    r"|新闻出版|对外(?:贸易|经济)|[\u4e00-\u9fff]{2,12}部$|[\u4e00-\u9fff]{2,8}(?:总局|总署)$)"
)
_OWN = re.compile(r"公司|集团|大学|学院|学校|医院|中学|小学|协会|学会")
# What departments of the State Council were called before the reforms of 1998, 2003, 2008, 2013,
# 2018 and 2023, by a word of each name.
_SUCCESSIONS = (
    "工商行政|质量(?:技术)?监督|质量监督检验|食品药品|药品监督|市场监督|知识产权|标准化|认证认可",
    "卫生|计划生育|疾病预防|中医药",
    "交通|铁道|铁路|民用航空|邮政局",
    "环境保护|生态环境",
    "国土资源|自然资源|海洋局|测绘|地质矿产|土地管理|林业|草原",
    "建设部|城乡",
    "农业|农村|畜牧|渔业",
    "文化|旅游|文物",
    "人力资源|人事|劳动|社会保障|公务员|外国专家",
    "工业和信息化|信息产业|电子工业|邮电|机械工业|国防科",
    "银行业|银行保险|保险监督|金融监督|证券监督|外汇|人民银行",
    "新闻出版|广播电视|广播电影|版权",
    "发展和改革|发展计划|计划委员会|物价|能源|粮食|物资储备",
    "商务|贸易|对外经济|国内贸易",
    "安全生产|应急管理|煤矿安全|地震|消防",
    "科学技术|科技部|科委|自然科学基金",
    "教育",
    "互联网信息|网信|网络安全",
    "国务院",
    "人民代表大会|人大",
    "最高人民法院|最高人民检察院",
)


# What a body's name ends with; 人民网 and 法律图书馆 only published it.
_BODY = re.compile(
    r"(?:院|部|委|局|厅|办|室|会|署|府|司|处|所|行|社|中心|团|校|大学|中学|小学|中央|联盟|组)$"
)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who issued a document, as compared; empty where that is not known."""

    names: frozenset[str]
    places: frozenset[str]  # of those that are a place's
    lines: frozenset[int]  # of succession, of those that are the state's
    of_the_state: bool  # all of them

    def __bool__(self) -> bool:
        return bool(self.names)

    def meet(self, other: Bodies) -> bool:
        """Whether both are one body under its names, or have one in common."""
        return bool(self.names & other.names or self.lines & other.lines)

    def elsewhere(self, other: Bodies) -> bool:
        """Whether both are of places, none of which is in one of the others."""
        if not self.places or not other.places or self.lines or other.lines:
            return False
        pairs = ((one, two) for one in self.places for two in other.places)
        return not any(one.startswith(two) or two.startswith(one) for one, two in pairs)


def bodies(issuers: Iterable[str]) -> Bodies:
    """Return the bodies that issuers, each maybe several, name."""
    parts = {_settled(part) for one in issuers for part in _JOINT.split(fold(one))}
    names = {part for part in parts if _BODY.search(part)}
    state = {one for one in names if _STATE.search(one) and not _OWN.search(one)}
    places = {found[0] for one in names - state if (found := _PLACE.match(one))}
    lines = {at for one in state for at, words in enumerate(_SUCCESSIONS) if re.search(words, one)}
    return Bodies(frozenset(names), frozenset(places), frozenset(lines), names == state)


def _settled(name: str) -> str:
    bare = re.sub(r"[\s()《》]", "", name).removeprefix("中华人民共和国")
    return _STANDING.sub("人民代表大会", _OFFICE.sub(r"\g<body>", bare))
