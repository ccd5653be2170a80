"""What is said to people: a code with its fields, said in the language of whoever reads it.

``zh.toml`` and ``en.toml`` hold the words, under the same codes and with the same fields in braces.
Code below the interfaces says ``Message("reader.too_large", size=…)`` and knows no wording. A
message is a text too, in both languages, for logs and for whoever knows no better; an interface
says it in one language by ``said``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, Self, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
BETWEEN = " / "  # the two languages of a text in both
_STORED = "\x1fmessage "  # before a message where it is kept as text; no text of people begins so
_LISTED = {"zh": "、", "en": ", "}


class Message(str):
    """A text for people in both languages, which knows its code and fields."""

    __slots__ = ("code", "fields")
    code: str
    fields: Mapping[str, object]

    def __new__(cls, code: str, /, **fields: object) -> Self:
        """Return the message of a code. A field may be a text, a number, a message, or several."""
        made = super().__new__(cls, BETWEEN.join(_filled(code, fields, one) for one in LANGUAGES))
        made.code, made.fields = code, fields
        return made

    def text(self, language: Language) -> str:
        """Return the message in one language."""
        return _filled(self.code, self.fields, language)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def said(text: str, language: Language | None) -> str:
    """Return a text in a language if it is a message, in both for None; any other as it is."""
    return text.text(language) if language and isinstance(text, Message) else str(text)


def stored(text: str) -> str:
    """Return a text such that ``restored`` gives it back, a message with its code and fields."""
    if not isinstance(text, Message):
        return text
    return _STORED + json.dumps([text.code, _plain(text.fields)], ensure_ascii=False)


def restored(text: str) -> str:
    """Return what ``stored`` was given; a message of another version as well as it can be said.

    Text that only begins like one, as a parser's process might send, stays as it is.
    """
    if not text.startswith(_STORED):
        return text
    try:
        code, fields = json.loads(text.removeprefix(_STORED))
        return Message(code, **{name: _read(value) for name, value in fields.items()})
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return text


def message_of(error: BaseException) -> str:
    """Return what an error says: its message, where it has one, with its code and fields."""
    said_first = error.args[0] if error.args else None
    return said_first if isinstance(said_first, Message) else str(error)


def changed(text: str, change: Callable[[str], str]) -> str:
    """Return a message with the texts in its fields changed; any other text changed itself."""
    if not isinstance(text, Message):
        return change(text)
    fields = {name: _changed(value, change) for name, value in text.fields.items()}
    return Message(text.code, **fields)


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, (tuple, list)):
        return [_changed(each, change) for each in value]
    if isinstance(value, Real):
        return value
    return changed(value if isinstance(value, str) else str(value), change)


def _plain(value: object) -> object:
    if isinstance(value, Message):
        return stored(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, Real):  # numpy's
        return int(value) if isinstance(value, Integral) else float(value)
    return str(value)


def _read(value: object) -> object:
    if isinstance(value, list):
        return [_read(each) for each in value]
    return restored(value) if isinstance(value, str) else value


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all messages of a language: code -> words with fields in braces."""
    import tomllib  # here and below: what says nothing, as ``--help``, does not wait for it

    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, str]] = tomllib.loads(text)
    return {f"{name}.{key}": words for name, own in sections.items() for key, words in own.items()}


@cache
def placeholders(words: str) -> frozenset[str]:
    """Return the names of the fields that words are filled with."""
    from string import Formatter

    return frozenset(name for _, name, _, _ in Formatter().parse(words) if name is not None)


def _filled(code: str, fields: Mapping[str, object], language: Language) -> str:
    """Fill the words of a code; where they do not fit together, say both: no error is lost."""
    words = catalogue(language).get(code)
    given: dict[str, Any] = {name: _shown(value, language) for name, value in fields.items()}
    if words is not None and placeholders(words) <= given.keys():
        with suppress(ValueError, TypeError):  # {size:,} of a text, as of "many"
            return words.format_map(given)
    return " ".join([code, *map(str, given.values())])  # or kept by another version


def _shown(value: object, language: Language) -> object:
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, (tuple, list)):
        return _LISTED[language].join(str(_shown(each, language)) for each in value)
    return value
