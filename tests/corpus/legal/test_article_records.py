from __future__ import annotations

import json

import pytest

from corpus.legal.addresses import Step
from corpus.legal.article_records import split_article
from corpus.legal.resolver import ResolutionState
from index.library import Library
from tests.conftest import Writer

ARTICLES = {
    "中华人民共和国唱歌法 第一条": "唱歌应当守时。\n\n在夜间不得唱歌。",
    "中华人民共和国唱歌法 第二条": "有下列情形之一的，处十元罚款：\n（一）跑调；\n（二）忘词。",
    "中华人民共和国唱歌法 第三条之一": "本条后来增加。",
    "跳舞条例 第一条": "跳舞应当热身。",
}


@pytest.mark.parametrize(
    ("title", "law", "article"),
    [
        ("中华人民共和国商标法 第六十四条", "中华人民共和国商标法", Step("条", 64)),
        ("商标法第64条", "商标法", Step("条", 64)),
        ("刑法 第一百三十三条之一", "刑法", Step("条", 133, 1)),
        ("关于商标法第六十四条的解释", "关于商标法第六十四条的解释", None),
        ("商标法", "商标法", None),
        ("工作报告 第三条", "工作报告 第三条", None),
        ("第三条", "第三条", None),
        ("", "", None),
    ],
)
def test_a_title_is_parted_into_law_and_article(title: str, law: str, article: Step | None) -> None:
    assert split_article(title) == (law, article)


@pytest.fixture
def records(library: Library, write: Writer) -> Library:
    lines = [json.dumps({"title": t, "text": x}, ensure_ascii=False) for t, x in ARTICLES.items()]
    library.add([write("法.jsonl", "\n".join(lines))])
    return library


@pytest.mark.parametrize(
    ("address", "quotes"),
    [
        ("唱歌法第一条", ["唱歌应当守时。\n\n在夜间不得唱歌。"]),
        ("《中华人民共和国唱歌法》第一条第二款", ["在夜间不得唱歌。"]),
        ("唱歌法第二条第二项", ["（二）忘词。"]),
        ("唱歌法第三条之一", ["本条后来增加。"]),
        ("跳舞条例第一条", ["跳舞应当热身。"]),
        (
            "唱歌法第一条至第二条",
            ["唱歌应当守时。\n\n在夜间不得唱歌。", ARTICLES["中华人民共和国唱歌法 第二条"]],
        ),
    ],
)
def test_a_law_given_article_by_article_is_the_same_law(
    records: Library, address: str, quotes: list[str]
) -> None:
    found = records.clause(address)
    assert [one.quote for one in found.citations] == quotes


def test_how_far_such_a_law_goes_is_said(records: Library) -> None:
    found = records.clause("唱歌法第九条")
    assert found.resolution.state is ResolutionState.CLAUSE_DOES_NOT_EXIST
    assert "第三条之一" in str(found.resolution.reason)
