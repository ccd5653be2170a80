from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.ingest import document_id, path_of, source_of
from corpus.sources import KnownSources, is_gone, is_under
from corpus.store.stored import KnownSource


def known(*sources: str, digest: str = "d") -> KnownSources:
    return KnownSources(
        {source: KnownSource(document_id(source), source, digest, "", {}) for source in sources}
    )


def found(sources: KnownSources, source: str, digest: str = "d") -> str | None:
    one = sources.moved_from(source, digest)
    return one.source if one else None


def test_a_document_whose_file_is_gone_is_found_once_by_its_bytes(tmp_path: Path) -> None:
    sources = known(f"{tmp_path}/旧.txt")
    assert found(sources, f"{tmp_path}/新.txt", "other") is None
    assert found(sources, "upload:新.txt") is None
    assert found(sources, f"{tmp_path}/新.txt") == f"{tmp_path}/旧.txt"
    assert found(sources, f"{tmp_path}/新二.txt") is None


def test_a_copy_of_a_file_that_is_there_is_another_document(tmp_path: Path) -> None:
    (tmp_path / "旧.txt").touch()
    (tmp_path / "包.zip").touch()
    here = (
        f"{tmp_path}/旧.txt",
        f"{tmp_path}/包.zip!/旧.txt",
        f"{tmp_path}/包.zip#旧",
        "upload:旧",
    )
    assert found(known(*here), f"{tmp_path}/新.txt") is None


@pytest.mark.parametrize(
    ("source", "taken"),
    [("丙/乙.txt", "甲/乙.txt"), ("甲/丁.txt", "甲/乙.txt"), ("丙/甲.txt", "丁/甲.txt")],
)
def test_of_equal_ones_the_nearest_is_taken(tmp_path: Path, source: str, taken: str) -> None:
    sources = known(*(f"{tmp_path}/{name}" for name in ("丁/甲.txt", "甲/乙.txt", "丁/丙.txt")))
    assert found(sources, f"{tmp_path}/{source}") == f"{tmp_path}/{taken}"


def test_an_id_is_given_to_one_document_only(tmp_path: Path) -> None:
    """A new file under the name that a moved one was first added under is not that one."""
    source = f"{tmp_path}/甲.txt"
    sources = known(source)
    moved = sources.moved_from(f"{tmp_path}/乙.txt", "d")
    assert moved is not None
    ids = [
        sources.identity(f"{tmp_path}/乙.txt", moved),
        sources.identity(source, None),
        sources.identity(f"{source}\0", None),
    ]
    assert ids[0] == document_id(source)
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("source", "root", "under"),
    [
        ("/a/b.txt", "/a", True),
        ("/a/b.txt", "/a/", True),
        ("/a/b.txt", "/", True),
        ("/a/b.txt", "/a/b.txt", True),
        ("/a/b.zip!/c.txt", "/a/b.zip", True),
        ("/a/b.jsonl#c", "/a/b.jsonl", True),
        ("/ab/c.txt", "/a", False),
        ("/a#1.txt", "/a/", False),
        ("/a!/b.txt", "/a/", False),
        ("/a", "/a/", False),
        ("upload:a", "/", False),
    ],
)
def test_what_lies_under_a_file_or_folder(source: str, root: str, under: bool) -> None:
    assert is_under(source, root) is under


def test_a_name_with_the_mark_of_a_member_is_gone_when_its_file_is(tmp_path: Path) -> None:
    (tmp_path / "附件").mkdir()
    path = tmp_path / "附件#1.txt"
    path.touch()
    assert not is_gone(str(path))
    path.unlink()
    assert is_gone(str(path))  # the folder 附件 is no collection that it could be in


NAMES = st.binary(min_size=1, max_size=20).filter(lambda name: not set(name) & {0, 47})


@given(NAMES.filter(lambda name: b"\\" not in name and name not in (b".", b"..")))
def test_a_source_leads_back_to_its_file(name: bytes) -> None:
    path = Path("/nowhere") / os.fsdecode(name)
    assert path_of(source_of(path)) == path


def test_a_name_that_looks_like_a_byte_is_that_name(tmp_path: Path) -> None:
    path = tmp_path / "\\xcd.txt"
    path.touch()
    assert path_of(source_of(path)) == path
