from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers.markdown import reader as markdown
from corpus.readers.markdown.pieces import Piece, split_pieces
from corpus.readers.markdown.reader import MarkdownReader
from corpus.split import split_paragraphs
from corpus.text.clean import clean
from corpus.types import ReadResult, SourceFile
from tests.places import LAWS

# One line of Markdown each; the empty ones stand between the others.
LINES = """
第一条 为了甲。
\u3000\u3000缩进
# 题
## 第二章\u2002总则
# 题 #
#不是题
####### 七
- 项
  续
    四格
\t制表
1. 一
2) 二
3、三
12345678901. 长
> 引
| 甲 | 乙 |
|---|---|
```
~~~
<div>
</div>
<!-- 注 -->
<!-- 开
关 -->
<script>
</script>
<?php
<pre>
<!DOCTYPE x>
---
===
***
* * *
**粗：**字
甲&amp;乙
[r]: http://a.cn
[甲][r]
[注]: 文
甲\x20\x20
乙\\
`码
\u3000
\x20\x20
"""
lines = st.one_of(
    st.just(""),
    st.sampled_from(LINES.split("\n")),
    st.text("#>-+*=|:`~_[]<&!\\甲乙1. \t\u3000\u00a0", max_size=6),
)
sources = st.lists(lines, max_size=12).map("\n".join)


def read(text: str) -> ReadResult:
    return MarkdownReader().read(SourceFile("a.md", "a.md", text.encode()))


def outcome(text: str) -> object:
    try:
        result = read(text)
    except UnreadableSource as error:
        return str(error)
    return result.text, result.headings, result.receipt


def as_one_piece(source: str) -> list[Piece]:
    return [Piece(source, None)]


@given(sources)
def test_pieces_read_as_the_parser_reads_the_whole(source: str) -> None:
    in_pieces = outcome(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown, "split_pieces", as_one_piece)
        assert outcome(source) == in_pieces


@given(sources)
def test_pieces_hold_every_line_that_is_not_blank(source: str) -> None:
    pieces = list(split_pieces(source))
    kept = "".join("#" * (piece.level or 0) + piece.text for piece in pieces)
    assert "".join(kept.split()) == "".join(source.split())


@pytest.mark.bench
def test_every_law_reads_the_same_in_pieces_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    if not LAWS.is_dir():
        pytest.skip("the laws are missing (set JUDIAN_SHARED)")
    sources = [path.read_text("utf-8") for path in sorted(LAWS.rglob("*.md"))]
    in_pieces = [outcome(source) for source in sources]
    monkeypatch.setattr(markdown, "split_pieces", as_one_piece)
    assert [outcome(source) for source in sources] == in_pieces


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**强调：**文字", "强调：文字"),
        ("**（一）**总则", "（一）总则"),
        ("按**《办法》**办", "按《办法》办"),
        ("根据**《办法》第三条**的规定", "根据《办法》第三条的规定"),
        ("共**12**项，*斜*", "共12项，斜"),
        ("***粗斜***", "粗斜"),
        ("**bold:** text, a*b*c", "bold: text, abc"),
    ],
)
def test_emphasis_shows_no_asterisks(source: str, shown: str) -> None:
    assert read(source).text == shown


@pytest.mark.parametrize(
    "source",
    [
        "张**、李**",
        "张**（男）、李**（女）",
        "号码138****1234、139****5678",
        "卡号6222**1234、6222**5678",
        "面积5*3*2，2**10与3**4",
        "备注*（必填）、姓名*",
        "a**b:**c",
        "只有**一个",
    ],
)
def test_asterisks_that_are_no_emphasis_stay(source: str) -> None:
    assert read(source).text == source


def test_a_hard_break_sets_a_paragraph_apart() -> None:
    result = read("有下列情形：  \n（一）甲；\\\n（二）乙。\n续行")
    texts = [paragraph.text for paragraph in split_paragraphs("d", result)]
    assert texts == ["有下列情形：", "（一）甲；", "（二）乙。续行"]


def test_a_heading_that_carries_an_article_opens_it() -> None:
    result = read(
        "# 某法\n\n## 第一章 总则\n\n### 第三条 立法目的\n\n为了甲。\n\n### 第四条\n\n乙。\n\n"
        "第五条 丙。\n\n#### 第六条规定的例外\n\n丁。\n\n## 第二章 附则\n\n戊。"
    )
    paths = {paragraph.text: paragraph.path for paragraph in split_paragraphs("d", result)}
    assert paths["第三条 立法目的"] == ("第一章 总则", "第三条")
    assert paths["为了甲。"] == ("第一章 总则", "第三条")
    assert paths["乙。"] == ("第一章 总则", "第四条")
    assert paths["第五条 丙。"] == ("第一章 总则", "第五条")
    assert paths["丁。"] == ("第一章 总则", "第六条规定的例外")
    assert paths["戊。"] == ("第二章 附则",)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_cleans_to_a_fixed_point(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "第一条 学校应当读书。\n第二条 学校可以写字。",
            "第一条 学校应当读书。\n第二条 学校可以写字。",
        ),
        ("第一章　总则\n第一条　学校\n应当读书。", "第一章　总则\n第一条　学校应当读书。"),
        ("依照本法\n第十条的规定处理。", "依照本法第十条的规定处理。"),  # mentioned, not opened
    ],
)
def test_an_article_a_line_is_an_article_a_paragraph(source: str, shown: str) -> None:
    assert read(source).text == shown
