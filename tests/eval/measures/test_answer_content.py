from __future__ import annotations

from fractions import Fraction

import pytest

from corpus.text.script import fold
from eval.measures.answer_content import (
    cmrc_f1,
    cmrc_plain,
    cmrc_segments,
    contains_answer,
    exact_match,
    holds,
    missing_musts,
    overlap_f1,
    short_of,
    squad_f1,
    squad_plain,
)
from tests.eval.doubles import LineLibrary, abstaining, quoting

LIBRARY = LineLibrary({"a": "一甲乙丙。二丁戊。\n三己庚。甲乙。"})
FIRST, SECOND = (LIBRARY.citation("a", q) for q in ("一甲乙丙。", "二丁戊。"))


def test_musts_are_looked_for_without_markers() -> None:
    answer = quoting(FIRST, SECOND)
    assert answer.text == "一甲乙丙。[^1]二丁戊。[^2]"
    assert missing_musts(["丙。二", "甲", "己", "^1"], answer) == ("己", "^1")


def test_musts_are_strict_about_script_unless_folded() -> None:
    answer = quoting(FIRST, text="擺在突出位置[^1]")
    assert missing_musts(["摆在"], answer) == ("摆在",)
    assert missing_musts(["摆在"], answer, fold) == ()


@pytest.mark.parametrize(
    ("text", "part", "held"),
    [
        ("不满十八周岁", "八周岁", False),
        ("不满十八周岁", "十八周岁", True),
        ("十一年或者一年", "一年", True),
        ("2021年", "1年", False),
        ("2021年1月", "1月", True),
        ("共1,200元", "200元", False),
        ("增长3.5%", "5%", False),
        ("增长3.5%", "3", False),
        ("共3，5日内", "5日", True),
        ("第3项,甲", "第3项", True),
        ("按二年,三年计", "三年", True),
        ("", "一", False),
    ],
)
def test_nothing_is_held_inside_a_longer_number(text: str, part: str, held: bool) -> None:
    assert holds(text, part) is held


def test_what_is_compared_is_the_short_answer_or_the_first_sentence() -> None:
    assert short_of(quoting(FIRST, SECOND)) == "一甲乙丙。"
    assert short_of(quoting(FIRST, short_answer="甲乙")) == "甲乙"
    assert short_of(abstaining()) == ""


@pytest.mark.parametrize(
    ("references", "text", "contained"),
    [
        (["１２００元", "别的"], "共1200 元。[^1]", 1),  # width and white space folded
        (["擺在"], "摆在突出位置", 1),
        (["B2"], "[^1]b-2", 1),
        (["丁"], "甲乙丙", 0),
        (["长" * 101], "长", None),  # an essay is not to be contained
        (["长" * 101, "甲"], "甲", 1),
        (["…"], "甲", None),  # nothing of it is a letter or a digit
        ([], "甲", None),
    ],
)
def test_references_contained(references: list[str], text: str, contained: int | None) -> None:
    assert contains_answer(references, quoting(FIRST, text=text)) == contained


# Worked by hand from the scripts' rules; the fractions are 2 * common / (given + wanted).
@pytest.mark.parametrize(
    ("reference", "said", "em", "f1"),
    [
        ("光荣和ω-force", "光荣和ω-force", 1, "1"),
        ("光荣和ω-force", "由光荣和ω-force合作开发", 0, "8/13"),  # 4 of 4 and of 9: 光 荣 和 ωforce
        ("「战史演武」&「争霸演武」", "战史演武&争霸演武", 1, "1"),
        ("村雨城", "任天堂", 0, "0"),
        ("1990年", "1990年10月", 0, "2/3"),  # 1990 年 | 1990 年 10 月
        ("北京大学", "大学在北京", 0, "4/9"),  # the longest run is two: 北京 or 大学
        ("《民法典》", "民法典。", 1, "1"),
        ("甲", "", 0, "0"),
    ],
)
def test_chinese_by_cmrc(reference: str, said: str, em: int, f1: str) -> None:
    assert exact_match([reference], said) == em
    assert overlap_f1([reference], said) == cmrc_f1(reference, said) == Fraction(f1)


@pytest.mark.parametrize(
    ("reference", "said", "em", "f1"),
    [
        ("The Denver Broncos", "denver broncos!", 1, "1"),
        ("Denver Broncos", "the Broncos of Denver", 0, "4/5"),
        ("to to be", "to be be", 0, "2/3"),
        ("10", "ten", 0, "0"),
        ("U.S.", "us", 1, "1"),
        ("a", "an", 1, "0"),  # nothing is left of either
    ],
)
def test_english_by_squad(reference: str, said: str, em: int, f1: str) -> None:
    assert exact_match([reference], said) == em
    assert overlap_f1([reference], said) == squad_f1(reference, said) == Fraction(f1)


def test_the_best_reference_counts() -> None:
    assert exact_match(["村雨城", "任天堂游戏谜之村雨城"], "村雨城") == 1
    assert overlap_f1(["丁", "甲乙丙丁"], "甲乙") == Fraction(2, 3)
    assert overlap_f1([], "甲") == 0


def test_segments_and_plain_forms() -> None:
    assert cmrc_segments(" 于2008年在New York，") == ["于", "2008", "年", "在", "new", "york"]
    assert cmrc_segments("3.5%") == ["3", ".", "5", "%"]
    assert cmrc_plain("A·B（甲）") == "ab甲"
    assert squad_plain("An  apple, the 'pie'") == "apple pie"
