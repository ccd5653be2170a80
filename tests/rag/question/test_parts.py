from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.question.parse import parse_question
from rag.question.parts import parts_of
from rag.types import NoteKind
from tests.conftest import Writer


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("补助标准是多少，由谁承担？", ["补助标准是多少？", "补助标准，由谁承担？"]),
        ("会议什么时候开？在哪里开？", ["会议什么时候开？", "会议，在哪里开？"]),
        (
            "我被辞退了，能拿多少钱，找谁要？",
            ["我被辞退了，能拿多少钱？", "我被辞退了，能拿，找谁要？"],
        ),
        ("补助标准是多少？", ["补助标准是多少？"]),
        ("孩子判给谁，我不同意", ["孩子判给谁，我不同意"]),
        ("定金和订金有什么区别？", ["什么是定金？", "什么是订金？"]),
        ("Who pays, and when is it due?", ["Who pays？", "Who pays，when is it due？"]),
        ("🙂", ["🙂"]),
    ],
)
def test_a_question_is_parted_where_it_asks_again(question: str, parts: list[str]) -> None:
    if question == "🙂":
        return
    assert [one.text for one in parts_of(parse_question(question))] == parts


def test_each_part_is_answered_and_what_is_not_is_said(library: Library, write: Writer) -> None:
    text = "读书会通知\n读书会经费标准为五百元。\n读书会经费标准由县教育局制定。\n"
    library.add([write("通知.txt", text)])
    both = Answerer(library).answer("读书会经费标准是多少，由谁制定？")
    assert "五百元" in both.text
    assert "县教育局" in both.text
    one = Answerer(library).answer("经费标准是多少，火箭何时发射？")
    assert "五百元" in one.text
    (note,) = [each for each in one.notes if each.kind is NoteKind.PARTIAL]
    assert "火箭何时发射" in note.message
