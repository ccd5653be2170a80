"""Facts set by hand hide what was found, keep it, and give it back."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.errors import BadFact
from corpus.facts.by_hand import as_found, checked, known, set_by_hand, standard_key, with_hand
from corpus.store import packing
from corpus.types import Fact, Origin, Value

FOUND = {"issued": Fact("2020-01-01", Origin.TAIL), "tags": Fact(("甲",), Origin.SIDECAR)}
KEYS = st.sampled_from(["title", "issued", "tags", "number", "status"])


def test_a_fact_set_by_hand_keeps_what_it_hides() -> None:
    title, facts = with_hand("旧题", FOUND, {"issued": "2021-02-03", "title": "新题", "tags": ()})
    assert title == "新题"
    assert facts["issued"] == Fact("2021-02-03", Origin.HAND, FOUND["issued"])
    assert facts["title"].over == Fact("旧题", Origin.HEAD)
    assert "tags" not in known(facts)  # said to have none
    assert as_found(title, facts) == ("旧题", FOUND)
    assert packing.unpack_facts(packing.pack_facts(facts)) == facts


@given(st.dictionaries(KEYS, st.text("甲乙", min_size=1)))
def test_setting_and_undoing_gives_back_what_was_found(given_: dict[str, Value]) -> None:
    title, facts = with_hand("题", FOUND, given_)
    assert set_by_hand(facts) == given_
    assert as_found(title, facts) == ("题", FOUND)


@pytest.mark.parametrize(
    ("name", "key"),
    [("文号", "number"), ("Issued", "issued"), ("施行日期", "effective"), ("自定", "自定")],
)
def test_keys_are_said_in_either_language(name: str, key: str) -> None:
    assert standard_key(name) == key


def test_what_is_given_is_brought_into_its_one_form() -> None:
    given_ = {
        "施行日期": "2023年5月1日",
        "标签": "甲、乙",
        "文号": "国发[2023]15号",
        "废止日期": "",
    }
    assert checked(given_, {}) == {
        "effective": "2023-05-01",
        "tags": ("甲", "乙"),
        "number": "国发〔2023〕15号",
        "repealed": "",
    }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"isued": "2020-01-01"}, "issued"),
        ({"issued": "2023-02-30"}, "2023-05-01"),
        ({"title": ""}, "题名"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_what_is_expected(
    wrong: dict[str, Value], says: str
) -> None:
    with pytest.raises(BadFact, match=says):
        checked(wrong, {})


def test_a_key_the_document_has_may_be_set() -> None:
    assert checked({"密级": "公开"}, {"密级": Fact("内部", Origin.FRONT_MATTER)}) == {
        "密级": "公开"
    }
