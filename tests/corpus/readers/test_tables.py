from __future__ import annotations

from hypothesis import given, strategies as st

from corpus.readers.tables import Cell, render_table


def grid(*rows: str) -> list[Cell]:
    return [
        Cell(text.strip(), row, column)
        for row, line in enumerate(rows)
        for column, text in enumerate(line.split("|"))
    ]


def test_each_row_carries_its_headers() -> None:
    assert render_table(grid("姓名|年龄|单位", "张三|30|教育部", "李四||卫健委")) == [
        "姓名：张三；年龄：30；单位：教育部",
        "姓名：李四；单位：卫健委",
    ]


def test_a_cell_over_rows_is_said_of_each() -> None:
    cells = [
        *grid("部门|事项|期限"),
        Cell("教育部", 1, 0, rows=2),
        Cell("甲", 1, 1),
        Cell("3日", 1, 2),
        Cell("乙", 2, 1),
        Cell("5日", 2, 2),
    ]
    assert render_table(cells) == [
        "部门：教育部；事项：甲；期限：3日",
        "部门：教育部；事项：乙；期限：5日",
    ]


def test_a_cell_over_columns_is_said_once_with_all_their_headers() -> None:
    cells = [*grid("甲|乙|丙"), Cell("全部", 1, 0, columns=2), Cell("3", 1, 2)]
    assert render_table(cells) == ["甲、乙：全部；丙：3"]


def test_headers_over_headers_make_a_path() -> None:
    cells = [
        Cell("地区", 0, 0, rows=2),
        Cell("人数", 0, 1, columns=2),
        Cell("男", 1, 1),
        Cell("女", 1, 2),
        *[Cell(text, 2, column) for column, text in enumerate(("北京", "10", "12"))],
    ]
    assert render_table(cells) == ["地区：北京；人数／男：10；人数／女：12"]


def test_a_table_without_headers_keeps_its_cells_side_by_side() -> None:
    assert render_table(grid("1|2", "3|4")) == ["1 | 2", "3 | 4"]


def test_a_form_and_a_layout() -> None:
    assert render_table(grid("姓名：|张三", "年龄：|30")) == ["姓名：张三", "年龄：30"]
    assert render_table([Cell("一段\n文字", 0, 0), Cell("又一段", 1, 0)]) == ["一段 文字", "又一段"]
    assert render_table([]) == []


def test_marked_headers_alone_are_a_line() -> None:
    cells = [Cell("甲", 0, 0, header=True), Cell("乙", 0, 1, header=True)]
    assert render_table(cells) == ["甲 | 乙"]


@given(
    st.lists(
        st.lists(st.text("甲乙丙丁ab1 ", max_size=4), min_size=2, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_no_cell_is_lost(rows: list[list[str]]) -> None:
    cells = [Cell(t, r, c) for r, row in enumerate(rows) for c, t in enumerate(row)]
    text = "\n".join(render_table(cells))
    for cell in cells:
        assert " ".join(cell.text.split()) in text
