from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from corpus.legal.enumerations import Enumeration, find_enumerations
from corpus.types import Paragraph


def paragraphs_of(text: str, paths: Mapping[int, tuple[str, ...]] | None = None) -> list[Paragraph]:
    """Every line that is not blank is a paragraph; ``paths`` gives headings by ordinal."""
    found: list[Paragraph] = []
    for line in re.finditer(r"[^\n]+", text):
        stripped = line[0].strip()
        if stripped:
            start = line.start() + line[0].index(stripped)
            end = start + len(stripped)
            path = (paths or {}).get(len(found), ())
            found.append(Paragraph("d", len(found), start, end, stripped, path))
    return found


def only(text: str, paths: Mapping[int, tuple[str, ...]] | None = None) -> Enumeration:
    (found,) = find_enumerations(text, paragraphs_of(text, paths))
    return found


def items_of(text: str, found: Enumeration) -> list[str]:
    return [text[item.start : item.end] for item in found.items]


def lead_of(text: str, found: Enumeration) -> str | None:
    return None if found.lead is None else text[found.lead[0] : found.lead[1]]


# "|" before every item; the lead stands between "<" and ">".
CASES = [
    ("一是", "开场白。<会议提出要求。>|一是抓学习。学深学透。|二是抓落实。|三是抓检查。"),
    ("一是", "<重点有：>|一是安全；|二是质量。"),
    ("一要", "<会议强调，任务很重。>|一要早动手。|二要勤检查。"),
    ("第一", "<他讲了两点。>|第一，多读书。|第二，多走路。"),
    ("首先", "<怎么做呢？>|首先，调查研究。|其次，制定方案。|最后，总结经验。"),
    ("（一）", "<有下列情形之一的，可以延期：>\n|（一）生病的；\n|（二）出差的；\n|（三）其他。"),
    ("（一）", "总的说一句。<申请人应当：>|（一）到场；|（二）签名。"),
    ("（一）", "<修改为：“有下列情形之一的：>\n“|（一）甲的；\n“|（二）乙的。”"),
    ("①", "<要求如下：>|①安全；|②整洁；|③安静。"),
    ("1.", "<办理步骤>\n|1. 打开页面\n|2. 填写表格\n接着写完。\n|3. 提交"),
    ("1、", "<办理步骤：>|1、填表；|2、缴费。"),
    ("1", "<本年重点任务>\n|1 修路\n|2 架桥\n|3 种树"),
    ("（1）", "<材料包括：>\n|（1）身份证\n|（2）照片"),
    ("一、", "<现作如下补充：>\n|一、增加一条。\n|二、删去一条。"),
    ("bullet", "<取得的成效>\n|■道路更宽\n|■空气更好"),
    ("bullet", "<What you need:>\n|- a form\n|- a photograph"),
    ("(a)", "<An applicant must >|(a) be of age; |(b) live here; and |(c) pay."),
    ("first", "<There are three steps. >|First, ask. |Second, listen. |Finally, answer."),
]


@pytest.mark.parametrize(("style", "marked"), CASES)
def test_list_is_found_whole_with_what_introduces_it(style: str, marked: str) -> None:
    text = re.sub(r"[|<>]", "", marked)
    found = only(text)
    lead = re.search(r"<(.*)>", marked)
    assert lead is not None
    assert found.style == style
    assert lead_of(text, found) == lead[1].strip()
    wanted = marked.split("|")[1:]
    assert items_of(text, found) == [item.rstrip("\n “") for item in wanted]


def test_head_and_marker_of_an_item() -> None:
    text = "会议要求。一是抓学习。学深学透。二是抓落实。"
    first, second = only(text).items
    assert text[first.start : first.marker_end] == "一是"
    assert text[first.start : first.head_end] == "一是抓学习。"
    assert (first.number, second.number) == (1, 2)
    assert second.head_end == second.end == len(text)


def test_list_runs_over_paragraphs_and_ends_with_its_last() -> None:
    text = "会议要求：\n一是学习。\n补充一句。\n二是落实。\n散会。"
    assert items_of(text, only(text)) == ["一是学习。\n补充一句。", "二是落实。"]


@pytest.mark.parametrize(
    "text",
    [
        "只有一点。一是学习。",
        "二是落实。三是检查。",
        "一是学习。三是检查。",
        "依照第（一）项、第（二）项处理。",
        "一、总则\n正文\n- 孤零零的一行",
        "第一条 目的。\n第二条 范围。",
        "比例为1.5。另有2.5。",
    ],
)
def test_what_is_no_list_is_left_alone(text: str) -> None:
    assert find_enumerations(text, paragraphs_of(text)) == []


def test_list_ends_where_the_heading_changes() -> None:
    text = "1. 甲\n2. 乙\n3. 丙"
    paths = {0: ("上篇",), 1: ("上篇",), 2: ("下篇",)}
    assert items_of(text, only(text, paths)) == ["1. 甲", "2. 乙"]


def test_items_that_are_headings_themselves_make_one_list() -> None:
    text = "总目\n一、甲\n甲的正文。\n二、乙"
    paths = {0: ("总目",), 1: ("总目", "一、甲"), 2: ("总目", "一、甲"), 3: ("总目", "二、乙")}
    found = only(text, paths)
    assert items_of(text, found) == ["一、甲\n甲的正文。", "二、乙"]
    assert lead_of(text, found) == "总目"


def test_restart_makes_a_second_list() -> None:
    text = "甲：一是春。二是夏。乙：一是秋。二是冬。"
    found = find_enumerations(text, paragraphs_of(text))
    items = [items_of(text, one) for one in found]
    assert items == [["一是春。", "二是夏。"], ["一是秋。", "二是冬。"]]
    assert [lead_of(text, one) for one in found] == ["甲：", "乙："]


def test_list_within_an_item_ends_with_the_item() -> None:
    text = "提出要求。一是春，分为：（一）初春；（二）晚春。二是秋。"
    outer, inner = find_enumerations(text, paragraphs_of(text))
    assert items_of(text, outer) == ["一是春，分为：（一）初春；（二）晚春。", "二是秋。"]
    assert items_of(text, inner) == ["（一）初春；", "（二）晚春。"]
    assert lead_of(text, inner) == "一是春，分为："


def test_heading_in_the_path_introduces_a_list_after_prose() -> None:
    text = "# 成效\n这一年很不平凡，成绩来之不易。\n■道路更宽\n■空气更好"
    paths = dict.fromkeys((1, 2, 3), ("成效",))
    assert lead_of(text, only(text, paths)) == "成效"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("重点做好修路、架桥、种树三件事。", ["修路", "架桥", "种树"]),
        ("坚持公平、公正和公开三个原则。", ["公平", "公正", "公开"]),
        ("堅持公平、公正與公開三個原則。", ["公平", "公正", "公開"]),
        ("分为优秀、称职、不称职三个等次。", ["优秀", "称职", "不称职"]),
        ("突出《甲、乙》、“丙”两部法律。", ["《甲、乙》", "“丙”"]),
        ("北京、上海等两个城市", ["北京", "上海"]),
        ("第八条 考核分为优秀、合格的两类。", ["优秀", "合格"]),
        ("是指那次代表大会所通过章程中确立的人道、公正、中立三项原则。", ["人道", "公正", "中立"]),
    ],
)
def test_coordinates_are_found_by_their_count(text: str, items: list[str]) -> None:
    found = only(text)
    assert found.style == "coordinate"
    assert items_of(text, found) == items
    assert lead_of(text, found) == text


@pytest.mark.parametrize(
    "text",
    [
        "修路、架桥、种树四件事。",
        "甲、乙和第三个问题。",
        "“四个意识”、乙",
        "住所地、居住地在两个以上辖区的。",
        "依照本法第八条、第一百零二条办理。",
        "可以委托律师、一至二人参加。",
        "二十九、增加两款",
    ],
)
def test_coordinates_that_do_not_fit_their_count_are_not_a_list(text: str) -> None:
    assert find_enumerations(text, paragraphs_of(text)) == []


marks = "一是|二是|三是|（一）|（二）|1.|2.|3.|1、|2、|首先，|其次，|最后|第一，|第二，|①|②|■|- "
words = "甲|乙|、|三个|两件|和|。|；|：|，|“|”|(|)| First, | Second, |\n|\u3000|A| |1 |2 |(a)|(b)"
pieces = st.sampled_from(f"{marks}|{words}".split("|"))
texts = st.text() | st.lists(pieces, max_size=40).map("".join)


@given(texts)
def test_every_span_is_valid_and_items_are_ordered_and_disjoint(text: str) -> None:
    for found in find_enumerations(text, paragraphs_of(text)):
        position = 0
        assert len(found.items) > 1
        for item in found.items:
            assert position <= item.start < item.end <= len(text)
            assert item.start <= item.marker_end <= item.end
            assert item.start < item.head_end <= item.end
            position = item.end
        if found.lead is not None:
            assert 0 <= found.lead[0] < found.lead[1] <= len(text)
            assert text[found.lead[0] : found.lead[1]].strip()


@given(texts)
def test_numbers_run_from_one(text: str) -> None:
    for found in find_enumerations(text, paragraphs_of(text)):
        for place, item in enumerate(found.items, 1):
            assert item.number in (None, place)
