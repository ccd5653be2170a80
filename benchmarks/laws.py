"""The 251 laws end to end: ``python -m benchmarks.laws [--home FOLDER] [--questions N]``.

Adds them with ``judian add``, adds them again, asks one question from a cold start, serves, and
asks warm over HTTP. Every figure is of processes a user would start. A home that already holds the
laws is used as it is, and the first add is then not measured.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("JUDIAN_SHARED", "../shared"))
BENCH = Path(os.environ.get("JUDIAN_BENCH", SHARED / "bench"))
COLD_RUNS = 5
SEED = 1


def main() -> None:
    """Print one line a figure, and all of them as JSON at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    laws = SHARED / "data" / "laws"
    if not laws.is_dir():
        print(f"skipped: no laws at {laws} (set JUDIAN_SHARED)")
        return
    with tempfile.TemporaryDirectory() as temporary:
        environment = {**os.environ, "JUDIAN_HOME": str(options.home or temporary)}
        figures = {**_adding(laws, environment), **_cold(environment)}
        figures |= _warm(environment, options.questions)
    for name, value in figures.items():
        print(f"{name:<34} {value}")
    print(json.dumps(figures))


def _adding(laws: Path, environment: Mapping[str, str]) -> dict[str, object]:
    seconds, first = _timed(["add", str(laws), "--json"], environment)
    again, second = _timed(["add", str(laws), "--json"], environment)
    states = [outcome["state"] for outcome in json.loads(first)["data"]]
    unchanged = [outcome["state"] for outcome in json.loads(second)["data"]]
    figures: dict[str, object] = {
        "files": len(states),
        **{f"first add: {state}": states.count(state) for state in sorted(set(states))},
        **{f"second add: {state}": unchanged.count(state) for state in sorted(set(unchanged))},
        "second add, seconds": round(again, 2),
    }
    if "added" in states:
        figures["first add, seconds"] = round(seconds, 1)
    return figures


def _cold(environment: Mapping[str, str]) -> dict[str, object]:
    asked = ["ask", "哪些情形下应当订立无固定期限劳动合同？"]
    helps = [_timed(["--help"], environment)[0] for _ in range(COLD_RUNS)]
    asks = [_timed(asked, environment)[0] for _ in range(COLD_RUNS)]
    return {
        "judian --help, median seconds": round(statistics.median(helps), 3),
        "judian ask from cold, median seconds": round(statistics.median(asks), 2),
    }


def _warm(environment: Mapping[str, str], count: int) -> dict[str, object]:
    questions = _questions(count)
    if not questions:
        return {"warm": f"skipped: no questions at {BENCH}"}
    with _served(environment) as (process, port):
        _ask(port, questions[0])
        times: list[float] = []
        stages: dict[str, list[float]] = {}
        abstained = 0
        for question in questions:
            start = time.perf_counter()
            answer = _ask(port, question)
            times.append((time.perf_counter() - start) * 1000)
            abstained += answer["abstention"] is not None
            for stage, taken in answer["timings"].items():
                stages.setdefault(stage, []).append(taken)
        resident = _resident(process.pid)
    times.sort()
    return {
        "questions": len(times),
        "abstained": abstained,
        "POST /v1/ask warm, p50 ms": round(times[len(times) // 2], 1),
        "POST /v1/ask warm, p95 ms": round(times[int(len(times) * 0.95)], 1),
        "median ms by stage": {name: statistics.median(taken) for name, taken in stages.items()},
        "resident after, MB": resident,
    }


def _questions(count: int) -> list[str]:
    path = BENCH / "stard" / "queries.jsonl"
    if not path.is_file():
        return []
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return random.Random(SEED).sample(texts, min(count, len(texts)))


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [*_command("serve"), "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()  # printed once the model is loaded
            _until_open(port)
            yield process, port
        finally:
            process.terminate()


def _until_open(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise TimeoutError("the service did not open its port within a minute")


def _ask(port: int, question: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/ask",
        json.dumps({"question": question}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answered:
        body: dict[str, Any] = json.load(answered)
    return body


def _resident(pid: int) -> int | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def _timed(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(
        _command(*arguments), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):  # 1: something was refused, and said so
        sys.exit(done.stderr)
    return time.perf_counter() - start, done.stdout


def _command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("judian")), *arguments]


if __name__ == "__main__":
    main()
