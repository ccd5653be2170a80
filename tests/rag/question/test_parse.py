from __future__ import annotations

import pytest

from rag.errors import BadQuestion
from rag.question.parse import LONGEST_QUESTION, Kind, parse_question, topic_tokens


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("今年的重点任务有哪些？", Kind.LIST),
        ("要做好哪三件事？", Kind.LIST),
        ("今年的七项任务是什么？", Kind.LIST),
        ("第三项任务是什么？", Kind.OTHER),
        ("Which things must be reported?", Kind.LIST),
        ("What are the duties of the council?", Kind.LIST),
        ("罚款是多少？", Kind.NUMBER),
        ("合同期限最长几年？", Kind.NUMBER),
        ("How many members are there?", Kind.NUMBER),
        ("本法何时施行？", Kind.DATE),
        ("條例從哪一年起施行？", Kind.DATE),
        ("When does the act come into force?", Kind.DATE),
        ("大会在哪个城市举行？", Kind.PLACE),
        ("谁负责登记？", Kind.PERSON),
        ("几乎所有人都同意吗？", Kind.YES_NO),
        ("“一轴”指的是什么？", Kind.OTHER),
        ("如何申请救助？", Kind.MANNER),
        ("为什么要登记？", Kind.REASON),
        ("会场设在什么地方？", Kind.PLACE),
    ],
)
def test_the_kind_of_thing_asked_for(text: str, kind: Kind) -> None:
    assert parse_question(text).kind is kind


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("要做好哪三件事？", 3),
        ("包括哪十二项内容？", 12),
        ("Which four things matter?", 4),
        ("有哪些任务？", None),
    ],
)
def test_how_many_are_asked_for(text: str, count: int | None) -> None:
    assert parse_question(text).count == count


def test_the_measure_word_asked_for() -> None:
    assert parse_question("作业时间是多少分钟？").unit == "分钟"
    assert parse_question("罚款是多少？").unit is None


def test_the_topic_has_no_asking_words_and_both_scripts_agree() -> None:
    simplified = topic_tokens(parse_question("双减政策是什么？"))
    traditional = topic_tokens(parse_question("雙減政策是什麼？"))
    assert simplified == traditional
    assert "双减" in simplified
    assert "什么" not in simplified


@pytest.mark.parametrize(
    "text", ["", "  \n", "？！……", "😀🎉", "问" * (LONGEST_QUESTION + 1), "坏\ud800的"]
)
def test_what_cannot_be_asked_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadQuestion, match=r"问题"):
        parse_question(text)
