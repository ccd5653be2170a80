from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import api.build
from api.cli.main import cli
from api.cli.verify import NOT_SUPPORTED
from api.http.app import create_app
from api.schemas.json_data import plain
from api.services import ServeSettings, Services
from index.library import Library
from rag.answerer import Answerer
from rag.verification.checker import GivenFact, TextChecker
from tests.conftest import Writer
from tests.fakes import LetterEmbedder

RULE = "读书会的规定\n校长负责读书会的组织工作。\n经费每次不超过五百元。\n"
TEXT = "校长负责读书会的组织工作。经费每次不超过八百元。"
URL = "http://127.0.0.1:8000"


@pytest.fixture
def filled(library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setenv("JUDIAN_HOME", str(library.home))
    monkeypatch.setattr(api.build, "open_embedder_of", lambda settings: LetterEmbedder())
    library.add([write("规定.txt", RULE)])
    return library


def client(library: Library) -> TestClient:
    services = Services(library, Answerer(library), ServeSettings(), TextChecker(library))
    return TestClient(create_app(services), base_url=URL)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stopped:
        cli(list(arguments))
    return int(str(stopped.value.code or 0)), capsys.readouterr().out


def test_every_door_gives_the_same_report(
    filled: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = plain(TextChecker(filled).check(TEXT))
    posted = client(filled).post("/v1/verify", json={"text": TEXT})
    code, printed = run(capsys, "verify", "--text", TEXT, "--json")
    assert posted.status_code == 200
    assert posted.json() == expected
    assert json.loads(printed)["data"] == expected
    assert code == NOT_SUPPORTED
    assert [one["label"] for one in expected["claims"]] == ["supported", "contradicted"]


def test_given_facts_take_the_place_of_the_library(filled: Library) -> None:
    facts = [{"text": "经费每次不超过八百元。", "title": "新规定"}]
    posted = client(filled).post("/v1/verify", json={"text": TEXT, "facts": facts}).json()
    assert posted == plain(
        TextChecker(filled).check_against(TEXT, [GivenFact(facts[0]["text"], "新规定")])
    )
    assert posted["claims"][1]["label"] == "supported"
    assert posted["citations"][posted["claims"][1]["citation_indices"][0]]["fact"] == 0


def test_the_command_says_sentence_by_sentence(
    filled: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    code, printed = run(capsys, "verify", "--text", TEXT)
    assert code == NOT_SUPPORTED
    assert "✓ 校长负责读书会的组织工作。" in printed
    assert "✗ 经费每次不超过八百元。" in printed
    assert "五百元" in printed
    assert "1/2" in printed


def test_a_file_standard_input_and_facts(
    filled: Library,
    write: Writer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = write("回答.txt", "经费每次不超过500元。".encode("gb18030") * 3)
    fact = write("依据.txt", "经费每次不超过五百元。")
    assert run(capsys, "verify", str(text), "--fact", str(fact))[0] == 0
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO("校长负责读书会的组织工作。".encode()))
    )
    assert run(capsys, "verify", "-")[0] == 0


def test_bad_texts_get_a_problem_and_a_usage_error(filled: Library) -> None:
    empty = client(filled).post("/v1/verify", json={"text": "  "})
    assert empty.status_code == 422
    assert empty.json()["type"].endswith("bad-text")


def test_a_text_and_a_file_together_are_refused(
    filled: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "verify")[0] == 2
