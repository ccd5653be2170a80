"""Wording as symbols: any text is read, and a month is one however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.verification.mechanical import verify_text
from rag.verification.wording import symbols

PIECES = [
    *("1 ", "3 ", "12", "March", "May", "may ", "Sept", "jan.", "2023", "年", "月", "日", "半年"),
    *("半小时", "周一", "第", "条", "三", "十", "不得", "应当", "百分之", "每", "两", "个月"),
    *("〔2023〕", "15号", "½", "²", "１", "0", "🎉", *"。；;《》“” \n　%-.()/"),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


@given(texts, texts)
def test_any_text_is_read_and_any_claim_is_checked(claim: str, text: str) -> None:
    found = symbols(claim)
    assert all(0 <= one.start < one.end <= len(claim) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert 0.0 <= verify_text(claim, [text], text).support <= 1.0


@pytest.mark.parametrize("written", ["1 March.", "1 March", "on 1 March; then", "3 march\n"])
def test_a_day_and_a_month_without_a_year_are_a_date(written: str) -> None:
    assert "<3月>" in [one.key for one in symbols(written)]


@pytest.mark.parametrize(
    ("written", "key"),
    [("5 Sept.", "<9月>"), ("January", "<1月>"), ("1 May 2023", "<5月>"), ("May 2023", "<5月>")],
)
def test_months_are_told_by_their_english_names(written: str, key: str) -> None:
    assert key in [one.key for one in symbols(written)]


def test_march_and_may_are_words_where_no_number_stands_beside_them() -> None:
    keys = [one.key for one in symbols("They may march on.")]
    assert not [key for key in keys if key.endswith("月>")]
