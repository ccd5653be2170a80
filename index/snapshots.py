"""Index snapshots: what is derived from the store at one version, in one folder.

``index/<version>/`` holds ``vectors.faiss``, ``terms/`` and ``manifest.json`` with a digest of
every file; ``index/CURRENT`` names the folder in use. A snapshot is written under a temporary
name, synced, renamed, and only then named by CURRENT, so a process killed anywhere leaves the old
snapshot or the new one. What fails its digests is rebuilt from the store, never used.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import IndexDamaged
from index.terms import TantivyIndex
from index.tokens import TOKENS_VERSION
from index.vectors import FaissIndex

FORMAT = 1  # layout of a snapshot's folder
CURRENT = "CURRENT"
VECTORS = "vectors.faiss"
TERMS = "terms"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot is of: equal stamps, equal snapshots."""

    store_id: str
    store_version: int
    embedder: str  # EmbedderIdentity.key
    dimension: int
    tokens: str = TOKENS_VERSION
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An opened snapshot."""

    stamp: Stamp
    vectors: FaissIndex
    terms: TantivyIndex

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
    if not name or Path(name).name != name:
        raise IndexDamaged(f"{folder / CURRENT}: 内容无效。 Not the name of a snapshot.")
    return folder / name


def open_snapshot(path: Path) -> Snapshot:
    """Open a snapshot after checking every file against its digest. Raises IndexDamaged."""
    stamp, files = _read_manifest(path)
    if files != _digests(path):
        raise IndexDamaged(f"{path}: 文件与清单不符。 Files do not match the manifest.")
    vectors = FaissIndex.load(path / VECTORS, dimension=stamp.dimension)
    return Snapshot(stamp, vectors, TantivyIndex.open(path / TERMS))


def publish(folder: Path, building: Path, stamp: Stamp) -> Snapshot:
    """Make the finished folder ``building`` the current snapshot and sweep older ones away."""
    manifest = {"stamp": _plain(stamp), "files": _digests(building)}
    _write(building / MANIFEST, json.dumps(manifest, indent=1))
    for path in sorted(building.rglob("*")):
        _sync(path)
    _sync(building)
    final = (
        folder
        / f"v{stamp.store_version:08d}-{hashlib.sha256(repr(stamp).encode()).hexdigest()[:8]}"
    )
    if final.exists():  # a damaged one of the same stamp
        shutil.rmtree(final)
    building.rename(final)
    _sync(folder)
    _write(folder / f"{CURRENT}.new", final.name)
    (folder / f"{CURRENT}.new").replace(folder / CURRENT)
    _sync(folder)
    _sweep(folder, keep=final)
    return open_snapshot(final)


def _sweep(folder: Path, keep: Path) -> None:
    # A reader that still has an older snapshot open keeps its files until it lets go of them.
    for path in folder.iterdir():
        if path.is_dir() and path != keep:
            shutil.rmtree(path)


def _read_manifest(path: Path) -> tuple[Stamp, dict[str, Any]]:
    try:
        body = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        stamp = Stamp(**body["stamp"])
        files = body["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path / MANIFEST}: 清单缺失或损坏。 Missing or damaged.") from error
    if stamp.format != FORMAT or stamp.tokens != TOKENS_VERSION:
        raise IndexDamaged(f"{path}: 由其他版本写成，将重建。 Written by another version.")
    return stamp, files


def _digests(path: Path) -> dict[str, str]:
    """Return relative name -> SHA-256 of every file but the manifest and lock files."""
    found = {}
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.name != MANIFEST and not file.name.endswith(".lock"):
            found[file.relative_to(path).as_posix()] = _digest(file)
    return found


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:  # swept away by a writer, or an unreadable disk
        raise IndexDamaged(f"{file}: 无法读取。 Cannot be read: {error.strerror}") from error


def _plain(stamp: Stamp) -> dict[str, str | int]:
    return {name: getattr(stamp, name) for name in Stamp.__dataclass_fields__}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
