"""Messages to people: two catalogues that say the same, and messages that know what they say."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import numpy as np
import pytest

from corpus.messages.message import (
    LANGUAGES,
    Message,
    catalogue,
    changed,
    message_of,
    placeholders,
    restored,
    said,
    stored,
)
from tests.places import ROOT

PACKAGES = ("corpus", "index", "rag", "eval", "api")


def used() -> Iterator[tuple[str, frozenset[str] | None, str]]:
    """Yield each ``Message("code", …)`` in the program: code, fields (None: by **), where."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                code = node.args[0]
                if name == "Message" and isinstance(code, ast.Constant) and "." in str(code.value):
                    names = [one.arg for one in node.keywords]
                    fields = None if None in names else frozenset(filter(None, names))
                    yield str(code.value), fields, f"{path.name}:{node.lineno}"


def test_both_catalogues_have_the_same_codes_and_fields() -> None:
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for code, words in zh.items():
        assert placeholders(words) == placeholders(en[code]), code
        assert words.strip() == words != "", code


def test_every_message_said_has_its_words_and_its_fields() -> None:
    zh = catalogue("zh")
    for code, fields, where in used():
        assert code in zh, f"{where}: {code}"
        if fields is not None:
            assert fields == placeholders(zh[code]), f"{where}: {code}"


def test_a_message_is_said_in_one_language_or_in_both() -> None:
    message = Message("reader.too_large", size=1_234_567, limit=1)
    zh, en = said(message, "zh"), said(message, "en")
    assert "1,234,567" in zh
    assert "1,234,567" in en
    assert message == f"{zh} / {en}" == said(message, None)
    assert said("text of somebody", "en") == "text of somebody"


def test_fields_may_be_messages_and_lists_of_them() -> None:
    inner = Message("reader.too_large", size=1, limit=2)
    outer = Message("no.such", what=[inner, "甲"], more=inner)
    assert said(outer, "en").endswith(said(inner, "en"))
    assert f"{said(inner, 'zh')}、甲" in said(outer, "zh")


@pytest.mark.parametrize("value", ["{size}", "%s", "\\", "甲{", '"', "\x1f"])
def test_what_fills_a_field_is_never_filled_again(value: str) -> None:
    assert value in Message("reader.too_large", size=7, limit=value)


def test_a_message_is_kept_with_its_code_and_fields() -> None:
    inner = Message("reader.too_large", size=1, limit=2)
    message = Message("kept.by.another.version", why=inner, names=["甲", "乙"], n=3)
    again = restored(stored(message))
    assert isinstance(again, Message)
    assert (again, again.code, dict(again.fields)) == (message, message.code, dict(message.fields))
    assert restored(stored("plain")) == "plain"


@pytest.mark.parametrize(
    "kept", ["\x1fmessage ", "\x1fmessage []", "\x1fmessage 1", '\x1fmessage ["a", ["b"]]', "\x1f"]
)
def test_what_only_begins_like_a_message_stays_text(kept: str) -> None:
    assert restored(kept) == kept


def test_the_texts_of_a_message_are_changed_wherever_they_stand() -> None:
    inner = Message("no.such", key="a secret", n=7)
    outer = Message("no.such", why=inner, names=["secret", 1])
    again = changed(outer, lambda text: text.replace("secret", "***"))
    assert isinstance(again, Message)
    assert again == Message("no.such", why=Message("no.such", key="a ***", n=7), names=["***", 1])
    assert changed("secret", str.upper) == "SECRET"


@pytest.mark.parametrize("value", [7, 0.5, True, np.int64(7), np.float32(0.5), None, "many", b"x"])
@pytest.mark.parametrize("code", ["reader.too_large", "rag.overlap"])
def test_a_field_of_any_type_loses_no_message(code: str, value: object) -> None:
    message = Message(code, size=value, limit=1, share=value)
    assert str(value) in message or isinstance(value, (int, float, np.number))
    again = restored(stored(message))
    assert isinstance(again, Message)
    assert (again, again.code) == (message, code)


def test_an_error_gives_its_message_back() -> None:
    message = Message("reader.too_large", size=1, limit=2)
    assert message_of(ValueError(message)) is message
    assert message_of(ValueError("甲")) == "甲"
    assert message_of(OSError(2, "nothing there")) == "[Errno 2] nothing there"


def test_copies_are_the_same_message() -> None:
    message = Message("reader.too_large", size=1, limit=2)
    for again in (copy.copy(message), copy.deepcopy(message)):
        assert (again, again.code) == (message, "reader.too_large")
