from __future__ import annotations

import pytest

from index.library import Library
from rag.errors import BadText
from rag.types import Label
from rag.verification.checker import LONGEST_TEXT, GivenFact, TextChecker
from rag.verification.text_claims import text_claims
from tests.conftest import Writer

NOTICE = """关于加强校园读书活动的通知
一、每所学校每学期应当组织不少于三次读书会。校长负责读书会的组织工作。
二、读书会的经费由县教育局承担，每次不超过五百元。
"""
TEXT = """# 要点

您好，以下是要点：
- **校长**负责读书会的组织工作[^1]。
- 读书会的经费由县教育局承担，每次不超过八百元。[^2]
谁来监督？

[^1]: 通知第一条
"""


@pytest.fixture
def checker(library: Library, write: Writer) -> TextChecker:
    library.add([write("通知.txt", NOTICE), write("菜谱.txt", "红烧肉的做法\n先把肉切块。")])
    return TextChecker(library)


def test_each_sentence_is_found_with_its_place_in_the_text_as_given() -> None:
    claims = list(text_claims(TEXT))
    assert [one.text for one in claims] == [
        "要点",
        "您好，以下是要点：",
        "校长负责读书会的组织工作。",
        "读书会的经费由县教育局承担，每次不超过八百元。",
        "谁来监督？",
    ]
    assert [one.claims for one in claims] == [False, False, True, True, False]
    assert [TEXT[one.start : one.end] for one in claims][2:4] == [
        "**校长**负责读书会的组织工作[^1]。",
        "读书会的经费由县教育局承担，每次不超过八百元。",
    ]


def test_a_text_is_held_against_the_library(checker: TextChecker) -> None:
    report = checker.check(TEXT)
    judged = [one for one in report.claims if one.label is not None]
    assert [one.label for one in judged] == [Label.SUPPORTED, Label.CONTRADICTED]
    assert report.groundedness == 0.5
    assert not report.supported
    right, wrong = judged
    assert report.citations[right.citation_indices[0]].quote == "校长负责读书会的组织工作。"
    assert "五百元" in report.citations[wrong.citation_indices[0]].quote
    assert any("五百元" in reason for reason in wrong.reasons)


def test_citations_of_a_report_resolve(checker: TextChecker, library: Library) -> None:
    for place in checker.check(TEXT).citations:
        assert place.citation is not None
        document = library.document(place.citation.document_id)
        assert document.text[place.start : place.end] == place.quote
        assert library.cite(place.citation.id).citation.quote == place.quote


def test_a_text_is_held_against_given_facts(checker: TextChecker) -> None:
    facts = [GivenFact("会议在南京举行。"), GivenFact("共有300人参加会议。", "名单")]
    report = checker.check_against("共有三百人参加会议。共有二百人参加会议。", facts)
    assert [one.label for one in report.claims] == [Label.SUPPORTED, Label.CONTRADICTED]
    cited = report.citations[report.claims[0].citation_indices[0]]
    assert (cited.fact, cited.citation, cited.quote) == (1, None, "共有300人参加会议。")
    assert report.index_version == ""


def test_without_facts_or_documents_nothing_is_supported(library: Library) -> None:
    checker = TextChecker(library)
    for report in (checker.check("校长负责。"), checker.check_against("校长负责。", [])):
        assert [one.label for one in report.claims] == [Label.UNSUPPORTED]
        assert report.citations == ()


def test_a_text_that_claims_nothing_has_no_groundedness(checker: TextChecker) -> None:
    report = checker.check("# 标题\n谁来监督？")
    assert report.groundedness is None
    assert report.supported


@pytest.mark.parametrize("text", ["", " \n", "😀", "字" * (LONGEST_TEXT + 1), "坏\ud800字"])
def test_a_text_that_cannot_be_checked_is_refused(checker: TextChecker, text: str) -> None:
    with pytest.raises(BadText):
        checker.check(text)
    with pytest.raises(BadText):
        checker.check_against(text, [])


def test_too_many_facts_are_refused(checker: TextChecker) -> None:
    with pytest.raises(BadText, match="201"):
        checker.check_against("校长负责。", [GivenFact("甲")] * 201)
