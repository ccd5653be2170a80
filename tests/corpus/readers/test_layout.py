"""How glyphs become lines, columns, tables: rules of layout, each on its own."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from corpus.readers.layout.characters import as_seen, is_wide
from corpus.readers.layout.columns import blocks_of
from corpus.readers.layout.grids import find_grids
from corpus.readers.layout.headings import find_title
from corpus.readers.layout.page import Glyph, Rule, Segment
from corpus.readers.layout.paragraphs import Piece
from corpus.readers.layout.rows import group_segments, rows_of
from corpus.readers.layout.running_heads import find_furniture


def line(text: str, x: float = 72.0, y: float = 100.0, size: float = 12.0) -> list[Glyph]:
    glyphs: list[Glyph] = []
    for char in text:
        width = size if is_wide(char) else size / 2
        glyphs.append(Glyph(char, x, x + width, y, size))
        x += width
    return glyphs


def segment(text: str, left: float, y: float, right: float | None = None) -> Segment:
    return Segment(text, left, right or left + 12 * len(text), y, 12, False, 12)


@pytest.mark.parametrize(
    ("char", "seen"),
    [
        ("⼀", "一"),  # Kangxi radical
        ("⽬", "目"),
        ("⻓", "长"),  # radicals supplement
        ("⻅", "见"),
        ("\uf9d1", "六"),  # compatibility ideograph
        ("ﬁ", "fi"),
        ("\uf0b7", "•"),  # bullet of Symbol
        ("一", "一"),
        ("，", "，"),
        ("Ａ", "Ａ"),
        ("①", "①"),
        ("㎡", "㎡"),
        ("﨎", "﨎"),  # a unified ideograph among the compatibility ones
    ],
)
def test_characters_are_put_back_to_what_they_look_like(char: str, seen: str) -> None:
    assert as_seen(char) == seen


@given(
    st.lists(st.text("图书馆借阅办法ABCdef", min_size=1, max_size=12), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_rows_do_not_depend_on_the_order_of_drawing(
    texts: list[str], shuffle: random.Random
) -> None:
    glyphs = [g for at, text in enumerate(texts) for g in line(text, y=100.0 + 20 * at)]
    mixed = list(glyphs)
    shuffle.shuffle(mixed)
    rows = [[each.text for each in row] for row in rows_of(mixed)]
    assert rows == [[text] for text in texts]


def test_a_raised_mark_belongs_to_its_line() -> None:
    raised = [replace(g, y=g.y - 4, size=7.0) for g in line("1", x=72 + 12 * 4, size=7)]
    (row,) = rows_of([*line("图书馆法"), *raised, *line("施行", x=72 + 48 + 3.5)])
    assert [each.text for each in row] == ["图书馆法1施行"]


def test_the_parts_of_a_ligature_stay_and_a_character_drawn_twice_is_one() -> None:
    o, f = line("o"), line("f", x=78)
    ligature = [*o, *f, *f, *line("er", x=84)]  # both f of ﬀ stand in one place
    assert rows_of(ligature)[0][0].text == "offer"
    bold = [replace(glyph, left=glyph.left + 0.3, item=1) for glyph in line("书")]
    assert rows_of([*line("书"), *bold])[0][0].text == "书"


@pytest.mark.parametrize(
    ("before", "gap", "after", "expected"),
    [
        ("总", 0.0, "则", "总则"),
        ("条", 0.3, "为", "条 为"),
        ("年", 0.25, "6", "年6"),
        ("the", 0.25, "law", "the law"),
        ("th", 0.02, "e", "the"),
        ("，", 0.5, "并", "，并"),
    ],
)
def test_gaps_are_blanks_where_the_script_has_blanks(
    before: str, gap: float, after: str, expected: str
) -> None:
    first = line("本法自公布之日起" + before)
    rest = line(after, x=first[-1].right + 12 * gap)
    assert rows_of([*first, *rest])[0][0].text == "本法自公布之日起" + expected


def test_columns_are_read_one_after_the_other_and_the_title_first() -> None:
    rows = [[segment("一二三四五六七八九十十一二三四五六七八", 150, 60)]]
    for at in range(8):
        left = segment(f"左栏第{at}行正文文字文字文字", 72, 100 + 20 * at)
        right = segment(f"右栏第{at}行正文文字文字文字", 300, 103 + 20 * at)
        rows += [[left], [right]]
    texts = [each.text[:3] for block in blocks_of(rows) for each in block.lines]
    assert texts == ["一二三", *["左栏第"] * 8, *["右栏第"] * 8]


def test_cells_without_rules_are_no_columns() -> None:
    rows = [
        [segment(f"项目{at}", 72, 100 + 20 * at), segment("内容", 300, 100 + 20 * at)]
        for at in range(8)
    ]
    lines = [each.text for block in blocks_of(rows) for each in block.lines]
    assert lines == [f"项目{at} | 内容" for at in range(8)]


def test_a_marker_before_its_words_is_no_cell() -> None:
    rows = [
        [segment(f"第{number}条", 72, y), segment("图书馆每日开放", 130, y)]
        for number, y in (("一", 100), ("二", 120))
    ]
    lines = [each.text for block in blocks_of(rows) for each in block.lines]
    assert lines == ["第一条 图书馆每日开放", "第二条 图书馆每日开放"]


def _grid(xs: list[float], ys: list[float]) -> list[Rule]:
    level = [Rule(xs[0], y, xs[-1], y) for y in ys]
    return [*level, *(Rule(x, ys[0], x, ys[-1]) for x in xs)]


def test_a_merged_cell_spans_its_rows_and_columns() -> None:
    xs, ys = [0.0, 100.0, 200.0, 300.0], [0.0, 30.0, 60.0, 90.0]
    rules = [r for r in _grid(xs, ys) if not (r.x0 == r.x1 == 200) and not (r.y0 == r.y1 == 60)]
    rules += [Rule(200, 30, 200, 90), Rule(100, 60, 300, 60)]  # open at the top right, lower left
    glyphs = [*line("首", 10, 20), *line("并", 150, 20), *line("高", 10, 65), *line("末", 210, 80)]
    (grid,), rest = find_grids(glyphs, rules)
    shown = {
        "".join(g.text for g in cell.glyphs): (cell.row, cell.row_end, cell.column, cell.column_end)
        for cell in grid.cells
        if cell.glyphs
    }
    assert shown == {"首": (0, 1, 0, 1), "并": (0, 1, 1, 3), "高": (1, 3, 0, 1), "末": (2, 3, 2, 3)}
    assert rest == ()


def test_a_frame_around_a_text_and_a_rule_under_a_head_are_no_tables() -> None:
    glyphs = line("图书馆每日开放", 20, 50)
    assert find_grids(glyphs, _grid([0, 500], [0, 700]))[0] == []
    assert find_grids(glyphs, [Rule(0, 40, 500, 40)])[0] == []


@given(st.integers(3, 12), st.booleans())
def test_text_at_the_top_of_pages_is_no_running_head(count: int, numbered: bool) -> None:
    pages = [
        group_segments(
            [
                segment(f"正文第{chr(0x4E00 + 7 * at)}段从这里开始", 72, 80),
                *(segment("行" * 20, 72, 100 + 20 * row) for row in range(30)),
                *([segment(f"{at + 1}", 290, 800)] if numbered else []),
            ]
        )
        for at in range(count)
    ]
    found = find_furniture(pages, [842.0] * count)
    assert found.numbers == (count if numbered else 0)
    assert all(row == 31 for _, row in found.rows)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([("某某市人民政府文件", 36), ("关于开放图书馆的通知", 22), ("正文从这里开始。", 16)], 1),
        ([("关于开放图书馆的通知", 22), ("正文从这里开始。", 16)], 0),
    ],
)
def test_a_masthead_is_no_title(texts: list[tuple[str, int]], expected: int) -> None:
    pieces = [Piece(text, 0, float(size), False, True) for text, size in texts]
    assert find_title(pieces, "", 16.0) == texts[expected][0]
