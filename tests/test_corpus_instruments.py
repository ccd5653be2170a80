"""Versions of one instrument: linked, ordered, in force from a day to a day; nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from benchmarks.versions import PAIRS, by_clause, changes, write_versions
from corpus.ingest import load, prepare
from corpus.instruments import Instruments
from corpus.types import DocumentFacts, Fact, LapseKind, Origin, Value


def facts(id_: str, title: str, **said: Value) -> DocumentFacts:
    metadata = {key: Fact(value, Origin.HEAD) for key, value in said.items()}
    return DocumentFacts(id_, "r", title, f"/{id_}", "text/plain", metadata)


def in_force(day: str, *documents: DocumentFacts) -> set[str]:
    """The ids of those that are in force on a day, in whatever order they came."""
    lapsed = set(Instruments(documents).lapsed(date.fromisoformat(day)))
    assert lapsed == set(Instruments(documents[::-1]).lapsed(date.fromisoformat(day)))
    return {one.id for one in documents} - lapsed


OLD = facts("a", "中华人民共和国读书法", issued="2010-03-01", effective="2010-06-01")
NEW = facts("b", "读书法（2020年修订）", issued="2020-03-01", effective="2020-06-01")


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        ("2010-05-31", set()),
        ("2010-06-01", {"a"}),
        ("2020-05-31", {"a"}),  # issued already, not yet in force
        ("2020-06-01", {"b"}),
        ("2026-01-01", {"b"}),
    ],
)
def test_a_version_is_in_force_until_the_next_one_takes_effect(day: str, ids: set[str]) -> None:
    assert in_force(day, OLD, NEW) == ids


def test_why_a_text_is_not_in_force_is_said() -> None:
    instruments = Instruments([OLD, NEW])
    late = instruments.standing("a", date(2026, 1, 1))
    assert late is not None
    assert (late.kind, late.since, late.documents) == (LapseKind.SUPERSEDED, "2020-06-01", ("b",))
    early = instruments.standing("b", date(2020, 4, 1))
    assert early is not None
    assert (early.kind, early.since) == (LapseKind.NOT_YET, "2020-06-01")
    assert instruments.standing("b", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2022年工作报告", "2023年工作报告"),
        ("工作报告", "工作报告"),
        ("读书法", "读书法实施条例"),
        ("读书法", "关于修改读书法的决定"),
        ("刑法修正案（一）", "刑法修正案（二）"),
        ("读书管理暂行办法", "读书管理办法"),
        ("北京市读书办法", "上海市读书办法"),
    ],
)
def test_what_is_no_version_of_another_stays_in_force(one: str, other: str) -> None:
    old, new = facts("a", one, issued="2010-01-01"), facts("b", other, issued="2020-01-01")
    assert in_force("2026-01-01", old, new) == {"a", "b"}


def test_a_title_of_many_bodies_is_told_apart_by_them() -> None:
    old = facts("a", "财务管理制度", issued="2010-01-01", issuer="甲市教育局")
    other = facts("b", "财务管理制度", issued="2020-01-01", issuer="乙市教育局")
    new = facts("c", "财务管理制度", issued="2021-01-01", issuer="甲市教育局")
    assert in_force("2026-01-01", old, other, new) == {"b", "c"}
    (first, second) = Instruments([old, other, new]).named("财务管理制度")
    assert {len(first.versions), len(second.versions)} == {1, 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中华人民共和国读书法", "读书法"),
        ("读书法（2010年修正）", "读书法(2020年修订)"),
        ("讀書法", "读书法"),
        ("城市读书管理 办法", "城市读书管理办法"),
    ],
)
def test_versions_are_known_by_title_in_either_script_and_spelling(one: str, other: str) -> None:
    found = in_force(
        "2026-01-01", facts("a", one, issued="2010-01-01"), facts("b", other, issued="2020-01-01")
    )
    assert found == {"b"}


def test_several_files_of_one_date_are_one_version() -> None:
    parts = [facts(str(at), "民法典", issued="2020-05-28", part=f"第{at}编") for at in range(3)]
    assert in_force("2026-01-01", *parts) == {"0", "1", "2"}
    (instrument,) = Instruments(parts).named("中华人民共和国民法典")
    assert [one.documents for one in instrument.versions] == [("0", "1", "2")]


def test_a_text_without_a_date_is_not_taken_for_an_old_one() -> None:
    assert in_force("2026-01-01", facts("a", "读书法"), NEW) == {"a", "b"}


def test_another_document_repeals_by_title_from_its_own_day_of_effect() -> None:
    by = facts("b", "读书促进法", issued="2020-01-01", effective="2020-07-01", repeals=("读书法",))
    old = facts("a", "读书法", issued="2010-01-01")
    assert in_force("2020-06-30", old, by) == {"a"}
    assert in_force("2020-07-01", old, by) == {"b"}
    lapse = Instruments([old, by]).standing("a", date(2021, 1, 1))
    assert lapse is not None
    assert (lapse.kind, lapse.title) == (LapseKind.REPEALED, "读书促进法")
    again = facts("c", "读书法", issued="2022-01-01")  # passed anew afterwards: not ended by it
    assert in_force("2023-01-01", old, by, again) == {"b", "c"}


def test_a_date_of_repeal_and_a_status_end_a_text() -> None:
    dated = facts("a", "读书办法", issued="2010-01-01", repealed="2015-01-01")
    said = facts("b", "唱歌办法", issued="2010-01-01", status="repealed")
    assert in_force("2014-12-31", dated) == {"a"}
    assert in_force("2015-01-01", dated) == set()
    assert in_force("2026-01-01", said) == set()


def test_every_changed_article_is_found_in_its_version(tmp_path: Path) -> None:
    """1,819 of them, dates in the file name, front matter and head: today new, before it old."""
    if not PAIRS.is_file():
        pytest.skip(f"no benchmark data at {PAIRS}")
    pairs = changes()
    documents = {key: prepare(load(path)) for key, path in write_versions(pairs, tmp_path).items()}
    assert by_clause(pairs, documents) == []


def test_a_date_in_the_name_counts_where_none_is_known() -> None:
    old, new = facts("a", "读书法（2010年修正）"), facts("b", "读书法（2020年修正）")
    assert in_force("2015-01-01", old, new) == {"a"}
    assert in_force("2026-01-01", old, new) == {"b"}


def test_departments_that_were_renamed_are_one_body_and_cities_are_not() -> None:
    one = facts("a", "城市生活垃圾分类管理办法", issued="2010-01-01", issuer="国家旅游局")
    two = facts("b", "城市生活垃圾分类管理办法", issued="2020-01-01", issuer="文化和旅游部")
    assert in_force("2026-01-01", one, two) == {"b"}
    here = facts("a", "城市生活垃圾分类管理办法", issued="2010-01-01", issuer="甲市人民政府")
    there = facts("b", "城市生活垃圾分类管理办法", issued="2020-01-01", issuer="乙市人民政府")
    assert in_force("2026-01-01", here, there) == {"a", "b"}
