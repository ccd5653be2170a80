from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.legal.outline import LONGEST_QUOTATION
from corpus.readers.registry import read
from corpus.split import split_paragraphs
from corpus.types import Heading, ReadResult, Receipt, SourceFile
from tests.places import LAWS

RECEIPT = Receipt(0, "", "utf-8")


def paths_of(*lines: str, stated: dict[str, int] | None = None) -> dict[str, tuple[str, ...]]:
    text = "\n".join(lines)
    headings = tuple(
        Heading(text.index(words), text.index(words) + len(words), level)
        for words, level in (stated or {}).items()
    )
    result = ReadResult(text, "text/plain", RECEIPT, None, headings, lines_are_paragraphs=True)
    return {paragraph.text: paragraph.path for paragraph in split_paragraphs("d", result)}


def test_articles_in_quotation_marks_belong_to_what_quotes_them() -> None:
    paths = paths_of(
        "第三十一条 宪法修改如下：“",
        "第一百二十三条 监察委员会是国家的监察机关。",
        "第七节 监察委员会",
        "第一百二十四条 设立国家监察委员会。”",
        "第三十二条 增加一条：“第八十条 新的一条，所称“数据”是指记录。",
        "第八十一条 又一条。”",
        "第三十三条 自公布之日起施行。",
    )
    assert list(paths.values()) == [("第三十一条",)] * 4 + [("第三十二条",)] * 2 + [("第三十三条",)]


def test_each_paragraph_of_a_quotation_may_begin_with_the_mark() -> None:
    paths = paths_of(
        "一、将第五条修改为：“单位犯前款罪的，处罚金。",
        "“情节严重的，处拘役。",
        "第六条 被引用的条文。”",
        "第一条 本决定的条文。",
    )
    assert paths["第六条 被引用的条文。”"] == ()
    assert paths["第一条 本决定的条文。"] == ("第一条",)


@pytest.mark.parametrize("between", [0, LONGEST_QUOTATION + 1])
def test_a_mark_left_open_by_mistake_hides_no_article(between: int) -> None:
    paths = paths_of(
        "第一条 所称“数据是指记录。",
        *(["中间一段。"] * between),
        "第二条 所称“网络”是指系统。",
        "第三条 国家保护。",
    )
    assert paths["第二条 所称“网络”是指系统。"] == ("第二条",)
    assert paths["第三条 国家保护。"] == ("第三条",)


def test_a_mark_that_closes_behind_the_next_own_article_is_a_mistake_too() -> None:
    paths = paths_of("第一条 所称“数据是指记录。", "第二条 甲。", "第三条 乙”。")
    assert list(paths.values()) == [("第一条",), ("第二条",), ("第三条",)]


def test_a_stated_heading_ends_a_quotation() -> None:
    paths = paths_of(
        "第一条 所称“数据。", "第二章 罚则", "第九条 处罚”。", stated={"第二章 罚则": 2}
    )
    assert paths["第九条 处罚”。"] == ("第二章 罚则", "第九条")


def test_articles_announced_by_number_belong_to_what_announces_them() -> None:
    paths = paths_of(
        "第五十二条 增加一节；增加两条，作为第一百二十三条至第一百二十四条。内容如下：",
        "第七节 监察委员会",
        "第一百二十三条 甲。",
        "由下列人员组成：",
        "第一百二十四条 乙。",
        "第七节相应改为第八节。",
        "第五十三条 丙。",
        "第五十四条 丁：",
        "第五十五条 戊。",
    )
    assert list(paths.values()) == [("第五十二条",)] * 6 + [
        ("第五十三条",),
        ("第五十四条",),
        ("第五十五条",),
    ]


def test_a_decision_that_rewrites_articles_has_none_of_them_for_its_own() -> None:
    paths = paths_of(
        "一、将第五条修改为：",
        "第五条 新的第五条。",
        "二、增加一条，作为第八条之一：",
        "第八条之一 新的条文。",
        "三、删去第九条。",
    )
    assert set(paths.values()) == {()}


def test_a_law_whose_numbers_jump_keeps_its_articles() -> None:
    paths = paths_of("第一条 甲。", "第三条 乙，有下列情形的：", "（一）丙；", "第七条 丁。")
    assert list(paths.values()) == [("第一条",), ("第三条",), ("第三条",), ("第七条",)]


def test_an_annex_belongs_to_no_chapter_whatever_its_level() -> None:
    lines = [
        "第九章 附则",
        "第一百六十条 施行。",
        "附件一：产生办法",
        "一、行政长官由选举委员会选出。",
        "附件二：表决程序",
        "一、产生办法",
        "第一届六十人。",
    ]
    expected = [
        ("第九章 附则",),
        ("第九章 附则", "第一百六十条"),
        ("附件一：产生办法",),
        ("附件一：产生办法",),
        ("附件二：表决程序",),
        ("附件二：表决程序", "一、产生办法"),
        ("附件二：表决程序", "一、产生办法"),
    ]
    assert list(paths_of(*lines).values()) == expected
    stated = paths_of(*lines, stated={"第九章 附则": 2, "一、产生办法": 2})
    assert list(stated.values()) == expected
    annexes = {"第九章 附则": 2, "附件一：产生办法": 3, "附件二：表决程序": 3, "一、产生办法": 4}
    assert list(paths_of(*lines, stated=annexes).values()) == expected


def test_an_annex_has_articles_of_its_own() -> None:
    paths = paths_of("第一条 甲。", "附件1", "某办法", "第一条 乙。", "附件2", "丙。")
    assert paths["第一条 乙。"] == ("附件1", "第一条")
    assert paths["丙。"] == ("附件2",)


def test_closing_provisions_without_a_number_stand_beside_the_books() -> None:
    paths = paths_of(
        "第一编 总则", "第一条 甲。", "第二编 分则", "第二条 乙。", "附则", "第三条 丙。"
    )
    assert paths["第三条 丙。"] == ("附则", "第三条")
    chapters = paths_of("第一章 总则", "第一条 甲。", "附则", "第二条 乙。")
    assert chapters["第二条 乙。"] == ("附则", "第二条")


LINES = """第一条 甲
第二条 乙：“
“丙
丁”。
第八条 戊“己”
第三章 总则
附件一
一、庚
改为第八条：
（一）辛；
附则
「壬
癸」
第二十条之一 子"""
lines = st.lists(st.sampled_from(LINES.split("\n")), max_size=14)


@given(lines, st.dictionaries(st.integers(0, 13), st.integers(1, 12)))
def test_every_path_is_made_of_lines_ahead(texts: list[str], levels: dict[int, int]) -> None:
    text = "\n".join(texts)
    starts = [sum(len(each) + 1 for each in texts[:at]) for at in range(len(texts))]
    headings = tuple(
        Heading(starts[at], starts[at] + len(texts[at]), level)
        for at, level in sorted(levels.items())
        if at < len(texts)
    )
    result = ReadResult(text, "text/plain", RECEIPT, None, headings, lines_are_paragraphs=True)
    for paragraph in split_paragraphs("d", result):
        ahead = texts[: paragraph.ordinal + 1]
        assert all(any(line.startswith(words) for line in ahead) for words in paragraph.path)


@pytest.mark.bench
def test_the_amendment_of_2018_has_its_own_articles_alone() -> None:
    path = LAWS / "宪法" / "宪法修正案（2018年）.md"
    if not path.is_file():
        pytest.skip("the laws are missing (set JUDIAN_SHARED)")
    result = read(SourceFile(path.name, path.name, path.read_bytes()))
    articles = [each.path[-1] for each in split_paragraphs("d", result) if each.path]
    assert list(dict.fromkeys(articles)) == [
        "第三十二条", "第三十三条", "第三十四条", "第三十五条", "第三十六条", "第三十七条",
        "第三十八条", "第三十九条", "第四十条", "第四十一条", "第四十二条", "第四十三条",
        "第四十四条", "第四十五条", "第四十六条", "第四十七条", "第四十八条", "第四十九条",
        "第五十条", "第五十一条", "第五十二条",
    ]  # fmt: skip
