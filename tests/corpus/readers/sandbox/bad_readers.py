"""Readers that do what parsers of hostile files do; each is run in a process of its own."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import cast

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.messages.message import Message
from corpus.types import Heading, ReadResult, Receipt, SourceFile

SERVED: list[str] = []  # names of the files this process has read


class Good:
    """Says which process it is in, and how many files that has read."""

    def read(self, file: SourceFile) -> ReadResult:
        SERVED.append(file.name)
        text = f"{os.getpid()} {len(SERVED)}\n{len(file.data)}"
        receipt = Receipt(len(file.data), hashlib.sha256(file.data).hexdigest(), "good")
        return ReadResult(
            text, "application/x-bad", receipt, headings=(Heading(0, text.index("\n"), 1),)
        )


class Surroundings(Good):
    """Tells what it can see: environment, open files, group."""

    def read(self, file: SourceFile) -> ReadResult:
        result = super().read(file)
        seen = {**os.environ, "leader": str(os.getpgrp() == os.getpid())}
        return ReadResult(
            result.text,
            result.media_type,
            result.receipt,
            metadata=seen,
            ocr_pages=frozenset({1}),
        )


class Speaking(Good):
    """Says in words of the catalogue what it leaves out, or why it reads nothing."""

    def read(self, file: SourceFile) -> ReadResult:
        why = Message("reader.part_large", limit=7)
        said = Message("reader.part_refused", part=file.name, why=why)
        if file.data == b"refuse":
            raise UnreadableSource(said)
        result = super().read(file)
        return replace(result, receipt=replace(result.receipt, notes=(said, "plain")))


class Looping:
    def read(self, file: SourceFile) -> ReadResult:
        while True:
            pass


class Sleeping:
    """Hangs without using the processor, with a program of its own that hangs too."""

    def read(self, file: SourceFile) -> ReadResult:
        helper = subprocess.Popen(["/bin/sleep", "600"])
        Path(file.data.decode()).write_text(f"{os.getpid()} {helper.pid}")
        time.sleep(600)
        raise AssertionError


class Swelling:
    """Takes ten gigabytes, never touching most of them."""

    def read(self, file: SourceFile) -> ReadResult:
        return cast(ReadResult, bytes(10_000_000_000))


class SwellingInC:
    """As a C library would: it gives up with abort() when there is no more."""

    def read(self, file: SourceFile) -> ReadResult:
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        if libc.malloc(ctypes.c_size_t(10_000_000_000)) is None:
            os.abort()
        raise AssertionError


class Exiting:
    def read(self, file: SourceFile) -> ReadResult:
        os._exit(3)


class Crashing:
    def read(self, file: SourceFile) -> ReadResult:
        os.kill(os.getpid(), signal.SIGSEGV)
        raise AssertionError


class CrashingLater(Good):
    """Reads one file; whatever comes after it meets a process that is not what it was."""

    def read(self, file: SourceFile) -> ReadResult:
        if SERVED:
            os._exit(4)
        return super().read(file)


class Failing:
    def read(self, file: SourceFile) -> ReadResult:
        raise KeyError("word/styles.xml")


class Printing(Good):
    """Prints wherever a parser may print."""

    def read(self, file: SourceFile) -> ReadResult:
        sys.stdout.write("warning: 打印" * 50_000)
        sys.stdout.flush()
        os.write(1, b"\x00" * 10_000)
        os.write(2, b"\xff" * 10_000)
        return super().read(file)


class Scribbling:
    """Writes garbage to every pipe it has."""

    def read(self, file: SourceFile) -> ReadResult:
        for handle in range(3, 20):
            try:
                os.write(handle, file.data)
            except OSError:
                continue
        time.sleep(600)
        raise AssertionError


class Deceiving(Good):
    """Answers with a heading that does not lie in the text."""

    def read(self, file: SourceFile) -> ReadResult:
        result = super().read(file)
        return ReadResult(
            result.text, result.media_type, result.receipt, headings=(Heading(0, 10**9, 1),)
        )


class Undecided:
    def read(self, file: SourceFile) -> ReadResult:
        raise UndecidedEncoding("说不准")


class Refusing:
    def read(self, file: SourceFile) -> ReadResult:
        raise UnreadableSource("不读\ud800")


class Writing:
    """Fills the disk, a file at a time."""

    def read(self, file: SourceFile) -> ReadResult:
        with Path("filled").open("wb") as stream:
            stream.truncate(20_000_000_000)
        raise AssertionError


class Opening:
    """Opens files without end."""

    def read(self, file: SourceFile) -> ReadResult:
        pairs = []
        while True:
            pairs.append(socket.socketpair())
