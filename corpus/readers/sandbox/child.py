"""A process of its own that reads files: what a parser does to it, it does to nothing else.

Started by :mod:`corpus.readers.sandbox.isolation`; it takes one frame for each file on its standard
input and answers with one on what was its standard output. It ends when its input does, and with it
all that it started. Nothing a parser prints gets into the answers.
"""

from __future__ import annotations

import logging
import math
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath
from types import TracebackType
from typing import Any, BinaryIO, cast

from corpus.errors import UndecidedEncoding, UnreadableSource
from corpus.messages.message import Message, message_of, stored
from corpus.readers.reader import Reader
from corpus.readers.sandbox.wire import (
    BODY_LIMIT,
    PREFIX,
    frame,
    header_of,
    opening_of,
    pack_result,
)
from corpus.types import SourceFile

OPEN_FILES = 256  # LibreOffice, with the most of all parsers, has under 100
WRITTEN_BYTES = 1_000_000_000  # of one file: what LibreOffice may write; nothing else writes any
GRACE = 5  # seconds after which it ends by itself if nobody is left to end it

_log = logging.getLogger(__name__)


def main() -> None:
    """Serve files until the input ends."""
    requests, answers = _own_streams()
    _bound_for_good()
    _end_with_input(requests)
    sys.excepthook = _report_to(answers)
    _send(answers, frame({"kind": "ready"}))
    while (prefix := requests.read(PREFIX.size)) and len(prefix) == PREFIX.size:
        header_size, body_size = PREFIX.unpack(prefix)
        order = header_of(requests.read(header_size))
        data = requests.read(body_size)
        _bound_for_one(order)
        for part in _answer(order, data):
            _send(answers, part)
        del data
        signal.alarm(0)


def load_reader(name: str) -> Reader:
    """Return a reader made anew from its ``module:Class``."""
    module, _, class_name = name.partition(":")
    make = cast("Callable[[], Reader]", getattr(import_module(module), class_name))
    return make()


def _answer(order: dict[str, Any], data: bytes) -> tuple[bytes, ...]:
    """Return the frames' bytes that say what became of a file.

    A defect of a reader is no answer: it ends this process, and is reported by the hook.
    """
    try:
        result = load_reader(order["reader"]).read(SourceFile(order["source"], order["name"], data))
        header, body = pack_result(result)
        if len(body) > BODY_LIMIT:
            limit = BODY_LIMIT // 1_000_000
            raise UnreadableSource(Message("reader.text_too_large", size=len(body), limit=limit))
        return opening_of({"kind": "result", **header}, len(body)), body
    except UndecidedEncoding as error:
        return (frame({"kind": "undecided", "reason": stored(message_of(error))}),)
    except UnreadableSource as error:
        return (frame({"kind": "refused", "reason": stored(message_of(error))}),)
    except MemoryError:
        pass  # answered below, where what it held is free again
    return (frame({"kind": "memory"}),)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for ourselves: whoever prints afterwards prints into nothing."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb", buffering=0)


def _send(stream: BinaryIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[stream.write(left) :]


def _bound_for_good() -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, WRITTEN_BYTES)


def _bound_for_one(order: dict[str, Any]) -> None:
    """Set what the next file may use: address space, processor seconds, and seconds.

    What this process starts has the same limit of processor seconds, each counted by itself.
    """
    signal.alarm(math.ceil(order["seconds"]) + GRACE)
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + order["processor_seconds"]
    _limit(resource.RLIMIT_AS, order["memory"])
    _limit(resource.RLIMIT_CPU, math.ceil(seconds))


def _limit(what: int, soft: int) -> None:
    """Set a soft limit; what the system does not know how to limit stays as it is."""
    hard = resource.getrlimit(what)[1]
    try:
        resource.setrlimit(what, (soft if hard < 0 else min(soft, hard), hard))
    except (ValueError, OSError) as error:  # macOS has no limit of address space
        _log.debug("limit %s not set: %s", what, error)


def _end_with_input(requests: BinaryIO) -> None:
    """End at once, with every process started from here, when nobody is left to ask for more."""

    def wait() -> None:
        watch = select.poll()
        watch.register(requests.fileno(), 0)  # no event but the hang-up, which needs no asking
        watch.poll()
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="lifeline").start()


def _report_to(
    answers: BinaryIO,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "?"
        if trace is not None:
            code = trace.tb_frame.f_code
            place = f"{PurePath(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
        said = f"{kind.__name__}: {error}"[:300]
        _send(
            answers, frame({"kind": "defect", "error": kind.__name__, "place": place, "said": said})
        )

    return report
