from __future__ import annotations

import pytest

from index.library import Library
from rag.answerer import Answerer
from rag.extractive.premises import denied_premise
from rag.question.parse import parse_question
from rag.types import NoteKind
from tests.conftest import Writer


@pytest.mark.parametrize(
    ("question", "text", "denied"),
    [
        ("重点做好哪五件事？", "重点做好甲、乙、丙、丁四件事。", ("五件", "四件")),
        ("重点做好哪四件事？", "重点做好甲、乙、丙、丁四件事。", None),
        ("为什么报名费涨了20%？", "报名费涨了15%。", ("20%", "15%")),
        ("为什么报名费涨了百分之十五？", "报名费涨了15%。", None),
        ("2023年办了几次读书会？", "2022年办了三次读书会。", None),
        (
            "该法是什么时候由第十三届人大常委会第七十次会议通过的？",
            "2021年8月20日第十三届人大常委会第三十次会议通过",
            ("第七十次", "第三十次"),
        ),
        ("第三十次会议通过了什么？", "第十三届人大常委会第三十次会议通过本法。", None),
        ("第一次会议定了什么？", "第二届委员会第一次会议定了章程。", None),
        ("为什么学校不得体罚学生？", "学校、教师不得体罚学生。", None),
    ],
)
def test_a_number_the_text_has_otherwise_is_told(
    question: str, text: str, denied: tuple[str, str] | None
) -> None:
    assert denied_premise(parse_question(question), text) == denied


def test_what_is_forbidden_is_not_taken_for_allowed() -> None:
    text = "学校、教师不得体罚学生。"
    denied = denied_premise(parse_question("为什么学校可以体罚学生？"), text)
    assert denied == ("学校可以体罚学生", text)


@pytest.mark.parametrize(("asked", "noted"), [("六", True), ("五", False), ("三", True)])
def test_a_list_of_another_count_than_asked_for_is_noted(
    library: Library, write: Writer, asked: str, *, noted: bool
) -> None:
    tasks = ["防溺水教育", "校舍安全检查", "教师培训", "图书整理", "家访", ""][:-1]
    items = "".join(f"{at}. {task}。\n" for at, task in enumerate(tasks, start=1))
    library.add([write("通知.txt", f"暑期工作通知\n暑期要做好以下五项任务：\n{items}")])
    answer = Answerer(library).answer(f"暑期要做好哪{asked}项任务？")
    assert all(task in answer.text for task in tasks)
    assert any(note.kind is NoteKind.PREMISE for note in answer.notes) is noted
