"""What ``judian add`` does with folders: add, update, and with --prune remove what is gone."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from api.cli.console import say
from api.cli.progress import adding
from api.language import here
from corpus.ingest import find_files, path_of, source_of
from corpus.messages.message import Message
from corpus.readers.archive.records import LINE
from corpus.sources import is_gone, is_under
from corpus.types import AddOutcome, AddState, DocumentSummary, Value
from index.library import Library


def sync(
    library: Library,
    paths: Sequence[Path],
    options: Mapping[str, Value],
    *,
    prune: bool,
    yes: bool,
    dry_run: bool,
) -> list[AddOutcome]:
    """Bring the library in line with files and folders; return one outcome each.

    What would be removed is shown, and asked about, before it is. A folder in which nothing is
    found is never pruned: it may be a disk that is not there.
    """
    files = list(find_files(paths))
    if dry_run:
        outcomes = library.changes.preview(files, options=options)
    else:
        with adding(len(files)) as on_progress:
            outcomes = library.add(files, on_progress, options=options)
    if not prune:
        return outcomes
    gone = _gone(library, paths, files, outcomes)
    would = [AddOutcome(d.source, AddState.REMOVED, d.id, d.title) for d in gone]
    if dry_run:
        return [*outcomes, *would]
    library.changes.release([one.source for one in library.quarantined() if is_gone(one.source)])
    if not gone or not (yes or _agreed(gone)):
        return outcomes
    return [*outcomes, *library.changes.remove_all(gone)]


def _gone(
    library: Library, paths: Sequence[Path], files: Sequence[Path], outcomes: Sequence[AddOutcome]
) -> list[DocumentSummary]:
    named = [source_of(file) for file in files]
    folders = [f"{source_of(path).rstrip('/')}/" for path in paths if path.is_dir()]
    filled = [folder for folder in folders if any(is_under(name, folder) for name in named)]
    containers = [source_of(path) for path in paths if path.is_file()]
    moved = {one.document_id for one in outcomes}  # or could not be read in its new place
    # What lies in a container or folder that could not be opened was not seen, and is not gone.
    refused = [_unread(one.source) for one in outcomes if one.state is AddState.REFUSED]
    seen = [one.source for one in outcomes]
    # Beside a file given, 附件, there may be another, 附件#1: a name like that of a record in it.
    unseen = library.changes.gone
    members = [one for one in unseen(containers, seen) if not path_of(one.source).is_file()]
    found = {one.id: one for one in (*unseen(filled, seen), *members)}.values()
    return [
        one
        for one in found
        if one.id not in moved and not any(is_under(one.source, root) for root in refused)
    ]


def _unread(source: str) -> str:
    """Return what may hold more than was seen: a collection, when it is a line that was refused."""
    collection, mark, place = source.rpartition("#")
    return collection if mark and LINE.fullmatch(place) else source


def _agreed(gone: Sequence[DocumentSummary]) -> bool:
    for one in gone:
        say(f"{here(Message('cli.to_be_removed'))}  {one.source}（{one.title}）")
    if not sys.stdin.isatty():
        say(Message("cli.nothing_removed"))
        return False
    return click.confirm(here(Message("cli.remove_these", count=len(gone))), err=True)
