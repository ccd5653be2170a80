"""The choice of an engine: by rate and by kept vectors, remembered for one machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.embedders import choice as embedder_choice
from index.embedders.base import Embedder, Vectors
from index.embedders.choice import CHOICE_FILE, choose, chosen_engine
from index.errors import BadVectors, ModelDamaged, ModelMissing
from tests.fakes import LetterEmbedder

ALL_GOOD = dict.fromkeys(("onnx", "openvino", "onnx-int8", "openvino-int8"), 1.0)


@pytest.mark.parametrize(
    ("rates", "cosines", "chosen"),
    [
        ((10.0, 10.0, 10.0, 10.0), {}, "onnx"),
        ((10.0, 10.9, 10.9, 10.9), {}, "onnx"),  # not clearly faster
        ((10.0, 20.0, 21.0, 21.5), {}, "openvino"),
        ((10.0, 12.0, 14.0, 30.0), {}, "openvino-int8"),
        ((10.0, 12.0, 14.0, 30.0), {"openvino-int8": 0.99}, "onnx-int8"),
        ((10.0, 12.0, 14.0, 30.0), {"openvino-int8": 0.9, "onnx-int8": 0.9}, "openvino"),
    ],
)
def test_the_fastest_that_keeps_the_vectors(
    rates: tuple[float, ...], cosines: dict[str, float], chosen: str
) -> None:
    assert choose(dict(zip(ALL_GOOD, rates, strict=True)), ALL_GOOD | cosines) == chosen


def counted(opened: list[str], missing: Sequence[str] = ()) -> Callable[[str], Embedder]:
    def open_one(name: str) -> Embedder:
        opened.append(name)
        if name in missing:
            raise ModelMissing(f"no {name}")
        return LetterEmbedder()

    return open_one


def test_a_choice_is_measured_once(tmp_path: Path) -> None:
    opened: list[str] = []
    first = chosen_engine(tmp_path, counted(opened))
    assert opened == list(ALL_GOOD)
    assert chosen_engine(tmp_path, counted(opened)) == first
    assert opened == list(ALL_GOOD)


def test_another_machine_measures_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    chosen_engine(tmp_path, counted(opened))
    monkeypatch.setattr(embedder_choice, "this_machine", lambda: "another")
    assert chosen_engine(tmp_path, counted(opened)).machine == "another"
    assert len(opened) == 2 * len(ALL_GOOD)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"engine": "onnx"}', "\0", None])
def test_a_damaged_choice_is_measured_again(tmp_path: Path, content: str | None) -> None:
    good = chosen_engine(tmp_path, counted([]))
    file = tmp_path / CHOICE_FILE
    if content is None:
        body = json.loads(file.read_text(encoding="utf-8")) | {"engine": "rm -rf"}
        content = json.dumps(body)
    file.write_text(content, encoding="utf-8")
    assert chosen_engine(tmp_path, counted([])).engine in ALL_GOOD
    assert json.loads(file.read_text(encoding="utf-8"))["machine"] == good.machine


def test_an_engine_that_does_not_open_takes_no_part(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = chosen_engine(tmp_path, counted([], missing=["openvino", "openvino-int8"]))
    assert set(chosen.rates) == {"onnx", "onnx-int8"}
    assert "no openvino" in caplog.text
    with pytest.raises(ModelMissing):
        chosen_engine(tmp_path / "other", counted([], missing=list(ALL_GOOD)))


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    assert chosen_engine(tmp_path / "not" / "there", counted([])).engine in ALL_GOOD


class Skewed(LetterEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.roll(super().embed_passages(texts), 1, axis=1)


def test_an_engine_with_other_vectors_is_not_chosen() -> None:
    def open_one(name: str) -> Embedder:
        if name == "onnx":
            return LetterEmbedder()
        if name == "openvino":
            raise ModelDamaged("broken")
        return Skewed()

    assert embedder_choice.measure(open_one).engine == "onnx"


class Broken(LetterEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        raise BadVectors("NaN")


def test_an_engine_that_gives_nonsense_takes_no_part() -> None:
    chosen = embedder_choice.measure(
        lambda name: Broken() if name.startswith("onnx") else LetterEmbedder()
    )
    assert set(chosen.rates) == {"openvino", "openvino-int8"}
    with pytest.raises(ModelDamaged):
        embedder_choice.measure(lambda name: Broken())
