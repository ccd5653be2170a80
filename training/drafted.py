"""Questions drafted by rule: definitions, laws and countries named, reports of a place and year.

Each has its negative beside it: the same words under another law, country, year, place or measure
do not answer. Names of places and bodies are made up.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import partial

from rag.reading.encoding import Clause
from training.groups import Group, Row, share_of
from training.texts import clause_of, laws, row_of, units_of

SEED = 20261128
REPORTS = 1400  # groups of questions on made-up reports
NAMED = 0.25  # of the written questions, asked again with a law named
ABROAD = 0.12  # asked again for another country

_DEFINED = re.compile(
    r"(?:所称的?|[）。；\n“])(?P<term>[\u4e00-\u9fff]{2,14}?)”?(?:，是指|是指|，指)[^。；]{6,}"
)
_ASK_MEANING = (
    "什么是{}",
    "{}是什么意思？",
    "什么叫{}？",
    "{}指的是什么",
    "{}的定义是什么？",
    "怎么理解{}？",
)


def definitions() -> Iterator[Group]:
    """Yield what laws define, beside clauses that merely use the term."""
    chosen = random.Random(SEED)
    for made in laws():
        clauses = [clause_of(made.document, unit) for unit in units_of(made)]
        for clause in clauses:
            for found in _DEFINED.finditer(clause.text):
                term = found["term"]
                uses = [
                    each
                    for each in clauses
                    if term in each.text and term + "，是指" not in each.text and each is not clause
                ]
                if len(uses) < 2:
                    continue
                question = chosen.choice(_ASK_MEANING).format(term)
                said = found[0][found.start("term") - found.start() :]
                at = found.start("term")
                rows = [Row(clause.text, clause.title, clause.path, "", True, (at, at + len(said)))]
                rows += map(row_of, chosen.sample(uses, min(3, len(uses))))
                yield Group(
                    f"def-{made.document.title}-{at}-{term}", "definition", question, tuple(rows)
                )
                break


_ABROAD = [
    "美国",
    "日本",
    "德国",
    "英国",
    "法国",
    "韩国",
    "新加坡",
    "加拿大",
    "澳大利亚",
    "俄罗斯",
    "台湾地区",
    "香港",
    "加州",
    "纽约州",
    "欧盟",
    "印度",
    "泰国",
]
_HERE = ("我国", "中国", "国内", "咱们国家", "中华人民共和国")
_BY_LAW = (
    "《{}》规定，{}",
    "根据《{}》，{}",
    "按照{}的规定，{}",
    "{}里，{}",
    "《{}》：{}",
    "依{}，{}",
    "{}对这个怎么说：{}",
)


def named(groups: Sequence[Group], names: Sequence[str]) -> Iterator[Group]:
    """Yield written questions with a law or country named: rightly, and another one."""
    chosen = random.Random(SEED + 1)
    for group in groups:
        row = group.rows[0]
        if group.kind != "law" or not row.answers or not row.title or group.held_out:
            continue
        law = row.title.removeprefix("中华人民共和国")
        if share_of("named" + group.id) < NAMED and law.endswith(("法", "条例", "办法", "规定")):
            other = chosen.choice([each for each in names if each not in law and law not in each])
            for name, right in ((law, True), (other, False)):
                asked = chosen.choice(_BY_LAW).format(name, group.question)
                yield _again(group, f"named-{name}", asked, right=right)
        if share_of("abroad" + group.id) < ABROAD:
            for place, right in ((chosen.choice(_HERE), True), (chosen.choice(_ABROAD), False)):
                joint = chosen.choice(("", "，", "那边", "的法律规定，", "这边", "：在那里"))
                asked = f"{chosen.choice(('', '在'))}{place}{joint}{group.question}"
                yield _again(group, f"place-{place}", asked, right=right)


def _again(group: Group, name: str, asked: str, *, right: bool) -> Group:
    row = group.rows[0]
    again = Row(row.text, row.title, row.path, row.asked, right, row.span if right else None)
    rows = (again, *group.rows[1:2])
    return Group(f"{group.id}-{name}", "named", asked, rows, group.yes_no if right else "")


# --- reports --------------------------------------------------------------------------------------

_FIRST = [
    "云",
    "榆",
    "澄",
    "冀",
    "溪",
    "柚",
    "岚",
    "沛",
    "邺",
    "洮",
    "郁",
    "浔",
    "汐",
    "棠",
    "桐",
    "栖",
    "淮",
    "珠",
    "霖",
    "朔",
    "砚",
    "苇",
    "萃",
    "薇",
    "蓝",
    "衡",
    "谷",
    "遥",
    "邻",
    "钟",
    "青",
    "静",
    "鹭",
    "麓",
]
_SECOND = [
    "河",
    "溪",
    "塘",
    "山",
    "州",
    "川",
    "阳",
    "阴",
    "江",
    "原",
    "林",
    "湖",
    "港",
    "岭",
    "城",
    "水",
    "泉",
    "门",
    "陵",
    "宁",
    "平",
    "安",
    "丰",
    "泰",
    "源",
]
_PLACE = ["{}县", "{}市", "{}区", "{}省", "{}镇", "{}自治州"]
_FIRM = (
    "{}科技股份有限公司",
    "{}建材有限公司",
    "{}银行股份有限公司",
    "{}实业集团",
    "{}农业发展有限公司",
)
_SCHOOL = ("{}大学", "{}职业技术学院", "{}第一中学", "{}市人民医院", "{}市教育局", "{}县民政局")

_Measure = tuple[str, str, int, int, str, str]
# measure, unit, greatest value, decimals, how it is said, how it is asked
_REPORT = (
    ("地区生产总值", "亿元", 9000, 1, "{}{}，比上年增长{}%", "{}{}是多少"),
    ("一般公共预算收入", "亿元", 900, 2, "{}完成{}，增长{}%", "{}完成了多少"),
    ("社会消费品零售总额", "亿元", 4000, 1, "{}达到{}，同比增长{}%", "{}有多少"),
    ("城镇新增就业", "万人", 90, 1, "{}{}，完成年度目标的{}%", "{}多少人"),
    ("粮食总产量", "万吨", 900, 1, "{}{}，增长{}%", "{}是多少"),
    ("居民人均可支配收入", "元", 60000, 0, "{}{}，增长{}%", "{}多少钱"),
    ("城镇登记失业率", "%", 6, 1, "{}为{}，比上年下降{}个百分点", "{}是多少"),
    ("常住人口", "万人", 900, 2, "年末{}{}，城镇化率{}%", "{}有多少"),
    ("固定资产投资", "亿元", 3000, 1, "完成{}{}，增长{}%", "{}是多少"),
    ("进出口总额", "亿美元", 900, 1, "{}{}，同比下降{}%", "{}是多少"),
    ("新建改建农村公路", "公里", 2000, 0, "{}{}，养护率达到{}%", "{}了多少公里"),
    ("改造老旧小区", "个", 400, 0, "{}{}，开工率{}%", "{}多少个"),
    ("新增养老床位", "张", 5000, 0, "{}{}，使用率{}%", "{}多少张"),
    ("森林覆盖率", "%", 80, 1, "{}达到{}，提高{}个百分点", "{}是多少"),
    ("空气质量优良天数比例", "%", 100, 1, "{}为{}，提高{}个百分点", "{}是多少"),
    ("新增中小学学位", "个", 30000, 0, "{}{}，增长{}%", "{}多少"),
    ("城乡居民基本医疗保险参保率", "%", 100, 1, "{}稳定在{}，提高{}个百分点", "{}多少"),
    ("规模以上工业增加值", "亿元", 3000, 1, "{}{}，增长{}%", "{}是多少"),
)
_ACCOUNTS = (
    ("营业收入", "亿元", 900, 2, "实现{}{}，同比增长{}%", "{}多少"),
    ("归属于母公司股东的净利润", "万元", 90000, 2, "{}{}，同比下降{}%", "{}是多少"),
    ("研发投入", "万元", 9000, 1, "{}{}，占营业收入的{}%", "{}多少钱"),
    ("在职员工", "人", 9000, 0, "{}{}，其中本科以上占{}%", "{}有多少人"),
    ("总资产", "亿元", 4000, 2, "期末{}{}，较年初增长{}%", "{}是多少"),
    ("经营活动产生的现金流量净额", "万元", 80000, 2, "{}{}，增长{}%", "{}是多少"),
    ("每股收益", "元", 9, 2, "基本{}{}，净资产收益率{}%", "{}多少"),
    ("不良贷款率", "%", 5, 2, "{}{}，拨备覆盖率{}%", "{}是多少"),
)
_SCHOOLS = (
    ("招生计划", "人", 9000, 0, "{}{}，报到率{}%", "{}多少人"),
    ("专任教师", "人", 3000, 0, "现有{}{}，硕士以上占{}%", "{}有多少"),
    ("财政拨款收入", "万元", 90000, 2, "{}{}，占总收入的{}%", "{}是多少"),
    ("公务用车购置及运行费", "万元", 90, 2, "{}{}，下降{}%", "{}多少"),
    ("毕业生就业率", "%", 100, 1, "{}{}，提高{}个百分点", "{}是多少"),
    ("门诊量", "万人次", 200, 1, "全年{}{}，增长{}%", "{}是多少"),
    ("公开招聘", "名", 200, 0, "{}{}工作人员，笔试合格率{}%", "{}多少人"),
)
_KINDS = (
    (
        _PLACE,
        _REPORT,
        (
            "{}{}年政府工作报告",
            "{}{}年国民经济和社会发展统计公报",
            "{}人民政府{}年工作总结",
            "关于{}{}年国民经济和社会发展计划执行情况的报告",
        ),
    ),
    (_FIRM, _ACCOUNTS, ("{}{}年年度报告", "{}{}年半年度报告摘要", "{}{}年社会责任报告")),
    (_SCHOOL, _SCHOOLS, ("{}{}年部门决算", "{}{}年质量报告", "{}关于{}年工作情况的报告")),
)
_ASK = (
    "{year}年{who}{what}？",
    "{who}{year}年{what}",
    "{who}在{year}年的{what}？",
    "{what}？（{who}，{year}年）",
    "请问{year}年{who}的{what}",
)
_BARE = ("{who}{what}？", "{what}", "全年{what}？", "{who}的{what}")


def reports() -> Iterator[Group]:
    """Yield questions on made-up reports beside those of another year, body and measure."""
    chosen = random.Random(SEED + 2)
    for number in range(REPORTS):
        bodies, measures, titles = chosen.choice(_KINDS)
        template = chosen.choice(bodies)
        who, other_who = (template.format(_name(chosen)) for _ in range(2))
        year = chosen.randint(2008, 2025)
        other_year = chosen.choice([each for each in range(2006, 2027) if each != year])
        title = chosen.choice(titles)
        asked, *rest = chosen.sample(measures, 4)
        in_text = chosen.random() < 0.4  # the year stands in the text, not in the title alone
        said = partial(_said, chosen=chosen, in_text=in_text)
        text, value = said(asked, year)
        right = Clause(text, title.format(who, year))
        start = text.find(value)
        wrong = [
            Clause(said(asked, other_year)[0], title.format(who, other_year)),
            Clause(said(asked, year)[0], title.format(other_who, year)),
            Clause(said(rest[0], year)[0], title.format(who, year)),
        ]
        wrong_rows = list(map(row_of, wrong))
        what = asked[5].format(asked[0], "")
        if chosen.random() < 0.3:  # no year or body asked for: whatever there is answers
            question = chosen.choice(_BARE).format(who=who, what=what)
            row = Row(right.text, right.title, (), "", True, (start, start + len(value)))
            yield Group(f"report-{number}", "report", question, (row, wrong_rows[2]))
            continue
        question = chosen.choice(_ASK).format(who=who, year=year, what=what)
        row = Row(right.text, right.title, (), "", True, (start, start + len(value)))
        yield Group(f"report-{number}", "report", question, (row, *wrong_rows))


def _name(chosen: random.Random) -> str:
    return chosen.choice(_FIRST) + chosen.choice(_SECOND)


def _said(one: _Measure, year: int, *, chosen: random.Random, in_text: bool) -> tuple[str, str]:
    """Return a sentence that states a measure, and its value with the unit."""
    what, unit, most, digits, form, _ = one
    number = round(chosen.uniform(most / 20, most), digits)
    value = f"{number:.{digits}f}{unit}"
    change = f"{chosen.uniform(0.2, 19):.1f}"
    text = form.format(what, value, change)
    if in_text:
        text = f"{year}年，{text}"
    tails = ("", "，好于预期", "，各项工作取得新成效", "，为近年来最好水平")
    return text + chosen.choice(tails) + "。", value
