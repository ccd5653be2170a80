"""Names of instruments, and the editions written in a name; what is no edition stays in it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.legal.instrument_names import (
    NameIndex,
    folded_name,
    is_rule,
    leading_edition,
    split_edition,
)


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


INDEX = NameIndex(
    [
        ("中华人民共和国民事诉讼法", "suing"),
        ("中华人民共和国刑法", "crime"),
        ("刑法修正案（十一）", "amendment"),
        ("读书办法（试行）", "trial"),
        ("读书办法", "甲省"),
        ("读书办法", "乙省"),
    ]
)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("民事诉讼法", ["suing"]),
        ("《中华人民共和国民事诉讼法》", ["suing"]),
        ("民事诉讼法（2023年修正）", ["suing"]),
        ("民事訴訟法", ["suing"]),
        ("民诉法", ["suing"]),
        ("刑法", ["crime"]),
        ("读书办法", ["甲省", "乙省"]),
        ("读书办法（试行）", ["trial"]),
        ("诉讼法", []),
        ("法", []),
    ],
)
def test_only_an_exact_name_finds(name: str, keys: list[str]) -> None:
    assert INDEX.keys(name) == keys


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("根据刑法", "刑法"),
        ("违反中华人民共和国刑法", "中华人民共和国刑法"),
        ("依照《中华人民共和国刑法》", "《中华人民共和国刑法》"),
        ("读书的方法", None),
    ],
)
def test_the_longest_name_that_ends_a_text_is_taken(text: str, found: str | None) -> None:
    ending = INDEX.ending(text)
    assert (ending[1] if ending else None) == found
    if ending:
        assert text[ending[0] :] == found


def test_likely_names_are_suggested_likest_first() -> None:
    assert INDEX.similar("民事诉颂法", 2)[:1] == ["suing"]
    assert INDEX.similar("海商法", 3) in ([], ["crime"])


@given(st.text(max_size=60))
def test_a_folded_name_stays_as_it_is(name: str) -> None:
    """But for the state's name, an edition or marks that stood inside another."""
    folded = folded_name(name)
    assert folded_name(f"《{folded}》") == folded_name(folded)
