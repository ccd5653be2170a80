"""Deriving a snapshot from the store: only what changed since the last one is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from corpus.store.store import Store
from corpus.store.stored import PassageRow
from index.embedders.base import Vectors
from index.errors import IndexUnwritable
from index.segments.postings import Mask, Postings
from index.segments.segment import Rows, Segment, is_worn, runs_to_join
from index.segments.snapshot import NOTHING, Held, Snapshot, Stamp, publish, save_segment
from index.segments.tokens import counted_tokens

BATCH = 2_000  # passages read from the store at once: some 3 MB of vectors
BLOCK = 20_000  # passages whose terms are put together at once: some 200 MB

VectorsOf = Callable[[Sequence[PassageRow]], Vectors]  # rows -> (n, dim) float32, unit rows


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of the snapshot to come: one there is, or one made of new passages."""

    segment: Segment
    kept: Mask
    held: Held | None = None  # None: new, not saved yet


def derive(
    folder: Path,
    store: Store,
    stamp: Stamp,
    vectors_of: VectorsOf,
    loaded: Snapshot | None,
    *,
    forgetting: bool = False,
) -> Snapshot:
    """Write and publish the snapshot of ``stamp``; the write lock must be held.

    ``loaded`` is the snapshot to start from, None to start anew; ``forgetting`` leaves nothing of
    rows that are gone in any file. A search finds the same either way. Raises IndexUnwritable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = _rows_now(store, loaded)
        parts = [] if loaded is None else [_what_is_left(held, rows) for held in loaded.held]
        have = np.concatenate([part.segment.rows for part in parts]) if parts else rows[:0]
        added = np.setdiff1d(rows, have, assume_unique=True)
        parts.extend(_new_parts(store, added, vectors_of))
        left = [part for part in parts if part.kept.any()]
        held = _put_together(folder, left, stamp.factory, forgetting=forgetting)
        gone = [one.segment.rows[~np.isin(one.segment.rows, rows)] for one in held]
        return publish(folder, stamp, held, np.concatenate([rows[:0], *gone]))
    except OSError as error:
        raise IndexUnwritable(
            f"{folder}: 索引写不进去（{error.strerror}）；库中的文件完好，解决后重试即可。"
            f" The index cannot be written ({error.strerror}); the documents are safe in the store."
            " Mend that and try again."
        ) from error


def _rows_now(store: Store, loaded: Snapshot | None) -> Rows:
    """Return the rows there are, ascending; where none went, only the new ones are read."""
    if loaded is not None and loaded.held:
        before = loaded.searcher.rows[loaded.searcher.allowed(NOTHING)]
        last = max(int(held.segment.rows[-1]) for held in loaded.held)
        added = np.asarray(store.rows_after(last), dtype=np.int64)
        # Row numbers are never used twice: if the numbers agree, nothing has gone.
        if len(before) + len(added) == store.count_passages():
            return np.concatenate([before, added])
    return np.asarray(store.rows(), dtype=np.int64)


def _what_is_left(held: Held, rows: Rows) -> Part:
    return Part(held.segment, np.isin(held.segment.rows, rows, assume_unique=True), held)


def _put_together(
    folder: Path, parts: Sequence[Part], factory: str, *, forgetting: bool
) -> list[Held]:
    """Join parts that have become alike in size, rewrite the worn, and save what is new."""
    sizes = [len(part.segment) for part in parts]
    kept = [int(np.count_nonzero(part.kept)) for part in parts]
    saved = []
    for run in runs_to_join(kept):
        some = [parts[at] for at in run]
        first = some[0].held
        size, stays = sizes[run.start], kept[run.start]
        worn = size > stays if forgetting else is_worn(size, stays)
        if len(run) == 1 and first and not worn:
            saved.append(first)
            continue
        joined = Segment.joined([(part.segment, part.kept) for part in some], factory=factory)
        saved.append(save_segment(folder, joined))
    return saved


def _new_parts(store: Store, rows: Rows, vectors_of: VectorsOf) -> Iterator[Part]:
    for start in range(0, len(rows), BLOCK):
        some = rows[start : start + BLOCK]
        batches = (some[at : at + BATCH] for at in range(0, len(some), BATCH))
        found = [list(store.passages(batch.tolist())) for batch in batches]
        vectors = np.concatenate([vectors_of(batch) for batch in found])
        postings = Postings.build(
            counted_tokens(row.title, row.passage.path, row.passage.text)
            for row in chain.from_iterable(found)
        )
        segment = Segment.unindexed(some, vectors, postings)
        yield Part(segment, np.ones(len(segment), dtype=np.bool_))
