"""Issuing bodies: one under several names, or different ones."""

from __future__ import annotations

import pytest

from corpus.legal.issuers import bodies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("国家工商行政管理总局", "国家市场监督管理总局"),
        ("国家食品药品监督管理局", "国家市场监督管理总局"),
        ("卫生部", "国家卫生健康委员会"),
        ("交通部", "交通运输部"),
        ("公安部、交通运输部", "公安部"),
        ("财政部 国家税务总局", "财政部 税务总局"),
        ("全国人民代表大会", "全国人大常委会"),
        ("浙江省人民代表大会常务委员会", "浙江省人大常委会"),
        ("杭州市人民政府", "杭州市人民政府办公厅"),
        ("中共中央办公厅 国务院办公厅", "中共中央办公厅"),
        ("國務院", "中华人民共和国国务院"),
    ],
)
def test_one_body_is_known_under_its_names(one: str, other: str) -> None:
    assert bodies([one]).meet(bodies([other]))
    assert bodies([other]).meet(bodies([one]))
    assert not bodies([one]).elsewhere(bodies([other]))


@pytest.mark.parametrize(
    ("one", "other", "elsewhere"),
    [
        ("浙江省人民政府", "江苏省人民政府", True),
        ("杭州市人民政府", "苏州市人民政府", True),
        ("杭州市人民政府", "杭州市西湖区人民政府", False),
        ("甲市教育局", "甲市公安局", False),
        ("教育部", "财政部", False),
        ("国务院", "浙江省人民政府", False),
        ("清华大学", "北京大学", False),
        ("甲公司人事部", "乙公司人事部", False),
    ],
)
def test_different_bodies_are_told_apart(one: str, other: str, elsewhere: bool) -> None:
    assert not bodies([one]).meet(bodies([other]))
    assert bodies([one]).elsewhere(bodies([other])) is elsewhere


@pytest.mark.parametrize("name", ["", "人民网", "法律图书馆", "某某日报", " 、"])
def test_who_only_published_a_text_is_no_body(name: str) -> None:
    assert not bodies([name])


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("教育部", True),
        ("国务院", True),
        ("浙江省人民政府", False),
        ("教育部、浙江省教育厅", False),
    ],
)
def test_organs_of_the_state_are_known(name: str, state: bool) -> None:
    assert bodies([name]).of_the_state is state
