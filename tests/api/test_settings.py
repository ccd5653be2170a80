"""Every setting is read, refused and described as it is declared."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_type_hints

import pytest

from api.settings import SETTINGS, BadSetting, Settings, language_of, problems
from corpus.messages.message import LANGUAGES, catalogue, message_of, said
from rag.extractive.judging import THRESHOLD
from rag.writing.models import endpoint, transformers_model
from rag.writing.writer import MOST_TOKENS

# What each variable may be set to, and what comes of it.
READ = {
    "JUDIAN_HOME": ("/srv/library", Path("/srv/library")),
    "JUDIAN_CACHE": ("/var/cache/judian", Path("/var/cache/judian")),
    "JUDIAN_EMBEDDER": ("BAAI/bge-m3", "BAAI/bge-m3"),
    "JUDIAN_QUESTION_PREFIX": ("问：", "问："),
    "JUDIAN_PASSAGE_PREFIX": ("", ""),
    "JUDIAN_ENGINE": ("onnx-int8", "onnx-int8"),
    "JUDIAN_INDEX_FACTORY": ("HNSW32,SQ8", "HNSW32,SQ8"),
    "JUDIAN_RERANKER": ("some/reranker", "some/reranker"),
    "JUDIAN_MODEL": ("qwen3", "qwen3"),
    "JUDIAN_MODEL_URL": ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
    "JUDIAN_MODEL_KEY": ("sk-1", "sk-1"),
    "JUDIAN_MODEL_TIMEOUT": ("7.5", 7.5),
    "JUDIAN_MODEL_TOKENS": ("16", 16),
    "JUDIAN_MODEL_WINDOW": ("1000000", 1_000_000),
    "JUDIAN_VERIFIER": ("some/nli", "some/nli"),
    "JUDIAN_THRESHOLD": ("1", 1.0),
    "JUDIAN_ANSWER_MODEL": ("bge-reranker", "bge-reranker"),
    "JUDIAN_CLAUSES_READ": ("8", 8),
    "JUDIAN_JUDGE": ("classifier:some/nli", "classifier:some/nli"),
    "JUDIAN_JUDGE_URL": ("https://judge.example/v1", "https://judge.example/v1"),
    "JUDIAN_JUDGE_KEY": ("sk-2", "sk-2"),
    "JUDIAN_HOST": ("::1", "::1"),
    "JUDIAN_PORT": ("65535", 65535),
    "JUDIAN_ALLOWED_HOSTS": ("a.example, b.example,", ("a.example", "b.example")),
    "JUDIAN_LANGUAGE": ("zh", "zh"),
}


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(BadSetting) as caught:
        Settings.from_environment(environ)
    return str(caught.value)


def test_every_setting_is_read_from_its_variable() -> None:
    assert set(READ) == {one.name for one in SETTINGS}
    read = Settings.from_environment({name: text for name, (text, _) in READ.items()})
    assert {one.name: getattr(read, one.attribute) for one in SETTINGS} == {
        name: value for name, (_, value) in READ.items()
    }
    for one in SETTINGS:
        assert isinstance(getattr(read, one.attribute), _plain(one.attribute)), one.name


def _plain(attribute: str) -> tuple[type, ...]:
    """The types a setting's annotation allows."""
    hint = get_type_hints(Settings)[attribute]
    kinds = getattr(hint, "__args__", (hint,)) if not hasattr(hint, "__origin__") else (hint,)
    return tuple(getattr(kind, "__origin__", kind) for kind in kinds)


def test_what_is_not_set_or_set_to_nothing_takes_the_default() -> None:
    assert Settings.from_environment({}) == Settings()
    prefixes = {"JUDIAN_QUESTION_PREFIX", "JUDIAN_PASSAGE_PREFIX"}
    nothing = dict.fromkeys({one.name for one in SETTINGS} - prefixes | {"JUDIAN_NO_SUCH"}, "")
    assert Settings.from_environment(nothing) == Settings()
    empty = Settings.from_environment(dict.fromkeys(prefixes, ""))
    assert (empty.question_prefix, empty.passage_prefix) == ("", "")


def test_defaults_that_code_below_holds_are_described_as_they_are() -> None:
    said = {one.attribute: one.default_shown().en for one in SETTINGS}
    here, there = transformers_model, endpoint
    assert said["model_timeout"] == f"{there.TOTAL:g}, here {here.TOTAL:g}"
    assert said["model_window"] == f"{there.WINDOW}, here {here.WINDOW}"
    assert said["model_tokens"] == str(MOST_TOKENS)
    assert said["threshold"] == f"`{THRESHOLD}`"


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        ("JUDIAN_PORT", "0", "a whole number from 1 to 65,535"),
        ("JUDIAN_PORT", "http", "a whole number from 1 to 65,535"),
        ("JUDIAN_PORT", "80.5", "a whole number from 1 to 65,535"),
        ("JUDIAN_THRESHOLD", "1.01", "a number from 0 to 1"),
        ("JUDIAN_THRESHOLD", "nan", "a number from 0 to 1"),
        ("JUDIAN_MODEL_TIMEOUT", "0", "a number from 1 to 3,600"),
        ("JUDIAN_MODEL_WINDOW", "inf", "a whole number from 500 to 1,000,000"),
        ("JUDIAN_ENGINE", "gpu", "one of auto, onnx, onnx-int8, openvino"),
        ("JUDIAN_HOST", "0.0.0.0", "an address of this machine"),
        ("JUDIAN_HOST", "example.org", "JUDIAN_ALLOWED_HOSTS"),
    ],
)
def test_a_refusal_names_the_variable_its_value_and_what_it_takes(
    name: str, text: str, takes: str
) -> None:
    said = refusal({name: text})
    assert said.startswith(f"{name}={text} ")
    assert takes in said


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    assert "did you mean JUDIAN_EMBEDDER?" in refusal({"JUDIAN_EMBEDER": "bge"})
    assert "did you mean JUDIAN_MODEL_TOKENS?" in refusal({"JUDIAN_MAX_TOKENS": "9"})
    assert "judian config" in refusal({"JUDIAN_XYZ": "1"})  # nothing is near
    assert Settings.from_environment({"JUDIAN_BENCH": "/b", "JUDIAN_SHARED": "/s"}) == Settings()


def test_all_that_is_wrong_is_said_at_once() -> None:
    environ = {"JUDIAN_PORT": "0", "JUDIAN_EMBEDER": "bge", "JUDIAN_MODEL_URL": "http://a/v1"}
    assert set(problems(environ)) == set(environ)
    assert "JUDIAN_MODEL_URL needs JUDIAN_MODEL" in refusal(environ)
    with pytest.raises(BadSetting) as caught:
        Settings.from_environment(environ)
    for language in LANGUAGES:
        lines = [said(one, language) for one in problems(environ).values()]
        assert said(message_of(caught.value), language).splitlines() == lines


def test_what_each_setting_takes_is_said_in_both_languages() -> None:
    for one in SETTINGS:
        assert one.kind.words().code in catalogue("zh")
        assert one.kind.takes.zh != one.kind.takes.en


def test_the_cache_is_in_the_users_cache_folder_unless_it_is_set() -> None:
    def cache(**environ: str) -> Path:
        return Settings.from_environment(environ).cache

    assert cache() == Path("~/.cache/judian")
    assert cache(XDG_CACHE_HOME="/xdg") == Path("/xdg/judian")
    assert cache(XDG_CACHE_HOME="/xdg", JUDIAN_CACHE="") == Path("/xdg/judian")
    assert cache(XDG_CACHE_HOME="/xdg", JUDIAN_CACHE="/own") == Path("/own")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "both"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ZH-tw"}, "zh"),
        ({"LANG": "en"}, "en"),
        ({"LANG": "en@quot"}, "en"),
        ({"LANG": "C.UTF-8"}, "both"),
        ({"LANG": "enm_XX"}, "both"),  # Middle English
        ({"LANG": "zh_CN", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "zh_CN", "LC_MESSAGES": "en_GB", "LC_ALL": "C"}, "both"),
        ({"LANG": "zh_CN", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_CN", "JUDIAN_LANGUAGE": ""}, "zh"),
        ({"LANG": "zh_CN", "JUDIAN_LANGUAGE": "en"}, "en"),
        ({"LANG": "zh_CN", "JUDIAN_LANGUAGE": "both"}, "both"),
    ],
)
def test_the_language_is_the_settings_else_the_locales(
    environ: dict[str, str], language: str
) -> None:
    assert Settings.from_environment(environ).language == language
    assert (language_of(environ) or "both") == language


def test_a_language_that_is_none_is_refused_in_the_locales() -> None:
    environ = {"LANG": "zh_CN", "JUDIAN_LANGUAGE": "fr"}
    assert "one of zh, en, both" in refusal(environ)
    assert language_of(environ) == "zh"


def test_keys_are_not_in_a_repr() -> None:
    secret = {one.attribute for one in SETTINGS if one.secret}
    assert secret == {"model_key", "judge_key"}
    assert {one.name for one in dataclasses.fields(Settings) if not one.repr} == secret
