from __future__ import annotations

import pytest

from rag.question.parse import parse_question
from rag.question.term import asked_term, defines


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("什么是法人？", "法人"),
        ("什么叫劣药", "劣药"),
        ("什么样的药叫劣药", "劣药"),
        ("预包装食品是什么意思？", "预包装食品"),
        ("“学生欺凌”指的是什么？", "学生欺凌"),
        ("善意取得的定义", "善意取得"),
        ("怎么理解不可抗力", "不可抗力"),
        ("What is a harbour permit?", "harbour permit"),
        ("补助标准是多少？", ""),
        ("什么时候报名？", ""),
        ("谁负责？", ""),
        ("补助标准是什么？", ""),
        ("什么部门是食品安全的主管部门？", ""),
        ("What is the fee?", ""),
        ("What is the keyword for compulsory education?", ""),
    ],
)
def test_the_term_asked_for_is_found(question: str, term: str) -> None:
    assert asked_term(parse_question(question)) == term


@pytest.mark.parametrize(
    ("term", "text", "so"),
    [
        ("法人", "法人是具有民事权利能力和民事行为能力的组织。", True),
        ("学前教育", "本法所称学前教育，是指由幼儿园等机构实施的保育和教育。", True),
        ("劣药", "有下列情形之一的，为劣药：", True),
        ("法人", "法人应当有自己的名称。", False),
        ("permit", "A permit means a licence to park.", True),
    ],
)
def test_the_form_of_a_definition_is_told(term: str, text: str, *, so: bool) -> None:
    assert defines(term, text) is so
