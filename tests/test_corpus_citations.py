from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citations import locate, paragraph_at, parse_place_id, place_id
from corpus.errors import UnknownCitation
from corpus.types import CitationState, Paragraph

DOCUMENT, REVISION = "0123456789ab", "f" * 64


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_an_id_comes_apart_as_it_was_put_together(start: int, length: int) -> None:
    place = parse_place_id(place_id(DOCUMENT, REVISION, start, start + length))
    assert (place.document_id, place.revision_prefix) == (DOCUMENT, REVISION[:12])
    assert (place.start, place.end) == (start, start + length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0123456789ab-ffffffffffff-5-5",  # empty span
        "0123456789ab-ffffffffffff-9-5",  # backwards
        "0123456789ab-ffffffffffff-05-9",  # not how a number is written
        "0123456789ab-ffffffffffff--5-9",
        "0123456789AB-ffffffffffff-5-9",
        "../../etc/passwd",
        "0123456789ab-ffffffffffff-1-99999999999999999999",
        "0123456789ab-ffffffffffff-１-２",  # full-width digits
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(UnknownCitation):
        parse_place_id(text)


def test_a_quote_that_stands_where_it_stood_is_valid() -> None:
    old = "第一条 甲。第二条 乙。"
    new = "第一条 甲。第二条 乙。第三条 丙。"
    assert locate("第二条 乙。", old, 6, new) == (CitationState.VALID, 6)


def test_a_quote_pushed_down_has_moved() -> None:
    assert locate("乙。", "甲。乙。", 2, "序。甲。乙。") == (CitationState.MOVED, 4)


def test_a_quote_whose_words_are_gone_has_changed() -> None:
    assert locate("应当", "甲应当乙", 1, "甲可以乙") == (CitationState.CHANGED, -1)


def test_among_equal_quotes_the_surroundings_decide() -> None:
    old = "甲说：不同意。乙说：不同意。"
    new = "乙说：不同意。甲说：不同意。"
    state, start = locate("不同意。", old, old.rindex("不"), new)
    assert (state, start) == (CitationState.MOVED, new.index("不"))


@given(st.text(max_size=40), st.text(min_size=1, max_size=10), st.text(max_size=40), st.text())
def test_a_located_quote_is_always_its_own_words(
    before: str, quote: str, after: str, new: str
) -> None:
    old = before + quote + after
    state, start = locate(quote, old, len(before), new)
    if state is CitationState.CHANGED:
        assert quote not in new
    else:
        assert new[start : start + len(quote)] == quote


def test_the_paragraph_of_a_position() -> None:
    paragraphs = [Paragraph("d", 0, 2, 5, "abc"), Paragraph("d", 1, 7, 9, "de")]
    found = [paragraph_at(paragraphs, at) for at in range(10)]
    assert [p.ordinal if p else None for p in found] == [
        None,
        None,
        0,
        0,
        0,
        None,
        None,
        1,
        1,
        None,
    ]
