"""`judian add` on folders: whatever happened to the files, the library follows, and says how."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import api.build
from api.cli.exits import run_guarded
from api.cli.main import cli
from api.cli.syncing import sync
from corpus.errors import UnreadableSource
from corpus.types import AddOutcome, AddState, CitationState, ReadResult, SourceFile
from index.library import Library
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

READ = "读书会每周一次，由校长召集。"
SING = "合唱团每月两次，由教师指导。"


def run(
    library: Library, *paths: Path, prune: bool = True, yes: bool = True, dry_run: bool = False
) -> list[AddOutcome]:
    return sync(library, paths, {}, prune=prune, yes=yes, dry_run=dry_run)


def states(outcomes: list[AddOutcome], below: Path) -> dict[str, AddState]:
    assert len({one.source for one in outcomes}) == len(outcomes)
    return {one.source.removeprefix(f"{below}/"): one.state for one in outcomes}


def content(library: Library) -> dict[str, tuple[str, str, str, list[str]]]:
    """Return what a library holds, by source: title, text, type, and its passages."""
    rows = list(library.store.passages(library.store.rows()))
    return {
        one.source: (
            one.title,
            library.document(one.id).text,
            one.media_type,
            [row.passage.text for row in rows if row.passage.document_id == one.id],
        )
        for one in library.documents()
    }


def first_citation(library: Library, path: Path) -> str:
    summary = next(one for one in library.documents() if one.source == str(path))
    rows = library.store.passages(library.store.rows_of([summary.id]))
    return next(rows).passage.id


# --- any edits, then one command, against a fresh build -------------------------------------------

NAMES = ("甲.txt", "乙.txt", "丙/甲.txt", "丙/丁.md", "附件#1.txt", "包!/戊.txt")
LINES = (READ, SING, "食堂每日三餐，由后勤负责。", "宿舍每晚十点熄灯。")
TEXTS = st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True).map("\n".join)
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), TEXTS),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.sampled_from(["move", "copy", "swap"]), *[st.sampled_from(NAMES)] * 2),
)
ROUNDS = st.lists(st.lists(EDITS, min_size=1, max_size=5), min_size=1, max_size=4)


def edit(folder: Path, what: str, one: str, other: str) -> None:
    path, second = folder / one, folder / other
    if what == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(other, encoding="utf-8")
    elif not path.is_file() or path == second:
        return
    elif what == "delete":
        path.unlink()
    elif what == "swap" and second.is_file():
        kept = path.read_bytes()
        path.write_bytes(second.read_bytes())
        second.write_bytes(kept)
    elif what in ("move", "copy"):
        second.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, second)
        if what == "move":
            path.unlink()


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def renamed(before: Mapping[Path, bytes], after: Mapping[Path, bytes]) -> dict[Path, Path]:
    """Return old name -> new one of the files that are only somewhere else, for certain.

    Of the same kind, that is: lines of a .md are one paragraph, those of a .txt each their own.
    """
    gone = [path for path in before if path not in after]
    new = [path for path in after if path not in before]
    return {
        old: there[0]
        for old in gone
        if len(there := [path for path in new if after[path] == before[old]]) == 1
        and sum(before[path] == before[old] for path in gone) == 1
        and old.suffix == there[0].suffix
    }


@settings(max_examples=12)
@given(ROUNDS)
def test_after_any_edits_the_library_is_what_a_fresh_build_is(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("files")
    (folder / "在.txt").write_text("总有一个文件在。", encoding="utf-8")
    library = Library(tmp_path_factory.mktemp("home"), LetterEmbedder, wait=0.0)
    outside = folder.parent / "外.txt"
    outside.write_text(SING, encoding="utf-8")
    run(library, folder, outside)
    for edits in rounds:
        before = files_of(folder)
        cited = {path: first_citation(library, path) for path in before}
        quotes = {path: library.cite(id_).citation.quote for path, id_ in cited.items()}
        for each in edits:
            edit(folder, *each)
        foreseen = run(library, folder, dry_run=True)
        assert [(one.source, one.state) for one in run(library, folder)] == [
            (one.source, one.state) for one in foreseen
        ]
        fresh = Library(tmp_path_factory.mktemp("fresh"), LetterEmbedder, wait=0.0)
        run(fresh, folder, outside)
        assert content(library) == content(fresh)
        fresh.close()
        for old, new in renamed(before, files_of(folder)).items():
            place = library.cite(cited[old])
            assert (place.state, place.source) == (CitationState.VALID, str(new))
        for path, id_ in cited.items():
            place = library.cite(id_)
            assert place.citation.quote == quotes[path]
            assert place.current is None or place.current.quote == quotes[path]
    library.close()


# --- what became of a file ------------------------------------------------------------------------


def test_a_file_renamed_or_moved_keeps_its_citations_and_what_was_set_by_option(
    library: Library, write: Writer
) -> None:
    path = write("读书会.txt", READ)
    sync(library, [write.folder], {"tags": ("学校",)}, prune=False, yes=False, dry_run=False)
    cited = first_citation(library, path)
    for name in ("新/读书会.txt", "新/读书会（2024年）.txt"):
        target = write.folder / name
        target.parent.mkdir(exist_ok=True)
        path = path.rename(target)
        assert states(run(library, write.folder), write.folder) == {name: AddState.MOVED}
        place = library.cite(cited)
        assert (place.state, place.source) == (CitationState.VALID, str(path))
        (document,) = library.documents()
        facts = library.catalogue.facts(document.id)
        assert facts is not None
        assert facts.metadata["tags"].value == ("学校",)


def test_the_other_of_two_copies_stays_when_one_is_deleted(library: Library, write: Writer) -> None:
    kept, gone = write("甲.txt", READ), write("乙.txt", READ)
    run(library, write.folder)
    cited = {path: first_citation(library, path) for path in (kept, gone)}
    gone.unlink()
    assert states(run(library, write.folder), write.folder) == {
        "甲.txt": AddState.UNCHANGED,
        "乙.txt": AddState.REMOVED,
    }
    assert library.cite(cited[kept]).source == str(kept)
    assert library.cite(cited[gone]).citation.quote == READ


def test_of_two_equal_files_moved_together_each_keeps_its_own_name(
    library: Library, write: Writer
) -> None:
    paths = [write("旧/甲.txt", READ), write("旧/乙.txt", READ)]
    run(library, write.folder)
    cited = {path.name: first_citation(library, path) for path in paths}
    (write.folder / "旧").rename(write.folder / "新")
    run(library, write.folder)
    for name, id_ in cited.items():
        assert library.cite(id_).source == str(write.folder / "新" / name)


def test_a_file_moved_and_edited_is_a_new_one(library: Library, write: Writer) -> None:
    """A later version of a law under another name is no edit of the one deleted."""
    path = write("办法2015.txt", f"{READ}\n{SING}")
    run(library, write.folder)
    cited = first_citation(library, path)
    path.unlink()
    write("办法2020.txt", f"{READ}\n{SING}\n食堂每日三餐。")
    assert states(run(library, write.folder, prune=False), write.folder) == {
        "办法2020.txt": AddState.ADDED
    }
    assert len(library.documents()) == 2  # both versions, until it is said that one is to go
    assert states(run(library, write.folder), write.folder) == {
        "办法2020.txt": AddState.UNCHANGED,
        "办法2015.txt": AddState.REMOVED,
    }
    assert library.cite(cited).citation.quote.startswith("读书会")


def test_a_text_is_not_taken_for_the_file_that_took_its_name(
    library: Library, write: Writer
) -> None:
    one, other = write("甲.txt", READ), write("乙.txt", SING)
    run(library, write.folder)
    cited = first_citation(library, one)
    one.write_text(SING, encoding="utf-8")
    other.write_text(READ, encoding="utf-8")
    assert set(states(run(library, write.folder), write.folder).values()) == {AddState.UPDATED}
    place = library.cite(cited)
    assert place.citation.quote == READ
    assert place.current is None or place.current.quote == READ
    assert place.state is not CitationState.VALID


def test_files_with_names_that_are_not_utf8_are_told_from_their_copies(
    library: Library, write: Writer
) -> None:
    write("甲.txt", SING)
    old = write.folder / os.fsdecode("通知.txt".encode("gbk"))
    old.write_text(READ, encoding="utf-8")
    run(library, write.folder)
    shutil.copy(old, write.folder / "通知.txt")
    found = states(run(library, write.folder), write.folder)
    assert found["通知.txt"] is AddState.ADDED
    assert sorted(found.values()) == [AddState.ADDED, AddState.UNCHANGED, AddState.UNCHANGED]
    old.unlink()
    assert AddState.REMOVED in states(run(library, write.folder), write.folder).values()


# --- what is never removed ------------------------------------------------------------------------


def test_only_what_lies_in_the_folders_given_is_removed(library: Library, write: Writer) -> None:
    outside = ["附件#1.txt", "附件!/甲.txt", "附件二/甲.txt", "外.txt"]
    for name in (*outside, "附件/甲.txt", "附件/乙.txt"):
        write(name, name)
    run(library, write.folder)
    for name in (*outside, "附件/乙.txt"):
        (write.folder / name).unlink()
    removed = run(library, write.folder / "附件", write.folder / "附件二")
    assert states(removed, write.folder) == {
        "附件/甲.txt": AddState.UNCHANGED,
        "附件/乙.txt": AddState.REMOVED,
    }
    assert len(library.documents()) == 5


def test_an_empty_a_missing_and_a_closed_folder_remove_nothing(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is not mounted looks like each of these."""
    write("盘/甲.txt", READ)
    write("盘子/乙.txt", SING)  # its name begins like the other's
    disk = write.folder / "盘"
    run(library, write.folder)
    (disk / "甲.txt").unlink()
    assert states(run(library, disk, write.folder / "盘子"), write.folder) == {
        "盘子/乙.txt": AddState.UNCHANGED
    }
    disk.rmdir()
    assert states(run(library, disk), write.folder) == {"盘": AddState.REFUSED}
    disk.mkdir()
    walk = os.walk

    def closed(top: Path, *, followlinks: bool, onerror: Any) -> Iterator[Any]:
        for folder, folders, files in walk(top, followlinks=followlinks, onerror=onerror):
            if "盘" in folders:
                folders.remove("盘")
                onerror(PermissionError(13, "Permission denied", str(disk)))
            yield folder, folders, files

    monkeypatch.setattr("corpus.ingest.os.walk", closed)
    found = states(run(library, write.folder), write.folder)
    assert AddState.REMOVED not in found.values()
    assert len(library.documents()) == 2


def test_what_cannot_be_read_today_is_not_gone(library: Library, write: Writer) -> None:
    archive, lines = write.folder / "包.zip", "集.jsonl"
    write.folder.mkdir()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("甲.txt", READ)
    write(lines, json.dumps({"id": "甲", "text": READ}) + "\n" + json.dumps({"text": SING}))
    write("包", READ)
    run(library, write.folder)
    count = len(library.documents())
    archive.write_bytes(archive.read_bytes()[:-9])
    write(lines, '{"id": "甲", "tex')
    write("包", bytes(100))
    found = run(library, write.folder)
    assert {one.state for one in found} == {AddState.REFUSED}
    assert len(library.documents()) == count == 4


def test_a_file_that_cannot_be_read_in_its_new_place_is_not_removed_in_its_old(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the program that read it has been uninstalled."""
    path = write("旧.txt", READ)
    write("在.txt", SING)
    run(library, write.folder)
    path.rename(write.folder / "新.txt")
    with monkeypatch.context() as patched:
        patched.setattr("corpus.ingest.read", refusing)
        found = run(library, write.folder)
    assert states(found, write.folder) == {"在.txt": AddState.UNCHANGED, "新.txt": AddState.REFUSED}
    assert "kept" in (found[-1].reason or "")
    assert len(library.documents()) == 2
    assert states(run(library, write.folder), write.folder) == {
        "在.txt": AddState.UNCHANGED,
        "新.txt": AddState.MOVED,
    }


def refusing(file: SourceFile) -> ReadResult:
    raise UnreadableSource("要用的程序没有安装 the program is not installed")


def test_a_member_that_left_its_archive_is_removed(library: Library, write: Writer) -> None:
    write.folder.mkdir()
    archive = write.folder / "包.zip"
    for names in (["甲.txt", "乙.txt"], ["甲.txt"]):
        with zipfile.ZipFile(archive, "w") as made:
            for name in names:
                made.writestr(name, name)
        last = run(library, archive)
    assert states(last, write.folder) == {
        "包.zip!/甲.txt": AddState.UNCHANGED,
        "包.zip!/乙.txt": AddState.REMOVED,
    }


# --- asking first ---------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [None, False, True])
def test_what_would_be_removed_is_shown_and_asked_about(
    library: Library,
    write: Writer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: bool | None,
) -> None:
    write("甲.txt", READ)
    gone = write("乙.txt", SING)
    run(library, write.folder)
    gone.unlink()
    monkeypatch.setattr("sys.stdin.isatty", lambda: answer is not None)
    monkeypatch.setattr("click.confirm", lambda *_, **__: answer)
    found = states(run(library, write.folder, yes=False), write.folder)
    said = capsys.readouterr().err
    assert f"将移除 to be removed  {gone}" in said
    assert ("--yes" in said) is (answer is None)
    assert (AddState.REMOVED in found.values()) is bool(answer)
    assert len(library.documents()) == (1 if answer else 2)


class Shell:
    """Runs ``judian`` in this process, over the readable embedder."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, Any, str]:
        """Return the exit code, what ``--json`` printed as data, and what stderr got."""
        self._capture.readouterr()
        code = 0
        try:
            run_guarded(cli, [*arguments, "--json"])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = self._capture.readouterr()
        return code, json.loads(printed.out).get("data"), printed.err


@pytest.fixture
def judian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.setenv("JUDIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder())
    return Shell(capsys)


def fingerprint(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    judian: Shell, write: Writer, tmp_path: Path
) -> None:
    for name in ("留.txt", "改.txt", "移.txt", "删.txt"):
        write(name, f"{name}\n{READ}")
    assert judian("add", str(write.folder))[0] == 0
    write("改.txt", SING)
    (write.folder / "移.txt").rename(write.folder / "移到.txt")
    (write.folder / "删.txt").unlink()
    write("新.txt", "食堂每日三餐。")
    write("坏.txt", b"\x00\x01\x02\x03" * 50)
    before = fingerprint(tmp_path)
    code, foreseen, _ = judian("add", str(write.folder), "--prune", "--yes", "--dry-run")
    assert code == 1  # something would be refused
    assert fingerprint(tmp_path) == before
    code, done, _ = judian("add", str(write.folder), "--prune", "--yes")
    assert code == 1
    assert [(o["source"], o["state"], o["title"], o["reason"]) for o in done] == [
        (o["source"], o["state"], o["title"], o["reason"]) for o in foreseen
    ]
    assert {Path(o["source"]).name: o["state"] for o in done} == {
        "留.txt": "unchanged",
        "改.txt": "updated",
        "移到.txt": "moved",
        "删.txt": "removed",
        "新.txt": "added",
        "坏.txt": "refused",
    }
