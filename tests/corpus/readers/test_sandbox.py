from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.readers.reader import Limits
from corpus.readers.sandbox import worker
from corpus.readers.sandbox.isolation import FILES_PER_WORKER, Isolation
from corpus.readers.sandbox.wire import WireError, header_of, opening_of, pack_result, unpack_result
from corpus.types import Heading, ReadResult, Receipt, SourceFile
from tests.corpus.readers import bad_readers
from tests.places import ROOT

AMPLE = Limits(memory=2 << 30, seconds=60, bytes_per_second=1_000, longest=60)
# Short for the processor, and any time by the clock: another program may have the processor.
SHORT = replace(AMPLE, seconds=0.3, longest=0.3, patience=10_000)


@pytest.fixture
def isolation() -> Iterator[Isolation]:
    """One process at a time, so that the next file meets what the last one left."""
    isolation = Isolation(workers=1)
    yield isolation
    isolation.close()


def file(data: bytes = b"x", name: str = "a.bad") -> SourceFile:
    return SourceFile(f"/files/{name}", name, data)


def reader(bad: type) -> str:
    return f"{bad.__module__}:{bad.__qualname__}"


def place(result: ReadResult) -> tuple[int, int]:
    """Return the process that read a file, and how many it had read by then."""
    process, served = result.text.split("\n")[0].split()
    return int(process), int(served)


def ends(process: int) -> bool:
    """Whether a process that is not our child is gone within two minutes."""
    for _ in range(12_000):
        try:
            os.kill(process, 0)
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":  # dead, and only whoever inherited it has not looked yet
            return True
        time.sleep(0.01)
    return False


def test_one_process_reads_file_after_file(isolation: Isolation) -> None:
    places = [place(isolation.read(reader(bad_readers.Good), file(), AMPLE)) for _ in range(3)]
    assert places == [(places[0][0], served) for served in (1, 2, 3)]
    assert places[0][0] != os.getpid()


def test_it_starts_with_the_first_file_and_is_replaced_in_time(isolation: Isolation) -> None:
    assert isolation._idle == []
    reads = [
        place(isolation.read(reader(bad_readers.Good), file(), AMPLE))
        for _ in range(FILES_PER_WORKER + 1)
    ]
    assert [served for _, served in reads] == [*range(1, FILES_PER_WORKER + 1), 1]
    assert len({process for process, _ in reads}) == 2


@pytest.mark.parametrize(
    ("bad", "limits", "said"),
    [
        (bad_readers.Looping, SHORT, "处理器时间.*processor time"),
        (bad_readers.Swelling, AMPLE, "内存超过上限 2.1 GB"),
        (bad_readers.SwellingInC, AMPLE, "异常退出（SIGABRT）"),
        (bad_readers.Exiting, AMPLE, "异常退出（exit 3）"),
        (bad_readers.Crashing, AMPLE, "异常退出（SIGSEGV）"),
        (bad_readers.Failing, AMPLE, r"解析器出错：KeyError \(bad_readers.py:\d+ read\)"),
        (bad_readers.Deceiving, AMPLE, "输出不可信"),
        (bad_readers.Refusing, AMPLE, "^不读\ud800$"),
        (bad_readers.Writing, AMPLE, "异常退出（SIGXFSZ）|解析器出错：OSError"),
        (bad_readers.Opening, AMPLE, "解析器出错：OSError"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_bad_file_costs_itself_alone(
    isolation: Isolation, bad: type, limits: Limits, said: str
) -> None:
    with pytest.raises(UnreadableSource, match=said):
        isolation.read(reader(bad), file(), limits)
    assert isolation.read(reader(bad_readers.Good), file(b"four"), AMPLE).text.endswith("\n4")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xff" * 4096,  # a length of all there is
        bytes(4096),  # an empty header
        b"\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00[]",
        b"\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00{}",
        b"Traceback (most recent call last):",
    ],
)
def test_rubbish_in_the_pipe_is_no_answer(isolation: Isolation, garbage: bytes) -> None:
    with pytest.raises(UnreadableSource, match="输出不可信"):
        isolation.read(reader(bad_readers.Scribbling), file(garbage), AMPLE)
    assert isolation.read(reader(bad_readers.Good), file(), AMPLE).text


def test_what_a_parser_prints_is_no_answer(isolation: Isolation) -> None:
    for _ in range(2):
        assert isolation.read(reader(bad_readers.Printing), file(b"four"), AMPLE).text.endswith("4")


def test_doubt_about_an_encoding_stays_doubt(isolation: Isolation) -> None:
    with pytest.raises(UndecidedEncoding, match=r"^说不准$"):
        isolation.read(reader(bad_readers.Undecided), file(), AMPLE)


def test_a_file_does_not_pay_for_the_files_before_it(isolation: Isolation) -> None:
    first = place(isolation.read(reader(bad_readers.CrashingLater), file(), AMPLE))
    second = place(isolation.read(reader(bad_readers.CrashingLater), file(), AMPLE))
    assert first[1] == second[1] == 1
    assert first[0] != second[0]


def test_a_process_that_died_while_idle_is_replaced(isolation: Isolation) -> None:
    process, _ = place(isolation.read(reader(bad_readers.Good), file(), AMPLE))
    os.kill(process, signal.SIGKILL)
    isolation._idle[0]._process.wait()
    assert place(isolation.read(reader(bad_readers.Good), file(), AMPLE))[0] != process


def test_whatever_a_waiting_parser_started_ends_with_it(
    isolation: Isolation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = tmp_path / "processes"
    later = threading.Event()
    monkeypatch.setattr(worker, "monotonic", lambda: time.monotonic() + 3_600 * later.is_set())
    said: list[str] = []

    def read() -> None:
        try:
            isolation.read(reader(bad_readers.Sleeping), file(str(noted).encode()), AMPLE)
        except UnreadableSource as error:
            said.append(str(error))

    reading = threading.Thread(target=read)
    reading.start()
    wait_for(lambda: noted.is_file() and len(noted.read_text().split()) == 2)
    later.set()  # an hour goes by
    reading.join()
    assert len(said) == 1
    assert "1,200 秒" in said[0]
    assert [ends(int(process)) for process in noted.read_text().split()] == [True, True]


def test_a_parser_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    noted = tmp_path / "processes"
    program = (
        "import sys\n"
        "from tests.corpus.readers.test_sandbox import *\n"
        "Isolation().read(reader(bad_readers.Sleeping), file(sys.argv[1].encode()), AMPLE)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program, str(noted)], cwd=ROOT)
    wait_for(lambda: noted.is_file() and len(noted.read_text().split()) == 2)
    owner.kill()
    owner.wait()
    assert [ends(int(process)) for process in noted.read_text().split()] == [True, True]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 600
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_knows_no_secret_and_leads_its_group(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDIAN_API_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "secret")
    seen = isolation.read(reader(bad_readers.Surroundings), file(), AMPLE).metadata
    assert "secret" not in seen.values()
    assert seen["leader"] == "True"


def test_a_large_file_goes_there_and_its_answer_comes_back(isolation: Isolation) -> None:
    data = bytes(30_000_000)
    text = isolation.read(reader(bad_readers.Good), file(data), AMPLE).text
    assert text.endswith("\n30000000")


def test_files_from_many_threads_do_not_mix() -> None:
    isolation = Isolation(workers=2)
    found: dict[int, str] = {}

    def read(size: int) -> None:
        found[size] = isolation.read(reader(bad_readers.Good), file(bytes(size)), AMPLE).text

    threads = [threading.Thread(target=read, args=(size,)) for size in range(1, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    isolation.close()
    assert {size: int(text.split("\n")[1]) for size, text in found.items()} == {
        size: size for size in range(1, 25)
    }
    assert len({text.split()[0] for text in found.values()}) <= 2


def test_nothing_is_left_after_closing(isolation: Isolation) -> None:
    process, _ = place(isolation.read(reader(bad_readers.Good), file(), AMPLE))
    scratch = isolation._idle[0]._scratch
    assert Path(scratch).is_dir()
    isolation.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)  # not even a zombie
    assert not Path(scratch).exists()


def test_no_process_to_be_had_is_said_so(
    isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UnreadableSource, match="无法启动解析进程"):
        isolation.read(reader(bad_readers.Good), file(), AMPLE)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UnreadableSource, match="解析进程无法启动"):
        isolation.read(reader(bad_readers.Good), file(), AMPLE)


def test_the_time_of_a_file_grows_with_it_up_to_a_limit() -> None:
    limits = Limits(memory=1, seconds=10, bytes_per_second=1_000, longest=100)
    assert [limits.seconds_for(size) for size in (0, 5_000, 10**9)] == [10, 15, 100]


ANY_TEXT = st.text(st.characters())  # lone surrogates too
OFFSETS = st.lists(st.integers(0, 60), max_size=6).map(sorted)


@st.composite
def results(draw: st.DrawFn) -> ReadResult:
    text = draw(ANY_TEXT) + "x" * 60
    edges = draw(OFFSETS)
    headings = zip(edges[::2], edges[1::2], strict=False)
    return ReadResult(
        text=text,
        title=draw(st.none() | ANY_TEXT),
        headings=tuple(Heading(a, b, draw(st.integers(1, 9))) for a, b in headings),
        metadata=draw(st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3)),
        media_type=draw(ANY_TEXT),
        receipt=Receipt(
            size=draw(st.integers(0)),
            digest=draw(ANY_TEXT),
            encoding=draw(ANY_TEXT),
            runner_up=draw(st.none() | ANY_TEXT),
            confidence=draw(st.floats(0, 1)),
            private_use=draw(st.integers(0)),
            cleaned=draw(st.dictionaries(ANY_TEXT, st.integers(0), max_size=3)),
            notes=tuple(draw(st.lists(ANY_TEXT, max_size=3))),
        ),
        lines_are_paragraphs=draw(st.booleans()),
        page_starts=tuple(draw(OFFSETS)),
        ocr_pages=frozenset(draw(st.lists(st.integers(1, 60), max_size=3))),
    )


@given(results())
def test_any_result_comes_through_unchanged(result: ReadResult) -> None:
    header, body = pack_result(result)
    packed = opening_of(header, len(body))[12:]
    assert unpack_result(header_of(packed), body) == result


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(results(), st.data())
def test_a_result_with_anything_wrong_is_none(result: ReadResult, data: st.DataObject) -> None:
    header, body = pack_result(result)
    record = data.draw(st.sampled_from([header, header["receipt"]]))
    assert isinstance(record, dict)
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(JSON)
    try:
        unpacked = unpack_result(header, body)
    except WireError:
        return
    assert pack_result(unpacked)[0] == header


@given(st.binary(max_size=60))
def test_any_bytes_are_a_header_or_an_error(data: bytes) -> None:
    with suppress(WireError):
        assert isinstance(header_of(data), dict)
