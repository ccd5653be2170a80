"""Stored runs by their whole ids, the finished ones kept in memory a while."""

from __future__ import annotations

import threading
from collections import OrderedDict

from corpus.messages.message import Message
from eval.errors import NoSuchRun
from eval.runs.run_folder import RunFolder
from eval.runs.run_list import RunStore
from eval.types import Run

KEPT_RUNS = 4  # as many as a page sets side by side


class EvalFolders:
    """The runs of a store, as requests ask for them; used from several threads."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._loaded: OrderedDict[str, Run] = OrderedDict()  # what is finished never changes

    def folder(self, run_id: str) -> RunFolder:
        """Return a run's folder by its whole id, which is looked up in the list of them.

        Raises NoSuchRun.
        """
        runs = self._store.folder
        names = {each.name for each in runs.iterdir()} if runs.is_dir() else frozenset()
        if run_id in names and not run_id.startswith("."):
            folder = RunFolder(runs / run_id)
            if (folder.path / "header.json").is_file():
                return folder
        raise NoSuchRun(Message("http.no_such_run", run=run_id))

    def run(self, run_id: str) -> Run:
        """Return a finished run. Raises NoSuchRun, BadRun."""
        folder = self.folder(run_id)
        with self._lock:
            found = self._loaded.pop(run_id, None)
        found = found or folder.load()
        with self._lock:
            self._loaded[run_id] = found  # the newest last
            while len(self._loaded) > KEPT_RUNS:
                self._loaded.popitem(last=False)
        return found
