from __future__ import annotations

from corpus.legal.references import Mentions, mentioned_names, own_name, references


def test_names_in_marks_each_once_and_folded() -> None:
    text = (
        "依照《中华人民共和国民法典》和《民法典》、《教育法（2021年修正）》，"
        "《條例》与《未完\n》无关。"
    )
    assert mentioned_names(text) == ("教育法", "民法典")
    assert mentioned_names("没有书名号的教育法") == ()


def test_a_bare_kind_is_short_for_another_name() -> None:
    text = "（以下简称《办法》）《实施细则》《若干意见》《读书办法》《關於通知》《宪法》"
    assert mentioned_names(text) == ("宪法", "读书办法")


def test_a_record_of_an_article_bears_the_name_of_its_law() -> None:
    assert own_name("中华人民共和国民法典 第五十四条") == "民法典"
    assert own_name("刑法第一百二十条之一") == "刑法"
    assert own_name("关于第三条道路的通知") == "关于第三条道路的通知"


def test_references_count_other_documents_once_each() -> None:
    every = [
        Mentions("a", "中华人民共和国民法典 第一条", ("民法典",)),  # itself
        Mentions("b", "民法典 第二条", ()),
        Mentions("c", "收养办法", ("民法典", "宪法")),
        Mentions("d", "遗嘱规定", ("民法典",)),
    ]
    assert references(every) == {"a": 2, "b": 2}
    assert references([]) == {}
