"""Editions written in a name, taken apart from the name; what is no edition stays in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.legal.editions import is_rule, leading_edition, split_edition


@pytest.mark.parametrize(
    ("name", "bare", "day"),
    [
        ("读书法（2018年修正）", "读书法", "2018"),
        ("读书法(2018修正)", "读书法", "2018"),
        ("读书法（2018年10月26日第三次修正）", "读书法", "2018-10-26"),
        ("读书法（二〇一八年修订）", "读书法", "2018"),
        ("讀書條例（2018年修訂本）", "读书条例", "2018"),
        ("读书办法(2018-10-26)", "读书办法", "2018-10-26"),
        ("读书办法 2018", "读书办法", "2018"),
        ("读书办法_2018年版", "读书办法", "2018"),
        ("读书法（修订）", "读书法", ""),
        ("读书法（试行）", "读书法(试行)", ""),
        ("读书法（修订草案）", "读书法(修订草案)", ""),
        ("读书法（征求意见稿）", "读书法(征求意见稿)", ""),
        ("读书规定（一）", "读书规定(一)", ""),
        ("刑法修正案（十一）", "刑法修正案(十一)", ""),
        ("工作报告2018", "工作报告2018", ""),
        ("（2018）", "(2018)", ""),
    ],
)
def test_an_edition_is_taken_off_behind(name: str, bare: str, day: str) -> None:
    found = split_edition(name)
    assert (found.name, found.date) == (bare, day)


@pytest.mark.parametrize(
    ("name", "bare", "day"),
    [
        ("2018年读书法", "读书法", "2018"),
        ("2018-10-26 读书法", "读书法", "2018-10-26"),
        ("2018读书笔记", "2018读书笔记", ""),
        ("读书法", "读书法", ""),
    ],
)
def test_a_year_is_taken_off_in_front_of_a_rule(name: str, bare: str, day: str) -> None:
    found = leading_edition(name)
    assert (found.name, found.date) == (bare, day)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("民法典", True),
        ("宪法", True),
        ("读书办法(试行)", True),
        ("教育部关于印发读书办法的通知", True),
        ("the reading act", True),
        ("红烧肉的做法", False),
        ("教学方法", False),
        ("关于开好读书会的通知", False),
        ("刑法修正案(十一)", False),
        ("关于修改读书法的决定", False),
        ("2022年工作报告", False),
    ],
)
def test_of_a_rule_a_later_text_takes_the_place(name: str, rule: bool) -> None:
    assert is_rule(name) is rule


@given(st.text(max_size=60))
def test_any_name_is_taken_apart_without_losing_its_beginning(name: str) -> None:
    found = split_edition(name)
    assert split_edition(found.name).name.startswith(found.name[:1])
    assert found.date == "" or found.date[:4].isdecimal()
