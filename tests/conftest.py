"""What many tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index.library import Library
from tests.fakes import LetterEmbedder, WordsModel

# A busy machine takes its time: how long an example takes says nothing of the code.
settings.register_profile("judian", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("judian")


LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # of it the command line takes its language


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOCALE:
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith("JUDIAN_") and name not in (
            "JUDIAN_CACHE",
            "JUDIAN_SHARED",
            "JUDIAN_BENCH",
        ):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _readable_answer_model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer by words that a person can count; the tests of the shipped model are marked."""
    if request.node.get_closest_marker("model") is None:
        monkeypatch.setattr("rag.answerer.shipped_answer_model", lambda _: WordsModel())
        monkeypatch.setattr("api.build.answer_model_of", lambda *_: WordsModel())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library over the readable embedder."""
    opened = Library(tmp_path / "home", LetterEmbedder, wait=0.0)
    yield opened
    opened.close()


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write a text file and return its path."""
    return Writer(tmp_path / "files")


class Writer:
    """Writes files below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode("utf-8") if isinstance(content, str) else content
        path.write_bytes(data)
        return path
