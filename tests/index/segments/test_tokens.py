from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from index.segments.tokens import LONGEST_WORD, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" ，。\n\u3000", []),
        ("法", ["法"]),
        ("教育法", ["教", "育", "法", "教育", "育法"]),
        ("教 育", ["教", "育"]),
        ("二〇二三", ["二", "〇", "二", "三", "二〇", "〇二", "二三"]),
        ("1,200元", ["1200", "元"]),
        ("１，２００", ["1", "200"]),  # a full-width comma separates
        ("1,200.50", ["1200.5"]),
        ("3.0", ["3"]),
        ("2023.1.15", ["2023", "1", "15"]),
        ("１５％", ["15"]),
        ("H3N2", ["h3n2"]),
        ("5G", ["5g", "5", "g"]),
        ("China's Running CITIES", ["china", "run", "citi"]),
        ("カタカナ", ["カタ", "タカ", "カナ"]),
        ("한국어 책", ["한국", "국어", "책"]),
        ("हिन्दी", ["हिन्दी"]),
        ("cafe\u0301", ["café"]),
        ("\ud800", []),
    ],
)
def test_each_script_has_its_tokens(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@pytest.mark.parametrize(
    "written",
    [
        "国发〔2023〕15号",
        "国发[2023]15号",
        "国发【2023】第15号",
        "国发（２０２３）15 号",
        "國發〔2023〕15號",
    ],
)
def test_a_document_number_is_one_token_however_it_is_written(written: str) -> None:
    assert "国发2023-15" in tokenize(written)
    assert "国发2023-15" in tokenize(f"根据{written}文件第三条")


def test_document_numbers_of_other_years_share_no_such_token() -> None:
    assert "国发2023-15" not in tokenize("国发〔2022〕15号 国发〔2023〕150号")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("義務教育", "义务教育"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("universities", "university"),
        ("don’t", "don't"),
        ("1,200", "1200"),
    ],
)
def test_variants_have_equal_tokens(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other)


@given(st.text())
def test_tokens_are_never_empty_and_hold_no_whitespace(text: str) -> None:
    for token in tokenize(text):
        assert token
        assert token.split() == [token]
        token.encode()  # no lone surrogates: the index could not store them


@given(st.text(), st.text())
def test_texts_apart_have_the_tokens_of_each(one: str, other: str) -> None:
    assert sorted(tokenize(f"{one}\n。\n{other}")) == sorted(tokenize(one) + tokenize(other))


def test_an_endless_word_is_cut() -> None:
    assert tokenize("é" * 10_000) == ["é" * LONGEST_WORD]
