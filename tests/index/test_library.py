from __future__ import annotations

import contextlib
import gc
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import LibraryBusy, UnknownCitation, UnknownDocument
from corpus.messages.message import Message
from corpus.store.lock import WriteLock
from corpus.types import AddState, CitationState, SourceFile
from index.embedders import select
from index.embedders.base import Vectors
from index.errors import BadVectors, EmbedderMismatch, IndexUnwritable
from index.library import Library
from index.segments.snapshot import CURRENT
from tests.conftest import Writer
from tests.fakes import LetterEmbedder


def upload(name: str, text: str) -> SourceFile:
    return SourceFile(f"upload:{name}", name, text.encode("utf-8"))


def found(library: Library, question: str, k: int = 10) -> list[tuple[str, float]]:
    return [(hit.passage.text, round(hit.score, 6)) for hit in library.search(question, k)]


def reopened(library: Library, name: str = "letters") -> Library:
    library.close()
    return Library(library.home, lambda: LetterEmbedder(name), wait=0.0)


def test_what_was_added_is_found(library: Library, write: Writer) -> None:
    outcomes = library.add([write("甲.txt", "学校应当读书。"), write("乙.txt", "医院应当救人。")])
    assert [outcome.state for outcome in outcomes] == [AddState.ADDED, AddState.ADDED]
    assert found(library, "学校读书", 1)[0][0] == "学校应当读书。"


def test_adding_again_changes_nothing(library: Library, write: Writer) -> None:
    path = write("甲.txt", "学校应当读书。")
    library.add([path])
    version = library.version
    embedder = library.embedder
    assert isinstance(embedder, LetterEmbedder)
    embedded = len(embedder.embedded)
    assert [outcome.state for outcome in library.add([path])] == [AddState.UNCHANGED]
    assert (library.version, len(embedder.embedded)) == (version, embedded)


def test_an_edited_file_replaces_its_revision(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    outcomes = library.add([write("甲.txt", "学校可以读报。")])
    assert [outcome.state for outcome in outcomes] == [AddState.UPDATED]
    assert [text for text, _ in found(library, "学校")] == ["学校可以读报。"]


def test_a_removed_document_is_gone_at_once(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。"), write("乙.txt", "学校应当写字。")])
    library.remove("甲.txt")
    assert [text for text, _ in found(library, "学校应当读书")] == ["学校应当写字。"]
    with pytest.raises(UnknownDocument):
        library.remove("甲.txt")


def test_one_bad_file_among_good_ones(library: Library, write: Writer) -> None:
    write("a.txt", "学校应当读书。")
    write("b.bin", b"\x89PNG\r\n\x1a\n" + bytes(100))
    write("c.txt", b"")
    write("d.txt", "医院应当救人。")
    paths = [write.folder / name for name in ("a.txt", "b.bin", "c.txt", "d.txt", "nowhere.txt")]
    outcomes = library.add(paths)
    states = [outcome.state for outcome in outcomes]
    assert states == [
        AddState.ADDED,
        AddState.REFUSED,
        AddState.REFUSED,
        AddState.ADDED,
        AddState.REFUSED,
    ]
    assert all(outcome.reason for outcome in outcomes if outcome.state is AddState.REFUSED)
    assert len(library.documents()) == 2


def test_an_edit_that_cannot_be_read_keeps_the_revision_before(
    library: Library, write: Writer
) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    (outcome,) = library.add([write("甲.txt", b"\x00\x01\x02\x03" * 50)])
    assert outcome.state is AddState.REFUSED
    assert isinstance(outcome.reason, Message)
    (kept,) = reopened(library).quarantined()
    assert isinstance(kept.reason, Message)
    assert outcome.reason.code == "index.kept_before"
    assert outcome.reason.fields["why"] == kept.reason
    assert [text for text, _ in found(library, "学校")] == ["学校应当读书。"]


def test_quarantine_lists_what_cannot_be_decided_and_lets_it_go(
    library: Library, write: Writer
) -> None:
    mixed = "学校应当读书，医院应当救人。".encode() + "学校应当读书".encode("gb18030") * 3
    path = write("甲.txt", mixed)
    (outcome,) = library.add([path])
    assert outcome.state is AddState.REFUSED
    assert [entry.source for entry in library.quarantined()] == [str(path)]
    library.add([write("甲.txt", "学校应当读书。")])
    assert library.quarantined() == []


# --- the index is derived ----------------------------------------------------------------------


def test_a_library_closes_with_its_block_and_is_over_the_bundled_model_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(select, "open_embedder", lambda: LetterEmbedder("bundled"))
    with Library(tmp_path / "home") as library:
        assert library.embedder.identity.name == "bundled"
        assert (tmp_path / "home" / "store.sqlite-wal").exists()
    assert not (tmp_path / "home" / "store.sqlite-wal").exists()  # SQLite's last one out removes it


def test_a_library_opened_again_finds_the_same(library: Library, write: Writer) -> None:
    library.add([write(f"{n}.txt", f"第{n}所学校应当读书{n}本。") for n in range(20)])
    before = found(library, "学校读书7本")
    again = reopened(library)
    assert found(again, "学校读书7本") == before


INDEX_FILES = (
    "CURRENT",
    "manifest.json",
    "gone.npy",
    "rows.npy",
    "sums.npy",
    "tokens.npy",
    "starts.npy",
    "ordinals.npy",
    "counts.npy",
    "lengths.npy",
    "vectors.faiss",
    "codes.faiss",
)


def missing(file: Path) -> None:
    file.unlink()


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [missing, flipped, truncated, zeroed, emptied])
@pytest.mark.parametrize("name", INDEX_FILES)
def test_a_damaged_index_is_rebuilt_without_embedding_again(
    library: Library,
    write: Writer,
    name: str,
    damage: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.segments.vectors.EXACT_TO", 2)  # so that there are codes to damage
    library.factory = "SQ8"
    library.add([write(f"{n}.txt", f"第{n}所学校应当读书{n}本。") for n in range(5)])
    before = found(library, "学校读书3本")
    (file,) = (library.home / "index").rglob(name)
    damage(file)
    again = reopened(library)
    again.factory = "SQ8"
    assert found(again, "学校读书3本") == before
    assert {path.name for path in (library.home / "index").rglob("*") if path.is_file()} == {
        *INDEX_FILES
    }
    embedder = again.embedder
    assert isinstance(embedder, LetterEmbedder)
    assert embedder.embedded == []


def test_snapshots_of_an_older_layout_are_swept_away(library: Library, write: Writer) -> None:
    old = library.home / "index" / "v00000001-01234567"
    (old / "terms").mkdir(parents=True)
    (old / "manifest.json").write_text('{"stamp": {"store_id": "x"}, "files": {}}', "utf-8")
    (library.home / "index" / CURRENT).write_text(old.name, encoding="utf-8")
    library.add([write("甲.txt", "学校应当读书。")])
    assert len(found(library, "学校")) == 1
    assert not old.exists()


def test_small_changes_write_small_segments(library: Library, write: Writer) -> None:
    library.add([write(f"{n}.txt", f"第{n}所学校应当读书{n}本。") for n in range(40)])
    folder = library.home / "index" / "segments"
    (first,) = folder.iterdir()
    library.add([write("新.txt", "新的学校应当读书。")])
    assert first in list(folder.iterdir())  # as it was
    assert len(list(folder.iterdir())) == 2
    library.remove("3.txt")
    assert first in list(folder.iterdir())  # one of forty is gone: marked, not rewritten
    assert "第3所" not in str(found(library, "第3所学校读书3本"))
    for n in range(4, 16):
        library.remove(f"{n}.txt")
    assert first not in list(folder.iterdir())  # worn, and written anew without them
    assert len(library.search("学校", 50)) == 28


def test_a_stale_index_follows_the_store(library: Library, write: Writer) -> None:
    """As after a kill between the store's commit and the index's."""
    library.add([write("甲.txt", "学校应当读书。")])
    library.search("学校", 1)
    folder = (library.home / "index" / CURRENT).read_text(encoding="utf-8")
    library.store.remove(library.store.find("甲.txt").id)
    assert found(library, "学校") == []
    assert (library.home / "index" / CURRENT).read_text(encoding="utf-8") != folder


def test_another_embedder_is_refused_naming_both_and_reindex_is_the_way_out(
    library: Library, write: Writer
) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    other = reopened(library, "others")
    with pytest.raises(EmbedderMismatch) as caught:
        other.search("学校", 1)
    assert "letters" in str(caught.value)
    assert "others" in str(caught.value)
    assert "reindex" in str(caught.value)
    with pytest.raises(EmbedderMismatch):
        other.add([write("乙.txt", "医院应当救人。")])
    with pytest.raises(EmbedderMismatch):
        other.remove("甲.txt")
    with pytest.raises(EmbedderMismatch):
        other.search("学校", 1)
    assert isinstance(other.embedder, LetterEmbedder)
    assert other.embedder.embedded == []
    assert other.changes.reindex() == 1
    assert [text for text, _ in found(other, "学校")] == ["学校应当读书。"]


def test_vectors_that_are_not_unit_are_never_stored(tmp_path: Path, write: Writer) -> None:
    class Broken(LetterEmbedder):
        def embed_passages(self, texts: object) -> Vectors:
            return np.full((1, 64), np.nan, dtype=np.float32)

    library = Library(tmp_path / "home", Broken, wait=0.0)
    with pytest.raises(BadVectors):
        library.add([write("甲.txt", "学校应当读书。")])
    assert library.documents() == []
    library.close()


def test_edited_documents_are_found_while_an_add_goes_on(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.BATCH_PASSAGES", 1)
    paths = [write(f"{n}.txt", f"第{n}所学校应当读书。") for n in range(4)]
    library.add(paths)
    for n in range(4):
        write(f"{n}.txt", f"第{n}所学校可以读报。")
    reader = Library(library.home, LetterEmbedder, wait=0.0)
    counts: list[int] = []
    library.add(paths, lambda progress: counts.append(len(reader.search("学校", 10))))
    assert min(counts[1:]) >= 3  # but for the one between its two commits
    assert len(reader.search("学校", 10)) == 4
    reader.close()


def no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def faiss_without_space(*_: object) -> None:
    raise RuntimeError("Error in write_index: No space left on device")


@pytest.mark.parametrize(
    ("point", "failing"),
    [
        ("index.keeper.publish", no_space),
        ("index.keeper.save_segment", no_space),
        ("index.segments.segment.save_array", no_space),
        ("index.segments.postings.save_array", no_space),
        ("index.segments.snapshot.save_array", no_space),
        ("faiss.write_index", faiss_without_space),
        ("os.fsync", no_space),
        ("pathlib.Path.rename", no_space),
        ("pathlib.Path.replace", no_space),
    ],
)
def test_a_full_disk_keeps_the_last_index_answering(
    library: Library,
    write: Writer,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    failing: Callable[..., None],
) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    with monkeypatch.context() as patched:
        patched.setattr(point, failing)
        with pytest.raises(IndexUnwritable, match="No space"):
            library.add([write("乙.txt", "学校可以写字。")])
        assert [text for text, _ in found(library, "学校")] == ["学校应当读书。"]
    assert len(found(library, "学校")) == 2


def test_a_disk_that_fails_at_any_sync_leaves_the_old_or_the_new_index(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add([write("0.txt", "第0所学校应当读书。")])
    real, calls = os.fsync, 0

    def failing(handle: int) -> None:
        nonlocal calls
        calls -= 1
        if calls == 0:
            raise OSError(5, "Input/output error")
        real(handle)

    for nth in range(1, 40):
        calls = nth
        with monkeypatch.context() as patched:
            patched.setattr("os.fsync", failing)
            path = write(f"{nth}.txt", f"第{nth}所学校应当读书。")
            with contextlib.suppress(IndexUnwritable):
                library.add([path])
        assert len(library.search("学校", 100)) == nth + 1
        assert len(reopened(library).search("学校", 100)) == nth + 1
        if calls > 0:
            break  # there are not so many
    else:
        pytest.fail("a sync of every file and folder is fewer than that")


def test_a_reader_during_commits_sees_whole_states(library: Library, write: Writer) -> None:
    """Each commit replaces both documents; a reader must never see one edition of each."""
    reader = Library(library.home, LetterEmbedder, wait=0.0)
    stop, seen = threading.Event(), set()

    def editions() -> Iterator[frozenset[str]]:
        while not stop.is_set():
            hits = reader.search("学校应当读书", 10)
            yield frozenset(hit.passage.text for hit in hits)

    def read() -> None:
        for texts in editions():
            seen.add(frozenset(text[-3:-2] for text in texts))

    def edit(edition: int) -> None:
        library.add(
            [upload("甲", f"甲学校应当读书{edition}。"), upload("乙", f"乙学校应当读书{edition}。")]
        )

    library.lock.wait = (
        60.0  # a reader that sees a newer store takes the lock for a moment, to look
    )
    edit(0)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        try:
            for edition in range(1, 10):
                edit(edition)
        finally:
            stop.set()
        reading.result(60)
    reader.close()
    assert all(len(editions) <= 1 for editions in seen), seen


def test_purging_forgets_the_text_even_after_removing(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    passage = library.search("学校", 1)[0].passage
    library.remove("甲.txt")
    assert library.cite(passage.id).state is CitationState.GONE
    library.remove(passage.document_id, purge=True)
    with pytest.raises(UnknownCitation):
        library.cite(passage.id)
    assert _vectors(library) == []


def _vectors(library: Library) -> list[tuple[bytes]]:
    with closing(sqlite3.connect(library.store.path)) as connection:
        return connection.execute("SELECT vector FROM vectors").fetchall()


# --- one writer -------------------------------------------------------------------------------


@pytest.mark.parametrize("killed", [False, True])
def test_purging_leaves_no_vector_or_word_in_the_index(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """One of forty gone is too little to rewrite a segment for, but for a purge."""
    library.add([write(f"{n}.txt", f"第{n}所学校应当读书{n}本。") for n in range(40)])
    library.remove("5.txt")
    if killed:  # between the store's commit and the index's
        with monkeypatch.context() as patched:
            patched.setattr("index.keeper.publish", no_space)
            with pytest.raises(IndexUnwritable):
                library.remove("6.txt", purge=True)
        library = reopened(library)
    else:
        library.remove("6.txt", purge=True)
    retriever = library.retriever()
    assert retriever is not None
    rows = [row for one in retriever.snapshot.held for row in one.segment.rows.tolist()]
    assert rows == library.store.rows()
    assert len(rows) == 38


def test_a_second_writer_is_told_who_holds_the_lock(library: Library, write: Writer) -> None:
    path = write("甲.txt", "学校应当读书。")
    with WriteLock(library.home).hold("judian add"), pytest.raises(LibraryBusy, match="judian add"):
        library.add([path])
    assert [outcome.state for outcome in library.add([path])] == [AddState.ADDED]


def test_many_short_threads_leave_no_files_open(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。")])

    def ask_once() -> None:
        library.search("学校", 1)

    def burst() -> int:
        threads = [threading.Thread(target=ask_once) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    first = burst()
    assert max(burst() for _ in range(5)) <= first + 4


def test_first_opens_of_a_home_do_not_collide(tmp_path: Path) -> None:
    failures: list[Exception] = []

    def open_once() -> None:
        try:
            Library(tmp_path / "home", LetterEmbedder, wait=0.0).close()
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=open_once) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_fifty_uploads_of_one_file_are_one_document(tmp_path: Path) -> None:
    library = Library(tmp_path / "home", LetterEmbedder, wait=60.0)
    threads = [
        threading.Thread(target=library.add, args=([upload("甲.txt", "学校应当读书。")],))
        for _ in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(library.documents()) == 1
    assert len(library.store.rows()) == 1
    library.close()


def test_an_add_that_was_killed_is_told_of(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    assert library.changes.interrupted() is None
    library.store.set_meta("adding", '{"pid": 1, "since": "2026-01-01T00:00:00+00:00"}')
    notice = reopened(library).changes.interrupted()
    assert notice is not None
    assert "2026-01-01" in notice


@pytest.mark.parametrize(
    ("first", "second", "replaced"),
    [
        ("甲", "甲", True),
        ("", "", True),
        ("甲", "乙", False),
        ("甲", "", False),
        ("", "甲", False),
    ],
)
def test_an_upload_replaces_only_what_its_own_collection_has_under_that_name(
    library: Library, first: str, second: str, *, replaced: bool
) -> None:
    def add(text: str, collection: str) -> AddState:
        options = {"collection": collection} if collection else {}
        (outcome,) = library.add([upload("通知.txt", text)], options=options)
        assert (outcome.state is AddState.REFUSED) == bool(outcome.reason)
        return outcome.state

    assert add("学校应当读书。", first) is AddState.ADDED
    state = AddState.UPDATED if replaced else AddState.REFUSED
    assert add("医院应当救人。", second) is state
    (kept,) = library.documents()
    assert library.document(kept.id).text == ("医院应当救人。" if replaced else "学校应当读书。")


def test_a_collection_that_a_record_states_itself_is_no_other_one(library: Library) -> None:
    def record(text: str) -> SourceFile:
        record = {"id": "a", "text": text, "metadata": {"collection": "甲"}}
        return upload("集.jsonl", json.dumps(record))

    library.add([record("学校应当读书。")])
    assert [one.state for one in library.add([record("医院应当救人。")])] == [AddState.UPDATED]


# --- search after any edits equals search over a fresh build ------------------------------------

TEXTS = st.text("学校应当读书医院救人不得可以", min_size=1, max_size=12)
EDITS = st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.none() | TEXTS), min_size=1, max_size=8)


@settings(max_examples=15)
@given(EDITS)
def test_search_after_edits_equals_search_over_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | None]]
) -> None:
    edited = Library(tmp_path_factory.mktemp("edited"), LetterEmbedder, wait=0.0)
    left: dict[str, str] = {}
    for name, text in edits:
        if text is not None:
            edited.add([upload(name, text)])
            left[name] = text
        elif name in left:
            edited.remove(f"upload:{name}")
            del left[name]
    fresh = Library(tmp_path_factory.mktemp("fresh"), LetterEmbedder, wait=0.0)
    fresh.add([upload(name, text) for name, text in sorted(left.items())])
    for question in ("学校", "读书救人"):
        assert sorted(found(edited, question)) == sorted(found(fresh, question))
    edited.close()
    fresh.close()


def test_copies_do_not_fill_the_first_page(library: Library) -> None:
    library.add([upload(f"副本{n}", "学校应当读书。\n第一所学校。") for n in range(4)])
    library.add([upload("另", "学校可以写字。")])
    texts = [hit.passage.text for hit in library.search("学校应当读书", 4)]
    assert len(set(texts)) == 3  # there are no more: 学校应当读书。 第一所学校。 学校可以写字。
    assert texts[3] in texts[:3]
    assert [hit.rank for hit in library.search("学校应当读书", 5)] == [1, 2, 3, 4, 5]


def test_a_citation_survives_a_restart(library: Library, write: Writer) -> None:
    library.add([write("甲.txt", "学校应当读书。")])
    passage = library.search("学校", 1)[0].passage
    again = reopened(library)
    place = again.cite(passage.id)
    assert (place.state, place.citation.quote) == (CitationState.VALID, passage.text)
