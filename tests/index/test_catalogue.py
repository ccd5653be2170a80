"""Scopes: what is searched on a day and under a filter, and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.facts.filters import Filter, parse_where
from corpus.types import LapseKind
from index.catalogue import Scope
from index.library import Library
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

BODIES = {
    "读书法(2010-03-01).txt": "读书法\n第一条 学校每年办三次读书会。\n第二条 经费由县里承担。",
    "读书法(2020-03-01).txt": "读书法\n第一条 学校每年办五次读书会。\n第二条 经费由省里承担。",
    "唱歌办法(2015-01-01).txt": "唱歌办法\n第一条 学校每年办两次歌会。\n第二条 歌会在礼堂办。",
    "跑步规定(2018-01-01).txt": (
        "跑步规定\n第一条 学校每年办一次跑步会。\n"
        "第二条 本规定自2018年6月1日起施行，《唱歌办法》同时废止。"
    ),
    "会议记录.txt": "会议记录\n会上说，学校要办好读书会和歌会。",
}
DAYS = ("2009-01-01", "2012-01-01", "2016-01-01", "2018-05-31", "2018-06-01", "2026-01-01")
QUESTION = "学校每年办几次读书会？"


def allowed(day: str) -> set[str]:
    """What a person would say is in force on a day, written down by hand."""
    laws = {
        "读书法(2010-03-01).txt": ("2010-03-01", "2020-03-01"),
        "读书法(2020-03-01).txt": ("2020-03-01", "9999-12-31"),
        "唱歌办法(2015-01-01).txt": ("2015-01-01", "2018-06-01"),
        "跑步规定(2018-01-01).txt": ("2018-06-01", "9999-12-31"),
    }
    return {"会议记录.txt", *(name for name, (a, b) in laws.items() if a <= day < b)}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Library]]:
    libraries: list[Library] = []

    def opening(name: str) -> Library:
        libraries.append(Library(tmp_path / name, LetterEmbedder, wait=0.0))
        return libraries[-1]

    yield opening
    for one in libraries:
        one.close()


def ids(library: Library, k: int, scope: Scope) -> list[str]:
    return [hit.passage_id for hit in library.search(QUESTION, k, scope)]


def test_a_search_on_a_day_equals_a_build_of_what_was_in_force_then(
    opened: Callable[[str], Library], write: Writer
) -> None:
    paths = {name: write(name, text) for name, text in BODIES.items()}
    whole = opened("whole")
    whole.add(paths.values())
    for at, day in enumerate(DAYS):
        scope = Scope(date.fromisoformat(day))
        fresh = opened(f"fresh{at}")
        fresh.add([paths[name] for name in sorted(allowed(day))])
        # Everything of the fresh build and nothing else, with no place lost to what is left out.
        wanted = {hit.passage_id for hit in fresh.search(QUESTION, 100, scope)}
        assert set(ids(whole, 100, scope)) == wanted
        for k in (1, 2, 3):
            assert len(ids(whole, k, scope)) == min(k, len(wanted))
        # Cosines do not depend on what else there is.
        dense = {h.passage_id: h.dense for h in whole.search(QUESTION, 100, scope)}
        for hit in fresh.search(QUESTION, 100, scope):
            assert dense[hit.passage_id] == pytest.approx(hit.dense)


def test_what_is_in_force_and_what_is_not_are_the_whole_library(
    opened: Callable[[str], Library], write: Writer
) -> None:
    library = opened("whole")
    library.add([write(name, text) for name, text in BODIES.items()])
    rows = set(library.store.rows())
    for day in map(date.fromisoformat, DAYS):
        out = set(library.catalogue.excluded(Scope(day)).tolist())
        out_of_lapsed = set(library.catalogue.excluded(Scope(day, lapsed=True)).tolist())
        assert out | out_of_lapsed == rows
        assert not out & out_of_lapsed
        assert bool(out) == library.catalogue.has_lapsed(day)


def test_a_filter_narrows_the_scope_of_a_day(
    opened: Callable[[str], Library], write: Writer
) -> None:
    library = opened("whole")
    library.add([write(name, text) for name, text in BODIES.items()])
    where = Filter((parse_where("issued >= 2015-01-01"),))
    for day, lapsed in itertools.product(map(date.fromisoformat, DAYS), (False, True)):
        hits = library.search(QUESTION, 100, Scope(day, where, lapsed))
        facts = [library.catalogue.facts(hit.passage.document_id) for hit in hits]
        assert all(one and str(one.metadata["issued"].value) >= "2015" for one in facts)
        for hit in hits:
            known = library.catalogue.lapse(hit.passage.document_id, day)
            assert (known is not None) == lapsed


def test_a_library_changed_is_seen_at_once(opened: Callable[[str], Library], write: Writer) -> None:
    library = opened("whole")
    old, new = (write(name, text) for name, text in list(BODIES.items())[:2])
    library.add([old])
    assert ids(library, 10, Scope())
    assert library.clause("读书法第一条").citations[0].lapse is None
    library.add([new])
    quotes = [hit.passage.text for hit in library.search(QUESTION, 10)]
    assert quotes
    assert not any("三次" in quote for quote in quotes)
    library.remove("读书法(2020-03-01).txt")
    assert any("三次" in hit.passage.text for hit in library.search(QUESTION, 10))


def test_a_text_not_in_force_is_never_cited_without_saying_so(
    opened: Callable[[str], Library], write: Writer
) -> None:
    library = opened("whole")
    library.add([write(name, text) for name, text in BODIES.items()])
    then = library.clause("读书法第一条", as_of=date(2012, 1, 1))
    (cited,) = then.citations
    assert "三次" in cited.quote
    assert cited.lapse is not None
    assert (cited.lapse.kind, cited.lapse.since) == (LapseKind.SUPERSEDED, "2020-03-01")
    assert library.cite(cited.id).citation.lapse == cited.lapse
    repealed = library.clause("唱歌办法第二条").citations[0].lapse
    assert repealed is not None
    assert (repealed.kind, repealed.title) == (LapseKind.REPEALED, "跑步规定")
    assert library.clause("读书法第一条").citations[0].lapse is None
    for hit in library.search(QUESTION, 100, Scope(date(2012, 1, 1))):
        assert hit.lapse == library.catalogue.lapse(hit.passage.document_id)
