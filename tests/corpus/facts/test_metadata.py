"""What is known of a document, from its head, its tail, its name and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from corpus.ingest import prepare
from corpus.types import Document, Fact, Origin, SourceFile, Value

NOTICE = """国务院办公厅文件

国办发〔2023〕1号

国务院办公厅关于印发全民读书
工作方案的通知

各省、自治区、直辖市人民政府，国务院各部委：
《全民读书工作方案》已经国务院同意，请认真贯彻执行。

国务院办公厅
2023年1月5日

（此件公开发布）
"""
OPINION = """教育部关于加强读书工作的意见
教基[2022] 8 号
各省、自治区、直辖市教育厅（教委）：
为了加强读书工作，提出以下意见。
本意见自印发之日起施行，有效期5年。《教育部关于读书的通知》（教基〔2010〕2号）同时废止。
教育部
二〇二二年五月一日
"""
ORDER = """某市人民政府令
第十二号
《某市读书管理办法》已经市政府常务会议审议通过，现予公布，自2021年5月1日起施行。
市长 张三
2021年3月15日

某市读书管理办法

第一条 为了读书，制定本办法。
第二条 本办法自2021年5月1日起施行。2010年3月1日公布的《某市读书暂行办法》同时废止。
"""
INTERPRETATION = """最高人民法院关于审理读书案件
适用法律若干问题的解释
（2020年12月23日最高人民法院审判委员会第1825次会议通过，自2021年1月1日起施行）
法释〔2020〕17号
为正确审理读书案件，制定本解释。
第一条 本解释所称读书，是指阅读。
"""
LABELLED = """000014349
发布机构：教育部
发文字号：教高〔2023〕2号
成文日期：2023-02-03
标题：关于做好读书活动的通知
关于做好读书活动的通知
各高校：
请做好读书活动。
"""
AMENDED = """中华人民共和国读书法
（2016年3月16日通过 根据2018年10月26日决定修正 2023年12月29日修订）
第一条 为了读书，制定本法。
第二条 本法自2016年9月1日起施行。
"""


def known(text: str, name: str = "甲.txt", given: Mapping[str, Value] | None = None) -> Document:
    file = SourceFile(f"/库/{name}", name, text.encode(), given=given or {})
    return prepare(file).document


@pytest.mark.parametrize(
    ("text", "title", "facts"),
    [
        (
            NOTICE,
            "国务院办公厅关于印发全民读书工作方案的通知",
            {"number": "国办发〔2023〕1号", "issuer": "国务院办公厅", "issued": "2023-01-05"},
        ),
        (
            OPINION,
            "教育部关于加强读书工作的意见",
            {
                "number": "教基〔2022〕8号",
                "issuer": "教育部",
                "issued": "2022-05-01",
                "effective": "2022-05-01",
                "repealed": "2027-05-01",
                "repeals": ("教育部关于读书的通知",),
            },
        ),
        (
            ORDER,
            "某市读书管理办法",
            {
                "number": "某市人民政府令第12号",
                "issued": "2021-03-15",
                "effective": "2021-05-01",
                "repeals": ("某市读书暂行办法",),
            },
        ),
        (
            INTERPRETATION,
            "最高人民法院关于审理读书案件适用法律若干问题的解释",
            {"number": "法释〔2020〕17号", "issued": "2020-12-23", "effective": "2021-01-01"},
        ),
        (
            LABELLED,
            "关于做好读书活动的通知",
            {"number": "教高〔2023〕2号", "issuer": "教育部", "issued": "2023-02-03"},
        ),
        # The day of effect of the amendment is not said: the first version's is not taken for it.
        (
            AMENDED,
            "中华人民共和国读书法",
            {"enacted": "2016-03-16", "issued": "2023-12-29"},
        ),
    ],
    ids=["notice", "opinion", "order", "interpretation", "labelled", "amended"],
)
def test_facts_of_official_documents(text: str, title: str, facts: dict[str, Value]) -> None:
    document = known(text)
    assert document.title == title
    assert {key: fact.value for key, fact in document.metadata.items()} == facts


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\ufeff\n  关于安全的通知  \n\n正文。", "关于安全的通知"),
        ("[bookmark: _GoBack]学习会议精神\n正文。", "学习会议精神"),
        ("秘密★一年\n特急\n关于读书的函\n某局：\n正文。", "关于读书的函"),
        ("某厅关于印发《读书办法》\n的通知\n各单位：\n正文。", "某厅关于印发《读书办法》的通知"),
        ("读书管理办法\n（试行）\n第一条 为了", "读书管理办法（试行）"),
        ("读书管理办法\n总则\n第一条 为了", "读书管理办法"),
        ("读书会议纪要\n时间：3月5日\n地点：会议室\n内容。", "读书会议纪要"),
        ("Reading Rules\nGeneral\nRead daily.", "Reading Rules"),
        ("只有一行", "甲"),  # nothing stands out: the file's name
        ("这是一句话。\n还有一句。", "甲"),
        ("各有关单位：\n正文。", "甲"),
        ("第一章 总则\n第一条 为了", "甲"),
        ("长" * 41 + "\n正文。", "甲"),
    ],
)  # fmt: skip
def test_the_title_is_what_stands_out_above_the_text(text: str, title: str) -> None:
    assert known(text).title == title


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("读书法(2018-10-26).txt", {"issued": "2018-10-26"}),
        ("读书法（2018年10月26日）.txt", {"issued": "2018-10-26"}),
        ("20181026读书法.txt", {"issued": "2018-10-26"}),
        ("国发〔2023〕15号 通知.txt", {"number": "国发〔2023〕15号"}),
        ("读书法_20189999.txt", {}),
        ("第12345678号.txt", {}),
    ],
)
def test_a_name_may_say_a_date_and_a_number(name: str, facts: dict[str, str]) -> None:
    found = known("一句话。\n又一句话。", name).metadata
    assert found == {key: Fact(value, Origin.FILE_NAME) for key, value in facts.items()}


def test_what_is_said_nearer_by_people_holds() -> None:
    said = {"发布日期": "2024年2月3日", "标签": "读书、教育", "密级": "公开", "title": "正题"}
    document = known(OPINION, "通知(2020-01-01).txt", given=said)
    assert document.title == "正题"
    assert document.metadata["issued"] == Fact("2024-02-03", Origin.SIDECAR)
    assert document.metadata["tags"] == Fact(("读书", "教育"), Origin.SIDECAR)
    assert document.metadata["密级"] == Fact("公开", Origin.SIDECAR)
    assert document.metadata["number"].origin is Origin.HEAD


def test_a_value_that_is_no_date_stays_what_it_is() -> None:
    document = known("甲\n乙。", given={"施行日期": "2023-02-30", "公布日期": "待定"})
    assert "effective" not in document.metadata
    assert document.metadata["effective text"].value == "2023-02-30"
    assert document.metadata["issued text"].value == "待定"


@pytest.mark.parametrize(
    ("sentence", "repealed"),
    [
        ("本办法自2020年2月29日起施行，有效期两年。", "2022-03-01"),
        ("本办法自2020年1月1日起施行，有效期至2024年12月31日。", "2025-01-01"),
        ("本办法自2020年1月1日起施行，试行期间可以修改。", None),
        ("营业执照的有效期为五年。", None),  # of something else
    ],
)
def test_a_term_says_the_first_day_out_of_force(sentence: str, repealed: str | None) -> None:
    metadata = known(f"读书办法\n第一条 读书。\n第二条 {sentence}\n").metadata
    assert metadata.get("repealed") == (Fact(repealed, Origin.TAIL) if repealed else None)
