"""Questions about laws in several versions: quoted from the one in force, or told why not."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.facts.filters import Filter, parse_where
from corpus.types import LapseKind
from index.catalogue import Scope
from index.library import Library
from rag.answerer import Answerer
from rag.types import AbstentionReason
from tests.conftest import Writer

OLD = "读书法\n第一条 学校每年举办三次读书会。\n第二条 图书馆馆长负责保管古籍。"
NEW = "读书法\n第一条 学校每年举办五次读书会。\n第三条 经费由省教育厅承担。"
OTHER = "唱歌办法\n第一条 礼堂每周开放两天。"
THEN, TODAY = Scope(date(2012, 1, 1)), Scope(date(2026, 1, 1))
BEFORE = Scope(date(2001, 1, 1))


@pytest.fixture
def answerer(library: Library, write: Writer) -> Answerer:
    library.add(
        [
            write("读书法(2010-03-01).txt", OLD),
            write("读书法(2020-03-01).txt", NEW),
            write("唱歌办法(2015-01-01).txt", OTHER),
            write("须知.txt", "须知\n饮水机在二楼东侧。"),
        ]
    )
    return Answerer(library)


@pytest.mark.parametrize("question", ["《读书法》第一条怎么规定？", "讀書法第1條是什麼？"])
def test_a_clause_named_is_quoted_from_the_version_in_force(
    answerer: Answerer, question: str
) -> None:
    today, then = answerer.answer(question, scope=TODAY), answerer.answer(question, scope=THEN)
    assert "五次" in today.text
    assert "三次" not in today.text
    assert [one.lapse for one in today.citations] == [None] * len(today.citations)
    assert "三次" in then.text
    assert "五次" not in then.text
    for one in then.citations:
        assert one.lapse is not None
        assert (one.lapse.kind, one.lapse.since) == (LapseKind.SUPERSEDED, "2020-03-01")


@pytest.mark.parametrize("question", ["学校每年举办几次读书会？", "學校每年舉辦幾次讀書會？"])
def test_a_question_in_words_is_answered_from_the_version_in_force(
    answerer: Answerer, question: str
) -> None:
    assert "五次" in answerer.answer(question, scope=TODAY).text
    then = answerer.answer(question, scope=THEN)
    assert "三次" in then.text
    assert all(one.lapse is not None for one in then.citations)


def test_a_clause_the_new_version_dropped_does_not_exist_today(answerer: Answerer) -> None:
    abstention = answerer.answer("读书法第二条怎么规定？", scope=TODAY).abstention
    assert abstention is not None
    assert abstention.reason is AbstentionReason.CLAUSE_DOES_NOT_EXIST
    assert "馆长" in answerer.answer("读书法第二条怎么规定？", scope=THEN).text


@pytest.mark.parametrize(
    ("question", "scope", "title", "kind", "day"),
    [
        ("谁负责保管古籍？", TODAY, "读书法", LapseKind.SUPERSEDED, "2020-03-01"),
        ("经费由谁承担？", THEN, "读书法", LapseKind.NOT_YET, "2020-03-01"),
        ("学校每年举办几次读书会？", BEFORE, "读书法", LapseKind.NOT_YET, "2010-03-01"),
        ("礼堂每周开放几天？", THEN, "唱歌办法", LapseKind.NOT_YET, "2015-01-01"),
    ],
)
def test_what_only_a_text_not_in_force_answers_is_said_to_be_so(
    answerer: Answerer, question: str, scope: Scope, title: str, kind: LapseKind, day: str
) -> None:
    answer = answerer.answer(question, scope=scope)
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.NOT_IN_FORCE
    assert (answer.text, answer.citations) == ("", ())
    assert f"《{title}》" in answer.abstention.message
    assert day in answer.abstention.message
    assert answer.passages
    assert answer.passages[0].title == title
    assert kind  # told by the message; the passages carry what they are today
    today = {hit.title: hit.lapse for hit in answer.passages}
    assert title in today


def test_the_nearest_passages_carry_their_lapse(answerer: Answerer) -> None:
    answer = answerer.answer("谁负责保管古籍？", scope=TODAY)
    assert answer.passages
    for hit in answer.passages:
        assert hit.lapse is not None
        assert (hit.lapse.kind, hit.lapse.since) == (LapseKind.SUPERSEDED, "2020-03-01")


def test_a_clause_named_before_its_law_existed_is_not_in_force(answerer: Answerer) -> None:
    answer = answerer.answer("《读书法》第一条怎么规定？", scope=BEFORE)
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.NOT_IN_FORCE
    assert "《读书法》" in answer.abstention.message
    assert "2010-03-01" in answer.abstention.message


def test_what_nothing_answers_is_low_support_as_before(answerer: Answerer) -> None:
    answer = answerer.answer("火星探测器的发射窗口是哪一天？", scope=TODAY)
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.LOW_SUPPORT


def test_a_filter_is_not_evaded_by_what_is_not_in_force(answerer: Answerer) -> None:
    songs = Filter((parse_where("title = 唱歌办法"),))
    answer = answerer.answer("谁负责保管古籍？", scope=Scope(TODAY.as_of, songs))
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.LOW_SUPPORT
    assert all(hit.title == "唱歌办法" for hit in answer.passages)


def test_a_repealed_law_asked_for_by_name_says_that_it_is(library: Library, write: Writer) -> None:
    ending = "新办法\n第一条 本办法自2022年1月1日起施行，《唱歌办法》同时废止。"
    library.add([write("唱歌办法(2015-01-01).txt", OTHER), write("新办法(2021-12-01).txt", ending)])
    answer = Answerer(library).answer("《唱歌办法》第一条怎么规定？", scope=TODAY)
    assert "礼堂" in answer.text
    for one in answer.citations:
        assert one.lapse is not None
        assert (one.lapse.kind, one.lapse.title) == (LapseKind.REPEALED, "新办法")
