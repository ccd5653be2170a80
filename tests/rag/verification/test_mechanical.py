"""What the verifier without a model must tell apart, kind by kind."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.types import Citation, Paragraph
from rag.types import Label
from rag.verification.mechanical import MechanicalVerifier, verify_text

CITED = "县级以上人民政府应当在三十日内拨付百分之八十五的经费，共一千二百万元。"
SCHOOLS = "学校、教师不得体罚学生，但是法律另有规定的除外。"


@pytest.mark.parametrize(
    "claim",
    [
        CITED,
        "县级以上人民政府应当在30日内拨付85%的经费，共1200万元。",
        "县级以上人民政府应当在３０日内拨付８５％的经费，共１２００万元",
        "縣級以上人民政府應當在三十日內撥付百分之八十五的經費，共一千二百萬元。",
        "县级以上人民政府必须在三十日内拨付百分之八十五的经费，共一千二百万元。",
        "县级以上人民政府应当在三十日内拨付百分之八十五的经费。",
    ],
)
def test_the_same_in_other_numerals_script_or_words_of_one_meaning_is_supported(
    claim: str,
) -> None:
    assert verify_text(claim, [CITED]).label is Label.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("县级以上人民政府应当在六十日内拨付百分之八十五的经费，共一千二百万元。", "六十日"),
        ("县级以上人民政府应当在三十日内拨付百分之八十七的经费，共一千二百万元。", "百分之八十五"),
        ("县级以上人民政府应当在三十日内拨付百分之八十五的经费，共一千三百万元。", "一千二百万元"),
        ("县级以上人民政府可以在三十日内拨付百分之八十五的经费，共一千二百万元。", "应当"),
        ("县级以上人民政府不得在三十日内拨付百分之八十五的经费，共一千二百万元。", "应当"),
        ("县级以下人民政府应当在三十日内拨付百分之八十五的经费，共一千二百万元。", "以上"),
    ],
)
def test_a_number_or_binding_word_changed_is_contradicted_and_told(claim: str, reason: str) -> None:
    check = verify_text(claim, [CITED])
    assert check.label is Label.CONTRADICTED
    assert check.support < 0.1
    assert any(reason in one for one in check.reasons)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("学校、教师不得体罚学生。", SCHOOLS),  # an exception left out
        ("应当缴纳罚款1000元。", "不应当缴纳罚款1000元。"),
        ("罚款100", "缴纳罚款1000元。"),
        ("学生可以体罚学校。", SCHOOLS),
        ("猫喜欢吃鱼。", CITED),
        ("王立群出席会议。", "李立群出席会议。"),
        ("The fee must be paid.", "The fee may be paid."),
        ("Members shall vote.", "Members shall not vote."),
        ("", CITED),
    ],
)
def test_what_may_turn_the_meaning_round_is_never_supported(claim: str, text: str) -> None:
    check = verify_text(claim, [text])
    assert check.label is not Label.SUPPORTED
    assert 0.0 <= check.support < 0.9
    assert check.reasons


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("因不可抗力不能履行的，可以免责。", "因不可抗力不能履行的，可以免责。"),
        ("应急预案由学校制定。", "应急预案由学校制定，每年演练。"),
        ("乙不得转让。", "甲、乙不得转让。"),
        ("Members shall vote.", "Members shall vote."),
    ],
)
def test_words_that_only_look_binding_do_not_alarm(claim: str, text: str) -> None:
    assert verify_text(claim, [text]).label is Label.SUPPORTED


def test_a_lead_that_names_the_cited_law_is_no_claim_of_its_own() -> None:
    text = "离婚后，不满两周岁的子女，以由母亲直接抚养为原则。"
    place = _citation(text, "民法典", ("第一千零八十四条",))
    verifier = MechanicalVerifier()
    right = verifier.verify(f"根据《民法典》第一千零八十四条的规定，{text}", [place])
    wrong = verifier.verify(f"根据《民法典》第一千零八十五条的规定，{text}", [place])
    assert right.label is Label.SUPPORTED
    assert wrong.label is not Label.SUPPORTED


def test_a_claim_of_two_sentences_is_as_good_as_the_worse_of_them() -> None:
    check = verify_text(f"{CITED}会议在北京召开。", [CITED])
    assert check.label is not Label.SUPPORTED


def test_a_claim_without_citation_is_unsupported() -> None:
    assert MechanicalVerifier().verify("甲。", []).label is Label.UNSUPPORTED


@given(st.text(max_size=60))
def test_every_text_supports_itself_and_no_text_raises(text: str) -> None:
    check = verify_text(text, [text])
    assert (check.label is Label.SUPPORTED) == any(map(str.isalnum, text))


def test_long_texts_and_repeated_claims_are_checked_too() -> None:
    check = verify_text("校长负责组织工作。" * 1000, ["教师负责组织工作，校长监督。" * 1500])
    assert check.label is not Label.SUPPORTED


def _citation(text: str, title: str, path: tuple[str, ...]) -> Citation:
    paragraph = Paragraph("0" * 12, 0, 0, len(text), text, path)
    return Citation.of("0" * 12, "f" * 64, title, text, (0, len(text)), [paragraph])


@pytest.mark.parametrize("joint", ["；但是，", "；但", "；但是", "，但"])
def test_an_exception_behind_a_semicolon_is_not_dropped(joint: str) -> None:
    rule = "国际条约与本法有不同规定的，适用国际条约的规定"
    text = f"{rule}{joint}中华人民共和国声明保留的条款除外。"
    for claim in (rule, rule + "。"):
        check = verify_text(claim, [text])
        assert check.label is Label.PARTIAL
        assert any("除外" in reason for reason in check.reasons)
    assert verify_text(text, [text + "另一句。"]).label is Label.SUPPORTED


def test_another_statement_behind_a_semicolon_may_be_left_out() -> None:
    text = "国家鼓励公民参加志愿服务；单位应当提供便利。"
    assert verify_text("国家鼓励公民参加志愿服务。", [text]).label is Label.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("学校实行严格管理。", "学校实行高效管理。"),
        ("高层建筑应当设置消防设施。", "低层建筑应当设置消防设施。"),
        ("大会在北京举行。", "大会在上海举行。"),
        ("由王小明同志主持会议。", "由李大伟同志主持会议。"),
        ("今年产量增长一成。", "今年产量下降一成。"),
    ],
)
def test_other_words_are_never_supported_and_no_list_says_that_they_contradict(
    claim: str, text: str
) -> None:
    label = verify_text(claim, [text]).label
    assert label in (Label.PARTIAL, Label.UNSUPPORTED)
