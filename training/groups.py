"""Training examples: a question with the clauses it is read against, and which of them answers."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
TRAIN = Path(os.environ.get("JUDIAN_TRAIN", SHARED / "train"))
BENCH = Path(os.environ.get("JUDIAN_BENCH", SHARED / "bench"))
LAWS = Path(os.environ.get("JUDIAN_LAWS", SHARED / "data" / "laws"))


@dataclass(frozen=True, slots=True)
class Row:
    """One clause read against the question of its group."""

    text: str
    title: str = ""
    path: tuple[str, ...] = ()
    asked: str = ""
    answers: bool = False
    span: tuple[int, int] | None = None  # of the short answer in the text


@dataclass(frozen=True, slots=True)
class Group:
    """One question; at most the first of its rows answers, and then the others do not."""

    id: str
    kind: str  # which source, for the report
    question: str
    rows: tuple[Row, ...]
    yes_no: str = ""  # what the row that answers says: yes, no, depends; else empty
    held_out: bool = field(default=False)


def write_groups(path: Path, groups: Iterable[Group]) -> int:
    """Write groups as JSONL, whole or not at all; return how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    count = 0
    with new.open("w", encoding="utf-8") as file:
        for group in groups:
            file.write(json.dumps(asdict(group), ensure_ascii=False) + "\n")
            count += 1
    new.replace(path)
    return count


def read_groups(path: Path) -> Iterator[Group]:
    """Yield the groups of a file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            made = json.loads(line)
            rows = tuple(
                Row(
                    **{
                        **row,
                        "path": tuple(row["path"]),
                        "span": tuple(row["span"]) if row["span"] else None,
                    }
                )
                for row in made["rows"]
            )
            yield Group(**{**made, "rows": rows})


def share_of(name: str) -> float:
    """Return a number from 0 to 1 that depends on the name alone: splits and samples by it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) / 2**32
