"""A folder of the cache is whole or it is built again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from index.embedders.built_folder import STAMP, build_once, is_whole
from index.errors import ModelMissing

CONTENT = {"weights.bin": bytes(range(200)), "sub/config.json": b"{}"}


class Builder:
    """Writes CONTENT and counts how often it was asked to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        for name, content in CONTENT.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def holds_content(folder: Path) -> bool:
    return all((folder / name).read_bytes() == content for name, content in CONTENT.items())


def test_a_whole_folder_is_built_once(tmp_path: Path) -> None:
    builder = Builder()
    folder = build_once(tmp_path / "deep" / "model", "v1", builder)
    assert build_once(folder, "v1", builder) == folder
    assert builder.times == 1
    assert holds_content(folder)


def flip_a_bit(folder: Path) -> None:
    path = folder / "weights.bin"
    damaged = bytearray(path.read_bytes())
    damaged[77] ^= 1
    path.write_bytes(damaged)


def truncate(folder: Path) -> None:
    path = folder / "weights.bin"
    path.write_bytes(path.read_bytes()[:-1])


def remove_a_file(folder: Path) -> None:
    (folder / "sub" / "config.json").unlink()


def remove_the_stamp(folder: Path) -> None:
    (folder / STAMP).unlink()


def spoil_the_stamp(folder: Path) -> None:
    (folder / STAMP).write_text('{"origin": "v1", "files": [', encoding="utf-8")


def empty_the_stamp(folder: Path) -> None:
    (folder / STAMP).write_text("[]", encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [flip_a_bit, truncate, remove_a_file, remove_the_stamp, spoil_the_stamp, empty_the_stamp],
)
def test_damage_is_found_and_mended(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    builder = Builder()
    folder = build_once(tmp_path / "model", "v1", builder)
    damage(folder)
    assert not is_whole(folder, "v1")
    build_once(folder, "v1", builder)
    assert builder.times == 2
    assert holds_content(folder)


def test_another_origin_is_stale(tmp_path: Path) -> None:
    builder = Builder()
    build_once(tmp_path / "model", "v1", builder)
    folder = build_once(tmp_path / "model", "v2", builder)
    assert builder.times == 2
    assert is_whole(folder, "v2")


def test_a_build_that_fails_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").write_bytes(b"half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build_once(tmp_path / "model", "v1", fail)
    assert [path.name for path in tmp_path.iterdir()] == ["model.lock"]


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "model.building").mkdir()
    (tmp_path / "model.building" / "half").write_bytes(b"half")
    folder = build_once(tmp_path / "model", "v1", Builder())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "model.lock"]
    assert not (folder / "half").exists()


def test_of_several_at_once_one_builds(tmp_path: Path) -> None:
    builder = Builder()
    together = Barrier(4)

    def start(_: int) -> Path:
        together.wait()
        return build_once(tmp_path / "model", "v1", builder)

    with ThreadPoolExecutor(4) as pool:
        folders = list(pool.map(start, range(4)))
    assert set(folders) == {tmp_path / "model"}
    assert builder.times == 1


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ModelMissing, match="JUDIAN_CACHE"):
        build_once(tmp_path / "file" / "model", "v1", Builder())
