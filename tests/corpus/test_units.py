from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.ingest import load, prepare
from corpus.store.stored import NewDocument
from corpus.types import SourceFile
from corpus.units import BUDGET, Unit, heads_answer, units_within, weighted_length
from tests.places import LAWS


def document(text: str) -> NewDocument:
    return prepare(SourceFile("upload:文.txt", "文.txt", text.encode()))


def units(text: str) -> list[tuple[str, str]]:
    """Return the units of a text as (question above, words)."""
    made = document(text)
    found = units_within(made.document, made.paragraphs, 0, len(made.document.text))
    return [(one.asked, one.text(made.document)) for one in found]


RULES = """骑行办法
第一章 总则
第一条 骑行应当佩戴头盔。
未成年人骑行的，由监护人负责。
第二条 有下列情形之一的，处二十元罚款：
（一）逆行；
（二）闯红灯。
情节严重的，处五十元罚款。
"""


def test_a_lead_and_its_items_are_one_unit_and_headings_are_none() -> None:
    assert [text for _, text in units(RULES)] == [
        "第一条 骑行应当佩戴头盔。",
        "未成年人骑行的，由监护人负责。",
        "第二条 有下列情形之一的，处二十元罚款：\n（一）逆行；\n（二）闯红灯。",
        "情节严重的，处五十元罚款。",
    ]


@pytest.mark.parametrize(
    "page",
    [
        "办事问答\n1. 几天办好？\n答：三天办好。\n2. 收费吗？\n答：不收费。\n",
        "办事问答\n问：几天办好？\n三天办好。\n问：收费吗？\n不收费。\n",
        "办事问答\nQ1: 几天办好？\nA1: 三天办好。\nQ2: 收费吗？\nA2: 不收费。\n",
        "办事问答\n问：几天办好？答：三天办好。\n问：收费吗？答：不收费。\n",
        "办事问答\n一、几天办好？\n三天办好。\n二、收费吗？\n不收费。\n",
    ],
)
def test_an_answer_stands_with_its_question(page: str) -> None:
    found = units(page)
    assert [text for _, text in found if "问答" not in text] == ["三天办好。", "不收费。"]
    asked = [question for question, text in found if "问答" not in text]
    assert ["几天办好" in asked[0], "收费吗" in asked[1]] == [True, True]


def test_a_question_found_brings_its_answer() -> None:
    made = document("办事问答\n1. 几天办好？\n答：三天办好。\n2. 收费吗？\n答：不收费。\n")
    start = made.document.text.index("收费吗")
    (unit,) = units_within(made.document, made.paragraphs, start, start + 3)
    assert unit.text(made.document) == "不收费。"


def test_a_long_list_is_read_in_runs_each_with_its_lead() -> None:
    items = [f"（{mark}）{'做好防火防盗工作' * 12}；" for mark in "一二三四五六"]
    text = "管理办法\n第一条 单位应当做到：\n" + "\n".join(items) + "\n"
    found = [words for _, words in units(text)]
    assert len(found) > 1
    assert all(words.startswith("第一条 单位应当做到：\n（") for words in found)
    assert [item for item in items if any(item in words for words in found)] == items


def test_a_long_paragraph_is_read_in_runs_of_sentences() -> None:
    text = "说明\n" + "".join(
        f"第{number}点说明了这件事情的来龙去脉和处理办法。" for number in range(40)
    )
    found = [words for _, words in units(text)]
    assert "".join(found).endswith(text.partition("\n")[2])
    assert all(weighted_length(words) <= BUDGET for words in found)


@pytest.mark.parametrize(
    ("text", "so"),
    [("收费吗？", True), ("**收费吗？**", True), ("收费。", False), ("长" * 200 + "？", False)],
)
def test_a_short_paragraph_with_a_question_mark_asks(text: str, so: bool) -> None:
    assert heads_answer(text) is so


@given(st.text(alphabet="第一二条、（）。？：；:\n问答字A1. ", max_size=200), st.data())
def test_units_hold_every_word_but_headings_and_questions(text: str, data: st.DataObject) -> None:
    made = document("题\n" + text + "\n末。")
    whole = units_within(made.document, made.paragraphs, 0, len(made.document.text))
    for unit in whole:
        assert unit.parts == tuple(sorted(unit.parts))
        assert all(start < end for start, end in unit.parts)
    start = data.draw(st.integers(0, len(made.document.text)))
    end = data.draw(st.integers(start, len(made.document.text)))
    some = units_within(made.document, made.paragraphs, start, end)
    assert all(isinstance(one, Unit) for one in some)


@pytest.mark.skipif(not LAWS.is_dir(), reason=f"no laws at {LAWS} (set JUDIAN_SHARED)")
def test_a_unit_of_a_law_is_the_same_from_every_passage() -> None:
    for path in sorted(LAWS.rglob("劳动*.md")):
        made = prepare(load(Path(path)))
        whole = units_within(made.document, made.paragraphs, 0, len(made.document.text))
        known = {unit.parts for unit in whole}
        for passage in made.passages:
            found = units_within(made.document, made.paragraphs, passage.start, passage.end)
            assert found
            assert {unit.parts for unit in found} <= known


TABLE = """收支情况

单位：万元

项目：税收；2022年：8200；2023年：9100

项目：教育；2022年：15200；2023年：16380

以上数据未经审计。
"""


def test_a_row_of_a_table_stands_under_the_line_that_says_what_its_figures_count() -> None:
    rows = [text for _, text in units(TABLE) if "；" in text]
    assert rows == [
        "单位：万元\n项目：税收；2022年：8200；2023年：9100",
        "单位：万元\n项目：教育；2022年：15200；2023年：16380",
    ]


def test_where_no_line_says_so_a_row_stands_alone_and_a_sentence_is_none() -> None:
    without = TABLE.replace("单位：万元\n", "")
    assert next(text for _, text in units(without) if "；" in text).startswith("项目：税收")
    told = "须知\n\n主管单位：云溪县教育局\n\n报名费一百元；逾期不再受理。\n"
    assert [text for _, text in units(told)][-1] == "报名费一百元；逾期不再受理。"
