from __future__ import annotations

import difflib
import io
import os
import re
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from corpus.errors import UnreadableSource
from corpus.readers import formats, libreoffice
from corpus.readers.kinds import format_of
from corpus.readers.libreoffice import LibreOfficeReader, convert
from corpus.readers.reader import Limits
from corpus.readers.registry import read
from corpus.readers.sandbox.isolation import Isolation
from corpus.types import SourceFile
from tests.places import SHARED

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"
)
LAWS = SHARED / "data" / "laws"

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
    }.items()
)
PARAGRAPHS = ["为了规范管理，制定本办法。", "本办法所称“单位”，是指……", "附：𠀀〇①，ＡＢＣ。"]
BODY = "".join(
    [
        '<text:h text:outline-level="1">试行办法</text:h>',
        '<text:h text:outline-level="2">第一章 总则</text:h>',
        *(f"<text:p>{paragraph}</text:p>" for paragraph in PARAGRAPHS),
    ]
)


def odt(body: str) -> bytes:
    """Return an ODT with this body, of no more parts than the standard asks for."""
    kind = "application/vnd.oasis.opendocument.text"
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{space}"><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content {_SPACES} xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'office:version="1.2"><office:body><office:text>{body}</office:text></office:body>'
            "</office:document-content>",
        )
    return stream.getvalue()


def made_by_libreoffice(source: Path, target: str, folder: Path) -> bytes:
    """Return what LibreOffice makes of a file; ``target`` is ``doc:MS Word 97``."""
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'user').as_uri()}"]
    command += ["--convert-to", target, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / f"{source.stem}.{target.split(':')[0]}").read_bytes()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same document in each format."""
    folder = tmp_path_factory.mktemp("originals")
    source = folder / "made.odt"
    source.write_bytes(odt(BODY))
    return {
        "odt": source.read_bytes(),
        "doc": made_by_libreoffice(source, "doc:MS Word 97", folder),
        "rtf": made_by_libreoffice(source, "rtf:Rich Text Format", folder),
    }


@needs_libreoffice
@pytest.mark.parametrize(
    ("suffix", "name", "media_type"),
    [
        ("odt", "a.odt", "application/vnd.oasis.opendocument.text"),
        ("doc", "a.doc", "application/msword"),
        ("doc", "a.wps", "application/msword"),
        ("rtf", "a.rtf", "application/rtf"),
    ],
)
def test_each_format_is_read_as_what_it_shows(
    originals: dict[str, bytes], suffix: str, name: str, media_type: str
) -> None:
    data = originals[suffix]
    result = read(SourceFile(f"/files/{name}", name, data))
    assert result.text.split("\n") == ["试行办法", "第一章 总则", *PARAGRAPHS]
    assert [result.text[h.start : h.end] for h in result.headings] == ["试行办法", "第一章 总则"]
    assert result.media_type == media_type
    assert result.receipt.size == len(data)
    assert re.fullmatch(rf"{suffix} via LibreOffice \d+\.\d+[\d.]*", result.receipt.encoding)


@needs_libreoffice
def test_a_doc_named_docx_is_read_and_noted(originals: dict[str, bytes]) -> None:
    result = read(SourceFile("/files/a.docx", "a.docx", originals["doc"]))
    assert PARAGRAPHS[0] in result.text
    assert any("The name says Word (.docx)" in note for note in result.receipt.notes)


@needs_libreoffice
@pytest.mark.parametrize("suffix", ["doc", "rtf", "odt"])
def test_a_truncated_file_is_refused(originals: dict[str, bytes], suffix: str) -> None:
    data = originals[suffix]
    with pytest.raises(UnreadableSource):
        read(SourceFile(f"/files/a.{suffix}", f"a.{suffix}", data[: len(data) // 2]))


@needs_libreoffice
@pytest.mark.parametrize("missing", [100, 600])
def test_a_doc_without_its_last_bytes_is_refused_or_whole(
    originals: dict[str, bytes], missing: int
) -> None:
    """The last sector may be filled up with nothing: to lose some of that is to lose nothing."""
    try:
        result = read(SourceFile("/files/a.doc", "a.doc", originals["doc"][:-missing]))
    except UnreadableSource:
        return
    assert result.text.split("\n") == ["试行办法", "第一章 总则", *PARAGRAPHS]


class _Listener(BaseHTTPRequestHandler):
    asked: list[str]

    def parse_request(self) -> bool:
        super().parse_request()
        self.asked.append(self.requestline)
        return False


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine: its address, and what it was asked for."""
    asked: list[str] = []
    handler = type("Handler", (_Listener,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@needs_libreoffice
def test_nothing_a_document_names_is_fetched(
    listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    picture = (
        '<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image '
        f'xlink:href="{url}/a.png" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame></text:p>'
    )
    sections = "".join(
        f'<text:section text:name="{number}"><text:section-source xlink:href="{target}" '
        'text:filter-name="Text"/><text:p>原文</text:p></text:section>'
        for number, target in enumerate([f"{url}/b.txt", secret.as_uri()])
    )
    written = convert(odt(BODY + picture + sections), "odt")
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert not any("机密".encode() in archive.read(name) for name in archive.namelist())
        assert archive.read("word/document.xml").decode().count("原文") == 2
    field = rf'{{\field{{\*\fldinst INCLUDEPICTURE "{url}/c.png"}}{{\fldrslt x}}}}'
    convert(rf"{{\rtf1\ansi text {field}}}".encode(), "rtf")
    assert asked == []


def test_without_the_program_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(libreoffice, "_ELSEWHERE", Path("/nowhere"))
    with pytest.raises(UnreadableSource, match=r"LibreOffice.*install"):
        LibreOfficeReader().read(SourceFile("a.rtf", "a.rtf", b"{\\rtf1 x}"))


def test_the_time_it_takes_is_its_file_s_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that uses the processor without end, in the place of LibreOffice."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n/bin/sh -c 'while :; do :; done'\n")  # a child of a child
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    limits = Limits(seconds=1, longest=1, patience=10_000)
    isolation = Isolation(workers=1)
    with pytest.raises(UnreadableSource, match="processor time"):
        isolation.read(formats.RTF.reader, SourceFile("a.rtf", "a.rtf", b"{\\rtf1 x}"), limits)
    isolation.close()


def test_it_claims_its_formats_and_no_others() -> None:
    assert format_of(SourceFile("a.doc", "a.doc", b"{\\rtf1 x}")) is formats.RTF
    assert format_of(SourceFile("a.odt", "a.odt", odt(BODY))) is formats.ODT
    assert format_of(SourceFile("a.doc", "a.doc", b"%PDF-1.7")) is formats.PDF
    assert {each for each in formats.BUILT_IN if "libreoffice" in each.reader} == {
        formats.DOC,
        formats.RTF,
        formats.ODT,
    }


@needs_libreoffice
@pytest.mark.bench
@pytest.mark.parametrize("target", ["doc:MS Word 97", "rtf:Rich Text Format"])
def test_a_law_comes_through_with_its_headings(target: str, tmp_path: Path) -> None:
    if not LAWS.is_dir():
        pytest.skip("the laws are missing (set JUDIAN_SHARED)")
    source = next(path for path in sorted(LAWS.rglob("*.md")) if path.stat().st_size > 20_000)
    lines = [
        line.strip()
        for line in re.sub(r"<!--.*?-->", "", source.read_text(encoding="utf-8")).split("\n")
        if line.strip()
    ]
    page = tmp_path / "law.html"
    page.write_text("<meta charset='utf-8'>" + "".join(map(_as_html, lines)), encoding="utf-8")
    made_by_libreoffice(page, "odt:writer8", tmp_path)
    data = made_by_libreoffice(tmp_path / "law.odt", target, tmp_path)
    name = f"law.{target.split(':')[0]}"
    assert format_of(SourceFile(name, name, data)).reader.endswith(":LibreOfficeReader")
    result = read(SourceFile(name, name, data))
    wanted = ["".join(line.lstrip("# ").split()) for line in lines]
    found = ["".join(line.split()) for line in result.text.split("\n")]
    blocks = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    kept = sum(len("".join(wanted[block.a : block.a + block.size])) for block in blocks)
    assert kept >= 0.995 * len("".join(wanted))
    headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
    assert [result.text[h.start : h.end] for h in result.headings] == headings


def _as_html(line: str) -> str:
    level = len(line) - len(line.lstrip("#"))
    tag = f"h{level}" if level else "p"
    return f"<{tag}>{line.lstrip('# ')}</{tag}>\n"
