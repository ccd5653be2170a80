"""The shipped answer model: what it says, on every engine, and what becomes of damage."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedders.export import GRAPH_FILE, build_graph
from index.embedders.graph import Session, open_tables
from index.embedders.onnx_runtime import open_onnx_session
from index.embedders.openvino_runtime import open_openvino_session
from index.errors import BadVectors
from rag.errors import ModelUnusable
from rag.reading.bundled import BundledAnswerModel, build_answer_graph
from rag.reading.encoding import Clause
from rag.reading.opening import ShippedAnswerModel
from rag.reading.weights_file import FOLDER, Calibration, read_shipped
from tests.fakes import LetterEmbedder
from tests.places import CACHE

pytestmark = pytest.mark.model

QUESTION = "签了两年的合同，试用期最多几个月？"
TRIAL = Clause(
    "第十九条 劳动合同期限三个月以上不满一年的，试用期不得超过一个月；劳动合同期限一年以上不满三年"
    "的，试用期不得超过二个月。",
    "中华人民共和国劳动合同法",
    ("第二章 劳动合同的订立", "第十九条"),
)
OTHERS = [
    Clause("同一用人单位与同一劳动者只能约定一次试用期。", "中华人民共和国劳动合同法"),
    Clause("消防车来了，不得收取任何费用。", "中华人民共和国消防法"),
    Clause("公民有休息的权利。" * 200),
    Clause("。"),
    Clause(""),
]


@pytest.fixture(scope="module")
def model() -> ShippedAnswerModel:
    return ShippedAnswerModel(LetterEmbedder, CACHE)


def test_the_clause_that_answers_is_told_from_others(model: ShippedAnswerModel) -> None:
    readings = model.read(QUESTION, [*OTHERS, TRIAL])
    assert max(range(len(readings)), key=lambda at: readings[at].answers) == len(OTHERS)
    span = readings[-1].span
    assert span is not None
    assert "月" in TRIAL.text[slice(*span)]


def test_a_reading_does_not_depend_on_those_beside_it(model: ShippedAnswerModel) -> None:
    together = model.read(QUESTION, [*OTHERS, TRIAL] * 40)  # 240 at once
    alone = [model.read(QUESTION, [clause])[0] for clause in [*OTHERS, TRIAL]]
    for at, reading in enumerate(together):
        assert reading.answers == pytest.approx(alone[at % len(alone)].answers, abs=0.02)
    assert model.read(QUESTION, []) == []


@pytest.mark.parametrize("runtime", ["onnx", "openvino"])
def test_engines_read_alike(model: ShippedAnswerModel, runtime: str) -> None:
    graph, calibration = build_answer_graph(CACHE)
    session: Session = (
        open_onnx_session(graph)
        if runtime == "onnx"
        else open_openvino_session(graph, streams=2, eight_bits=True)
    )
    other = BundledAnswerModel(session, *open_tables(CACHE), calibration)
    for one, two in zip(
        model.read(QUESTION, [*OTHERS, TRIAL]), other.read(QUESTION, [*OTHERS, TRIAL]), strict=True
    ):
        assert one.answers == pytest.approx(two.answers, abs=0.05)


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign", "card", "not finite"])
def test_unusable_weights_are_named(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "weights"
    if damage != "missing":
        shutil.copytree(FOLDER, folder)
    path = folder / "answer-model.safetensors"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    elif damage == "foreign":
        path.write_bytes((Path(build_graph(CACHE)) / GRAPH_FILE).read_bytes())
    elif damage == "card":
        (folder / "answer-model.json").write_text(json.dumps({"sha256": 3}))
    elif damage == "not finite":
        card = json.loads((folder / "answer-model.json").read_text())
        card["calibration"] = {"scale": "x", "other": 1}
        (folder / "answer-model.json").write_text(json.dumps(card))
    with pytest.raises(ModelUnusable, match=r"answer-model\.safetensors"):
        read_shipped(folder)
    broken = ShippedAnswerModel(LetterEmbedder, tmp_path, folder)
    with pytest.raises(ModelUnusable):
        broken.read(QUESTION, [TRIAL])


class NotNumbers:
    """A session that computes nothing."""

    def run(self, names: list[str], feed: dict[str, np.ndarray]) -> list[np.ndarray]:
        texts, tokens = feed["mask"].shape
        return [np.full((texts, 5), np.nan), np.zeros((texts, tokens, 2))]


def test_what_are_no_numbers_is_refused() -> None:
    with pytest.raises(BadVectors):
        BundledAnswerModel(NotNumbers(), *open_tables(CACHE), Calibration())
