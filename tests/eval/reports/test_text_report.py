from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from eval.reports.formatting import pad, shorten, width
from eval.reports.per_question import problems
from eval.reports.text_report import render
from eval.runs.runner import run
from eval.types import Question
from rag.types import Claim
from tests.eval.doubles import LineLibrary, ScriptedAnswerer, abstaining, quoting, set_of

LIBRARY = LineLibrary({"a": "会议由甲主持。\n会议强调乙。"})
FIRST, SECOND = LIBRARY.citation("a", "会议由甲主持。"), LIBRARY.citation("a", "会议强调乙。")
WHO = Question("q1", "谁主持会议", musts=("甲",), gold_quotes=("甲主持",))
ANSWERABLE = Question("q2", "主持什么", musts=("甲", "丙"), gold_quotes=("甲主持", "没有的话"))
UNANSWERABLE = Question("q3", "何时闭幕", unanswerable=True)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("据典", 4), ("a据", 3), ("，。", 4), ("“”", 2), ("e\u0301", 1), ("\u200b", 0)],
)
def test_width_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(), st.integers(1, 30))
def test_shortened_and_padded_texts_fit(text: str, columns: int) -> None:
    short = shorten(text, columns)
    assert width(short) <= columns
    assert width(pad(short, columns)) == columns
    assert short == text or text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (WHO, quoting(FIRST), []),
        (UNANSWERABLE, abstaining(), []),
        (UNANSWERABLE, quoting(FIRST), ["应拒答 should have abstained"]),
        (WHO, abstaining(), ["误拒 abstained falsely"]),
        (WHO, None, ["失败 failed: BadQuestion: not scripted: 谁主持会议"]),
        (WHO, quoting(SECOND), ["缺要点 missing: 甲", "未引用 gold not cited: 甲主持"]),
        (
            ANSWERABLE,
            quoting(FIRST, claims=(Claim("会议由乙主持。", 0, 7, (0,)),)),
            [
                "标准依据不在库中 gold nowhere: 没有的话",
                "缺要点 missing: 丙",
                "引文不准 quotes not exact",
                "有据比例 groundedness 0.00",
            ],
        ),
        (WHO, quoting(FIRST, llm_generated=True, claims=()), ["有据比例 groundedness 0.00"]),
        (
            WHO,
            quoting(FIRST, text="甲", citations=(), verdicts=()),
            [
                "未引用 gold not cited: 甲主持",
                "引文不准 quotes not exact",
                "有据比例 groundedness 0.00",
            ],
        ),
    ],
)
def test_problems_say_what_went_wrong(
    question: Question, answer: object, expected: list[str]
) -> None:
    script = {} if answer is None else {question.text: answer}
    done = run(set_of(question), LIBRARY, ScriptedAnswerer(script))  # type: ignore[arg-type]
    assert problems(done.records[0]) == expected


def test_the_table_is_aligned_and_says_n() -> None:
    script = {WHO.text: quoting(FIRST), UNANSWERABLE.text: abstaining()}
    text = render(run(set_of(WHO, ANSWERABLE, UNANSWERABLE), LIBRARY, ScriptedAnswerer(script)))
    blocks = text.split("\n\n")
    table = [line for line in blocks[1].splitlines() if not line.startswith("无从计算")]
    assert len({width(line) for line in table}) == 1
    row = next(line for line in table if "all musts contained" in line)
    assert row.split() == ["答案含全部要点", "all", "musts", "contained", "0.500", "2"]
    assert "无答案 unanswerable 1，失败 failed 1" in blocks[0]
    assert "nowhere 1" in blocks[0]
    assert blocks[2].splitlines()[0] == "有误的问题 Questions that went wrong: 1 / 3"
    assert text.endswith("\n")


def test_failed_questions_come_first_then_the_worst() -> None:
    one = Question("one", "甲", musts=("丙",))
    two = Question("two", "乙", musts=("丙",), gold_quotes=("强调乙",))
    fails = Question("fails", "丙")
    script = {"甲": quoting(FIRST), "乙": quoting(FIRST)}
    text = render(run(set_of(one, two, fails), LIBRARY, ScriptedAnswerer(script)))
    listed = [line.split()[0] for line in text.splitlines() if line.startswith("  ")]
    assert listed == ["fails", "two", "one"]


def test_a_long_list_is_cut_and_counted() -> None:
    questions = [Question(f"q{i}", f"第{i}问") for i in range(25)]
    text = render(run(set_of(*questions), LIBRARY, ScriptedAnswerer({})))
    assert text.rstrip().endswith("还有 5 个 more")


def test_nothing_wrong_and_warnings_are_said() -> None:
    asked = set_of(WHO, warnings=["不认识的字段 odd"])
    text = render(run(asked, LIBRARY, ScriptedAnswerer({WHO.text: quoting(FIRST)})))
    assert "没有答错的问题" in text
    assert text.rstrip().endswith("不认识的字段 odd")


def test_control_characters_do_not_reach_the_terminal() -> None:
    asked = set_of(Question("q", "甲\x1b[31m\n乙\u2028丙"))
    text = render(run(asked, LIBRARY, ScriptedAnswerer({})))
    assert "\x1b" not in text
    assert "甲 [31m 乙 丙" in text
