"""Names of instruments: exact ones find, others are only suggested."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.legal.instrument_names import NameIndex, folded_name

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
