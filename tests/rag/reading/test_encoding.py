from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from tokenizers import Tokenizer

from index.embedders.graph import open_tables
from rag.reading.encoding import MOST_CONTEXT, MOST_QUESTION, MOST_TEXT, Clause, Encoding
from tests.places import CACHE

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return open_tables(CACHE)[0]


def test_a_clause_is_read_under_title_path_and_question() -> None:
    clause = Clause("第三条 不得载人。", "骑行办法", ("第一章 总则", "第三条"), "能载人吗？", "甲")
    assert clause.context == "骑行办法 › 第一章 总则 › 甲 › 能载人吗？"
    assert Clause("甲").context == ""


@given(
    st.text(max_size=60),
    st.builds(
        Clause, st.text(max_size=200), st.text(max_size=30), st.just(()), st.text(max_size=9)
    ),
)
def test_tokens_of_the_clause_say_where_they_stand(
    tokenizer: Tokenizer, question: str, clause: Clause
) -> None:
    (row,) = Encoding(tokenizer).encode(question, [clause])
    assert row.ids[0] == 0
    assert row.ids[-1] == 2
    assert len(row.ids) == row.first + len(row.offsets) + 1
    assert all(0 <= start <= end <= len(clause.text) for start, end in row.offsets)
    assert [start for start, _ in row.offsets] == sorted(start for start, _ in row.offsets)


def test_what_is_long_is_cut_and_fits_the_model(tokenizer: Tokenizer) -> None:
    clause = Clause("条文" * 10_000, "标题" * 500)
    (row,) = Encoding(tokenizer).encode("问" * 2_000, [clause])
    assert len(row.ids) <= MOST_QUESTION + MOST_CONTEXT + MOST_TEXT + 3 <= 512


def test_both_scripts_are_read_alike(tokenizer: Tokenizer) -> None:
    encoding = Encoding(tokenizer)
    simplified = encoding.encode("离婚后孩子归谁？", [Clause("子女由母亲直接抚养。", "民法典")])
    traditional = encoding.encode("離婚後孩子歸誰？", [Clause("子女由母親直接撫養。", "民法典")])
    assert simplified == traditional
