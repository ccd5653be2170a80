"""Folders that are built once, proved whole before every use, and rebuilt when they are not."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.messages.message import Message
from index.errors import ModelMissing

logger = logging.getLogger(__name__)

STAMP = "judian-stamp.json"  # written last: a folder without it was never finished
BUILD_WAIT = 600.0  # seconds; a build takes well under a minute, a slow disk included
_READABLE = 0o644  # safetensors writes for its user alone; a cache may be shared


def build_once(folder: Path, origin: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder, filled and whole; `fill` runs only when it is missing or damaged.

    `origin` names what the folder is made from (a digest and a format): a folder with another
    origin is stale and built anew. The folder appears under its name complete or not at all, and
    of several processes one builds while the others wait. ModelMissing: it cannot be written.
    """
    if is_whole(folder, origin):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock"), timeout=BUILD_WAIT):
            if not is_whole(folder, origin):
                _build(folder, origin, fill)
    except Timeout as error:
        raise ModelMissing(Message("index.model_folder_locked", folder=folder)) from error
    except OSError as error:
        raise ModelMissing(
            Message("index.model_folder_unwritable", folder=folder, error=str(error))
        ) from error
    return folder


def is_whole(folder: Path, origin: str) -> bool:
    """Whether every file of a built folder is there with the digest its stamp records."""
    try:
        stamp = json.loads((folder / STAMP).read_bytes())
        if not isinstance(stamp, dict) or stamp.get("origin") != origin:
            return False
        digests = stamp["files"].items()
        return all(file_digest(folder / name) == digest for name, digest in digests)
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(folder: Path, origin: str, fill: Callable[[Path], None]) -> None:
    if folder.exists():
        logger.warning("model folder %s is damaged or stale: building it again", folder)
        shutil.rmtree(folder)
    # the lock is held, so what may lie here was left by a process that died
    temporary = folder.with_name(folder.name + ".building")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        fill(temporary)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        for path in files:
            path.chmod(_READABLE)
        digests = {path.relative_to(temporary).as_posix(): file_digest(path) for path in files}
        stamp = json.dumps({"origin": origin, "files": digests}, indent=1)
        (temporary / STAMP).write_text(stamp, encoding="utf-8")
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)  # nothing is left of it when all went well
