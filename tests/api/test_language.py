"""The reader's language: what a header asks for, and texts in it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from api.language import LANGUAGE, LONGEST, accepted, here
from corpus.messages.message import Language, Message, said

MESSAGE = Message("reader.too_large", size=1, limit=2)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh", "zh"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en-GB", "en"),
        ("EN-us", "en"),
        ("en;q=0.4, zh;q=0.7", "zh"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en"),
        ("en, zh", "en"),  # liked equally: the first
        ("zh;q=0, en;q=0.001", "en"),
        ("en ; q=0.5 ,\tzh ;q=1.000", "zh"),
        ("zh;q=2, en;q=0.1", "en"),  # no weight is over 1: that part says nothing
    ],
)
def test_the_better_of_our_languages_is_accepted(header: str, language: Language) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    "header",
    [
        *("", "fr", "*", ",,;;", "zh;q=0", "zho", "zhx-CN", "en;q=nan", "en;q=-1", "en;q=1e5"),
        *("zh_CN", "中文", "en\x00", "en;q=٠", "en;level=1", "e n", "q=1", ";q=1"),
        *("zh," * LONGEST, "en" + " " * LONGEST, "-" * LONGEST, "a-" * LONGEST, ";" * LONGEST),
    ],
)
def test_a_header_that_names_neither_or_is_odd_chooses_none(header: str) -> None:
    assert accepted(header) is None


@given(st.text(alphabet="zhenq=;,.-* 01\t", max_size=LONGEST))
def test_any_header_is_read(header: str) -> None:
    assert accepted(header) in ("zh", "en", None)


@pytest.mark.parametrize("language", ["zh", "en", None])
def test_a_message_is_said_in_the_language_set_here(language: Language | None) -> None:
    token = LANGUAGE.set(language)
    try:
        assert here(MESSAGE) == said(MESSAGE, language)
        assert here("甲") == "甲"
    finally:
        LANGUAGE.reset(token)
    assert here(MESSAGE) == MESSAGE
