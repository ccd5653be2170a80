from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from corpus.errors import (
    StoreDamaged,
    StoreTooNew,
    UnknownCitation,
    UnknownDocument,
    UnreadableSource,
)
from corpus.ingest import document_id, find_files, load, prepare, source_of
from corpus.store.store import Store
from corpus.store.stored import NewDocument
from corpus.tracking.lookup import look_up
from corpus.types import CitationState, SourceFile


def new(text: str, source: str = "upload:甲.txt") -> NewDocument:
    return prepare(SourceFile(source, source.removeprefix("upload:"), text.encode("utf-8")))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.sqlite")


def test_what_was_committed_comes_back_whole(store: Store) -> None:
    added = new("第一条 甲应当乙。\n第二条 丙不得丁。")
    store.commit([added])
    document = store.document(added.document.id)
    assert document == added.document
    assert store.paragraphs(document) == list(added.paragraphs)
    found = list(store.passages(store.rows()))
    assert [row.passage for row in found] == list(added.passages)
    assert [row.digest for row in found] == list(added.digests)


def test_a_store_opened_again_is_the_same(store: Store) -> None:
    added = new("甲应当乙。")
    version = store.commit([added])
    store.close()
    again = Store(store.path)
    assert (again.version, again.store_id) == (version, store_id := again.store_id)
    assert store_id
    assert again.document(added.document.id) == added.document


def test_rows_are_never_used_twice(store: Store) -> None:
    store.commit([new("甲。")])
    first = store.rows()
    store.remove(document_id("upload:甲.txt"))
    store.commit([new("乙。")])
    assert not set(first) & set(store.rows())


def test_an_edit_replaces_the_passages_and_keeps_the_revision(store: Store) -> None:
    old, edited = new("甲应当乙。"), new("甲可以乙。")
    store.commit([old])
    store.commit([edited])
    assert [row.passage.text for row in store.passages(store.rows())] == ["甲可以乙。"]
    kept = store.revision(old.document.id, old.document.revision[:12])
    assert kept is not None
    assert kept.text == old.document.text


def test_a_commit_is_all_or_nothing(store: Store) -> None:
    good = new("甲。", "upload:甲.txt")
    bad = NewDocument(good.document, good.paragraphs, good.passages, ["一个", "两个"])
    version = store.version
    with pytest.raises(ValueError, match="zip"):
        store.commit([new("乙。", "upload:乙.txt"), bad])
    assert store.version == version
    assert store.documents() == []
    assert store.rows() == []


def test_a_document_is_found_by_id_source_file_name_and_title(store: Store) -> None:
    added = new("教育工作会议\n会议指出，要抓好读书。\n会议强调，要抓好落实。", "/甲/会议.txt")
    store.commit([added])
    for reference in (added.document.id, "/甲/会议.txt", "会议.txt", added.document.title):
        assert store.find(reference).id == added.document.id


def test_a_name_of_two_documents_is_refused_naming_both(store: Store) -> None:
    one, two = new("甲。", "/一/通知.txt"), new("乙。", "/二/通知.txt")
    store.commit([one, two])
    with pytest.raises(UnknownDocument) as caught:
        store.find("通知.txt")
    assert one.document.id in str(caught.value)
    assert two.document.id in str(caught.value)


def test_copies_are_documents_of_their_own(store: Store) -> None:
    one, two = new("同样的话。", "/一.txt"), new("同样的话。", "/二.txt")
    store.commit([one, two])
    store.remove(one.document.id)
    assert store.document(two.document.id).text == "同样的话。"


def test_a_newer_store_is_refused(store: Store) -> None:
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreTooNew, match="99"):
        Store(store.path)


def test_a_file_that_is_no_store_is_named_damaged(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database at all, sixteen bytes and more" * 100)
    with pytest.raises(StoreDamaged, match="备份"):
        Store(path)


# --- citations looked up ---------------------------------------------------------------------


def cited(store: Store, text: str, quote: str) -> str:
    added = new(text)
    store.commit([added])
    start = added.document.text.index(quote)
    from corpus.types import place_id

    return place_id(added.document.id, added.document.revision, start, start + len(quote))


def test_a_citation_shows_its_quote_in_its_paragraph(store: Store) -> None:
    citation = cited(store, "前段。\n会议指出，要读书。要落实。\n后段。", "要读书。")
    place = look_up(store, citation)
    assert place.state is CitationState.VALID
    assert (place.before, place.citation.quote, place.after) == (
        "会议指出，",
        "要读书。",
        "要落实。",
    )
    assert place.current == place.citation


def test_after_an_edit_a_citation_has_moved_or_changed_and_keeps_its_words(store: Store) -> None:
    citation = cited(store, "甲应当乙。\n丙不得丁。", "丙不得丁。")
    store.commit([new("新的一段。\n甲应当乙。\n丙不得丁。")])
    moved = look_up(store, citation)
    assert moved.state is CitationState.MOVED
    assert moved.citation.quote == "丙不得丁。"
    assert moved.current is not None
    assert moved.current.quote == "丙不得丁。"
    assert look_up(store, moved.current.id).state is CitationState.VALID

    store.commit([new("甲应当乙。\n丙可以丁。")])
    changed = look_up(store, citation)
    assert (changed.state, changed.current) == (CitationState.CHANGED, None)
    assert changed.citation.quote == "丙不得丁。"


def test_a_removed_document_leaves_its_citation_gone_until_purged(store: Store) -> None:
    citation = cited(store, "甲应当乙。", "应当")
    store.remove(document_id("upload:甲.txt"))
    gone = look_up(store, citation)
    assert (gone.state, gone.citation.quote) == (CitationState.GONE, "应当")
    store.remove(document_id("upload:甲.txt"), purge=True)
    with pytest.raises(UnknownCitation):
        look_up(store, citation)


def test_a_place_beyond_the_text_is_no_citation(store: Store) -> None:
    citation = cited(store, "甲应当乙。", "应当")
    with pytest.raises(UnknownCitation):
        look_up(store, citation.rsplit("-", 1)[0] + "-9999")


# --- finding files ---------------------------------------------------------------------------


def test_folders_are_walked_in_order_without_hidden_files_and_loops(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", ".hidden.txt", "c/d.txt", ".git/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("甲。", encoding="utf-8")
    (tmp_path / "c" / "loop").symlink_to(tmp_path)
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path])]
    assert found == ["a.txt", "b.txt", "c/d.txt"]


def test_a_path_that_does_not_exist_is_passed_on_to_be_named(tmp_path: Path) -> None:
    assert list(find_files([tmp_path / "nowhere"])) == [tmp_path / "nowhere"]


def test_odd_files_are_refused_in_words_and_hold_nothing_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, tmp_path / ("长" * 300)):
        with pytest.raises(UnreadableSource):
            load(path)


def test_a_name_that_is_not_utf8_becomes_one_that_can_be_written(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb9\xab\xce\xc4.txt"))
    path.write_text("甲应当乙。", encoding="utf-8")
    file = load(path)
    assert file.source.endswith(r"\xb9\xab\xce\xc4.txt")
    Store(tmp_path / "store.sqlite").commit([prepare(file)])


def test_one_file_has_one_name_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "子").mkdir()
    assert source_of(tmp_path / "子" / ".." / "甲.txt") == source_of(tmp_path / "甲.txt")
