"""The sources a library knows, and how one is recognised under another name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from corpus.ingest import document_id, path_of
from corpus.store.stored import KnownSource
from corpus.text.script import fold
from corpus.types import Origin, Value

UPLOAD_SCHEME = "upload:"  # the source of what came over HTTP: no file of this machine
_INNER = ("!/", "#")  # what stands between a container and its member in a source


class KnownSources:
    """What was in the library when a run began, and what the run has put there since."""

    def __init__(self, known: Mapping[str, KnownSource]) -> None:
        self._known = dict(known)
        self._ids = {one.id for one in known.values()}
        self._by_digest: dict[str, list[KnownSource]] = {}
        for one in known.values():
            self._by_digest.setdefault(one.digest, []).append(one)
        self._given = {one.id for one in known.values()}

    def __contains__(self, source: str) -> bool:
        return source in self._known

    def get(self, source: str) -> KnownSource | None:
        """Return what is known of a source."""
        return self._known.get(source)

    def has_id(self, document_id: str) -> bool:
        """Whether the library had this document before the run."""
        return document_id in self._ids

    def moved_from(self, source: str, digest: str) -> KnownSource | None:
        """Return the document these bytes were, whose own file is gone now; taken only once.

        Of several equal ones it is the one of the same name, or else of the same folder.
        """
        if source.startswith(UPLOAD_SCHEME):
            return None
        equal = self._by_digest.get(digest, [])
        gone = [one for one in equal if is_gone(one.source)]
        if not gone:
            return None
        nearest = max(gone, key=lambda one: _likeness(one.source, source))
        equal.remove(nearest)
        return nearest

    def identity(self, source: str, before: KnownSource | None) -> str:
        """Return the id a source's document has, or is given: that of its name, while it is free.

        It is not when the document first added under this name lives on under another.
        """
        if before is not None:
            return before.id
        at = 0
        while (identity := document_id(f"{source}\0{at}" if at else source)) in self._given:
            at += 1
        self._given.add(identity)
        return identity


def used_by_another(known: KnownSource, options: Mapping[str, Value]) -> str | None:
    """Return the collection whose document an upload would replace, where it names another.

    The name of an uploaded file is all that says what it is an edit of: the same name in another
    collection is another file. None where the upload is an edit; blank where the document was put
    into no collection. What a file itself says of its collection does not count: it says it again.
    """
    fact = known.facts.get("collection")
    stated = fact is not None and fact.origin in (Origin.OPTION, Origin.HAND)
    has = str(fact.value) if fact is not None and stated else ""
    given = str(options.get("collection", ""))
    same = fold(has).strip() == fold(given).strip()
    return None if same or not known.source.startswith(UPLOAD_SCHEME) else has


def is_gone(source: str) -> bool:
    """Whether the file a source names, or the container it came in, no longer exists."""
    if source.startswith(UPLOAD_SCHEME):
        return False
    return not path_of(source).exists() and not any(
        path_of(path).is_file() for path in _containers_of(source)
    )


def is_under(source: str, root: str) -> bool:
    """Whether a source is a file or folder named, or lies in it."""
    return source == root or source.startswith(
        (root.rstrip("/") + "/", *(f"{root}{mark}" for mark in _INNER))
    )


def _likeness(one: str, other: str) -> tuple[bool, bool]:
    before, after = PurePosixPath(one), PurePosixPath(other)
    return before.name == after.name, before.parent == after.parent


def _containers_of(source: str) -> list[str]:
    cuts = [source.find(mark) for mark in _INNER]
    return [source[:cut] for cut in cuts if cut > 0]
