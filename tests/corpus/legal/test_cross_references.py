from __future__ import annotations

import pytest

from index.library import Library
from tests.conftest import Writer

RULES = """采砂管理办法
第一条 禁止在桥梁附近采砂。
第二条 采砂船应当安装定位设备。
前款规定的设备由县里配发。
第三条 违反本办法第一条规定的，处一万元罚款。
第四条 违反本办法第一条至第二条规定两次的，处五万元罚款。
第五条 依照《水法》第一条的规定处理的，从其规定。
"""


@pytest.fixture
def rules(library: Library, write: Writer) -> Library:
    library.add([write("采砂管理办法.txt", RULES)])
    return library


def named(library: Library, words: str, *, both: bool) -> list[str]:
    """Return the beginnings of what names, or is named by, the place of some words."""
    (summary,) = library.documents()
    document, _ = library.read(summary.id)
    table = library.catalogue.cross_references(document.id)
    start = document.text.index(words)
    found = table.naming if both else table.named_by
    return [document.text[low:high][:3] for low, high in found(start, start + len(words))]


def test_what_names_a_clause_is_found(rules: Library) -> None:
    assert named(rules, "禁止在桥梁附近", both=True) == ["第三条", "第四条"]
    assert named(rules, "采砂船应当安装", both=True) == ["前款规", "第四条"]


def test_what_a_clause_names_is_found(rules: Library) -> None:
    assert named(rules, "处一万元", both=False) == ["第一条"]
    assert named(rules, "由县里配发", both=False) == ["第二条"]


def test_other_laws_and_a_clauses_own_number_are_none(rules: Library) -> None:
    assert named(rules, "从其规定", both=False) == []
    assert named(rules, "禁止在桥梁附近", both=False) == []
