from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.extractive.conflicts import difference
from rag.types import AbstentionReason, NoteKind
from tests.conftest import Writer

FEE = "春季运动会报名须知\n报名费为每人{}元，报名时一次缴清。\n"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("报名费为每人100元。", "报名费为每人120元。", ("100元", "120元")),
        ("学校可以收取报名费。", "學校不得收取報名費。", ("可以", "不得")),
        ("报名费为每人100元。", "报名费为每人一百元。", None),
        ("学校可以收取报名费。", "食堂每天开放两次。", None),
        ("The fee is 100 yuan.", "The fee is 120 yuan.", ("100", "120")),
    ],
)
def test_like_sentences_differ_in_a_number_or_a_binding_word(
    one: str, other: str, words: tuple[str, str] | None
) -> None:
    assert difference(one, other) == words


def test_documents_that_disagree_are_both_quoted_and_it_is_said(
    library: Library, write: Writer
) -> None:
    library.add([write("甲.txt", FEE.format(100)), write("乙.txt", FEE.format(120))])
    answer = Answerer(library).answer("报名费为每人多少元？")
    assert {claim.text for claim in answer.claims} == {
        f"报名费为每人{fee}元，报名时一次缴清。" for fee in (100, 120)
    }
    (note,) = answer.notes
    assert note.kind is NoteKind.CONFLICT
    assert set(note.claims) == {0, 1}
    assert "100元" in note.message
    assert "120元" in note.message


def test_three_sides_are_all_quoted_the_later_first_a_letter_last(
    library: Library, write: Writer
) -> None:
    head, foot = "运动会报名须知\n云体{}\n各单位：\n", "云溪县体育局\n{}\n"
    paper = head + "报名费为每人{}元，报名时一次缴清。\n" + foot
    papers = (
        ("发〔2023〕7号", 100, "2023年7月10日"),
        ("发〔2024〕7号", 120, "2024年7月15日"),
        ("函〔2024〕9号", 140, "2024年8月2日"),
    )
    library.add([write(f"{fee}.txt", paper.format(*rest, fee, day)) for *rest, fee, day in papers])
    answer = Answerer(library).answer("报名费为每人多少元？")
    assert [claim.text for claim in answer.claims] == [
        f"报名费为每人{fee}元，报名时一次缴清。" for fee in (120, 100, 140)
    ]
    (note,) = answer.notes
    assert note.kind is NoteKind.CONFLICT
    for number, fee, _ in papers:
        assert f"云体{number}" in note.message
        assert f"{fee}元" in note.message
    assert "2024-07-15" in note.message


def test_where_four_documents_all_differ_none_is_singled_out(
    library: Library, write: Writer
) -> None:
    fees = (100, 120, 140, 160)
    library.add([write(f"{fee}.txt", FEE.format(fee)) for fee in fees])
    answer = Answerer(library).answer("报名费为每人多少元？")
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.CONFLICT
    assert all(f"{fee}元" in answer.abstention.message for fee in fees)


def test_documents_that_agree_are_no_conflict(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", FEE.format(100)), write("乙.txt", FEE.format("一百"))])
    assert Answerer(library).answer("报名费为每人多少元？").notes == ()


def test_pages_that_answer_one_question_otherwise_are_all_quoted(
    library: Library, write: Writer
) -> None:
    page = "{}社保问答\n\n问：补卡收费吗？\n答：{}\n"
    told = {"甲县": "不收费。", "乙县": "收工本费20元。"}
    library.add([write(f"{where}.txt", page.format(where, what)) for where, what in told.items()])
    answer = Answerer(library).answer("补卡收费吗？")
    assert {claim.text for claim in answer.claims} == set(told.values())
    assert [note.kind for note in answer.notes] == [NoteKind.CONFLICT]
    assert answer.short_answer == ""
