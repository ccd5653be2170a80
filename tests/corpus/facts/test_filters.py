"""Conditions on documents: what they say, what they let through, how a slip is told."""

from __future__ import annotations

import pytest

from corpus.errors import BadFilter
from corpus.facts.filters import Filter, parse_where, refuse_unknown
from corpus.types import DocumentFacts, Fact, Origin, Value


def facts(**said: Value) -> DocumentFacts:
    metadata = {key: Fact(value, Origin.HEAD) for key, value in said.items()}
    return DocumentFacts("a", "r", "关于读书的通知", "/库/通知.txt", "text/plain", metadata)


NOTICE = facts(
    number="国发〔2023〕15号", issuer="国务院", issued="2020-03-05", tags=("读书", "教育")
)


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ("issued >= 2020-01-01", True),
        ("issued>=2020", True),
        ("issued > 2020", False),  # 2020 is a whole year: a day in it is not after it
        ("issued = 2020-03", True),
        ("issued < 2020-03-05", False),
        ("公布日期 ＞＝ 2020年3月5日", True),
        ("issued != 2019", True),
        ("number = 国发[2023]15号", True),
        ("number = 国发（2023） 15 号", True),
        ("文号 = 国发〔2023〕16号", False),
        ("title ~ 讀書", True),
        ("title ~ 唱歌", False),
        ("tags = 教育", True),
        ("tags != 教育", False),
        ("issuer = '国务院'", True),
        ("repealed = 2020", False),  # nothing is said of it
        ("repealed != 2020", True),
        ("source ~ 通知.txt", True),
    ],
)
def test_conditions(condition: str, passes: bool) -> None:
    assert Filter((parse_where(condition),)).accepts(NOTICE) is passes


@pytest.mark.parametrize("wrong", ["", "issued", "issued >=", ">= 2020", "issued = 昨天", "a b c"])
def test_what_is_no_condition_is_told_with_what_is_expected(wrong: str) -> None:
    with pytest.raises(BadFilter, match="2020-01"):
        parse_where(wrong)


def test_collections_are_alternatives_and_tags_are_all_needed() -> None:
    one = facts(collection="政策", tags=("读书", "教育"))
    assert Filter(collections=("法律", "政策")).accepts(one)
    assert not Filter(collections=("法律",)).accepts(one)
    assert Filter(tags=("读书", "教育")).accepts(one)
    assert not Filter(tags=("读书", "体育")).accepts(one)
    assert not Filter(collections=("政策",)).accepts(facts())
    assert Filter().accepts(facts())


def test_a_key_no_document_has_is_told() -> None:
    slip = Filter((parse_where("isued > 3"),))
    with pytest.raises(BadFilter, match="issued"):
        refuse_unknown(slip, ["密级"])
    refuse_unknown(Filter((parse_where("密级 = 公开"),)), ["密级"])
