"""Formats of installed packages, by entry points: recognised, read in the sandbox, or named."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, EntryPoints
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from corpus.readers import formats, installed
from corpus.readers.kinds import format_of
from corpus.readers.reader import Format, Limits
from corpus.readers.registry import read
from corpus.readers.sandbox.isolation import shared_isolation
from corpus.types import SourceFile
from tests.places import ROOT

PACKAGE = """
import hashlib, os
from corpus.errors import UnreadableSource
from corpus.readers.reader import Format
from corpus.types import ReadResult, Receipt

SRT = Format("subtitles", "subtitle_reader:SubtitleReader", "字幕", suffixes=(".SRT",))
NOTES = Format("notes", "subtitle_reader:SubtitleReader", magic=(b"NOTE",), magic_at=4)
LOST = Format("lost", "subtitle_reader:Nobody", suffixes=(".lost",))

class SubtitleReader:
    def read(self, file):
        if not file.data.strip():
            raise UnreadableSource("empty")
        text = file.data.decode()
        receipt = Receipt(len(file.data), hashlib.sha256(file.data).hexdigest(), "utf-8")
        return ReadResult(text, "text/srt", receipt, metadata={"process": str(os.getpid())})
"""


class Package(Distribution):
    """An installed package without any files."""

    def read_text(self, filename: str) -> str | None:
        return "Name: judian-subtitles\nVersion: 1\n" if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        return Path(str(path))


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module on the path of this process and of those that it starts, found anew each time."""
    (tmp_path / "subtitle_reader.py").write_text(PACKAGE)
    (tmp_path / "broken_reader.py").write_text("import nothing_of_that_name\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    shared_isolation().close()  # their path is that of when they started
    yield
    shared_isolation().close()
    installed._found.cache_clear()
    for name in ("subtitle_reader", "broken_reader"):
        sys.modules.pop(name, None)


def install(monkeypatch: pytest.MonkeyPatch, **points: str) -> None:
    package = Package()
    found = EntryPoints(
        EntryPoint(name, value, installed.GROUP)._for(package)  # type: ignore[attr-defined]
        for name, value in points.items()
    )
    monkeypatch.setattr(installed, "entry_points", lambda group: found.select(group=group))
    installed._found.cache_clear()


def file(name: str, data: bytes) -> SourceFile:
    return SourceFile(f"/files/{name}", name, data)


def test_a_format_is_read_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, srt="subtitle_reader:SRT")
    result = read(file("a.srt", "第一句".encode()))
    assert (result.text, result.media_type) == ("第一句", "text/srt")
    assert result.metadata["process"] != str(os.getpid())
    assert result.receipt.notes == ()
    with pytest.raises(UnreadableSource, match=r"empty.*judian-subtitles"):
        read(file("a.srt", b" "))


def test_a_name_decides_only_among_texts_and_what_nothing_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, srt="subtitle_reader:SRT")
    assert format_of(file("a.SRT", b"x")).package == "judian-subtitles"
    assert format_of(file("a.srt", b"\x7fELF")).name == "subtitles"
    assert format_of(file("a.srt", b"%PDF-1.7")) is formats.PDF
    assert format_of(file("a.txt", b"x")) is formats.TEXT


def test_bytes_decide_whatever_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, notes="subtitle_reader:NOTES")
    for name, data, found in (
        ("a.bin", b"\x00\x01\x02\x03NOTE", "notes"),
        ("a.pdf", b"%PDFNOTE", "notes"),
        ("a.notes", b"NOTE", "plain text"),
    ):
        assert format_of(file(name, data)).name == found


@pytest.mark.parametrize(
    ("suffixes", "magic", "name", "data", "recognised"),
    [
        ((".x",), (), "a.X", b"", True),
        ((".x",), (), "a.y", b"", False),
        ((".x", ".y"), (b"AB", b"CD"), "a.y", b"CDE", True),
        ((".x",), (b"AB",), "a.x", b"CD", False),
        ((".x",), (b"AB",), "a.y", b"AB", False),
        ((), (b"AB",), "a.y", b"AB", True),
    ],
)
def test_where_both_are_given_both_must_hold(
    suffixes: tuple[str, ...], magic: tuple[bytes, ...], name: str, data: bytes, recognised: bool
) -> None:
    declared = Format("x", "x:X", suffixes=suffixes, magic=magic)
    assert declared.recognises(data, name) is recognised


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("broken_reader:FORMAT", "nothing_of_that_name"),
        ("not_there:FORMAT", "not_there"),
        ("subtitle_reader:Missing", "Missing"),
        ("subtitle_reader:SubtitleReader", "no Format"),
        ("declared:NOTHING", "neither suffixes nor magic"),
        ("declared:NO_READER", "module:Class"),
        ("declared:NO_LIMITS", "limits"),
    ],
)
def test_a_broken_package_is_named_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, value: str, said: str
) -> None:
    declared = types.ModuleType("declared")
    vars(declared).update(
        NOTHING=Format("x", "x:X"),
        NO_READER=Format("x", suffixes=(".x",)),
        NO_LIMITS=Format("x", "x:X", suffixes=(".x",), limits=None),
    )
    monkeypatch.setitem(sys.modules, "declared", declared)
    install(monkeypatch, broken=value, srt="subtitle_reader:SRT")
    assert read(file("a.srt", b"x")).text == "x"
    assert read(file("a.txt", "办法。".encode())).text == "办法。"
    for shown in (caplog.messages, [str(refused(file("a.epub", b"\x7fELF")))]):
        assert len(shown) == 1
        assert "judian-subtitles" in shown[0]
        assert said in shown[0]


def test_a_reader_that_is_missing_costs_its_files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lost="subtitle_reader:LOST", srt="subtitle_reader:SRT")
    with pytest.raises(UnreadableSource, match=r"AttributeError.*judian-subtitles"):
        read(file("a.lost", b"x"))
    assert read(file("a.srt", b"x")).text == "x"


def refused(source: SourceFile) -> UnreadableSource:
    with pytest.raises(UnreadableSource) as caught:
        read(source)
    return caught.value


def test_the_limits_of_a_format_are_its_own() -> None:
    assert Format("x", "x:X").limits == Limits()


def test_none_is_looked_for_until_a_file_comes() -> None:
    program = (
        "import corpus.readers.registry\n"
        "from corpus.readers import installed\n"
        "print(installed._found.cache_info().currsize)"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.strip() == b"0"
