"""A clause that a later text changes is quoted with that said, and the change offered."""

from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.types import NoteKind
from tests.conftest import Writer

RULES = """云溪县骑行办法

云政发〔2020〕3号

第一条 骑行应当佩戴头盔。

第二条 骑行者载人的，处二十元罚款。

云溪县人民政府

2020年5月1日
"""
DECISION = """云溪县人民政府关于修改《云溪县骑行办法》的决定

云政发〔2023〕8号

一、将第二条修改为：“骑行者载人的，处五十元罚款。”

云溪县人民政府

{}年6月1日
"""
ASKED = "骑行者载人的处多少元罚款？"


@pytest.fixture
def rules(library: Library, write: Writer) -> Library:
    library.add([write("云溪县骑行办法.txt", RULES)])
    return library


@pytest.mark.parametrize("asked", [ASKED, "《云溪县骑行办法》第二条是什么？"])
def test_a_later_change_of_the_clause_is_said(rules: Library, write: Writer, asked: str) -> None:
    rules.add([write("决定.txt", DECISION.format(2023))])
    answer = Answerer(rules).answer(asked)
    notes = [note for note in answer.notes if note.kind is NoteKind.CHANGED]
    if not any("二十元" in claim.text for claim in answer.claims):
        pytest.fail("the clause itself is not quoted")
    (note,) = notes
    assert "关于修改《云溪县骑行办法》的决定" in note.message
    shown = [place.quote for place in (*answer.citations, *answer.offered)]
    assert any("五十元" in quote for quote in shown)


def test_another_clause_and_an_earlier_change_are_not(rules: Library, write: Writer) -> None:
    rules.add([write("决定.txt", DECISION.format(2019))])
    for asked in (ASKED, "骑行应当佩戴什么？"):
        assert not any(
            note.kind is NoteKind.CHANGED for note in Answerer(rules).answer(asked).notes
        )
