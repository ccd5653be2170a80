from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from corpus.citations import parse_place_id
from corpus.errors import UnknownCitation
from corpus.spans import paragraph_at
from corpus.types import Citation, Document, Paragraph, Passage, Receipt, place_id

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


def test_a_citation_of_recognised_words_says_so() -> None:
    text = "甲乙\n丙丁\n戊己"
    paragraphs = [
        Paragraph(DOCUMENT, 0, 0, 2, "甲乙", ("第一条",), 1),
        Paragraph(DOCUMENT, 1, 3, 5, "丙丁", ("第二条",), 2, ocr=True),
        Paragraph(DOCUMENT, 2, 6, 8, "戊己", ("第三条",), 3),
    ]

    def recognised(start: int, end: int) -> bool:
        return Citation.of(DOCUMENT, REVISION, "题", text, (start, end), paragraphs).ocr

    assert [recognised(*span) for span in ((0, 2), (0, 3), (1, 4), (3, 5), (6, 8))] == [
        False,
        False,
        True,
        True,
        False,
    ]
    cited = Citation.of(DOCUMENT, REVISION, "题", text, (1, 4), paragraphs, clause="第一条")
    assert (cited.quote, cited.path, cited.page, cited.clause) == (
        "乙\n丙",
        ("第一条",),
        1,
        "第一条",
    )


def test_a_document_cites_its_own_text_and_a_passage_knows_its_revision() -> None:
    receipt = Receipt(0, "", "utf-8")
    document = Document(DOCUMENT, REVISION, "题", "/题.txt", "text/plain", "甲乙丙", {}, receipt)
    paragraphs = [Paragraph(DOCUMENT, 0, 0, 3, "甲乙丙", ("第一条",), 2)]
    expected = Citation.of(DOCUMENT, REVISION, "题", "甲乙丙", (1, 3), paragraphs, clause="第一条")
    assert document.cite((1, 3), paragraphs, clause="第一条") == expected
    passage = Passage(expected.id, DOCUMENT, 1, 3, "乙丙")
    assert passage.is_current(document)
    assert not passage.is_current(replace(document, revision="e" * 64))
    assert not passage.is_current(replace(document, id="f" * 12))
