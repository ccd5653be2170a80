"""Versions of one instrument: linked, ordered, in force from a day to a day; nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from benchmarks.corpus.versions import PAIRS, by_clause, changes, write_versions
from corpus.ingest import load, prepare
from corpus.legal.instruments import Instruments
from corpus.types import DocumentFacts, Fact, LapseKind, Origin, Value


def facts(id_: str, title: str, **said: Value) -> DocumentFacts:
    metadata = {key: Fact(value, Origin.HEAD) for key, value in said.items()}
    return DocumentFacts(id_, f"revision of {id_}", title, f"/{id_}", "text/plain", metadata)


def named(id_: str, title: str, file_name: str) -> DocumentFacts:
    """A document that says nothing of itself but by the name of its file."""
    return replace(facts(id_, title), source=f"/laws/{file_name}")


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("读书法(2018修正).txt", "读书法(2023修订).txt"),
        ("读书法2018.txt", "读书法2023.txt"),
        ("2018年读书法.txt", "2023年读书法.txt"),
        ("读书法_2018年版.docx", "读书法_2023年版.docx"),
        ("讀書法（二〇一八年修訂）.pdf", "读书法（2023年3月1日第三次修正）.pdf"),
    ],
)
def test_versions_known_only_by_the_dates_in_their_files_names(one: str, other: str) -> None:
    old, new = named("a", "中华人民共和国读书法", one), named("b", "读书法", other)
    assert in_force("2017-12-31", old, new) == set()
    assert in_force("2019-01-01", old, new) == {"a"}
    assert in_force("2026-01-01", old, new) == {"b"}


def test_versions_known_only_by_the_editions_in_their_titles() -> None:
    old, new = facts("a", "读书办法（2018年修订）"), facts("b", "读书办法（2023年修订）")
    assert in_force("2019-01-01", old, new) == {"a"}
    assert in_force("2026-01-01", old, new) == {"b"}


def test_a_file_name_of_something_else_says_nothing_of_the_date() -> None:
    one, other = named("a", "读书法", "附件2018.txt"), named("b", "读书法", "扫描2023.txt")
    assert in_force("2000-01-01", one, other) == {"a", "b"}


def test_a_year_alone_is_the_version_of_that_year() -> None:
    copy = facts("c", "读书法（2020年修订）")
    versions = Instruments([OLD, NEW, copy]).named("读书法")[0].versions
    assert [one.documents for one in versions] == [("a",), ("b", "c")]


def test_an_undated_copy_goes_with_the_text_it_equals() -> None:
    copy = replace(facts("c", "读书法"), revision=OLD.revision)
    assert in_force("2026-01-01", OLD, NEW, copy) == {"b"}
    assert in_force("2015-01-01", OLD, NEW, copy) == {"a", "c"}


def test_an_undated_text_that_repeals_its_namesake_takes_its_place() -> None:
    """Since when nobody says; that it does is said."""
    new = facts("b", "读书办法", repeals=("读书办法",))
    old = facts("a", "读书办法", issued="2005-01-01")
    assert in_force("2026-01-01", old, new) == {"b"}
    lapse = Instruments([old, new]).standing("a", date(2026, 1, 1))
    assert lapse is not None
    assert (lapse.kind, lapse.since, lapse.documents) == (LapseKind.REPEALED, "", ("b",))
    copy = facts("c", "读书办法", issued="2017-01-01", repeals=("读书办法",))
    assert in_force("2026-01-01", copy, new) == {"b", "c"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省人民政府", "杭州市人民政府"),
        ("甲市教育局", "甲市公安局"),
        ("清华大学", "北京大学"),
        ("教育部", "财政部"),
        ("甲有限公司", "乙有限公司"),
    ],
)
@pytest.mark.parametrize("title", ["管理办法", "信访工作办法"])
def test_different_bodies_with_one_title_replace_nothing_of_each_other(
    one: str, other: str, title: str
) -> None:
    old = facts("a", title, issued="2010-01-01", issuer=one)
    new = facts("b", title, issued="2020-01-01", issuer=other)
    assert in_force("2026-01-01", old, new) == {"a", "b"}
    # Whose the text is that does not say cannot be told: it ends neither, and neither ends it.
    silent = facts("c", title, issued="2021-01-01")
    assert in_force("2026-01-01", old, new, silent) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("国家工商行政管理总局", "国家市场监督管理总局"),
        ("卫生部", "国家卫生健康委员会"),
        ("公安部、交通部", "交通运输部"),
        ("国务院", "国务院办公厅"),
        ("浙江省人民代表大会常务委员会", "浙江省人大常委会"),
        ("人民网", "法律图书馆"),
        ("浙江省人民政府", ""),
    ],
)
def test_one_body_under_its_names_replaces_its_own_text(one: str, other: str) -> None:
    old = facts("a", "抽查办法", issued="2010-01-01", issuer=one)
    new = facts("b", "抽查办法", issued="2020-01-01", issuer=other)
    assert in_force("2026-01-01", old, new) == {"b"}


def test_a_law_is_the_states_whichever_organ_passed_it() -> None:
    old = facts("a", "读书法", issued="2010-01-01", issuer="全国人民代表大会")
    new = facts("b", "读书法", issued="2020-01-01", issuer="司法部")
    assert in_force("2026-01-01", old, new) == {"b"}


def test_a_body_elsewhere_repeals_nothing_here() -> None:
    here = facts("a", "管理办法", issued="2010-01-01", issuer="浙江省人民政府")
    there = facts(
        "b", "读书规定", issued="2020-01-01", issuer="江苏省人民政府", repeals=("管理办法",)
    )
    over = facts("c", "唱歌规定", issued="2021-01-01", issuer="国务院", repeals=("管理办法",))
    assert in_force("2026-01-01", here, there) == {"a", "b"}
    assert in_force("2026-01-01", here, there, over) == {"b", "c"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("红烧肉的做法", "红烧肉的做法"),
        ("教学方法", "教学方法"),
        ("读书办法（试行）", "读书办法"),
        ("读书条例（修订草案）", "读书条例"),
        ("读书规定（一）", "读书规定（二）"),
        ("关于适用读书法的解释", "读书法"),
        ("关于加强读书工作的意见", "关于加强读书工作的意见"),
        ("关于印发2022年考核办法的通知", "关于印发2023年考核办法的通知"),
    ],
)
def test_what_is_no_rule_or_another_one_replaces_nothing(one: str, other: str) -> None:
    old, new = facts("a", one, issued="2010-01-01"), facts("b", other, issued="2020-01-01")
    assert in_force("2026-01-01", old, new) == {"a", "b"}


def test_a_notice_that_prints_a_rule_is_replaced_by_its_namesake() -> None:
    title = "教育部关于印发《读书办法》的通知"
    old, new = facts("a", title, issued="2010-01-01"), facts("b", title, issued="2020-01-01")
    assert in_force("2026-01-01", old, new) == {"b"}


def test_a_trial_rule_ends_when_the_final_one_says_so() -> None:
    trial = facts("a", "读书办法（试行）", issued="2010-01-01")
    final = facts("b", "读书办法", issued="2020-01-01", repeals=("读书办法（试行）",))
    assert in_force("2019-12-31", trial, final) == {"a"}
    assert in_force("2020-01-01", trial, final) == {"b"}


def test_of_two_that_take_effect_on_one_day_the_later_issued_holds() -> None:
    first = facts("a", "读书法", issued="2020-01-01", effective="2021-01-01")
    second = facts("b", "读书法", issued="2020-09-01", effective="2021-01-01")
    assert in_force("2020-12-31", first, second) == set()
    assert in_force("2021-01-01", first, second) == {"b"}


def test_a_text_replaced_before_its_day_never_comes_into_force() -> None:
    first = facts("a", "读书法", issued="2020-01-01", effective="2022-01-01")
    second = facts("b", "读书法", issued="2021-01-01", effective="2021-06-01")
    assert in_force("2021-07-01", first, second) == {"b"}
    assert in_force("2026-01-01", first, second) == {"b"}
    lapse = Instruments([first, second]).standing("a", date(2021, 7, 1))
    assert lapse is not None
    assert lapse.kind is LapseKind.SUPERSEDED


@pytest.mark.parametrize("status", ["repealed", "已修改"])
def test_a_status_without_a_date_leaves_the_old_text_its_time(status: str) -> None:
    old = facts("a", "读书法", issued="2010-01-01", status=status)
    new = facts("b", "读书法", issued="2020-01-01")
    assert in_force("2015-01-01", old, new) == {"a"}
    assert in_force("2020-01-01", old, new) == {"b"}
    assert in_force("2015-01-01", old) == set()  # alone: ended, and nobody says when
    lapse = Instruments([old]).standing("a", date(2015, 1, 1))
    assert lapse is not None
    assert lapse.since == ""


def test_a_text_not_yet_in_force_without_a_day_ends_nothing() -> None:
    old = facts("a", "读书法", issued="2010-01-01")
    new = facts("b", "读书法", issued="2025-01-01", status="not_yet")
    assert in_force("2026-01-01", old, new) == {"a"}
    lapse = Instruments([old, new]).standing("b", date(2026, 1, 1))
    assert lapse is not None
    assert (lapse.kind, lapse.since) == (LapseKind.NOT_YET, "")
    dated = facts("b", "读书法", issued="2025-01-01", effective="2025-06-01", status="not_yet")
    assert in_force("2026-01-01", old, dated) == {"b"}  # its day has come since


@given(
    st.lists(
        st.tuples(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 900)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[0],
    ),
    st.dates(date(1999, 1, 1), date(2033, 1, 1)),
)
def test_in_force_is_the_last_issued_of_those_that_have_begun(
    versions: list[tuple[date, int]], day: date
) -> None:
    """Any versions, any day: at most one, and the one a plain search finds."""
    documents = []
    begun = []
    for at, (issued, wait) in enumerate(versions):
        effective = issued + timedelta(days=wait)
        dates = {"issued": issued.isoformat(), "effective": effective.isoformat()}
        documents.append(facts(str(at), "读书法", **dates))
        if effective <= day:
            begun.append((issued, str(at)))
    expected = {max(begun)[1]} if begun else set()
    assert in_force(day.isoformat(), *documents) == expected


def test_every_changed_article_is_found_in_its_version(tmp_path: Path) -> None:
    """1,817 of them, dates in the file name, front matter and head: today new, before it old."""
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
