from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.extractive.conditions import conditions_of, years_in
from rag.extractive.places import places_in
from rag.question.parse import parse_question
from rag.types import AbstentionReason
from tests.conftest import Writer

ISSUED = (
    "{number}\n\n关于校车补助的通知\n\n各学校：\n校车补助标准为每生每年{sum}元。\n\n"
    "{issuer}\n2024年3月1日\n"
)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2023年的会议", {2023}),
        ("二〇二三年度", {2023}),
        ("2023-01-05通过", {2023}),
        ("2019、2020年", {2019, 2020}),
        ("1500元", set()),
        ("满20年", set()),
        ("国发〔2023〕15号", {2023}),
        ("13812019999", set()),
    ],
)
def test_calendar_years_are_found(text: str, years: set[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("美国加州的最低工资", {"美国"}),
        ("北京市限行", {"北京"}),
        ("印度尼西亚和印度", {"印度尼西亚", "印度"}),
        ("公司法", set()),
        ("in Japan", {"Japan"}),
    ],
)
def test_countries_and_provinces_are_found(text: str, places: set[str]) -> None:
    assert places_in(text) == places


@pytest.fixture
def notices(library: Library, write: Writer) -> Library:
    library.add(
        [
            write("一.txt", ISSUED.format(number="云教发〔2024〕7号", sum="六百", issuer="云教局")),
            write("二.txt", ISSUED.format(number="云财发〔2024〕7号", sum="八百", issuer="云财局")),
        ]
    )
    return library


def test_a_document_number_decides_where_is_searched(notices: Library) -> None:
    answer = Answerer(notices).answer("云财发〔2024〕7号的校车补助标准是多少元？")
    assert "八百" in answer.text
    assert "六百" not in answer.text


def test_a_document_number_that_is_not_here_is_told(notices: Library) -> None:
    answer = Answerer(notices).answer("云教发〔2024〕9号的校车补助标准是多少元？")
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.CONDITION_NOT_MET
    assert "云教发〔2024〕9号" in answer.abstention.message
    assert "云教发〔2024〕7号" in answer.abstention.message


@pytest.mark.parametrize(
    ("question", "met"),
    [
        ("2023年春季运动会在哪里举行？", True),
        ("2019年春季运动会在哪里举行？", False),
        ("日本的春季运动会在哪里举行？", False),
        ("春季运动会在哪里举行？", True),
    ],
)
def test_another_year_or_country_is_not_answered(
    library: Library, write: Writer, question: str, *, met: bool
) -> None:
    library.add([write("会.txt", "2023年春季运动会方案\n\n春季运动会在县体育场举行。\n")])
    answer = Answerer(library).answer(question)
    if met:
        assert "县体育场" in answer.text
        return
    assert answer.abstention is not None
    assert answer.abstention.reason is AbstentionReason.CONDITION_NOT_MET
    assert "2023年春季运动会方案" in answer.abstention.message


def test_a_law_named_in_full_or_short_is_the_one_searched(library: Library, write: Writer) -> None:
    for name, sum_ in (("图书馆法", "十"), ("博物馆法", "二十")):
        text = f"中华人民共和国{name}\n第一条 损坏藏品的，处{sum_}元罚款。\n"
        library.add([write(f"{name}.txt", text)])
    for none in ("图书馆法定代表人是谁？", "图书馆法人怎么登记？", "图书馆法规有哪些？"):
        assert conditions_of(parse_question(none), library.catalogue).documents is None
    rule = conditions_of(parse_question("图书馆法规定了什么？"), library.catalogue)
    assert rule.documents is not None
    for question in (
        "博物馆法里损坏藏品处多少元罚款？",
        "《中华人民共和国博物馆法》损坏藏品处多少元？",
    ):
        asked = conditions_of(parse_question(question), library.catalogue)
        assert asked.documents is not None
        assert len(asked.documents) == 1
        assert "处二十元" in Answerer(library).answer(question).text
