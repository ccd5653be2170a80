"""The three outcomes, and what is quoted of a clause."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpus.messages.message import Message
from index.errors import BadVectors
from index.library import Library
from rag.answerer import Answerer
from rag.errors import ModelUnusable
from rag.extractive.judging import READ_FIRST
from rag.reading.encoding import Clause
from rag.reading.model import Reading, YesNo
from rag.types import AbstentionReason, NoteKind
from tests.conftest import Writer
from tests.fakes import WordsModel

RULES = """骑行办法
第一条 骑行应当佩戴头盔。
第二条 骑行者有下列情形之一的，处二十元罚款：
（一）逆行；
（二）闯红灯。
第三条 骑行者不得载人。
第四条 违反本办法第三条规定的，处五十元罚款。
"""


class ScriptedReader:
    """Reads by a table: words of a clause -> how it answers; any other clause does not."""

    name = "scripted"

    def __init__(self, table: dict[str, Reading]) -> None:
        self._table = table
        self.clauses: list[Clause] = []

    def read(self, question: str, clauses: Sequence[Clause]) -> list[Reading]:
        self.clauses += clauses
        return [self._of(one) for one in clauses]

    def _of(self, clause: Clause) -> Reading:
        found = (reading for words, reading in self._table.items() if words in clause.text)
        return next(found, Reading(0.00001))


@pytest.fixture
def rules(library: Library, write: Writer) -> Library:
    library.add([write("骑行办法.txt", RULES)])
    return library


def test_a_clause_that_surely_answers_is_quoted_whole_and_marked(rules: Library) -> None:
    reader = ScriptedReader({"闯红灯": Reading(0.95, (17, 22), 0.9)})
    answer = Answerer(rules, reader=reader).answer("骑行闯红灯罚多少？")
    (claim,) = answer.claims
    assert claim.text == RULES[RULES.index("第二条") : RULES.index("第三条") - 1]
    assert [claim.text[slice(*span)] for span in claim.highlights] == ["二十元罚款"]
    assert answer.certainty == "sure"
    assert answer.short_answer == "二十元罚款"
    assert len(answer.citations) == 1


def test_what_likely_answers_is_offered_and_not_claimed(rules: Library) -> None:
    reader = ScriptedReader({"头盔": Reading(0.15), "载人": Reading(0.14)})
    answer = Answerer(rules, reader=reader).answer("骑行要戴什么？")
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.UNCERTAIN
    assert (answer.text, answer.claims, answer.citations) == ("", (), ())
    assert [one.quote for one in answer.offered] == [
        "第一条 骑行应当佩戴头盔。",
        "第三条 骑行者不得载人。",
    ]
    assert [one.clause for one in answer.offered] == ["第一条", "第三条"]


def test_what_hardly_answers_is_neither(rules: Library) -> None:
    answer = Answerer(rules, reader=ScriptedReader({})).answer("骑行要戴什么？")
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.LOW_SUPPORT
    assert answer.offered == ()


def test_at_most_three_clauses_best_first(library: Library, write: Writer) -> None:
    text = "杂项办法\n" + "".join(f"第{n}条 甲事之{n}应当办理。\n" for n in "一二三四五")
    library.add([write("杂项办法.txt", text)])
    table = {f"之{n}": Reading(0.9 - at / 1000) for at, n in enumerate("三一四二五")}
    answer = Answerer(library, reader=ScriptedReader(table)).answer("甲事怎么办理？")
    assert [claim.text[:3] for claim in answer.claims] == ["第三条", "第一条", "第四条"]


def test_a_penalty_is_read_beside_what_it_forbids(rules: Library) -> None:
    reader = ScriptedReader({"五十元": Reading(0.9)})
    answer = Answerer(rules, reader=reader).answer("骑行者载人罚多少？")
    assert "五十元" in answer.text
    (penalty,) = [one for one in reader.clauses if "五十元" in one.text]
    assert "不得载人" in penalty.context


def test_a_text_that_is_outranked_is_noted(library: Library, write: Writer) -> None:
    law = "中华人民共和国骑行法\n第一条 骑行应当佩戴头盔。\n"
    regulation = "中华人民共和国骑行法实施条例\n第一条 骑行佩戴的头盔应当合格。\n"
    library.add([write("骑行法.txt", law), write("实施条例.txt", regulation)])
    reader = ScriptedReader({"应当合格": Reading(0.98), "佩戴头盔": Reading(0.97)})
    answer = Answerer(library, reader=reader).answer("骑行戴什么头盔？")
    (note,) = answer.notes
    assert note.kind is NoteKind.OUTRANKED
    assert note.claims == (0,)
    assert "《中华人民共和国骑行法》" in note.message


@pytest.mark.parametrize("said", [YesNo.YES, YesNo.NO, YesNo.DEPENDS])
def test_yes_and_no_are_said_where_they_are_sure(rules: Library, said: YesNo) -> None:
    sure = ScriptedReader({"载人": Reading(0.9, yes_no=said, yes_no_chance=0.99)})
    unsure = ScriptedReader({"载人": Reading(0.9, yes_no=said, yes_no_chance=0.6)})
    assert Answerer(rules, reader=sure).answer("骑行能载人吗？").yes_no == said
    assert Answerer(rules, reader=unsure).answer("骑行能载人吗？").yes_no == ""


@pytest.mark.parametrize(
    "error",
    [
        ModelUnusable(Message("index.bad_adapters", path="w", why="damaged")),
        BadVectors(Message("rag.answer_numbers", model="m")),
    ],
)
def test_without_a_model_the_order_of_the_search_is_offered_and_said(
    rules: Library, error: Exception
) -> None:
    answer = Answerer(rules, reader=WordsModel(fails=error)).answer("骑行者不得做什么？")
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.UNCERTAIN
    assert answer.offered
    assert answer.claims == ()
    assert "检索顺序" in answer.abstention.message


def test_the_answer_and_not_the_question_of_a_page_is_quoted(
    library: Library, write: Writer
) -> None:
    page = "办事指南\n1. 企业开办要多久？\n答：一个工作日以内。\n2. 收费吗？\n答：不收费。\n"
    library.add([write("问答.txt", page)])
    answer = Answerer(library).answer("企业开办要多久？")
    assert [claim.text for claim in answer.claims] == ["一个工作日以内。"]


@pytest.mark.parametrize(
    "question", ["🙂骑行🙂", "骑行" * 900, "骑", "WHAT ABOUT 骑行 2019年 美国?"]
)
def test_odd_questions_come_to_an_end(rules: Library, question: str) -> None:
    answer = Answerer(rules).answer(question)
    assert answer.abstention is not None or answer.claims


def test_a_library_of_one_sentence_without_a_title_answers(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "骑行应当佩戴头盔。")])
    assert "头盔" in Answerer(library).answer("骑行应当佩戴什么？").text


def test_what_is_marked_in_a_long_list_is_what_the_model_marked(
    library: Library, write: Writer
) -> None:
    items = [f"（{mark}）{'做好防火防盗工作' * 12}{mark}；" for mark in "一二三四五六"]
    text = "管理办法\n第一条 单位应当做到：\n" + "\n".join(items) + "\n"
    library.add([write("管理办法.txt", text)])
    seen = ScriptedReader({})
    Answerer(library, reader=seen).answer("单位应当做到什么？")
    last = next(one for one in seen.clauses if "（六）" in one.text)
    at = last.text.index("（六）")
    reader = ScriptedReader({"（六）": Reading(0.95, (at, at + 5), 0.9)})
    answer = Answerer(library, reader=reader).answer("单位应当做到什么？")
    marked = [one.text[slice(*span)] for one in answer.claims for span in one.highlights]
    assert marked == [last.text[at : at + 5]]
    for claim in answer.claims:
        assert claim.text in text


MANY = "\n\n".join(f"骑行第{n}号路线全长{n}公里，沿途须佩戴头盔。" for n in range(11, 27))


def test_the_rest_is_not_read_where_one_of_the_first_surely_answers(
    library: Library, write: Writer
) -> None:
    library.add([write("路线.txt", MANY)])
    read = {}
    for sure in (0.99999, 0.001):
        reader = ScriptedReader({"第15号": Reading(sure, (10, 14), 0.9)})
        Answerer(library, reader=reader).answer("骑行第15号路线全长多少公里？")
        read[sure] = len(reader.clauses)
    assert read[0.99999] == READ_FIRST
    assert read[0.001] > READ_FIRST


def test_a_page_that_answers_the_question_otherwise_is_quoted_however_unlikely(
    library: Library, write: Writer
) -> None:
    page = "{}社保问答\n\n问：补卡收费吗？\n答：{}\n"
    told = {"甲县": "不收费。", "乙县": "收工本费20元。"}
    library.add([write(f"{where}.txt", page.format(where, what)) for where, what in told.items()])
    reader = ScriptedReader({"工本费": Reading(0.99, (0, 7), 0.9)})
    answer = Answerer(library, reader=reader).answer("补卡收费吗？")
    assert {claim.text for claim in answer.claims} == set(told.values())
    assert [note.kind for note in answer.notes] == [NoteKind.CONFLICT]
