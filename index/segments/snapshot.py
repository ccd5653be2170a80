"""Index snapshots: what is derived from the store at one version.

``index/<version>/`` holds ``manifest.json`` and ``gone.npy``; the segments it lists lie in
``index/segments/``, shared by the snapshots that need them; ``index/CURRENT`` names the version in
use. The manifest has a digest of every file. Everything is written under a temporary name, synced,
renamed, and only then named by CURRENT, so a process killed anywhere leaves the old snapshot or
the new one. What fails its digests is rebuilt from the store, never used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from corpus.messages.message import Message
from index.errors import IndexDamaged
from index.segments.arrays import load_array, save_array
from index.segments.searcher import Searcher
from index.segments.segment import Rows, Segment
from index.segments.tokens import TOKENS_VERSION

FORMAT = 3  # layout of these folders, and what is in them
CURRENT = "CURRENT"
SEGMENTS = "segments"
BUILDING = "building"
MANIFEST = "manifest.json"
GONE = "gone.npy"
DIGESTING = 4  # blocks at once: reading and summing let other threads run

BLOCK = 1 << 24  # bytes of a file summed at once

Digests = Mapping[str, str]  # file name -> digest


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot is of: equal stamps, equal answers."""

    store_id: str
    store_version: int
    embedder: str  # EmbedderIdentity.key
    dimension: int
    factory: str = ""  # FAISS's description of large segments; empty: by the rule
    tokens: str = TOKENS_VERSION
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Held:
    """A segment with the folder it lies in, and the digests of that folder's files."""

    name: str
    files: Digests
    segment: Segment


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot."""

    stamp: Stamp
    held: tuple[Held, ...]  # rows ascend from each to the next
    gone: Rows  # of them, ascending: not in the store any more
    searcher: Searcher = field(init=False)

    def __post_init__(self) -> None:
        searcher = Searcher([one.segment for one in self.held], self.gone)
        object.__setattr__(self, "searcher", searcher)

    @property
    def version(self) -> str:
        """The index_version: which store, at which commit."""
        return f"{self.stamp.store_id}.{self.stamp.store_version}"


def current(folder: Path) -> Path | None:
    """Return the folder CURRENT names, or None when there is none."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(folder / CURRENT, error) from error
    if not name or Path(name).name != name or name in {".", ".."}:
        raise IndexDamaged(Message("index.no_snapshot", path=folder / CURRENT))
    return folder / name


def open_snapshot(path: Path, known: Snapshot | None = None) -> Snapshot:
    """Open a snapshot after checking every file against its digest. Raises IndexDamaged.

    Segments that ``known`` has open are taken from it: they were checked when it was opened.
    """
    stamp, gone_digest, listed = _read_manifest(path)
    open_now = {one.name: one for one in known.held} if known else {}
    held = tuple(
        _kept(open_now.get(name), files)
        or _open_segment(path.parent / SEGMENTS / name, files, stamp.dimension)
        for name, files in listed.items()
    )
    if _digest(path / GONE) != gone_digest:
        raise _mismatch(path / GONE)
    return Snapshot(stamp, held, load_array(path / GONE))


def save_segment(folder: Path, segment: Segment) -> Held:
    """Write a segment below the index folder, synced, under a name of its own."""
    building = folder / BUILDING
    if building.exists():  # left by a killed process
        shutil.rmtree(building)
    segment.save(building)
    files = _digests(building)
    for name in files:
        _sync(building / name)
    _sync(building)
    name = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]
    final = folder / SEGMENTS / name
    final.parent.mkdir(exist_ok=True)
    if final.exists():  # the same contents, perhaps damaged since
        shutil.rmtree(final)
    building.rename(final)
    _sync(final.parent)
    return Held(name, files, Segment.load(final, dimension=segment.sums.shape[1]))


def publish(folder: Path, stamp: Stamp, held: Sequence[Held], gone: Rows) -> Snapshot:
    """Make a snapshot of saved segments the current one, and sweep away what it does not need."""
    building = folder / BUILDING
    if building.exists():
        shutil.rmtree(building)
    building.mkdir()
    save_array(building / GONE, gone)
    segments = [{"name": one.name, "files": dict(one.files)} for one in held]
    body = {"stamp": _plain(stamp), "gone": _digest(building / GONE), "segments": segments}
    (building / MANIFEST).write_text(json.dumps(body, indent=1), encoding="utf-8")
    for path in (building / GONE, building / MANIFEST, building):
        _sync(path)
    name = f"v{stamp.store_version:08d}-{hashlib.sha256(repr(body).encode()).hexdigest()[:8]}"
    final = folder / name
    if final.exists():  # a damaged one of the same stamp
        shutil.rmtree(final)
    building.rename(final)
    _sync(folder)
    (folder / f"{CURRENT}.new").write_text(name, encoding="utf-8")
    _sync(folder / f"{CURRENT}.new")
    (folder / f"{CURRENT}.new").replace(folder / CURRENT)
    _sync(folder)
    _sweep(folder, keep={name}, segments={one.name for one in held})
    return Snapshot(stamp, tuple(held), gone)


def _sweep(folder: Path, keep: set[str], segments: set[str]) -> None:
    # A reader that still has a swept file mapped keeps it until it lets go of it.
    for path in folder.iterdir():
        if path.is_dir() and path.name not in keep | {SEGMENTS}:
            shutil.rmtree(path)
    for path in (folder / SEGMENTS).glob("*"):
        if path.name not in segments:
            shutil.rmtree(path)


def _kept(known: Held | None, files: Digests) -> Held | None:
    return known if known is not None and known.files == files else None


def _open_segment(path: Path, files: Digests, dimension: int) -> Held:
    if _digests(path) != files:
        raise _mismatch(path)
    return Held(path.name, files, Segment.load(path, dimension=dimension))


def _read_manifest(path: Path) -> tuple[Stamp, str, dict[str, Digests]]:
    try:
        body = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        stamp = Stamp(**body["stamp"])
        gone = str(body["gone"])
        segments: dict[str, Digests] = {
            Path(one["name"]).name: dict(one["files"]) for one in body["segments"]
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(Message("index.manifest_damaged", path=path / MANIFEST)) from error
    if stamp.format != FORMAT or stamp.tokens != TOKENS_VERSION:
        raise IndexDamaged(Message("index.other_version", path=path))
    return stamp, gone, segments


def _digests(folder: Path) -> dict[str, str]:
    """Return name -> digest of every file of a folder."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    with ThreadPoolExecutor(DIGESTING) as pool:
        return {path.name: _digest(path, pool.map) for path in files}


def _digest(file: Path, mapped: Callable[..., Iterable[int]] = map) -> str:
    """Return the SHA-256 of a file's length and the CRC-32 of each of its blocks.

    Against damage, not against forgery: who can write here can write the store. Four times as fast
    as SHA-256 over all, and blocks are read by several threads.
    """
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:

            def checksum(start: int) -> int:
                block = os.pread(stream.fileno(), BLOCK, start)
                return zlib.crc32(block)

            sums = list(mapped(checksum, range(0, size, BLOCK)))
    except OSError as error:  # swept away by a writer, or an unreadable disk
        raise _unreadable(file, error) from error
    return hashlib.sha256(f"{size} {sums}".encode()).hexdigest()


def _mismatch(path: Path) -> IndexDamaged:
    return IndexDamaged(Message("index.manifest_differs", path=path))


def _unreadable(path: Path, error: Exception) -> IndexDamaged:
    return IndexDamaged(Message("index.unreadable", path=path, error=str(error)))


def _plain(stamp: Stamp) -> dict[str, Any]:
    return {name: getattr(stamp, name) for name in Stamp.__dataclass_fields__}


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


NOTHING: Rows = np.empty(0, dtype=np.int64)
