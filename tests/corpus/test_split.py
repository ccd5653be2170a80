from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.split import PASSAGE_BUDGET, split_paragraphs, split_passages
from corpus.types import Document, Heading, Paragraph, Passage, ReadResult, Receipt

SEED = Path(os.environ.get("JUDIAN_SHARED", "../shared")) / "seed"
RECEIPT = Receipt(0, "", "utf-8")
anything = st.text(st.characters(codec=None, exclude_categories=()))
official = st.lists(
    st.sampled_from(
        [
            *(
                "第一章 总则",
                "第一条 为了。",
                "（一）甲；",
                "一、要求",
                "■甲",
                "■乙",
                "短题",
                "附件1",
            ),
            *("", "\u3000", "\x0c", "长" * 70, "句子在此。" * 30, "abc def ghi " * 40),
            *("第二条 下列：", "\u3000\u3000缩进的一行。"),
        ]
    ),
    max_size=25,
).map("\n".join)

# Right-to-left override, zero-width, NUL, half surrogates, emoji with joiners, rare Han.
HOSTILE = (
    *("\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\x00", "\x1b", "\x85", "\ue000"),
    *(
        "\ud800",
        "\udfff",
        "👨\u200d👩\u200d👧",
        "🏳\ufe0f",
        "𠀀",
        "𮯠",
        "e\u0301",
        "\n",
        "\r\n",
        "\u2028",
    ),
    *(
        "\u3000",
        "第一条 ",
        "第\u200b一条 ",
        "（一）",
        "“",
        "”",
        "：",
        "。",
        "附件",
        "一、",
        "甲乙丙",
    ),
)
hostile = st.lists(st.sampled_from(HOSTILE), max_size=40).map("".join)


def reading(text: str, *headings: tuple[str, int], title: str | None = None) -> ReadResult:
    stated = tuple(Heading(text.index(h), text.index(h) + len(h), level) for h, level in headings)
    return ReadResult(text, "text/plain", RECEIPT, title, stated)


def split(read: ReadResult, **options: int) -> tuple[list[Paragraph], list[Passage]]:
    revision = hashlib.sha256(read.text.encode("utf-8", "surrogatepass")).hexdigest()
    title = read.title or "标题"
    document = Document("d", revision, title, "s", "text/plain", read.text, {}, RECEIPT)
    paragraphs = split_paragraphs("d", read)
    return paragraphs, split_passages(document, paragraphs, **options)


def paths_of(read: ReadResult) -> dict[str, tuple[str, ...]]:
    return {paragraph.text: paragraph.path for paragraph in split_paragraphs("d", read)}


@given(anything | official, st.booleans())
def test_paragraphs_are_lossless(text: str, lines: bool) -> None:
    read = ReadResult(text, "text/plain", RECEIPT, lines_are_paragraphs=lines)
    position = 0
    for ordinal, paragraph in enumerate(split_paragraphs("d", read)):
        assert paragraph.ordinal == ordinal
        assert not text[position : paragraph.start].strip()
        assert text[paragraph.start : paragraph.end] == paragraph.text
        assert paragraph.text == paragraph.text.strip() != ""
        position = paragraph.end
    assert not text[position:].strip()


@given(anything | official, st.sampled_from([1, 7, 40, PASSAGE_BUDGET]))
def test_passages_cover_everything_but_headings(text: str, budget: int) -> None:
    paragraphs, passages = split(reading(text), budget=budget)
    position = 0
    for passage in passages:
        assert position <= passage.start < passage.end
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        position = passage.end
    assert len({passage.id for passage in passages}) == len(passages)
    covered = {i for passage in passages for i in range(passage.start, passage.end)}
    ridden = {heading for passage in passages for heading in passage.path}
    for paragraph in paragraphs:
        visible = {i for i in range(paragraph.start, paragraph.end) if not text[i].isspace()}
        assert visible <= covered or paragraph.text in ridden


def test_a_law_has_its_chapter_and_article_in_the_path() -> None:
    text = (
        "某法\n2020年1月1日通过\n第一章 总则\n第一条 为了甲。\n前款所称乙。\n（一）丙；\n"
        "第一节 细则\n"
        "第二条之一 丁。\n第二章 附则\n第三条 戊。\n附件1：清单\n己。"
    )
    paths = paths_of(reading(text, title="某法"))
    assert paths == {
        "某法": (),
        "2020年1月1日通过": (),
        "第一章 总则": ("第一章 总则",),
        "第一条 为了甲。": ("第一章 总则", "第一条"),
        "前款所称乙。": ("第一章 总则", "第一条"),
        "（一）丙；": ("第一章 总则", "第一条"),
        "第一节 细则": ("第一章 总则", "第一节 细则"),
        "第二条之一 丁。": ("第一章 总则", "第一节 细则", "第二条之一"),
        "第二章 附则": ("第二章 附则",),
        "第三条 戊。": ("第二章 附则", "第三条"),
        "附件1：清单": ("附件1：清单",),
        "己。": ("附件1：清单",),
    }
    _, passages = split(reading(text, title="某法"))
    assert [passage.text for passage in passages] == [
        "2020年1月1日通过",
        "第一条 为了甲。\n前款所称乙。\n（一）丙；",
        "第二条之一 丁。",
        "第三条 戊。",
        "己。",
    ]


def test_stated_headings_stand_in_order_and_the_title_stays_out() -> None:
    text = "题目\n甲节\n第一条 一。\n乙小节\n二。\n丙节\n三。"
    read = reading(text, ("题目", 1), ("甲节", 2), ("乙小节", 3), ("丙节", 2), title="题目")
    paths = paths_of(read)
    assert paths["第一条 一。"] == ("甲节", "第一条")
    assert paths["二。"] == ("甲节", "乙小节")
    assert paths["三。"] == ("丙节",)
    two = reading("题目\n甲。\n编\n乙。", ("题目", 1), ("编", 1), title="题目")
    assert paths_of(two)["乙。"] == ("编",)


def test_a_heading_with_nothing_beneath_is_a_passage() -> None:
    _, passages = split(reading("甲\n第一章 空章\n第二章 满章\n第一条 文。\n第三章 末章"))
    assert [p.text for p in passages] == ["甲", "第一章 空章", "第一条 文。", "第三章 末章"]


def test_list_markers_head_what_they_stand_over() -> None:
    text = (
        "通知\n为了工作。\n一、总体要求\n（一）指导思想\n坚持甲。\n（二）加强乙。说明。\n"
        "二、措施\n丙做好。\n三、其他"
    )
    paths = paths_of(reading(text))
    assert paths["坚持甲。"] == ("一、总体要求", "（一）指导思想")
    assert paths["丙做好。"] == ("二、措施",)
    items = paths_of(reading("通知\n下列工作：\n一、甲\n二、乙\n三、丙"))
    assert set(items.values()) == {()}


def test_a_short_line_over_a_list_is_its_heading_and_ends_with_it() -> None:
    text = "题\n一段话。\n成效很好\n■甲\n■乙\n■丙\n任务不少\n1 丁\n2 戊\n又一段话，在后。"
    paragraphs, passages = split(reading(text))
    paths = {p.text: p.path for p in paragraphs}
    assert paths["■丙"] == ("成效很好",)
    assert paths["2 戊"] == ("任务不少",)
    assert paths["又一段话，在后。"] == ()
    assert [p.text for p in passages][2:] == ["■甲\n■乙\n■丙", "1 丁\n2 戊", "又一段话，在后。"]


def test_hard_wrapped_lines_are_joined_at_blank_lines_and_markers() -> None:
    first = ("甲" * 30 + "\n") * 3 + "甲乙。"
    second = ("丙" * 30 + "\n") * 2 + "丁。"
    marked = "（一）" + "戊" * 27 + "\n" + "戊己。"
    paragraphs, _ = split(reading(f"{first}\n\n{second}\n\u3000\u3000{second}\n{marked}"))
    assert [p.text for p in paragraphs] == [first, second, second, marked]
    lines = reading("\n".join(["■" + "甲" * 30] * 6))
    assert len(split(lines)[0]) == 6
    english = "the quick brown fox jumps over the lazy dog and goes home to sleep\n" * 4
    assert len(split(reading(english.strip() + ".\n\n" + english.strip() + "."))[0]) == 2


def test_equal_paragraphs_keep_their_own_places() -> None:
    paragraphs, passages = split(reading("同样的话。\n\n同样的话。\n同样的话。"))
    assert [p.ordinal for p in paragraphs] == [0, 1, 2]
    assert [p.start for p in passages] == [0, 7, 13]
    assert len({p.id for p in passages}) == 3


def test_long_paragraphs_are_cut_at_sentences_then_at_softer_stops() -> None:
    sentence = "这是一句不长不短的话" * 4 + "。"
    _, passages = split(reading(sentence * 12))
    assert "".join(p.text for p in passages) == sentence * 12
    assert all(p.text.endswith("。") and len(p.text) <= PASSAGE_BUDGET for p in passages)
    clause = "没有句号的一段话" * 5 + "，"
    _, passages = split(reading(clause * 40))
    assert "".join(p.text for p in passages) == clause * 40
    assert all(p.text.endswith("，") for p in passages)
    assert all(len(p.text) <= PASSAGE_BUDGET for p in passages)


def test_a_line_of_a_million_characters() -> None:
    text = "无" * 1_000_000
    _, passages = split(reading(text))
    assert "".join(p.text for p in passages) == text
    assert max(len(p.text) for p in passages) <= 2 * PASSAGE_BUDGET


def test_quotation_marks_never_closed_take_no_time_to_speak_of() -> None:
    text = "“\n乙“”\n" * 20_000
    assert len(split_paragraphs("d", reading(text))) == 40_000


def test_pages() -> None:
    text = "甲。\n乙。\n丙。"
    starts = (0, 3, 6)
    read = ReadResult(text, "text/plain", RECEIPT, lines_are_paragraphs=True, page_starts=starts)
    assert [p.page for p in split_paragraphs("d", read)] == [1, 2, 3]


def test_pages_read_from_pictures_are_marked() -> None:
    text = "甲。\n乙。\n丙。"
    read = replace(
        reading(text),
        lines_are_paragraphs=True,
        page_starts=(0, 3, 6),
        ocr_pages=frozenset({2}),
    )
    assert [(p.page, p.ocr) for p in split_paragraphs("d", read)] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert not any(p.ocr for p in split_paragraphs("d", reading(text)))


@given(hostile, st.sampled_from([3, PASSAGE_BUDGET]))
def test_offsets_are_exact_among_characters_that_are_not_seen(text: str, budget: int) -> None:
    paragraphs, passages = split(reading(text), budget=budget)
    assert all(text[each.start : each.end] == each.text for each in paragraphs)
    assert all(text[each.start : each.end] == each.text for each in passages)
    said = [character for p in paragraphs for character in p.text if not character.isspace()]
    assert said == [character for character in text if not character.isspace()]


def test_a_budget_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        split(reading("甲"), budget=0)


@pytest.mark.bench
def test_the_seed_document_has_its_two_headings() -> None:
    files = sorted(SEED.glob("*.txt"))
    if not files:
        pytest.skip("the seed document is missing: set JUDIAN_SHARED to the folder that holds seed")
    paths = paths_of(reading(files[0].read_text("utf-8")))
    assert {path for path in paths.values() if path} == {
        ("2022年教育事业取得新进步新成效",),
        ("2023年教育工作主攻方向和重点任务",),
    }
    assert paths["7 不断深化教育领域综合改革"] == ("2023年教育工作主攻方向和重点任务",)
