"""Whether all of an OLE file is there, against a writer of such files that knows what it wrote."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UnreadableSource
from corpus.readers import ole
from corpus.readers.ole import SIGNATURE, is_cut_off, root_names
from corpus.readers.registry import read
from corpus.readers.spreadsheet.xls import read_by_calamine
from corpus.types import SourceFile

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def written(streams: dict[str, bytes], *, sector: int = 512, below: str = "") -> bytes:
    """Return an OLE file: its tables, then the streams in order, the last one not filled up.

    Streams have 4,096 bytes or more. Those from ``below`` on lie in a folder of that name.
    """
    lengths = [-(-len(data) // sector) for data in streams.values()]
    entries = len(streams) + 1 + bool(below)
    directory_sectors = -(-entries * 128 // sector)
    tables = 1
    while tables * sector // 4 < tables + directory_sectors + sum(lengths):
        tables += 1
    chain = [TABLE] * tables + [*range(tables + 1, tables + directory_sectors), END]
    starts = []
    for length in lengths:
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + length), END]
    chain += [FREE] * (tables * sector // 4 - len(chain))
    listed = [*range(tables), *[FREE] * (109 - tables)]
    shift = sector.bit_length() - 1
    header = SIGNATURE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, shift, 6) + bytes(6)
    header += struct.pack("<4I", 0, tables, tables, 0) + struct.pack("<5I", 4096, END, 0, END, 0)
    header += struct.pack("<109I", *listed)
    directory = _entry("Root Entry", 5, child=1)
    if below:
        directory += _entry(below, 1, child=2)
    first = 1 + bool(below)
    for number, (name, data) in enumerate(streams.items()):
        right = first + number + 1 if number + 1 < len(streams) else FREE
        directory += _entry(name, 2, right=right, start=starts[number], size=len(data))
    directory += bytes(directory_sectors * sector - len(directory))
    body = b"".join(data + bytes(-len(data) % sector) for data in streams.values())
    filling = -len(list(streams.values())[-1]) % sector
    whole = header + bytes(sector - 512) + struct.pack(f"<{len(chain)}I", *chain) + directory + body
    return whole[: len(whole) - filling]


def _entry(
    name: str, kind: int, *, right: int = FREE, child: int = FREE, start: int = 0, size: int = 0
) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    head = encoded.ljust(64, b"\0") + struct.pack(
        "<HBB3I", len(encoded), kind, 1, FREE, right, child
    )
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, size)


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(data)) + data


def workbook(rows: list[list[str]]) -> bytes:
    """Return a BIFF8 stream of one sheet with these texts ([MS-XLS]), filled up to 4,096 bytes."""
    opened = struct.pack("<4H2I", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    sheet = record(0x0809, struct.pack("<4H2I", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            said = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
            sheet += record(0x0204, struct.pack("<3H", row, column, 0) + said)
    sheet += record(0x000A)
    bound = struct.pack("<I2B2B", 0, 0, 0, 6, 0) + b"Sheet1"
    start = 4 + len(opened) + 4 + len(bound) + 4
    bound = struct.pack("<I", start) + bound[4:]
    globals_ = record(0x0809, opened) + record(0x0085, bound) + record(0x000A)
    return (globals_ + sheet).ljust(4_196, b"\0")


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize("below", ["", "ObjectPool"])
def test_a_file_is_whole_without_its_filling_and_not_without_a_byte_more(
    sector: int, below: str
) -> None:
    data = written(
        {"1Table": b"x" * 9_000, "WordDocument": b"y" * 5_000}, sector=sector, below=below
    )
    assert len(data) % sector != 0
    assert not is_cut_off(data)
    assert not is_cut_off(data + bytes(-len(data) % sector))
    assert not is_cut_off(data + b"appended by a mail program" * 99)
    assert is_cut_off(data[:-1])


@given(st.data())
def test_no_part_of_a_file_passes_for_the_whole(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(4_096, 70_000), min_size=1, max_size=4))
    whole = written({f"s{at}": bytes(size) for at, size in enumerate(sizes)})
    assert not is_cut_off(whole)
    assert is_cut_off(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_entries_that_nothing_leads_to_and_numbers_behind_the_list_count_for_nothing() -> None:
    data = bytearray(written({"WordDocument": b"y" * 5_000, "gone": b"z" * 5_000}))
    directory = 512 * 2
    struct.pack_into("<I", data, directory + 128 + 72, FREE)  # nothing leads to the second any more
    struct.pack_into("<I", data, directory + 2 * 128 + 116, 99_999)
    struct.pack_into("<I", data, 76 + 5 * 4, 77_777)
    assert root_names(bytes(data)) == {"WordDocument"}
    assert not is_cut_off(bytes(data))


def test_chains_in_circles_and_lengths_without_end_are_done_with_at_once() -> None:
    for length in (5_000, 2**31, 2**32 - 1):
        data = bytearray(written({"WordDocument": b"y" * 5_000}))
        struct.pack_into("<I", data, 512 * 2 + 128 + 120, length)
        struct.pack_into("<I", data, 512 + 2 * 4, 2)  # its first sector follows itself
        assert is_cut_off(bytes(data)) is (length > len(data))


def test_an_allocation_table_in_circles_takes_no_time_and_no_memory() -> None:
    """Two kilobytes that claim two thousand million sectors: olefile alone reads on for days."""
    tables = 2**31
    more = (tables - 109 + 126) // 127
    data = SIGNATURE + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    data += struct.pack("<4I", 0, tables, 1, 0) + struct.pack("<5I", 4096, END, 0, 0, more)
    data += struct.pack("<109I", *[1] * 109)
    data += struct.pack("<128I", *[1] * 127, 0) + bytes(1_024)  # goes on in itself
    assert root_names(data) == frozenset()
    assert is_cut_off(data)


@pytest.mark.parametrize("shift", [0, 1, 7, 10, 13, 31, 63, 200])
def test_sectors_of_no_size_there_is_are_damage(shift: int) -> None:
    data = bytearray(written({"WordDocument": b"y" * 5_000}))
    struct.pack_into("<H", data, 30, shift)
    assert root_names(bytes(data)) == frozenset()
    assert is_cut_off(bytes(data))


def test_a_directory_of_more_entries_than_any_document_has_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = written({f"s{at}": bytes(4_096) for at in range(200)})
    assert len(root_names(data)) == 200
    monkeypatch.setattr(ole, "MAX_ENTRIES", 199)
    assert root_names(data) == frozenset()


@given(st.data())
def test_any_damage_is_judged(data: st.DataObject) -> None:
    made = bytearray(written({"Workbook": b"y" * 5_000, "More": b"z" * 5_000}))
    for _ in range(data.draw(st.integers(1, 6))):
        made[data.draw(st.integers(8, 2_047))] = data.draw(st.integers(0, 255))
    assert is_cut_off(bytes(made)) in (True, False)


def test_a_workbook_is_read_whole_or_refused_at_every_cut() -> None:
    rows = [["项目", "标准"], *[[f"第{n}项", f"{n}元"] for n in range(40)]]
    data = written({"Workbook": workbook(rows)})
    texts = [text for row in rows for text in row]
    (sheet,) = read_by_calamine(data)
    assert [cell.text for cell in sheet.cells] == texts
    for cut in range(0, len(data), 61):
        with pytest.raises(UnreadableSource, match="cut off"):
            read_by_calamine(data[:cut])


@pytest.mark.parametrize(
    ("name", "stream", "left"),
    [("a.xls", "Workbook", 0.9), ("a.doc", "WordDocument", 0.9), ("a.wps", "WordDocument", 0.05)],
)
def test_the_refusal_says_that_it_is_cut_off(name: str, stream: str, left: float) -> None:
    data = written({stream: workbook([["甲"]]) * 3})
    with pytest.raises(UnreadableSource, match="cut off"):
        read(SourceFile(f"/files/{name}", name, data[: int(len(data) * left)]))
