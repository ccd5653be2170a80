"""The command line says everything in one language: the reader's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

from api.cli.terminal import in_words
from corpus.facts.keys import STANDARD
from corpus.messages.message import LANGUAGES, Message, catalogue, said
from corpus.types import AddState, CitationState, Origin
from rag.types import Label
from tests.api.cli.test_main import Outcome, Shell, judian
from tests.conftest import Writer

__all__ = ["judian"]  # the fixture

RULES = "Leave rules\nStaff get two days of leave a year.\nThe bureau pays for the journey.\n"
CHINESE = re.compile("[\u3000-\u3009\u300c-\u303f\u4e00-\u9fff\uff00-\uffef]")  # but for 《》


@pytest.fixture
def filled(judian: Shell, write: Writer) -> Shell:
    judian("add", str(write("rules.txt", RULES)))
    return judian


@pytest.fixture
def in_each(filled: Shell, monkeypatch: pytest.MonkeyPatch) -> InEach:
    return InEach(filled, monkeypatch)


class InEach:
    """Runs one command in Chinese, in English and in both languages."""

    def __init__(self, shell: Shell, patch: pytest.MonkeyPatch) -> None:
        self._shell, self._patch = shell, patch

    def __call__(self, *arguments: str) -> Iterator[Outcome]:
        for language in ("zh", "en", "both"):
            self._patch.setenv("JUDIAN_LANGUAGE", language)
            yield self._shell(*arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("list", "--quarantined"),
        ("show", "rules.txt"),
        ("set", "rules.txt", "number=7", "status="),
        ("set", "rules.txt", "number"),
        ("set", "rules.txt"),
        ("search", "Who pays for the journey?", "--explain"),
        ("ask", "Who pays for the journey?"),
        ("verify", "--text", "# Leave rules"),
        ("verify",),
        ("config", "JUDIAN_HOST"),
        ("config", "JUDIAN_HSOT"),
        ("eval", "list"),
        ("reindex",),
    ],
)
def test_what_is_said_is_in_the_readers_language(
    in_each: InEach, arguments: tuple[str, ...]
) -> None:
    chinese, english, both = in_each(*arguments)
    assert chinese.code == english.code == both.code
    assert CHINESE.search(english.out + english.err) is None
    assert CHINESE.search(chinese.out + chinese.err)
    assert CHINESE.search(both.out + both.err)
    lines = [(one.out + one.err).count("\n") for one in (chinese, english)]
    assert lines[0] == lines[1] > 0


def test_what_was_added_is_said_in_one_language_or_both(in_each: InEach, write: Writer) -> None:
    chinese, english, both = in_each("add", str(write("more.txt", RULES)))
    assert chinese.out == "新增 1 · 更新 0 · 未变 0 · 移动 0 · 移除 0 · 拒收 0\n"
    assert english.out == ("added 0 · updated 0 · unchanged 1 · moved 0 · removed 0 · refused 0\n")
    assert both.out.startswith("新增 / added 0 · 更新 / updated 0 · 未变 / unchanged 1 · ")


def test_an_error_is_said_in_the_readers_language_also_before_the_settings_are_read(
    judian: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("JUDIAN_LANGUAGE", "fr")
    monkeypatch.setenv("JUDIAN_PORT", "0")
    found = judian("list")
    assert found.code == 2
    assert found.err == (
        "error: JUDIAN_PORT=0 cannot be used: it must be a whole number from 1 to 65,535.\n"
        "JUDIAN_LANGUAGE=fr cannot be used: it must be one of zh, en, both.\n"
    )
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert judian("list").err.startswith("错误：JUDIAN_PORT=0 不能用，应为：1 至 65,535 的整数。\n")


def test_an_error_in_json_has_its_code_and_fields(
    judian: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDIAN_LANGUAGE", "en")
    wanted = "“x” is no fact: give KEY=VALUE."
    found = judian("set", "rules.txt", "x", "--json")
    assert json.loads(found.out) == {
        "ok": False,
        "error": {
            "type": "UsageError",
            "detail": wanted,
            "code": "cli.no_key_and_value",
            "fields": {"given": "x"},
        },
    }
    assert found.err.endswith(f"Error: {wanted}\n")


def test_the_language_ends_with_the_command(judian: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert judian("eval", "list").out == "还没有评测。\n"
    monkeypatch.delenv("LANG")
    assert judian("eval", "list").out == "还没有评测。 / No runs yet.\n"


@pytest.mark.parametrize(
    ("kind", "values"),
    [("state", AddState), ("place", CitationState), ("from", Origin), ("label", Label)],
)
def test_every_value_has_its_words(kind: str, values: type[StrEnum]) -> None:
    for value in values:
        assert in_words(kind, value).code in catalogue("zh")


@pytest.mark.parametrize("key", sorted(STANDARD))
def test_a_fact_is_called_in_english_by_its_key(key: str) -> None:
    name = Message(f"cli.fact_{key}")
    assert said(name, "en") == key
    assert len({said(name, language) for language in LANGUAGES}) == 2
