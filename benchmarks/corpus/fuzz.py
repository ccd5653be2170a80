"""Damage files of every format and read them: text that keeps the contract, or a plain refusal.

A seed file of each format (written by LibreOffice where it is installed, else small ones made here)
is damaged in one of several ways: bytes flipped, cut off, blocks dropped, doubled or swapped; of
ZIP packages also the XML of a member, repacked so that it is reached: tags dropped, doubled,
nested, numbers made huge. Anything but a result or an ``UnreadableSource`` is a finding, and so is
a reading that takes longer than SLOW seconds.

Run: ``python -m benchmarks.corpus.fuzz [SECONDS] [FORMAT...]`` (default 60 a format). What is found
is written to a folder that is named, with the seed that made it.
"""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.ingest import assemble, document_id
from corpus.readers import formats
from corpus.readers.registry import read, reading_format
from corpus.readers.sandbox.child import load_reader
from corpus.split import split_paragraphs
from corpus.types import Document, ReadResult, SourceFile

SLOW = 10.0  # seconds; a seed takes some milliseconds
PAGE = """<html><head><meta charset=utf-8><title>读书办法</title></head><body>
<h1>读书办法</h1><p>读发〔2023〕1号</p><h2>第一章 总则</h2><p>第一条 为了读书，制定本办法。</p>
<p>第二条 读书有下列形式：</p><p>（一）默读；</p><p>（二）朗读。</p>
<ol><li>甲</li><li>乙<ol><li>丙</li></ol></li></ol>
<table border=1><tr><th rowspan=2>项目</th><th colspan=2>标准</th></tr>
<tr><th>下限</th><th>上限</th></tr><tr><td rowspan=2>书费</td><td>1200</td><td>3400</td></tr>
<tr><td>5</td><td>6</td></tr></table><p>本办法自2023年5月1日起施行。</p></body></html>"""
TEXT = "读书办法\n第一章 总则\n第一条 为了读书。\n（一）默读；\n（二）朗读。\n附件1\n书单\n" * 3
MARKDOWN = "---\ntitle: 办法\n---\n# 办法\n\n- 甲\n  - 乙\n\n|a|b|\n|-|-|\n|1|2|\n\n"
BY_WRITER = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export"}
BY_CALC = ("xlsx", "ods", "xls")


def main(seconds: float, wanted: list[str]) -> int:
    """Fuzz each format; print what was found; return the number of findings."""
    findings = 0
    keep = Path(tempfile.mkdtemp(prefix="judian-fuzz-"))
    for kind, data in seeds().items():
        if wanted and kind not in wanted:
            continue
        found, rounds = fuzz(kind, data, seconds, keep)
        findings += found
        print(f"{kind:<6} {rounds:>8,} damaged files, {found} findings", flush=True)
    if findings:
        print(f"kept in {keep}")
    else:
        keep.rmdir()
    return findings


def seeds() -> dict[str, bytes]:
    """Return one good file of each format."""
    made = {
        "txt": TEXT.encode(),
        "md": (MARKDOWN + TEXT).encode(),
        "html": PAGE.encode(),
        "csv": '项目,下限,上限\n书费,1,2\n"证,书",3,"4\n5"\n'.encode("gb18030"),
        "ofd": _ofd(),
    }
    office = shutil.which("soffice")
    if office is None:
        print("没有 LibreOffice，只测其余格式 LibreOffice is missing: the other formats only")
        return made
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "seed.html").write_text(PAGE, "utf-8")
        for kind in (*BY_WRITER, *BY_CALC):
            app = "StarWriter" if kind in BY_WRITER else "StarCalc"
            subprocess.run(
                [
                    office,
                    f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                    "--headless",
                    f"--infilter=HTML ({app})",
                    "--convert-to",
                    BY_WRITER.get(kind, kind),
                    "--outdir",
                    str(folder),
                    str(folder / "seed.html"),
                ],
                check=True,
                capture_output=True,
                timeout=300,
            )
            made[kind] = (folder / f"seed.{kind}").read_bytes()
    return made


def fuzz(kind: str, data: bytes, seconds: float, keep: Path) -> tuple[int, int]:
    """Return how many findings there were, and how many files were read."""
    findings = rounds = 0
    ends = time.monotonic() + seconds
    start = random.SystemRandom().randrange(1 << 30)
    while time.monotonic() < ends:
        seed = start + rounds
        damaged = damage(data, random.Random(seed))
        rounds += 1
        begun = time.monotonic()
        try:
            check(damaged, f"seed.{kind}")
        except UnreadableSource:
            pass
        except BaseException:  # noqa: BLE001 - whatever else comes is what this looks for
            findings += 1
            print(f"{kind} {seed}: {traceback.format_exc(limit=-3)}", flush=True)
            (keep / f"{kind}-{seed}").write_bytes(damaged)
        if time.monotonic() - begun > SLOW:
            findings += 1
            print(f"{kind} {seed}: {time.monotonic() - begun:.0f} s", flush=True)
            (keep / f"{kind}-{seed}-slow").write_bytes(damaged)
        if findings >= 20:
            break
    return findings, rounds


def check(data: bytes, name: str) -> None:
    """Read a file in this process and hold the result to the contract of readers."""
    file = SourceFile(f"/{name}", name, data)
    found = reading_format(file)
    # What an XLS makes python-calamine ask of memory ends the process: that is what limits are for.
    result = read(file) if found is formats.XLS else load_reader(found.reader).read(file)
    keeps_contract(result)
    document = Document(
        document_id(file.source),
        "0" * 64,
        result.title or name,
        file.source,
        result.media_type,
        result.text,
        {},
        result.receipt,
    )
    paragraphs = split_paragraphs(document.id, result)
    for one in paragraphs:
        assert document.text[one.start : one.end] == one.text
    assemble(document, paragraphs, "fuzz")


def keeps_contract(result: ReadResult) -> None:
    """Raise AssertionError where a result is not as the readers' contract says."""
    assert result.text.strip()
    result.text.encode()
    assert "\x00" not in result.text
    last = 0
    for heading in result.headings:
        assert 0 <= heading.start < heading.end <= len(result.text), heading
        assert "\n" not in result.text[heading.start : heading.end], heading
        assert heading.start >= last, heading
        last = heading.start
    starts = result.page_starts
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(result.text) for start in starts)
    assert all(isinstance(note, str) and note for note in result.receipt.notes)


def damage(data: bytes, dice: random.Random) -> bytes:
    """Return the file, damaged once or several times."""
    if data.startswith(b"PK") and dice.random() < 0.8:
        return _repacked(data, dice)
    damaged = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        dice.choice(_BYTES)(damaged, dice)
    return bytes(damaged)


def _flip(data: bytearray, dice: random.Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data) + 1) :]


def _drop(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data) + 1)
    del data[start : start + dice.randrange(64)]


def _double(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(len(data) + 1)
    piece = data[start : start + dice.randrange(256)]
    data[start:start] = piece * dice.choice((1, 2, 50))


def _number(data: bytearray, dice: random.Random) -> None:
    places = list(re.finditer(rb"[0-9]+", bytes(data[:200_000])))
    if places:
        place = dice.choice(places)
        data[place.start() : place.end()] = dice.choice(
            (b"0", b"-1", b"99999999999", b"65536", b"4294967295", b"1e999", b"")
        )


_BYTES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _cut,
    _drop,
    _double,
    _number,
)
_TAG = re.compile(rb"<[^<>]{1,400}>")


def _tags(data: bytearray, dice: random.Random) -> None:
    """Drop, double, swap or deeply nest a tag."""
    places = list(_TAG.finditer(bytes(data)))
    if not places:
        return
    place, other = dice.choice(places), dice.choice(places)
    what = dice.choice(("drop", "double", "swap", "nest"))
    if what == "drop":
        del data[place.start() : place.end()]
    elif what == "double":
        data[place.start() : place.start()] = place[0]
    elif what == "swap":
        data[place.start() : place.end()] = other[0]
    else:
        name = re.match(rb"<([\w:]+)", place[0])
        if name:
            deep = b"<" + name[1] + b">"
            data[place.start() : place.start()] = deep * 3000


def _repacked(data: bytes, dice: random.Random) -> bytes:
    """Return a package with one of its members damaged."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = [(info.filename, package.read(info)) for info in package.infolist()]
    at = dice.randrange(len(members))
    if dice.random() < 0.05:
        del members[at]
    else:
        body = bytearray(members[at][1])
        for _ in range(dice.choice((1, 1, 2, 5))):
            dice.choice((*_BYTES, _tags, _tags, _tags))(body, dice)
        members[at] = (members[at][0], bytes(body))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body_ in members:
            package.writestr(name, body_)
    return out.getvalue()


def _ofd() -> bytes:
    from tests.corpus.readers.ofd.fixtures import Ofd, set_pages

    return Ofd(set_pages(TEXT.split("\n")[:8]), title="读书办法").bytes()


if __name__ == "__main__":
    budget = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    sys.exit(min(main(budget, sys.argv[2:]), 1))
