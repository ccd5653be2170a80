"""``judian config``: what is set, from where, and what it is for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.cli.exits import run_guarded
from api.cli.main import cli
from api.settings import SETTINGS


class Config:
    """Runs ``judian config``."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            run_guarded(cli, ["config", *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = self._capture.readouterr()
        return code, printed.out, printed.err

    def data(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json")[1])["data"]


@pytest.fixture
def config(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.delenv("JUDIAN_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return Config(capsys)


def test_every_setting_is_shown_with_its_value_and_origin(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDIAN_PORT", "9000")
    monkeypatch.setenv("JUDIAN_PASSAGE_PREFIX", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    code, out, _ = config()
    rows = {line.split()[0]: line.split(maxsplit=4)[1:] for line in out.splitlines()}
    assert code == 0
    assert list(rows) == [one.name for one in SETTINGS]
    assert rows["JUDIAN_PORT"] == ["环境", "/", "environment", "9000"]
    assert rows["JUDIAN_HOME"] == ["默认", "/", "default", "./data"]
    assert rows["JUDIAN_CACHE"] == ["默认", "/", "default", "/xdg/judian"]
    assert rows["JUDIAN_PASSAGE_PREFIX"] == ["环境", "/", "environment", "空 / empty"]
    assert rows["JUDIAN_QUESTION_PREFIX"] == [
        "默认",
        "/",
        "default",
        "模型自己的 / the model's own",
    ]
    found = {one["name"]: (one["value"], one["origin"]) for one in config.data()["settings"]}
    assert found["JUDIAN_PORT"] == (9000, "environment")
    assert found["JUDIAN_CACHE"] == ("/xdg/judian", "default")
    assert found["JUDIAN_ALLOWED_HOSTS"] == ([], "default")


def test_one_setting_is_described_in_both_languages(config: Config) -> None:
    code, out, _ = config("JUDIAN_THRESHOLD")
    assert code == 0
    assert "把握低于此值（0 至 1）则不作答；越高越谨慎\nsupport, 0 to 1, under which" in out
    assert "0 至 1 的数 / a number from 0 to 1" in out
    assert "默认 / default：0.25" in out
    (one,) = config.data("JUDIAN_THRESHOLD")["settings"]
    assert one["takes"] == {"zh": "0 至 1 的数", "en": "a number from 0 to 1"}


def test_no_key_and_no_password_is_shown(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDIAN_MODEL", "qwen3")
    monkeypatch.setenv("JUDIAN_MODEL_KEY", "sk-hidden")
    monkeypatch.setenv("JUDIAN_MODEL_URL", "https://me:hidden@models.example/v1")
    _, out, _ = config()
    assert "hidden" not in out + json.dumps(config.data()) + config("JUDIAN_MODEL_KEY")[1]
    rows = {line.split()[0]: line.split(maxsplit=4)[4] for line in out.splitlines()}
    assert rows["JUDIAN_MODEL_KEY"] == "已设置 / set"
    assert rows["JUDIAN_JUDGE_KEY"] == "未设置 / not set"
    assert rows["JUDIAN_MODEL_URL"] == "https://…@models.example/v1"


def test_an_unknown_name_is_exit_code_2_with_the_nearest(config: Config) -> None:
    code, out, err = config("JUDIAN_PROT")
    assert (code, out) == (2, "")
    assert "JUDIAN_PORT" in err
    assert "JUDIAN_PORT" in config("port")[2]


def test_what_cannot_be_used_is_shown_beside_all_the_rest(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDIAN_PORT", "0")
    monkeypatch.setenv("JUDIAN_EMBEDER", "bge")
    monkeypatch.setenv("JUDIAN_MODEL_URL", "http://a.example/v1")  # and no JUDIAN_MODEL
    code, out, _ = config()
    assert code == 2
    assert "✗ JUDIAN_PORT=0 " in out
    assert "did you mean JUDIAN_EMBEDDER?" in out
    assert "JUDIAN_HOST              默认 / default     127.0.0.1" in out
    assert config("JUDIAN_PORT")[0] == 2
    assert config("JUDIAN_HOST")[0] == 0
    data = config.data()
    assert set(data["wrong"]) == {"JUDIAN_PORT", "JUDIAN_EMBEDER", "JUDIAN_MODEL_URL"}
    refused = {
        one["name"]: one["value"] for one in data["settings"] if one["name"] in data["wrong"]
    }
    assert refused == {"JUDIAN_PORT": None, "JUDIAN_MODEL_URL": None}
