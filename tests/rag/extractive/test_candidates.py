"""Sentences that may be evidence."""

from __future__ import annotations

import pytest

from corpus.units import asks
from index.library import Library
from rag.answerer import Answerer
from tests.conftest import Writer


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("经费由谁承担？", True),
        ("“经费由谁承担？”", True),
        ("Who pays?", True),
        ('"Who pays?"', True),
        ("主任提出的问题是“经费由谁承担？”", False),
        ("“谁承担？”是主任的问题，“谁批准？”也是。", False),
        ("经费由市承担。", False),
        ("", False),
    ],
)
def test_a_sentence_asks_where_it_is_a_question_itself(text: str, so: bool) -> None:
    assert asks(text) is so


def test_a_sentence_that_tells_of_a_question_answers(library: Library, write: Writer) -> None:
    library.add([write("记.txt", "会议记录\n主任提出的问题是“经费由谁承担？”\n")])
    assert "经费由谁承担？" in Answerer(library).answer("主任提出的问题是什么？").text
