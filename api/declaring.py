"""How a setting is declared: what it takes, what it is where it is not set, what it is for."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from corpus.messages.message import Message

PREFIX = "JUDIAN_"

T = TypeVar("T")
D = TypeVar("D")


class BadSetting(ValueError):
    """A variable has a value that cannot be used, or there is no such setting; it is named."""


class Both(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What a setting takes, in words that follow 应为： and “must be”, and how its text is read."""

    read: Callable[[str], T]  # raises ValueError for what is not taken
    words: Callable[[], Message]  # made when wanted: most starts of the program say none of them

    @property
    def takes(self) -> Both:
        """The words in both languages."""
        return Both(self.words().text("zh"), self.words().text("en"))


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, as it was declared."""

    attribute: str
    name: str  # of the variable
    default: object
    kind: Kind[object]
    about: Both  # Markdown, as in the READMEs
    instead: Both | None  # Markdown, where the default does not say enough by itself
    secret: bool  # its value is never shown
    needs: str  # a variable without which this one says nothing
    takes_empty: bool  # set but empty is not the same as unset

    def is_set(self, environ: Mapping[str, str]) -> bool:
        """Whether the environment sets it."""
        return self.name in environ if self.takes_empty else bool(environ.get(self.name))

    def value(self, environ: Mapping[str, str]) -> object:
        """Return what the environment sets, else the default. Raises BadSetting."""
        if not self.is_set(environ):
            return self.default
        text = environ[self.name]
        if self.needs and not environ.get(self.needs):
            raise BadSetting(Message("http.setting_needs", name=self.name, needs=self.needs))
        try:
            return self.kind.read(text)
        except ValueError as error:
            given = self.name if self.secret else f"{self.name}={text}"
            raise BadSetting(
                Message("http.setting_refused", given=given, takes=self.kind.words())
            ) from error

    def default_shown(self) -> Both:
        """Return the default as Markdown; nothing for none."""
        plain = "" if self.default in (None, "", ()) else f"`{self.default}`"
        return self.instead or Both(plain, plain)


def setting(
    kind: Kind[T],
    default: D,
    *,
    zh: str,
    en: str,
    instead: Both | None = None,
    secret: bool = False,
    needs: str = "",
    takes_empty: bool = False,
) -> T | D:
    """Declare an attribute of a dataclass as a setting; its name gives the variable's."""
    metadata = {
        "kind": kind,
        "about": Both(zh, en),
        "instead": instead,
        "secret": secret,
        "needs": needs,
        "takes_empty": takes_empty,
    }
    return field(default=default, repr=not secret, metadata=metadata)


def declared(fields: Any) -> tuple[Setting, ...]:  # noqa: ANN401 - see dataclasses.fields
    """Return the settings that the fields of a dataclass declare, in their order."""
    return tuple(
        Setting(each.name, f"{PREFIX}{each.name.upper()}", each.default, **each.metadata)
        for each in fields
    )


def number(least: int, most: int) -> Kind[float]:
    """Return the kind of numbers in a range, ends included."""

    def read(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            raise ValueError
        return value

    return Kind(read, lambda: Message("http.setting_takes_number", least=least, most=most))


def whole(least: int, most: int) -> Kind[int]:
    """Return the kind of whole numbers in a range, ends included."""
    in_range = number(least, most).read

    def read(text: str) -> int:
        part, value = math.modf(in_range(text))
        if part:
            raise ValueError
        return int(value)

    return Kind(read, lambda: Message("http.setting_takes_whole", least=least, most=most))


def one_of(*choices: str) -> Kind[str]:
    """Return the kind of these words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return Kind(read, lambda: Message("http.setting_takes_one_of", choices=choices))


def _url(text: str) -> str:
    if not re.match(r"https?://[^/\s]+", text):
        raise ValueError
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _loopback(host: str) -> str:
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError
    return host


TEXT = Kind(str, lambda: Message("http.setting_takes_text"))
FOLDER = Kind(Path, lambda: Message("http.setting_takes_folder"))
URL = Kind(_url, lambda: Message("http.setting_takes_url"))
NAMES = Kind(_names, lambda: Message("http.setting_takes_names"))
# This version has no keys to lock the door with.
LOOPBACK = Kind(_loopback, lambda: Message("http.setting_takes_loopback"))
