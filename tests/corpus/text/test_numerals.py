from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from corpus.text.numbers import find_numbers, normalised_numbers
from corpus.text.numerals import parse_numeral

anything = st.text(st.characters(codec=None, exclude_categories=()))
wordy = st.text(
    "第一二三十百千万亿零〇两条款年月日个.,，%0123456789 廿点分之〔〕号国发two ", max_size=40
)
FORMAL = str.maketrans("一二三四五六七八九十百千万亿", "壹贰叁肆伍陆柒捌玖拾佰仟萬億")


def to_chinese(number: int) -> str:
    """The textbook way, four digits at a time: the oracle that parsing is compared with."""
    if number == 0:
        return "零"
    text, pending_zero = "", False
    for power, sign in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, power)
        if section == 0:
            pending_zero = bool(text)
            continue
        words, gap = "", False
        for small, small_sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, section = divmod(section, small)
            if digit == 0:
                gap = True
                continue
            words += ("零" if gap and (words or text) else "") + "〇一二三四五六七八九"[digit]
            words += small_sign
            gap = False
        pending_zero = pending_zero and not words.startswith("零")
        text += ("零" if pending_zero else "") + words + sign
        pending_zero = False
    return text


@given(st.integers(0, 10**8) | st.integers(0, 20000) | st.integers(0, 10**12 - 1))
def test_chinese_numerals_round_trip(number: int) -> None:
    chinese = to_chinese(number)
    assert parse_numeral(chinese) == number
    assert parse_numeral(chinese.translate(FORMAL)) == number
    assert parse_numeral("\u3000".join(chinese)) == number
    if chinese.startswith("一十"):
        assert parse_numeral(chinese[1:]) == number
    for written in (f"{number}", f"{number:,}", "".join(chr(ord(d) + 0xFEE0) for d in f"{number}")):
        assert parse_numeral(written) == number
    if number >= 10:
        assert normalised_numbers(f"共{chinese}名") == [str(number)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二三", 2023),
        ("一千二百六十", 1260),
        ("十五", 15),
        ("两百", 200),
        ("兩萬", 20000),
        ("廿一", 21),
        ("一百廿", 120),
        ("卅", 30),
        ("貳佰壹拾", 210),
        ("一千二", 1200),
        ("一万五", 15000),
        ("一百十五", 115),
        ("３ ９", 39),
        ("3.5万", 35000),
        ("1亿2000万", 120_000_000),
        ("一万亿", 10**12),
        ("〇", 0),
        ("零五", 5),
        ("", None),
        ("十百", None),
        ("二三十", None),
        ("一百零", None),
        ("3.5", None),
        ("第一", None),
        ("9" * 5000, None),
        ("十四五", None),
        ("亿亿", None),
        ("点五", None),
    ],
)
def test_parse_numeral(text: str, value: int | None) -> None:
    assert parse_numeral(text) == value


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1200名、一千二百名、1,200名、１２００名", ["1200"] * 4),
        ("85%，百分之八十五，85 percent，８５％，百分之85", ["85%"] * 5),
        ("百分之九十九点五", ["99.5%"]),
        ("3.5万人 三点五万人 3.50万人 3万5千人", ["35000"] * 4),
        ("2023年 二〇二三年 ２０２３年 二○二三年", ["2023年"] * 4),
        ("2023年3月5日 二〇二三年三月五日 2023-03-05", ["2023年", "3月", "5日"] * 3),
        ("第三十九条 第39條 第 39 条 第三九条", ["第39条"] * 4),
        ("第一千零八十四条第三款第（二）项", ["第1084条", "第3款", "第2项"]),
        ("第十七条之一 第十七条之规定", ["第17条之1", "第17条"]),
        (
            "国发〔2023〕15号、国发[2023]15号、国发【2023】１５號、國發（2023）15号",
            ["国发〔2023〕15号"] * 4,
        ),
        (
            "根据国办发〔2020〕3号文件，《通知》（教基〔2019〕1号）",
            ["国办发〔2020〕3号", "教基〔2019〕1号"],
        ),
        ("三分之二 2/3", ["2/3", "2/3"]),
        ("three years, 三年, 3年", ["3年"] * 3),
        ("三个月 3个月 three months 三月", ["3个月", "3个月", "3个月", "3月"]),
        ("four schools, twenty-five, 3.5 million, two hundred", ["4", "25", "3500000", "200"]),
        ("In 2023, Article 39 applied to 1,200 schools", ["2023年", "第39条", "1200"]),
        ("2020—2025年", ["2020年", "2025年"]),
        ("十八周岁 18岁 三个百分点 3个百分点", ["18岁", "18岁", "3个百分点", "3个百分点"]),
        ("“十四五”规划、党的二十大", ["十四五", "20"]),
        ("叁万元 30000元 万元", ["30000", "30000"]),
        (
            "一个 两项 三条 十名 第一 一百万元 百万元",
            ["1", "2", "3", "10", "第1", "1000000", "1000000"],
        ),
        ("100，200，300", ["100", "200", "300"]),
        ("三年以上十年以下", ["3年", "10年"]),
        ("一倍以上五倍以下，上五次会议，以上两次会议", ["1", "5"]),
    ],
)
def test_normalised_numbers(text: str, canonical: list[str]) -> None:
    assert normalised_numbers(text) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "一些 统一 一般 一律 万一 十分重要 千万不要",
        "一致 一起 一旦 一次性 每一个 同一项 统一年度 上一级 零件",
        "二三十人 三四个 五六百 数十个 几十年 千方百计 三三两两",
        "万亿元 大陆 队伍 no one each one",
        "一要深刻认识 一是 一体两翼 一、总体要求 （二）基本原则 之一",
    ],
)
def test_idioms_are_no_numbers(text: str) -> None:
    assert normalised_numbers(text) == []


def test_number_spans_and_kinds() -> None:
    text = "按照国发〔2023〕15号，２０２３年投入三点五万元，占三分之一，第三条"
    numbers = find_numbers(text)
    assert [text[n.start : n.end] for n in numbers] == [
        "国发〔2023〕15号", "２０２３年", "三点五万元", "三分之一", "第三条",
    ]  # fmt: skip
    assert [n.kind for n in numbers] == ["document_number", "year", "number", "fraction", "clause"]
    assert [n.value for n in numbers] == [15, 2023, Decimal(35000), Fraction(1, 3), 3]
    assert [n.unit for n in numbers] == ["号", "年", "元", None, "条"]


@given(anything | wordy)
def test_numbers_are_in_order_and_inside_the_text(text: str) -> None:
    position = 0
    for number in find_numbers(text):
        assert position <= number.start < number.end <= len(text)
        assert number.canonical
        position = number.end


@given(anything | wordy)
def test_parse_numeral_takes_any_text(text: str) -> None:
    value = parse_numeral(text)
    assert value is None or value >= 0
