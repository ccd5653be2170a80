"""Which engine answers for which name."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from index.embedders import select as embedder_select
from index.embedders.select import describe, open_embedder
from index.errors import ModelDamaged, ModelMissing
from tests.fakes import LetterEmbedder


def refuse(*_: object, **__: object) -> None:
    raise ModelDamaged("the graph is not for this runtime")


@pytest.fixture
def torch_path(monkeypatch: pytest.MonkeyPatch) -> LetterEmbedder:
    """Stand in for the torch build; ONNX Runtime refuses."""
    fallback = LetterEmbedder("torch")
    monkeypatch.setattr(embedder_select, "build_graph", refuse)
    monkeypatch.setattr(embedder_select, "build_bundled_model", lambda cache: cache)
    monkeypatch.setattr(embedder_select, "SentenceEmbedder", lambda *_, **__: fallback)
    monkeypatch.setattr(embedder_select, "with_questions", lambda passages, *_: passages)
    return fallback


def test_torch_takes_over_aloud(
    torch_path: LetterEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert open_embedder("bundled", cache=tmp_path) is torch_path
    assert "the graph is not for this runtime" in caplog.text


@pytest.mark.usefixtures("torch_path")
def test_onnx_asked_for_by_name_does_not_fall_back(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged):
        open_embedder("bundled", cache=tmp_path, engine="onnx")


def test_torch_asked_for_by_name_is_silent(
    torch_path: LetterEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert open_embedder("bundled", cache=tmp_path, engine="torch") is torch_path
    assert not caplog.records


def test_any_other_name_goes_to_sentence_transformers(
    torch_path: LetterEmbedder, tmp_path: Path
) -> None:
    assert open_embedder("BAAI/bge-small-zh-v1.5", cache=tmp_path) is torch_path


def test_an_unknown_engine_is_named_with_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"cuda.*auto, onnx, openvino"):
        open_embedder("bundled", cache=tmp_path, engine="cuda")


def test_an_embedder_of_no_known_engine_is_described_by_its_identity() -> None:
    assert describe(LetterEmbedder()).text("en") == "LetterEmbedder: letters@1, 64 dimensions"


@pytest.mark.parametrize(("device", "used"), [("cuda:0", True), ("cpu", False)])
def test_a_gpu_is_used_where_torch_can(
    torch_path: LetterEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    device: str,
    used: bool,
) -> None:
    monkeypatch.setattr(embedder_select, "GPU_DRIVER", tmp_path)
    monkeypatch.setattr(torch_path, "device", device, raising=False)
    assert open_embedder("bundled", cache=tmp_path) is torch_path  # by either way here
    assert ("no CUDA" in caplog.text) is not used
