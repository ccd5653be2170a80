"""One statement in several places: found where it stands on its own, never where it is turned."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.tracking.near_duplicates import Statement

PAY = "应当在三十日内缴纳全部税款。"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PAY, PAY),
        ("會議要求，應當在30日內繳納全部稅款。", "應當在30日內繳納全部稅款。"),
        ("（三）应当在３０日内缴纳全部税款；（四）其他。", "应当在３０日内缴纳全部税款；"),
        ("■ 应当在三十日内缴纳全部税款\n下一行", "应当在三十日内缴纳全部税款"),
        ("会议指出，一是应当在30日内，将全部税款缴纳。", None),  # other words, another order
        ("不应当在三十日内缴纳全部税款。", None),
        ("逾期的，应当在三十日内缴纳全部税款。", None),  # only those who are late
        ("2023年，应当在三十日内缴纳全部税款。", None),  # only then
        ("必要时，应当在三十日内缴纳全部税款。", None),
        ("应当在三十日内缴纳全部税款，但是小企业除外。", None),
        ("应当在三十日内缴纳全部税款。但是小企业除外。", None),
        ("应当在三十一日内缴纳全部税款。", None),
        ("应当在三十个月内缴纳全部税款。", None),
        ("应当在三十日内缴纳全部税款及其利息。", None),
        ("可以在三十日内缴纳全部税款。", None),
    ],
)
def test_a_statement_is_found_where_it_stands_on_its_own(text: str, found: str | None) -> None:
    spans = list(Statement(PAY).find(text))
    assert [text[start:end] for start, end in spans] == ([found] if found else [])


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ("3 持续办好更加公平的基础教育", "三是持续办好更加公平的基础教育。"),
        ("■教育系统认真做好各项工作", "一年来，教育系统认真做好各项工作；"),
        ("5 着力发展支撑国家战略的高等教育", "五是着力发展支撑国家战略的高等教育。"),
        ("（一）推进教育数字化战略行动；", "1. 推进教育数字化战略行动"),
    ],
)
def test_a_list_repeats_its_sentences_and_they_it(item: str, sentence: str) -> None:
    assert Statement(item).is_made_in(sentence)
    assert Statement(sentence).is_made_in(item)


@pytest.mark.parametrize(
    "formula",
    [
        "本法自公布之日起施行。",
        "违反前款规定的，依照前两款的规定处罚。",
        "附则",
        "第一章 总则",
        "2023",
    ],
)
def test_what_means_another_thing_elsewhere_is_no_repeat(formula: str) -> None:
    assert not Statement(formula).telling
    assert not Statement(formula).is_made_in(formula)


CLAUSE = st.text("甲乙丙丁戊己庚辛的了在30日内元不应当或", min_size=8, max_size=24)


@given(st.lists(CLAUSE, min_size=1, max_size=5), st.integers(0, 4))
def test_a_sentence_is_found_in_its_own_text_and_only_whole(clauses: list[str], at: int) -> None:
    quote = clauses[at % len(clauses)] + "。"
    text = "".join(f"{clause}。" for clause in clauses)
    statement = Statement(quote)
    spans = list(statement.find(text))
    for start, end in spans:
        assert text[start:end].endswith("。")
        assert statement.is_made_in(text[start:end])
    if statement.telling:
        assert any(text[start:end] == quote for start, end in spans)
