from __future__ import annotations

import pytest

from corpus.messages.message import Message
from index.library import Library
from rag.answerer import Answerer
from rag.drafts import WritingReport
from rag.errors import GenerationFailed, ModelUnusable
from rag.question.parse import parse_question
from rag.types import Label, NoteKind
from rag.writing.writer import ModelWriter
from tests.conftest import Writer
from tests.fakes import ScriptedModel, numbered_fence

NOTICE = """关于加强校园读书活动的通知
一、每所学校每学期应当组织不少于三次读书会。校长负责读书会的组织工作。
二、读书会的经费由县教育局承担，每次不超过五百元。国发[2023]15号文件同时停止执行。
"""
QUESTION = "谁负责读书会的组织工作？"


@pytest.fixture
def filled(library: Library, write: Writer) -> Library:
    library.add([write("通知.txt", NOTICE), write("菜谱.txt", "红烧肉的做法\n先把肉切块。")])
    return library


def answerer(library: Library, *pieces: str | Exception, window: int = 10_000) -> Answerer:
    model = ScriptedModel(pieces, window=window)
    return Answerer(library, writer=ModelWriter(model, library.read, draw_fence=numbered_fence))


def test_what_a_model_writes_is_told_with_exact_places(filled: Library) -> None:
    answer = answerer(
        filled, "读书会的组织工作由", "校长负责。[^1]\n", "校长负责读书会的组织工作。[^1]"
    )
    told = answer.answer(QUESTION)
    assert told.llm_generated
    for claim, verdict in zip(told.claims, told.verdicts, strict=True):
        assert verdict.label is Label.SUPPORTED
        assert told.text[claim.start : claim.end] == claim.text
    for citation in told.citations:
        document = filled.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote
        assert len(citation.quote) < len(document.text)  # the sentences, not the passage


def test_a_sentence_that_is_not_supported_is_withheld(filled: Library) -> None:
    told = answerer(
        filled, "校长负责读书会的组织工作。[^1] 读书会的经费每次不超过八百元。[^1]"
    ).answer(QUESTION)
    assert [claim.text for claim in told.claims] == ["校长负责读书会的组织工作。"]
    (withheld,) = told.withheld
    assert withheld.text == "读书会的经费每次不超过八百元。"
    assert withheld.label is not Label.SUPPORTED
    assert withheld.reasons
    assert "八百元" not in told.text


@pytest.mark.parametrize(
    "said",
    [
        "校长很忙。",
        "局长负责。[^1]",
        "根据我的知识，是教务处。[^1]",
        "🙂🙂🙂",
        "",
        "不知道。",
        "好的好的好的。" * 500,
    ],
)
def test_where_nothing_is_supported_the_quotes_stand_and_it_is_said(
    filled: Library, said: str
) -> None:
    told = answerer(filled, said).answer(QUESTION)
    assert not told.llm_generated
    assert "校长负责读书会的组织工作。" in told.claims[0].text
    assert NoteKind.QUOTED_INSTEAD in {note.kind for note in told.notes}


def test_invented_keys_are_dropped_and_counted(filled: Library) -> None:
    told = answerer(filled, "校长负责读书会的组织工作。[^1][^7] 经费由县教育局承担。[^8]").answer(
        QUESTION
    )
    (note,) = [one for one in told.notes if one.kind is NoteKind.UNKNOWN_CITATIONS]
    assert "2" in note.message
    assert all(one.document_id for one in told.citations)


def test_a_model_that_breaks_off_leaves_what_was_verified(filled: Library) -> None:
    error = GenerationFailed("断了。 Broke off.")
    told = answerer(filled, "校长负责读书会的组织工作。[^1]\n经费由", error).answer(QUESTION)
    assert told.llm_generated
    assert [claim.text for claim in told.claims] == ["校长负责读书会的组织工作。"]
    assert str(error) in {note.message for note in told.notes}


@pytest.mark.parametrize("error", [GenerationFailed("断了。"), ModelUnusable("载入不了。")])
def test_a_model_that_fails_leaves_the_quotes(filled: Library, error: Exception) -> None:
    told = answerer(filled, error).answer(QUESTION)
    assert not told.llm_generated
    assert told.claims
    assert str(error) in {note.message for note in told.notes}


def test_why_a_model_failed_is_said_in_the_language_of_the_question(filled: Library) -> None:
    why = Message("rag.model_too_slow", name="m", seconds=3.0)
    told = answerer(filled, GenerationFailed(why)).answer(QUESTION)
    assert why.text("zh") in {note.message for note in told.notes}


def test_a_model_is_not_asked_what_the_documents_do_not_support(filled: Library) -> None:
    model = ScriptedModel(["火星上。[^1]"])
    told = Answerer(
        filled, writer=ModelWriter(model, filled.read, draw_fence=numbered_fence)
    ).answer("火星探测器的发射窗口是哪一天？")
    assert told.abstention is not None
    assert model.asked == []


def test_a_document_number_comes_through_whole(filled: Library) -> None:
    told = answerer(filled, *"国发[2023]15号文件同时停止执行。[^1]").answer("哪个文件停止执行？")
    assert told.llm_generated
    assert "国发[2023]15号文件同时停止执行。[^1]" in told.text


def test_passages_that_do_not_fit_the_window_are_left_out(filled: Library) -> None:
    hits = filled.search(QUESTION, 10)
    report = WritingReport()
    model = ScriptedModel(["校长负责读书会的组织工作。[^1]"], window=800)
    list(
        ModelWriter(model, filled.read, draw_fence=numbered_fence).write(
            parse_question(QUESTION), hits, report
        )
    )
    assert sum(len(one.text) for one in model.asked[0]) <= 800


def test_a_window_that_holds_no_passage_is_said(filled: Library) -> None:
    told = answerer(filled, "好。", window=100).answer(QUESTION)
    assert any("JUDIAN_MODEL_WINDOW" in note.message for note in told.notes)
    assert told.claims


def test_closing_the_stream_stops_the_model(filled: Library) -> None:
    model = ScriptedModel(["校长负责读书会的组织工作。[^1]\n"] + ["再说一句。"] * 1000)
    events = Answerer(
        filled, writer=ModelWriter(model, filled.read, draw_fence=numbered_fence)
    ).stream(QUESTION)
    while getattr(next(events), "name", "") != "claim":
        pass
    events.close()  # type: ignore[attr-defined]
    assert model.stopped
    assert model.given < 1000


def test_sentences_of_documents_that_disagree_are_noted(library: Library, write: Writer) -> None:
    for name, amount in (("甲", "五百五十"), ("乙", "九千")):
        library.add([write(f"{name}.txt", f"{name}办法\n会议费标准为每人每天{amount}元。\n")])
    model = ScriptedModel(
        ["会议费标准为每人每天五百五十元。[^1][^2]\n会议费标准为每人每天九千元。[^1][^2]"]
    )
    writer = ModelWriter(model, library.read, draw_fence=numbered_fence)
    told = Answerer(library, writer=writer).answer("会议费标准是每人每天多少元？")
    assert told.llm_generated
    (note,) = [one for one in told.notes if one.kind is NoteKind.CONFLICT]
    assert note.claims == (0, 1)
    assert "五百五十元" in note.message
    assert "九千元" in note.message
