from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.text.sentences import LONGEST_QUOTED, LONGEST_UNIT, split_sentences, split_units

# "|" stands where the text is to be split; the cases hold none themselves.
SENTENCES = [
    "今天开会。|明天休息！|后天呢？|好……|完",
    "真的吗！？|真的。",
    "会议要求，一是加强领导。|二是落实责任；三是严格检查。|",
    "他说：“好。”就走了。|我也走了。",
    "他说：“好。我知道了。”|大家都笑了。",
    "“什么？”他问。|“没什么。”|天黑了。",
    "他提出了“谁来做？”的问题。|没有人回答。",
    "「好嗎？」她問道。|『是的。』|我們回家了。",
    "大會強調“堅持原則。”|會議還指出三點。",
    "（全文完。）|下一篇。",
    "会议（第三次！）召开了。|散会。",
    "参见《怎么办？》一书。|作者不详。",
    "他说：“没有下文。|第二句照样分开。",
    "他走了。”|多出来的引号不算什么。",
    "今天很好.|明天也好.",
    "1.总则。|2.分则。",
    "增长3.5%。|共1,234.56元。",
    "第一行\n|第二行\r\n|第三行",
    "  \u3000开头有空格。|\u3000\u3000中间也有。\u3000",
    "Pi is 3.14 today. |See No. 5 and Art. 12. |It ends.",
    "The U.S. Government acts, e.g. now. |J. K. Smith came. |He left the U.S. |The rest stayed.",
    "1. First item. |2. Second item.",
    "Visit https://a.example/x.html?y=1 now! |Open file.txt. |Done? |Yes.",
    "He works at Acme Inc. |The firm grew. |Mr. Li left at 5 p.m. |They met.",
    "In 2003. |15 people came.",
    "Wait... what? |Oh... |Yes.",
    'He said "No. Never." |Then he left.',
    '"What?" he asked. |"Nothing."',
    "She left (see Sec. 2. of the Act) early. |Fine.",
    "It was good etc. and so on. |End.",
]


def spans_text(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences_end_where_a_reader_says(marked: str) -> None:
    wanted = [piece.strip() for piece in marked.split("|") if piece.strip()]
    text = marked.replace("|", "")
    assert spans_text(text, split_sentences(text)) == wanted


def test_long_quotation_is_split_inside() -> None:
    speech = "这是其中的一句。" * (LONGEST_QUOTED // 8 + 1)
    text = f"他说：“{speech}”然后走了。"
    pieces = spans_text(text, split_sentences(text))
    assert pieces[0] == "他说：“这是其中的一句。"
    assert pieces[-2:] == ["这是其中的一句。”", "然后走了。"]


@pytest.mark.parametrize("mark", ["“", "（", "「", '"', "《", "("])
def test_mark_left_open_swallows_nothing(mark: str) -> None:
    text = f"他说{mark}一。" + "二。" * 200
    assert len(split_sentences(text)) == 201


def test_long_sentence_is_cut_at_semicolons_and_short_one_is_not() -> None:
    short = "甲；乙；丙。"
    clause = "子" * (LONGEST_UNIT // 2)
    text = f"{short}{clause}；{clause}（丁；戊）；末。"
    wanted = [short, clause + "；", clause + "（丁；戊）；", "末。"]
    assert spans_text(text, split_units(text)) == wanted
    assert spans_text(short, split_units(short, longest=3)) == ["甲；", "乙；", "丙。"]


def test_entity_is_not_cut_at_its_semicolon() -> None:
    assert split_units("a&nbsp;b; c", longest=1) == [(0, 9), (10, 11)]


def test_million_characters_without_an_end_are_one_sentence() -> None:
    assert split_sentences("字" * 1_000_000) == [(0, 1_000_000)]


def test_million_marks_left_open_are_one_sentence() -> None:
    assert split_sentences("(" * 1_000_000) == [(0, 1_000_000)]


texts = st.text() | st.text(alphabet="甲aB1 \u3000\n。！？…“”\"（）「」.;；：，'Ⅳ\u2028")


@given(texts, st.integers(0, 20))
def test_spans_are_ordered_stripped_and_cover_all_but_spaces(text: str, longest: int) -> None:
    for spans in (split_sentences(text), split_units(text, longest=longest)):
        position = 0
        for start, end in spans:
            assert position <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
            assert not text[position:start].strip()
            position = end
        assert not text[position:].strip()


@given(texts)
def test_units_refine_sentences(text: str) -> None:
    units = {bound for span in split_units(text, longest=0) for bound in span}
    assert all(start in units and end in units for start, end in split_sentences(text))


@given(texts)
def test_no_sentence_holds_a_line_break(text: str) -> None:
    assert all(len(piece.splitlines()) == 1 for piece in spans_text(text, split_sentences(text)))
