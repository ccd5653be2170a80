from __future__ import annotations

import pytest

from rag.question import parse_question
from rag.short_answers import short_answer


@pytest.mark.parametrize(
    ("question", "text", "short"),
    [
        ("小学阶段突出什么？", "小学阶段突出“习惯养成”，初中阶段突出“自主学习”。", "习惯养成"),
        ("初中阶段突出什么？", "小学阶段突出“习惯养成”，初中阶段突出“自主学习”。", "自主学习"),
        ("谁出席开幕式并致辞？", "县教育局党组书记、局长王立群出席开幕式并致辞。", "王立群"),
        ("林地的承包期为多少年？", "林地的承包期为三十年至七十年。", "三十年至七十年"),
        ("处多少倍罚款？", "处违法所得一倍以上五倍以下罚款。", "一倍以上五倍以下"),
        ("谁负责读书会的组织工作？", "校长负责读书会的组织工作。", "校长"),
        ("每学期应当组织多少次读书会？", "每学期应当组织不少于三次读书会。", "三次"),
        ("本办法何时起施行？", "本办法自2024年9月1日起施行。", "2024年9月1日"),
        ("改革以什么为牵引？", "改革以评价制度为牵引，稳步推进。", "评价制度"),
        ("学校可以体罚学生吗？", "学校、教师不得体罚学生。", "不得"),
        ("How many members are there?", "The council has 15 members.", "15"),
        ("为什么要登记？", "登记是为了保护交易安全。", None),
        ("经费由谁承担？", "食堂每天开放两次。", None),
        ("有几项任务？", "党的二十大以来成绩显著。", None),
    ],
)
def test_the_words_that_answer_are_marked(question: str, text: str, short: str | None) -> None:
    found = short_answer(parse_question(question), text)
    assert (text[slice(*found)] if found else None) == short
