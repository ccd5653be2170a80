"""Keeps the index of a library in step with its store, and the snapshot in use open."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.errors import LibraryBusy, StoreReadOnly
from corpus.store.lock import WriteLock
from corpus.store.store import Store
from index.errors import IndexDamaged, IndexUnwritable
from index.segments.derive import VectorsOf, derive
from index.segments.snapshot import Snapshot, Stamp, current, open_snapshot
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
            with self._lock.hold("index rebuild", wait=None if self._snapshot is None else 0.0):
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
