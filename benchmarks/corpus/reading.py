"""Encodings, speed and memory of reading over real laws: ``python -m benchmarks.corpus.reading``.

Each law is written in every encoding that Chinese texts come in, without a byte order mark, and
must come back exactly (P1 and P2 of the field notes); written as mojibake it must be refused.
Speeds are the best of several runs on one core, in MB of UTF-8 a second. As machines are noisy,
each is given again in units of a fixed loop of plain Python that is timed in the same breath.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from opencc import OpenCC

from corpus.errors import UnreadableSource
from corpus.readers.registry import read
from corpus.split import split_paragraphs, split_passages
from corpus.text.encoding import decode
from corpus.text.mojibake import find_mojibake
from corpus.types import Document, ReadResult, SourceFile

SHARED = Path(os.environ.get("JUDIAN_SHARED", "../shared"))
REFERENCE_STEPS = 300_000
MEMORY_SAMPLE = 1_400_000  # characters of the one file whose reading is weighed
SIMPLIFIED = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
MISREADINGS = (
    ("utf-8", "gbk"),
    ("utf-8", "gb18030"),
    ("utf-8", "latin-1"),
    ("utf-8", "cp1252"),
    ("gb18030", "latin-1"),
    ("gb18030", "big5"),
)


def main() -> None:
    """Print one line a figure, and all of them as JSON at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="of which the best counts")
    options = parser.parse_args()
    paths = sorted((SHARED / "data" / "laws").rglob("*.md"))
    if not paths:
        print("skipped: no laws (set JUDIAN_SHARED to the folder that holds data/laws)")
        return
    sources = [path.read_bytes() for path in paths]
    texts = [source.decode() for source in sources if not source.isascii()]
    figures: dict[str, object] = {"files": len(sources), "with text": len(texts)}
    figures |= _round_trips(texts) | _mojibake(texts)
    figures |= _speeds(sources, options.runs) | _memory(texts)
    for name, value in figures.items():
        print(f"{name:<46} {value}")
    print(json.dumps(figures, ensure_ascii=False))


def _round_trips(texts: Sequence[str]) -> dict[str, object]:
    figures: dict[str, object] = {}
    for encoding in SIMPLIFIED:
        figures[f"{encoding}: exact, other, refused"] = _outcomes(texts, encoding)
    for script in ("s2t", "s2tw"):
        convert = OpenCC(script).convert
        converted = [convert(text) for text in texts]
        for encoding in ("big5", "big5hkscs"):
            # What the code page lacks is left out of the text first, not of the comparison.
            characters = set("".join(converted))
            lacking = str.maketrans("", "", "".join(c for c in characters if not _in(c, encoding)))
            kept = [text.translate(lacking) for text in converted]
            figures[f"{script} in {encoding}: exact, other, refused"] = _outcomes(kept, encoding)
    return figures


def _in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _outcomes(texts: Sequence[str], encoding: str) -> tuple[int, int, int]:
    exact = refused = 0
    for text in texts:
        try:
            exact += decode(text.encode(encoding)).text == text
        except UnreadableSource:
            refused += 1
    return exact, len(texts) - exact - refused, refused


def _mojibake(texts: Sequence[str]) -> dict[str, object]:
    convert = OpenCC("s2t").convert
    figures: dict[str, object] = {
        "mojibake: false alarms": sum(find_mojibake(text) is not None for text in texts),
        "mojibake: false alarms, traditional": sum(
            find_mojibake(convert(text)) is not None for text in texts
        ),
    }
    for written, opened in MISREADINGS:
        misread = (text.encode(written).decode(opened, "replace") for text in texts)
        found = sum(find_mojibake(text) is not None for text in misread)
        figures[f"mojibake: {written} read as {opened}, found"] = f"{found} of {len(texts)}"
    return figures


def _speeds(sources: Sequence[bytes], runs: int) -> dict[str, object]:
    size = sum(map(len, sources)) / 1e6
    results = _read(sources)
    documents = [
        Document(str(at), "0" * 64, each.title or "", "", "", each.text, {}, each.receipt)
        for at, each in enumerate(results)
    ]
    visible = sum(len(each.text.encode()) for each in results) / 1e6

    def split() -> None:
        for document, result in zip(documents, results, strict=True):
            split_passages(document, split_paragraphs(document.id, result))

    figures: dict[str, object] = {}
    for name, megabytes, work in (
        ("reading Markdown", size, lambda: _read(sources)),
        ("splitting alone", visible, split),
    ):
        seconds, reference = _best(work, runs), _best(_reference, runs)
        figures[f"{name}, MB/s"] = round(megabytes / seconds, 1)
        figures[f"{name}, reference loops a MB"] = round(seconds / reference / megabytes, 2)
    return figures


def _read(sources: Sequence[bytes]) -> list[ReadResult]:
    results = []
    for source in sources:
        try:
            results.append(read(SourceFile("law.md", "law.md", source)))
        except UnreadableSource:
            continue  # front matter alone
    return results


def _reference() -> None:
    table: dict[str, int] = {}
    for step in range(REFERENCE_STEPS):
        key = chr(0x4E00 + step % 997)
        table[key] = table.get(key, 0) + len(key)


def _best(work: Callable[[], object], runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _memory(texts: Sequence[str]) -> dict[str, object]:
    figures: dict[str, object] = {}
    sample = "\n\n".join(texts)[:MEMORY_SAMPLE]
    for encoding in ("utf-8", "gb18030"):
        data = sample.encode(encoding)
        tracemalloc.start()
        read(SourceFile("law.md", "law.md", data))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        figures[f"peak reading {encoding} Markdown, file sizes"] = round(peak / len(data), 1)
    return figures


if __name__ == "__main__":
    main()
