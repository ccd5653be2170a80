"""A scoped search equals a search over a library that holds only what is in scope."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from corpus.errors import BadFilter
from corpus.facts.filters import Filter, parse_where
from corpus.types import SourceFile
from index.catalogue import Scope
from index.library import Library
from tests.fakes import LetterEmbedder

WORDS = st.text("读书唱歌校长班长负责组织每年三十场", min_size=6, max_size=14)
TEXTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), WORDS), min_size=1, max_size=7)
QUESTION = "校长每年负责组织读书几场"
DAYS = [date(2005, 1, 1), date(2012, 6, 1), date(2026, 1, 1)]


def file_of(at: int, law: int, year: int, words: str) -> SourceFile:
    """A version of one of a few laws; its year of issue stands in its head, 0: in none."""
    head = f"（{2000 + 6 * year}年3月1日通过）\n" if year else ""
    text = f"第{'甲乙丙丁'[law]}号读书管理办法\n{head}第一条 {words}。\n第二条 {words[::-1]}。\n"
    given_ = {"collection": "政策" if at % 2 else "法规", "tags": ("读书", str(law))}
    return SourceFile(f"upload:{at}.txt", f"{at}.txt", text.encode(), given=given_)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, day=st.sampled_from(DAYS), which=st.integers(0, 3))
def test_a_scoped_search_equals_one_over_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[int, int, str]],
    day: date,
    which: int,
) -> None:
    filter_ = (
        Filter(),
        Filter(collections=("政策",)),
        Filter(tags=("读书", "1")),
        Filter((parse_where("issued >= 2010"),)),
    )[which]
    scope = Scope(day, filter_)
    files = [file_of(at, *one) for at, one in enumerate(texts)]
    home = tmp_path_factory.mktemp("scope")
    whole = Library(home / "whole", LetterEmbedder)
    whole.add(files)
    lapsed = whole.catalogue.instruments().lapsed(day)
    inside = {
        one.source for one in whole.store.facts() if one.id not in lapsed and filter_.accepts(one)
    }
    fresh = Library(home / "fresh", LetterEmbedder)
    fresh.add([file for file in files if file.source in inside])
    # The few that are left have no versions beside them there: all of them are in force.
    over_all = Scope(date(2500, 1, 1))
    dense = {hit.passage.id: hit.dense for hit in whole.search(QUESTION, 50, scope)}
    alone = {hit.passage.id: hit.dense for hit in fresh.search(QUESTION, 50, over_all)}
    assert dense.keys() == alone.keys()
    whole.close()
    fresh.close()


def test_what_is_out_of_scope_takes_no_place(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEmbedder)
    old = [file_of(at, 0, 1, "校长每年负责组织读书几场") for at in range(30)]
    library.add([*old, file_of(99, 0, 3, "班长组织唱歌三十场")])
    hits = library.search(QUESTION, 3)
    assert {hit.passage.document_id for hit in hits} == {library.document("upload:99.txt").id}
    then = library.search(QUESTION, 3, Scope(date(2008, 1, 1)))
    assert len(then) == 3
    assert all(hit.lapse is not None for hit in then)
    library.close()


def test_a_slip_in_a_filter_is_told_and_not_taken_for_nothing_found(tmp_path: Path) -> None:
    library = Library(tmp_path, LetterEmbedder)
    library.add([file_of(0, 0, 1, "校长负责组织读书")])
    with pytest.raises(BadFilter, match="issued"):
        library.search(QUESTION, 3, Scope(None, Filter((parse_where("isued > 3"),))))
    library.close()
