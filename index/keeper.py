"""Keeps the index of a library in step with its store, and the snapshot in use open.

A snapshot is derived from the store: only what changed since the last one is touched.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from corpus.errors import LibraryBusy, StoreReadOnly
from corpus.messages.message import Message
from corpus.store.lock import WriteLock
from corpus.store.store import Store
from corpus.store.stored import PassageRow
from index.embedders.base import Vectors
from index.errors import IndexDamaged, IndexUnwritable
from index.segments.postings import Mask, Postings
from index.segments.segment import Rows, Segment, is_worn, runs_to_join
from index.segments.snapshot import (
    NOTHING,
    Held,
    Snapshot,
    Stamp,
    current,
    open_snapshot,
    publish,
    save_segment,
)
from index.segments.tokens import counted_tokens
from index.segments.vectors import check_factory

log = logging.getLogger(__name__)

FORGETTING = "forgetting"  # set in the store until the index holds nothing of what was purged
OPEN_TRIES = 3  # of the snapshot CURRENT names


class IndexKeeper:
    """The snapshot of the present version, made when it is needed. Used from any thread."""

    def __init__(
        self,
        folder: Path,
        store: Store,
        lock: WriteLock,
        stamp: Callable[[], Stamp],
        vectors_of: VectorsOf,
    ) -> None:
        """Keep the index in ``folder``.

        ``stamp`` says what it must be of now; it raises EmbedderMismatch for another model's
        library. ``vectors_of`` gives passages' vectors, embedding those that are not known.
        """
        self._folder = folder
        self._store = store
        self._lock = lock
        self._stamp = stamp
        self._vectors_of = vectors_of
        self._guard = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._opened: Path | None = None  # the folder _snapshot was opened from

    def fresh(self) -> Snapshot | None:
        """Return the snapshot of the store's present version, deriving it where needed.

        None for a library that never held anything. While somebody else writes or rebuilds, and
        when the index cannot be written, the last good snapshot serves; only where there is none
        is the lock waited for.
        """
        if self._store.version == 0 or self._is_current():
            return self._snapshot
        with self._guard:
            self._open()
        if self._is_current():
            return self._snapshot
        try:
            with self._lock.hold(
                Message("index.rebuild"), wait=None if self._snapshot is None else 0.0
            ):
                self.follow()
        except (LibraryBusy, StoreReadOnly, IndexUnwritable) as error:
            if self._snapshot is None:
                raise
            log.warning("用上一版索引作答 answering from the last index: %s", error)
        return self._snapshot

    def follow(self) -> None:
        """Make the index follow the store; the write lock must be held."""
        if self._store.version == 0 or self._is_current():
            return
        with self._guard:
            self._open()
        if not self._is_current():
            self.derive()

    def derive(self, *, anew: bool = False) -> None:
        """Make and take up today's snapshot, without keeping questions waiting meanwhile."""
        stamp = self._stamp()
        check_factory(stamp.factory, stamp.dimension)
        with self._guard:
            snapshot = None if anew else self._snapshot
        if snapshot is not None and not self._can_start_from(snapshot, stamp):
            snapshot = None
        forgetting = self._store.get_meta(FORGETTING) is not None
        derived = derive(
            self._folder, self._store, stamp, self._vectors_of, snapshot, forgetting=forgetting
        )
        if forgetting:
            self._store.set_meta(FORGETTING, None)
        with self._guard:
            self._snapshot, self._opened = derived, current(self._folder)

    def _can_start_from(self, snapshot: Snapshot, stamp: Stamp) -> bool:
        """Whether only what changed since needs doing: same kind, and its files still there."""
        same = replace(snapshot.stamp, store_version=0) == replace(stamp, store_version=0)
        return same and self._opened is not None and self._opened.is_dir()

    def _is_current(self) -> bool:
        snapshot = self._snapshot
        return snapshot is not None and snapshot.stamp == self._stamp()

    def _open(self) -> None:
        """Open the snapshot CURRENT names, unless it is the one already open.

        A damaged one is left to be rebuilt; the one open before stays, its files being held.
        """
        for _ in range(OPEN_TRIES):  # a writer may sweep it away between reading and opening
            try:
                folder = current(self._folder)
                if folder is None or folder == self._opened:
                    return
                self._snapshot, self._opened = open_snapshot(folder, self._snapshot), folder
            except IndexDamaged as error:
                damage = error
            else:
                return
        log.warning("索引将从库中重建 rebuilding the index from the store: %s", damage)


# --- deriving a snapshot --------------------------------------------------------------------------

BATCH = 2_000  # passages read from the store at once: some 3 MB of vectors
BLOCK = 20_000  # passages whose terms are put together at once: some 200 MB

VectorsOf = Callable[[Sequence[PassageRow]], Vectors]  # rows -> (n, dim) float32, unit rows


@dataclass(frozen=True, slots=True)
class _Part:
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
            Message("index.unwritable", path=folder, error=error.strerror)
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


def _what_is_left(held: Held, rows: Rows) -> _Part:
    return _Part(held.segment, np.isin(held.segment.rows, rows, assume_unique=True), held)


def _put_together(
    folder: Path, parts: Sequence[_Part], factory: str, *, forgetting: bool
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


def _new_parts(store: Store, rows: Rows, vectors_of: VectorsOf) -> Iterator[_Part]:
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
        yield _Part(segment, np.ones(len(segment), dtype=np.bool_))
