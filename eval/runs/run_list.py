"""The runs below one folder: begun, found again, listed; ``run_folder`` is one of them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from corpus.messages.message import Message
from eval.errors import BadRun, NoSuchRun, RunUnsaved
from eval.runs.run_folder import FOLDER_MODE, RunFolder, RunState
from eval.types import EvalSet, Header

UNSAFE = re.compile(r"[^\w.-]+")  # in a folder's name; Chinese letters are \w and stay
NAME_LENGTH = 60  # code points of a set's name; 4 bytes each stay below the 255 of file systems


class RunStore:
    """The runs below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, eval_set: EvalSet, header: Header, started: str) -> RunFolder:
        """Make the folder of a new run and return it. Raises RunUnsaved."""
        date = re.sub(r"[-:]", "", started.partition("+")[0].partition(".")[0]) + "Z"
        name = f"{date}-{UNSAFE.sub('_', eval_set.name)[:NAME_LENGTH]}"
        partial = self.folder
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = Path(mkdtemp(prefix=f".{name}.", dir=self.folder))
            partial.chmod(FOLDER_MODE)
            (partial / "set.jsonl").write_bytes(eval_set.data)
            head = {**asdict(header), "started": started, "questions": len(eval_set.questions)}
            told = json.dumps(head, ensure_ascii=False, indent=2)
            (partial / "header.json").write_text(told, encoding="utf-8")
            return RunFolder(_to_free_name(partial, self.folder, name))
        except OSError as error:
            if partial != self.folder:
                shutil.rmtree(partial, ignore_errors=True)
            raise RunUnsaved(
                Message("eval.run_unwritable", path=self.folder, why=error.strerror)
            ) from error

    def unfinished(self, header: Header) -> RunFolder | None:
        """Return the newest unfinished run that was begun with this header, or None."""
        for folder in reversed(self._folders()):
            if not folder.finished:
                try:
                    if folder.header == header:
                        return folder
                except BadRun:
                    continue
        return None

    def open(self, name: str) -> RunFolder:
        """Return a run by its id, the beginning of one, its folder, or ``latest``.

        Raises NoSuchRun.
        """
        as_path = Path(name)
        if (as_path / "header.json").is_file():
            return RunFolder(as_path)
        folders = self._folders()
        if name == "latest" and folders:
            return folders[-1]  # unfinished, it is said to be: an older one is not what was meant
        found = [each for each in folders if each.id == name]
        found = found or [each for each in folders if each.id.startswith(name)]
        if len(found) == 1:
            return found[0]
        known = [each.id for each in (found or folders)[-5:]] or "–"
        raise NoSuchRun(Message("eval.no_single_run", name=name, known=known))

    def all(self) -> list[RunState]:
        """Return every run, oldest first; a damaged one says why."""
        return [each.state() for each in self._folders()]

    def _folders(self) -> list[RunFolder]:
        try:
            names = sorted(each.name for each in self.folder.iterdir())
        except FileNotFoundError:
            return []
        found = (self.folder / name for name in names if not name.startswith("."))
        return [RunFolder(each) for each in found if (each / "header.json").is_file()]


def now() -> str:
    """Return the moment, as runs keep it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _to_free_name(partial: Path, folder: Path, name: str) -> Path:
    """Rename to ``name``, or ``name-2`` and on if others began a run in the same second.

    A rename onto a folder that holds files fails, so nothing is ever overwritten.
    """
    target, attempt = folder / name, 1
    while True:
        try:
            if not target.exists():
                return partial.rename(target)
        except OSError:
            if not target.exists():
                raise
        attempt += 1
        target = folder / f"{name}-{attempt}"
