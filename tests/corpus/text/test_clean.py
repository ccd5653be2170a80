from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from corpus.text.clean import clean

RESIDUE = [
    "[bookmark: _GoBack]",
    "[bookmark: ",
    "]",
    'HYPERLINK "http://a.cn"',
    "HYPERLINK",
    " ",
    '"',
    "PAGEREF _Toc12345678 \\h",
    "_Toc123456",
    "TOC \\o",
    "\r",
    "\n",
    "\f",
    "\u2028",
    "\u200b",
    "\u200c",
    "\u200d",
    "\ufeff",
    "\u00ad",
    "\u202e",
    "\x00",
    "\x07",
    "\u3000",
    "\t",
    "国发[2023]15号",
    "a",
    "条",
    "_",
]


@pytest.mark.parametrize(
    ("text", "cleaned", "removed"),
    [
        ("[bookmark: _GoBack]学习", "学习", {"bookmark": 1}),
        ("[bookmark: OLE_LINK1]一[bookmark: _Toc1]", "一", {"bookmark": 2}),
        ("a\r\nb\rc\u2028d\u2029e\vf\fg", "a\nb\nc\nd\ne\nf\ng", {"line_end": 6}),
        ("条\ufeff例", "条例", {"byte_order_mark": 1}),
        ("条\x00\x07例\x85款", "条例\n款", {"null": 1, "control": 1, "line_end": 1}),
        ("regu\u00adlation", "regulation", {"soft_hyphen": 1}),
        ("a\u202eb\u2066c", "abc", {"bidi_control": 2}),
        ("条\u200b例", "条例", {"zero_width_space": 1}),
        ("条\u200d例", "条例", {"joiner": 1}),
        ("一款  \n二款\u3000\n", "一款\n二款\n", {"trailing_blank": 2}),
        ('见HYPERLINK "http://gov.cn" \\t "_blank"公报', "见公报", {"field_code": 1}),
        ('TOC \\o "1-3" \\h \\z \\u第一章', "第一章", {"field_code": 1}),
        ("总则PAGEREF _Toc12345678 \\h 3", "总则 3", {"field_code": 1}),
        ("总则 _Toc12345678 附则", "总则  附则", {"generated_name": 1}),
    ],
)
def test_residue_goes_and_is_counted(text: str, cleaned: str, removed: dict[str, int]) -> None:
    result = clean(text)
    assert (result.text, result.removed) == (cleaned, removed)


@pytest.mark.parametrize(
    "text",
    [
        "国发[2023]15号 国发〔2023〕15号",
        "依据[1]，见[注2]。",
        "👩‍👩‍👧 می‌خواهم",
        "ＡＢＣ１２３，ﬁ ㈠ ① Å 葛󠄀",
        "HYPERLINK 是一种域，PAGEREF 也是。REF 12, TOC 目录",
        '=HYPERLINK("http://a.cn")',
        "my_Toc123456 _Toc1 [bookmark]",
        "　　首行缩进\n\n\n空行保留\n",
        "a\tb c\u00a0d",
    ],
)
def test_real_text_passes_unchanged(text: str) -> None:
    result = clean(text)
    assert (result.text, result.removed) == (text, {})


def test_markdown_keeps_the_blanks_that_break_a_line() -> None:
    assert clean("甲  \n乙", keep_trailing_blanks=True).text == "甲  \n乙"


@given(st.one_of(st.text(), st.lists(st.sampled_from(RESIDUE), max_size=14).map("".join)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean(text)
    assert clean(once.text).text == once.text
    assert clean(once.text).removed == {}


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), max_size=80))
def test_visible_characters_are_never_changed(text: str) -> None:
    text = re.sub(r"bookmark|HYPERLINK|PAGEREF|REF|TOC|_Toc|_Ref", "", text)
    assert clean(text).text == text


@given(st.text())
def test_what_is_removed_is_counted(text: str) -> None:
    result = clean(text)
    assert (result.text != text) == bool(result.removed)
