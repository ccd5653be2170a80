"""Folders with all that goes wrong in them: each is named with its reason, the rest is in."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import corpus.ingest
from corpus.ingest import find_files
from corpus.types import AddState
from index.library import Library
from tests.conftest import Writer
from tests.corpus.readers.test_ole import workbook as xls_stream, written
from tests.corpus.readers.xlsx_fixtures import sheet_xml, text_rows, workbook
from tests.fakes import LetterEmbedder
from tests.places import ROOT

LAW = "第一条 为了规范管理，制定本办法。\n第二条 本办法自公布之日起施行。\n"
RECORD = json.dumps({"id": "甲", "text": LAW}, ensure_ascii=False)


def zipped(*files: tuple[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def word(document: str) -> bytes:
    return zipped(("[Content_Types].xml", "<Types/>"), ("word/document.xml", document))


def xlsx(text: str, ahead: str = "") -> bytes:
    return workbook({"Sheet1": ahead + sheet_xml(text_rows([["甲", "乙"], [text, "2"]]))})


STEPS = zip("abcdefgh", "bcdefghi", strict=True)
ENTITIES = "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in STEPS)
BOMB = f'<!DOCTYPE x [<!ENTITY a "{"x" * 10}">{ENTITIES}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
DEEP = zipped(("三.zip", zipped(("四.zip", zipped(("深.txt", LAW))), ("二.txt", LAW))))
XLS = written({"Workbook": xls_stream([["甲", "乙"], ["1", "2"]])})

# name -> bytes, and what is said of it (of a member, when the file holds others); None: it comes in
BAD: dict[str, tuple[bytes, str | None]] = {
    "好.txt": (LAW.encode(), None),
    "好.xlsx": (xlsx("1"), None),
    "好的.xls": (XLS, None),
    "好.zip": (zipped(("一.txt", LAW)), None),
    "空.txt": (b"", "empty"),
    "比例.zip": (zipped(("炸弹.txt", bytes(30_000_000)), ("一.txt", LAW)), "200 times"),
    "比例.docx": (word("<w/>" + " " * 30_000_000), "200 times"),
    "套.zip": (DEEP, "3 deep"),
    "出.zip": (zipped(("../../出.txt", LAW), ("一.txt", LAW)), "leads out"),
    "零名.zip": (zipped(("坏\x01.txt", LAW)), "control characters"),
    "长名.zip": (zipped(("长" * 1_366, LAW)), "1,366 characters"),
    "多.docx": (
        zipped(*((f"word/{n}.xml", "") for n in range(20_001)), ("[Content_Types].xml", "")),
        "20,002 parts",
    ),
    "实体.xml": (f"<?xml version='1.0'?>{BOMB}<x>&i;&f;</x>".encode(), "XML"),
    "实体.docx": (word(f"{BOMB}<w>&i;&f;</w>"), "no sound XML|DTD"),
    "实体.xlsx": (xlsx("1", BOMB), "no sound XML|DTD"),
    "半.zip": (zipped(("一.txt", LAW * 9))[:-30], "cut off"),
    "半.xlsx": (xlsx("1")[:-30], "cut off"),
    "半截.xls": (XLS[:-9], "cut off"),
    "半.pdf": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "cut off"),
    "半.txt": (LAW.encode()[:-5], "cut off"),
    "半.jsonl": (f'{RECORD}\n{{"id": "乙", "te'.encode(), "damaged JSON"),
    "乱码.txt": ((LAW * 9).encode().decode("gb18030", "replace").encode(), "mojibake"),
    "代理.txt": ("学校".encode() + b"\xed\xa0\x80" + "读书".encode(), "no encoding"),
    "代理.xlsx": (xlsx("甲_xD800_"), "surrogate"),
    "代理.jsonl": (f'{RECORD}\n{{"id": 2, "text": "丙", "k": "\\udfff"}}'.encode(), "surrogate"),
    "零.txt": ("学校应\0当读书。".encode(), "NUL"),
    "图.txt": (b"\x89PNG\r\n\x1a\n" + bytes(99), "a picture"),
    "表情.txt": ("😀🏳️‍🌈𠀀𪚥应当读书。".encode(), None),
    "右左.txt": ("应当\u202e读\u200b书\u2066a\u2069 مرحبا".encode(), None),
    os.fsdecode("通知.txt".encode("gbk")): (LAW.encode(), None),
}


def test_each_bad_file_is_named_with_its_reason_and_the_rest_is_in(
    library: Library, write: Writer
) -> None:
    for name, (data, _) in BAD.items():
        write(name, data)
    outcomes = library.add(find_files([write.folder]))
    assert json.dumps([one.reason for one in outcomes], ensure_ascii=False).encode()
    for name, (_, said) in BAD.items():
        source = corpus.ingest.source_of(write.folder / name)
        of_it = [one for one in outcomes if one.source.startswith(source)]
        assert of_it, name
        if said is None:
            assert {one.state for one in of_it} == {AddState.ADDED}, (name, of_it)
            continue
        (reason,) = [one.reason or "" for one in of_it if one.state is AddState.REFUSED]
        assert re.search(said, reason), (name, reason)
    inner = [one.source for one in outcomes if "!/" in one.source or "#" in one.source]
    assert sum(one.state is AddState.ADDED for one in outcomes if one.source in inner) == 6
    texts = [library.document(one.id).text for one in library.documents()]
    assert not any("root:" in text for text in texts)
    assert "应当读书a مرحبا" in texts
    assert not Path("/出.txt").exists()


def test_what_is_no_file_is_named_and_waited_for_by_nobody(library: Library, write: Writer) -> None:
    write("好.txt", LAW)
    write("夹/内.txt", LAW)
    below = write.folder
    os.mkfifo(below / "管道.txt")
    (below / "断.txt").symlink_to("没有")
    (below / "环一").symlink_to("环二")
    (below / "环二").symlink_to("环一")
    (below / "夹" / "上").symlink_to("..")
    (below / "设备.txt").symlink_to("/dev/null")
    found = {Path(one.source).name: one for one in library.add(find_files([below]))}
    assert {name for name, one in found.items() if one.state is AddState.ADDED} == {
        "好.txt",
        "内.txt",
    }
    said = {name: one.reason or "" for name, one in found.items() if one.reason}
    assert {"管道.txt", "断.txt", "环一", "环二", "设备.txt"} == set(said)
    assert "pipe or device" in said["管道.txt"]
    assert "pipe or device" in said["设备.txt"]
    assert "No such file" in said["断.txt"]
    assert "symbolic links" in said["环一"]


def test_a_file_that_may_not_be_read_is_named(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, good = write("锁.txt", LAW), write("好.txt", LAW)
    opened = os.open

    def refusing(path: str, flags: int, *more: int) -> int:
        if str(path).endswith("锁.txt"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, *more)

    monkeypatch.setattr("corpus.ingest.os.open", refusing)
    first, second = library.add([closed, good])
    assert "Permission denied" in (first.reason or "")
    assert second.state is AddState.ADDED


def test_a_file_over_the_limit_is_refused_before_it_is_read_on(
    library: Library, write: Writer
) -> None:
    path = write("大.txt", b"")
    os.truncate(path, 200_000_001)
    (outcome,) = library.add([path])
    assert "200 MB" in (outcome.reason or "")


# --- files that do not keep still ----------------------------------------------------------------


def appended(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"x")


def rewritten(path: Path) -> None:
    """Other words of the same length: only its time tells."""
    data = path.read_bytes()
    path.write_bytes(data.replace("条".encode(), "款".encode()))
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("happens", [appended, rewritten, lambda path: os.truncate(path, 9)])
def test_a_file_that_changes_while_it_is_read_is_never_half_read(
    library: Library,
    write: Writer,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Path], None],
) -> None:
    path = write("甲.txt", LAW)
    library.add([path])
    write("甲.txt", LAW * 2)
    status = os.fstat
    opened = [path.stat().st_ino]

    def fstat(handle: int) -> os.stat_result:
        found = status(handle)
        if found.st_ino in opened:  # its size is known, its bytes are not yet
            opened.clear()
            happens(path)
        return found

    monkeypatch.setattr("corpus.ingest.os.fstat", fstat)
    (outcome,) = library.add([path])
    assert outcome.state is AddState.REFUSED
    assert "changed while" in (outcome.reason or "")
    assert "kept" in (outcome.reason or "")
    assert library.document(library.documents()[0].id).text == LAW
    assert [one.state for one in library.add([path])] == [AddState.UPDATED]


def test_a_file_removed_or_swapped_for_a_pipe_after_it_was_found_is_named(
    library: Library, write: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, piped = write("甲.txt", LAW), write("乙.txt", LAW)
    files = list(find_files([write.folder]))
    gone.unlink()
    status = Path.stat

    def stat(path: Path, **named: bool) -> os.stat_result:
        found = status(path, **named)
        if path == piped and not made:
            made.append(path)
            path.unlink()
            os.mkfifo(path)
        return found

    made: list[Path] = []
    monkeypatch.setattr(Path, "stat", stat)
    reasons = [one.reason or "" for one in library.add(files)]
    assert sorted("pipe" in reason for reason in reasons) == [False, True]
    assert sum("No such file" in reason for reason in reasons) == 1


# --- two at once ----------------------------------------------------------------------------------


ADD = """
import sys
from pathlib import Path
from corpus.ingest import find_files
from index.library import Library
from tests.fakes import LetterEmbedder
Library(Path(sys.argv[1]), LetterEmbedder, wait=60.0).add(find_files([Path(sys.argv[2])]))
print("done")
"""


def test_two_adds_of_one_folder_at_once_make_one_library(tmp_path: Path, write: Writer) -> None:
    for number in range(6):
        write(f"{number}.txt", f"第{number}份文件。\n{LAW}")
    command = [sys.executable, "-c", ADD, str(tmp_path / "home"), str(write.folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(lines.endswith(b"done\n") for lines in said)
    library = Library(tmp_path / "home", LetterEmbedder, wait=0.0)
    assert len(library.documents()) == 6
    states = [one.state for one in library.add(find_files([write.folder]))]
    assert states == [AddState.UNCHANGED] * 6
    library.close()
