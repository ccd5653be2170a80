from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.readers import zip_files
from corpus.readers.archive import members as containers
from corpus.readers.archive.members import members
from corpus.types import RefusedMember, SourceFile

LAW = "第一条 为了规范管理，制定本办法。\n第二条 本办法自公布之日起施行。\n".encode()


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], compressed: bool = True) -> bytes:
    stream = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data, method)
    return stream.getvalue()


def legacy(names: Iterable[bytes], data: bytes = LAW) -> bytes:
    """Return an archive with names as old programs wrote them: bytes, no mark of UTF-8."""
    body, directory, size = [], [], 0
    for name in names:
        fields = (20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name), 0)
        body.append(struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + data)
        entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, *fields, 0, 0, 0, 0, size)
        directory.append(entry + name)
        size += len(body[-1])
    count = len(directory) & 0xFFFF
    listed = b"".join(directory)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), size, 0)
    return b"".join(body) + listed + end


def opened(data: bytes, name: str = "a.zip") -> dict[str, bytes | str]:
    """Return each member's source below the container's: its bytes, or why it is refused."""
    found = members(SourceFile(f"/files/{name}", name, data))
    assert found is not None
    listed = list(found)
    sources = [each.source for each in listed]
    assert len(set(sources)) == len(sources) or any(isinstance(m, RefusedMember) for m in listed)
    return {
        each.source.removeprefix(f"/files/{name}"): (
            each.reason if isinstance(each, RefusedMember) else each.data
        )
        for each in listed
    }


def refusals(data: bytes, name: str = "a.zip") -> list[tuple[str, str]]:
    found = members(SourceFile(f"/files/{name}", name, data))
    assert found is not None
    return [
        (each.source.removeprefix(f"/files/{name}"), each.reason)
        for each in found
        if isinstance(each, RefusedMember)
    ]


def test_a_zip_comes_apart_and_what_a_folder_hides_is_left_out() -> None:
    data = packed(
        ("办法.txt", LAW),
        ("内部/文件/通知.md", b"# x"),
        ("内部/空/", b""),
        ("__MACOSX/._办法.txt", b"\0\5\x16\7"),
        (".DS_Store", b"x"),
        (".git/config", b"x"),
        ("办法.txt.meta.json", b"{}"),
    )
    found = list(members(SourceFile("/files/a.zip", "a.zip", data)) or ())
    assert all(isinstance(each, SourceFile) for each in found)
    assert [
        (each.source, each.name, each.data) for each in found if isinstance(each, SourceFile)
    ] == [
        ("/files/a.zip!/办法.txt", "办法.txt", LAW),
        ("/files/a.zip!/内部/文件/通知.md", "通知.md", b"# x"),
        ("/files/a.zip!/办法.txt.meta.json", "办法.txt.meta.json", b"{}"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_names_are_read_in_the_encoding_they_were_written_in(encoding: str, separator: str) -> None:
    # 許 and 功 end in the byte of a backslash in Big5, as 誠 does in GBK.
    names = {
        "utf-8": ["关于开展检查的通知.txt", "附件" + separator + "一.txt"],
        "gb18030": ["关于开展检查的通知.txt", "誠信" + separator + "办法.txt", "readme.txt"],
        "big5": ["關於辦理檢查的通知.txt", "許可" + separator + "成功條例.txt"],
    }[encoding]
    found = opened(legacy(name.encode(encoding) for name in names))
    assert found == {f"!/{name.replace(separator, '/')}": LAW for name in names}


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Règlement intérieur.txt", "cp437"),
        ("Règlement intérieur.txt", "utf-8"),
        ("通知.txt", "gb18030"),  # in GBK it is valid UTF-8 as well
    ],
)
def test_a_name_that_fits_several_encodings(name: str, encoding: str) -> None:
    assert list(opened(legacy([name.encode(encoding)]))) == [f"!/{name}"]


def linked(name: str, kind: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "shown", "said"),
    [
        ("../../etc/passwd", "../../etc/passwd", "leads out"),
        ("a/../../b.txt", "a/../../b.txt", "leads out"),
        ("..\\..\\b.txt", "../../b.txt", "leads out"),
        ("/etc/passwd", "/etc/passwd", "leads out"),
        ("\\\\server\\share\\b.txt", "//server/share/b.txt", "leads out"),
        ("C:\\b.txt", "C:/b.txt", "leads out"),
        ("c:b.txt", "c:b.txt", "leads out"),
        ("b.txt\0.exe", "b.txt�.exe", "control characters"),
        ("b\x1b[2J.txt", "b�[2J.txt", "control characters"),
        ("长" * 1365 + ".t", "长" * 80 + "…", "1,367 characters"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_alone(name: str, shown: str, said: str) -> None:
    data = legacy([name.encode(), "好.txt".encode()])
    assert opened(data)["!/好.txt"] == LAW
    [(source, reason)] = refusals(data)
    assert source == f"!/{shown}"
    assert said in reason


@pytest.mark.parametrize(
    ("kind", "said"),
    [(stat.S_IFLNK, "a link"), (stat.S_IFCHR, "a device"), (stat.S_IFIFO, "a device or pipe")],
)
def test_links_and_devices_are_refused_by_name(kind: int, said: str) -> None:
    data = packed((linked("b.txt", kind), b"/etc/passwd"), ("c.txt", LAW))
    found = opened(data)
    assert said in str(found["!/b.txt"])
    assert found["!/c.txt"] == LAW


def with_flags(data: bytes, flags: int, method: int | None = None) -> bytes:
    """Return an archive of one member with other flags in both its headers."""
    changed = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = changed.index(mark) + at
        struct.pack_into("<H", changed, place, flags)
        if method is not None:
            struct.pack_into("<H", changed, place + 2, method)
    return bytes(changed)


def test_encrypted_members_and_strange_methods_are_refused() -> None:
    one = packed(("b.txt", LAW))
    assert "encrypted" in str(opened(with_flags(one, 1))["!/b.txt"])
    assert "method 14" in str(opened(with_flags(one, 0, 14))["!/b.txt"])
    assert "method 9" in str(opened(with_flags(one, 0, 9))["!/b.txt"])


def test_two_members_of_one_name_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("b.txt", LAW), ("b.txt", b"other"))
    assert [
        each.data if isinstance(each, SourceFile) else each.reason
        for each in members(SourceFile("a.zip", "a.zip", data)) or ()
    ] == [LAW, "前面已有同名的文件 / a file of the same name came before"]


def test_a_bomb_is_refused_by_its_ratio_and_not_unpacked() -> None:
    data = packed(("bomb.txt", bytes(50_000_000)), ("c.txt", LAW))
    found = opened(data)
    assert "200 times" in str(found["!/bomb.txt"])
    assert found["!/c.txt"] == LAW


def test_members_that_share_bytes_are_refused() -> None:
    """The bomb of https://www.bamsoftware.com/hacks/zipbomb/: many names for one kernel."""
    one = legacy([b"a.txt"])
    start = one.index(b"PK\1\2")
    entry, end = one[start:-22], bytearray(one[-22:])
    struct.pack_into("<2H2L", end, 8, 9, 9, len(entry) * 9, start)
    names = [f"{number}.txt".encode() for number in range(9)]
    directory = b"".join(entry.replace(b"a.txt", name) for name in names)
    found = opened(one[:start] + directory + bytes(end))
    assert len(found) == 9
    assert all("shares bytes" in str(reason) for reason in found.values())


def test_a_declared_size_that_lies_is_found_out() -> None:
    data = bytearray(packed(("b.txt", LAW * 100), ("c.txt", LAW)))
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<L", data, data.index(mark) + at, 5)
    found = opened(bytes(data))
    assert "damaged" in str(found["!/b.txt"])
    assert found["!/c.txt"] == LAW


def test_the_bytes_and_members_of_one_archive_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    monkeypatch.setattr(containers._Budget.__init__, "__defaults__", (250, 3))
    monkeypatch.setattr(containers, "SIZE_LIMIT", 150)
    files = [("a", b"x" * 120), ("b", b"x" * 160), ("c", b"x" * 140)]
    found = opened(packed(*files))
    assert found["!/a"] == b"x" * 120
    assert "over the limit" in str(found["!/b"])
    assert "unpacks to more than" in str(found["!/c"])
    with pytest.raises(UnreadableSource, match="more than 3 files"):
        opened(packed(*files, ("d", b"x")))


def test_a_hundred_thousand_members_are_refused_before_they_are_listed() -> None:
    with pytest.raises(UnreadableSource, match="more than 20,000 files"):
        opened(legacy((b"%d" % number for number in range(70_000)), b""))
    with pytest.raises(UnreadableSource, match=r"directory has .* over the limit"):
        opened(legacy((b"%0900d" % number for number in range(10_000)), b""))


def test_an_archive_in_an_archive_comes_apart_and_one_deeper_does_not() -> None:
    deepest = packed(("d.txt", LAW))
    inner = packed(("c.txt", LAW), ("deepest.zip", deepest))
    found = opened(packed(("inner.zip", inner), ("b.txt", LAW)))
    assert found["!/inner.zip!/c.txt"] == found["!/b.txt"] == LAW
    assert "3 deep" in str(found["!/inner.zip!/deepest.zip"])
    assert len(found) == 3


def test_an_archive_within_that_is_damaged_is_named() -> None:
    found = opened(packed(("inner.zip", packed(("c.txt", LAW))[:-30]), ("b.txt", LAW)))
    assert "cut off" in str(found["!/inner.zip"])
    assert found["!/b.txt"] == LAW


def test_records_in_an_archive_come_apart_too() -> None:
    found = opened(packed(("inner/r.jsonl", b'{"id": 7, "text": "x"}')))
    assert found == {"!/inner/r.jsonl#7": b"\xef\xbb\xbfx"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packed(("b.txt", LAW))[:-30], "cut off"),
        (packed(("b.txt", LAW))[:60], "cut off"),
        (packed(), "holds no files"),
        (packed(("__MACOSX/x", b"x")), "holds no files"),
        (b"PK\3\4" + bytes(100), "cut off"),
        (b"PK\5\6" + b"\xff" * 18, "damaged|over the limit"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        opened(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", LAW),
        ("a.pdf", b"%PDF-1.7"),
        ("a.docx", packed(("[Content_Types].xml", b"x"), ("word/document.xml", b"x"))),
        ("a.ofd", packed(("OFD.xml", b"x"))),
        ("x.docx.meta.json", b'{"title": "x", "text": "x"}'),
        ("a.rar", b"Rar!\x1a\x07\x00"),
    ],
)
def test_other_files_are_no_containers(name: str, data: bytes) -> None:
    assert members(SourceFile(name, name, data)) is None


GOOD = packed(("办法.txt", LAW * 40), ("b/通知.md", LAW), ("c.txt", b"x" * 999))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(GOOD)),
)
def test_whatever_happened_to_an_archive_what_comes_in_is_certain(
    edits: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(GOOD)
    for at, value in edits:
        data[at] = value
    if cut % 3 == 0:
        del data[cut:]
    whole = {LAW * 40, LAW, b"x" * 999}
    try:
        found = list(members(SourceFile("a.zip", "a.zip", b"PK\3\4" + bytes(data[4:]))) or ())
    except UnreadableSource:
        return
    for each in found:
        assert isinstance(each, RefusedMember) or each.data in whole | {b""}


def jsonl(*records: Any) -> bytes:
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in records).encode()


def test_each_line_is_a_document_with_what_is_stated_beside_it() -> None:
    data = jsonl(
        {
            "id": "law-1",
            "title": "办法",
            "text": "第一条 甲。\n第二条 乙。",
            "metadata": {"issued": "2020-01-01", "tags": ["甲", "乙"], "title": "别名", "n": 3},
            "url": "http://t.cn",
            "empty": None,
        },
        {"id": 2, "text": "x"},
    )
    first, second = list(members(SourceFile("/f/a.jsonl", "a.jsonl", data)) or ())
    assert isinstance(first, SourceFile)
    assert isinstance(second, SourceFile)
    assert (first.source, first.name) == ("/f/a.jsonl#law-1", "law-1.txt")
    assert first.data.decode("utf-8-sig") == "第一条 甲。\n第二条 乙。"
    assert first.given == {
        "title": "办法",
        "url": "http://t.cn",
        "issued": "2020-01-01",
        "tags": ("甲", "乙"),
        "metadata.title": "别名",
        "n": "3",
    }
    assert (second.source, dict(second.given)) == ("/f/a.jsonl#2", {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_records_in_any_encoding(encoding: str) -> None:
    text = json.dumps({"id": "a", "text": LAW.decode() * 5}, ensure_ascii=False)
    assert opened(text.encode(encoding), "a.jsonl") == {"#a": b"\xef\xbb\xbf" + LAW * 5}


def test_a_bad_record_is_named_and_the_rest_comes_in() -> None:
    lines = [
        b'{"id": "a", "text": "x"}',
        b'{"id": "b", "text": ',
        b"",
        b"[1]",
        b'{"id": "c"}',
        b'{"id": "a", "text": "y"}',
        b'{"id": "d", "text": "\\ud800"}',
        b'{"id": "e\\u0000", "text": "z"}',
        b'{"id": "%s", "text": "z"}' % (b"x" * 300),
        b"[" * 100_000,
        b'{"id": "f", "text": "\\ud83d\\ude00"}\r',
    ]
    found = opened(b"\n".join(lines), "a.jsonl")
    taken = {source: data[3:] for source, data in found.items() if isinstance(data, bytes)}
    assert taken == {"#a": b"x", "#e_": b"z", "#f": "😀".encode()}
    assert {
        source: str(reason).split(" / ")[1][:20]
        for source, reason in found.items()
        if isinstance(reason, str)
    } == {
        "#L2": "damaged JSON: Expect",
        "#L4": "no record: 要求每条记录是 {",
        "#c": 'no text: 要求每条记录是 {"i',
        "#L6": "its id a is one that",
        "#d": "character 0 of its t",
        "#L9": "its id is longer tha",
        "#L10": "damaged JSON: 嵌套过深 n",
    }


def test_a_record_without_an_id_keeps_its_name_when_others_come_before_it() -> None:
    [name] = opened(jsonl({"text": "甲"}), "a.jsonl")
    assert name in opened(jsonl({"text": "乙"}, {"text": "甲"}), "a.jsonl")


@pytest.mark.parametrize(
    "data",
    [
        b'[{"id": "a", "text": "x"}]',
        b'{"id": "a",\n "text": "x"}',
        b'{"id": "a", "text": "x"}\n{"id": "b"}',
    ],
)
def test_json_of_one_array_one_record_or_misnamed_lines(data: bytes) -> None:
    assert opened(data, "a.json")["#a"] == b"\xef\xbb\xbfx"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b'{"error": "not found"}', UnreadableSource),
        (b"[1, 2]", UnreadableSource),
        (b"[]", UnreadableSource),
        (b"[" * 100_000, UnreadableSource),
        (b"1" * 10_000, UnreadableSource),
        (b'[{"text": "x"}', UnreadableSource),
        (b"", UnreadableSource),
        (b"\x81\x82\x00", UndecidedEncoding),
    ],
)
def test_json_of_another_shape_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        opened(data, "a.json")


def test_the_directory_is_measured_in_its_long_form_too() -> None:
    at = GOOD.rindex(b"PK\5\6")
    long_end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 3, 3, 9_000_000, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, at, 1)
    with (
        pytest.raises(UnreadableSource, match="over the limit"),
        zip_files.open_zip(GOOD[:at] + long_end + locator + GOOD[at:]),
    ):
        pass
