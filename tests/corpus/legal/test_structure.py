from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.legal.structure import division, is_short_title, list_family, sets_articles_unspaced
from tests.places import LAWS

anything = st.text(st.characters(codec=None, exclude_categories=()))
marked = st.text("第一二十百千〇两条條章节之附件（）()、. 1２①　■的为", max_size=30)


@pytest.mark.parametrize(
    ("line", "kind", "number", "branch", "rest", "is_heading"),
    [
        ("第三十九条 自然人", "条", 39, 0, "自然人", False),
        ("第一千零八十四条　离婚后", "条", 1084, 0, "离婚后", False),
        ("第一二六〇条", "条", 1260, 0, "", False),
        ("第 一 百 二 十 条 本法", "条", 120, 0, "本法", False),
        ("第一百二十八 条侦查人员", "条", 128, 0, "侦查人员", False),
        ("第１２條　本法", "条", 12, 0, "本法", False),
        ("第39条 本法", "条", 39, 0, "本法", False),
        ("第两百零一条 本法", "条", 201, 0, "本法", False),
        ("第一百三十三条之二 对行驶中", "条", 133, 2, "对行驶中", False),
        ("第一条【立法目的】为了", "条", 1, 0, "【立法目的】为了", False),
        ("第一條（目的）為了", "条", 1, 0, "（目的）為了", False),
        ("　　第二条\u2002本法", "条", 2, 0, "本法", False),
        ("第廿一条 本法", "条", 21, 0, "本法", False),
        ("第卅条 本法", "条", 30, 0, "本法", False),
        ("第一百廿三條　本法", "条", 123, 0, "本法", False),
        ("第贰拾伍条 本法", "条", 25, 0, "本法", False),
        ("第 １２ 條　本法", "条", 12, 0, "本法", False),
        ("第一千二百六十條之一 本法", "条", 1260, 1, "本法", False),
        ("第 41-1 條　本法", "条", 41, 1, "本法", False),
        ("第一条：合同标的", "条", 1, 0, "合同标的", False),
        ("第二款 前款", "款", 2, 0, "前款", False),
        ("第三項　前項", "项", 3, 0, "前項", False),
        ("第一目 前目", "目", 1, 0, "前目", False),
        ("附錄一 清單", "附录", 1, 0, "清單", True),
        ("附件１－２：目录", "附件", 1, 2, "目录", True),
        ("附：", "附件", 0, 0, "", True),
        ("㈡公民；", "（一）", 2, 0, "公民；", False),
        ("⑶加强", "(1)", 3, 0, "加强", False),
        ("⒋加强", "1.", 4, 0, "加强", False),
        ("第一章 总则", "章", 1, 0, "总则", True),
        ("第一章总则", "章", 1, 0, "总则", True),
        ("第二編　物權", "编", 2, 0, "物權", True),
        ("第一分编\u2002通则", "分编", 1, 0, "通则", True),
        ("第十二節 其他", "节", 12, 0, "其他", True),
        ("附件１：目录", "附件", 1, 0, "目录", True),
        ("附 则", "附则", 0, 0, "", True),
        ("一、总体要求", "一、", 1, 0, "总体要求", True),
        ("二、选举委员会的职权是：", "一、", 2, 0, "选举委员会的职权是：", False),
        ("（十一）其他", "（一）", 11, 0, "其他", True),
        ("( 三 )公民；", "（一）", 3, 0, "公民；", False),
        ("1. 加强领导", "1.", 1, 0, "加强领导", False),
        ("7 不断深化", "1.", 7, 0, "不断深化", False),
        ("（2）加强", "(1)", 2, 0, "加强", False),
        ("③ 加强", "①", 3, 0, "加强", False),
    ],
)
def test_divisions(
    line: str, kind: str, number: int, branch: int, rest: str, is_heading: bool
) -> None:
    found = division(line)
    assert found is not None
    assert (found.kind, found.number, found.branch) == (kind, number, branch)
    assert (line[found.end :], found.is_heading) == (rest, is_heading)
    marker = line[found.start : found.marker_end]
    assert marker == line[: found.end].strip(" \u3000\u2002").rstrip("：")


@pytest.mark.parametrize(
    "line",
    [
        "第三条规定的情形",
        "第一次世界大战",
        "第十条、第十二条所列",
        "第三条第二款规定的",
        "第一章程",
        "第一条件是",
        "第二款规定的情形",
        "第一节课",
        "第三条之规定",
        "第一章规定了总则。",
        "附件所列各项",
        "附件：1.名单",
        "附带民事诉讼的当事人",
        "第十二条-第十四条所列",
        "一些地方",
        "2023年教育工作",
        "3.5万人",
        "（以下简称本法）",
        "十分重要",
        "",
        "　",
        "第条",
        "第",
    ],
)
def test_what_only_looks_like_a_division(line: str) -> None:
    assert division(line) is None


def test_articles_set_unspaced_are_known_by_their_count() -> None:
    law = ["总则", "第一条为了保护", "第二条本法适用", "第三条国家保护", "第三条规定的除外"]
    prose = ["第三条规定的除外", "第十条明确了要求", "第二条说明"]
    assert sets_articles_unspaced(law)
    assert not sets_articles_unspaced(prose)
    assert division("第一条为了保护") is None
    found = division("第一条为了保护", unspaced_articles=True)
    assert found is not None
    assert "第一条为了保护"[found.end :] == "为了保护"
    assert division("第三条规定的除外", unspaced_articles=True) is None


def test_list_families_and_short_titles() -> None:
    lines = ["■教育", "一、教育", "教育", "第一条 教育"]
    assert [list_family(line, division(line)) for line in lines] == ["■", "一、", None, None]
    assert is_short_title("2023年教育工作主攻方向和重点任务")
    assert not is_short_title("会议指出，要坚持")
    assert not is_short_title("长" * 41)


@given(anything | marked)
def test_a_marker_lies_inside_its_line(line: str) -> None:
    found = division(line)
    if found is not None:
        assert 0 <= found.start < found.marker_end <= found.end <= len(line)
        assert not line[: found.start].strip()
        between = line[found.marker_end : found.end]
        assert all(character.isspace() or character in "、.．:：)）" for character in between)
        assert found.number >= 0


@pytest.mark.bench
def test_articles_of_every_law_are_consecutive() -> None:
    if not LAWS.is_dir():
        pytest.skip("the laws are missing: set JUDIAN_SHARED to the folder that holds data/laws")
    broken = {}
    total = 0
    for path in sorted(LAWS.rglob("*.md")):
        opened = [division(line) for line in path.read_text("utf-8").split("\n")]
        articles = [d.number for d in opened if d is not None and d.kind == "条" and not d.branch]
        total += len(articles)
        expected = list(range(articles[0], articles[0] + len(articles))) if articles else []
        if articles != expected:
            broken[path.name] = articles
    # The amendment of 2018 quotes the article it inserts, 第一百二十三条, on a line of its own.
    assert list(broken) == ["宪法修正案（2018年）.md"]
    assert total > 16000
