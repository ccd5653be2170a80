"""From a source to a document with its parts: the steps before anything is embedded."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from corpus.errors import UnreadableSource
from corpus.facts.by_hand import with_hand
from corpus.facts.metadata import describe
from corpus.facts.sidecar import is_sidecar, read_sidecar
from corpus.messages.message import Message
from corpus.readers.reader import SIZE_LIMIT
from corpus.readers.registry import documents_in, read
from corpus.split import split_paragraphs, split_passages
from corpus.store.stored import READING, NewDocument
from corpus.types import Document, Fact, Paragraph, Passage, RefusedMember, SourceFile, Value

ID_DIGITS = 12  # hexadecimal: 48 bits, a collision among a million sources has p < 0.002
DIGEST_DIGITS = 32  # hexadecimal: 128 bits name what is embedded
_BYTE = re.compile(rb"\\x([89a-f][0-9a-f])")  # of a name that is not UTF-8, as source_of shows it


def document_id(source: str) -> str:
    """Return the identity of a source: it stays when the source is edited."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()[:ID_DIGITS]


def embedded_text(title: str, passage: Passage) -> str:
    """Return what is embedded for a passage: its title and path stand above its text.

    Without them, near-equal passages of different documents cannot be distinguished.
    """
    heading = " ".join([title, *passage.path])
    return f"{heading}\n{passage.text}"


def digest_of(text: str) -> str:
    """Return the name a text's vector is cached under."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_DIGITS]


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file named, and every file below a folder named, in a stable order.

    Hidden files and folders below a named folder are left alone, and so are sidecars. A path that
    does not exist, and a folder that cannot be entered, is yielded too, so that opening it can say
    so. No folder is entered twice, links or not.
    """
    seen: set[Path] = set()
    for path in paths:
        if _is_folder(path):
            yield from _below(path, seen)
        else:
            yield path


def _below(top: Path, seen: set[Path]) -> Iterator[Path]:
    closed: list[Path] = []
    walk = os.walk(top, followlinks=True, onerror=lambda error: closed.append(Path(error.filename)))
    for folder, folders, files in walk:
        real = Path(folder).resolve()
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (
            Path(folder) / f for f in sorted(files) if not (f.startswith(".") or is_sidecar(f))
        )
    yield from closed


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long, a parent that cannot be entered: opening it says so
        return False


def documents_of(file: Path | SourceFile) -> Iterator[SourceFile | RefusedMember]:
    """Yield what a file holds, to be prepared: itself, or the members of a container one by one.

    Raises UnreadableSource with the first where the file or its container cannot be opened.
    """
    yield from documents_in(load(file) if isinstance(file, Path) else file)


def load(path: Path) -> SourceFile:
    """Return a file's bytes, and what its sidecar says. Raises UnreadableSource with the reason."""
    try:
        _refuse_special(path.stat().st_mode)
        # What takes the place of the file meanwhile must not keep us waiting: a pipe would.
        with open(path, "rb", opener=_open_at_once) as stream:
            before = os.fstat(stream.fileno())
            _refuse_special(before.st_mode)
            data = stream.read(SIZE_LIMIT + 1)
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise UnreadableSource(Message("corpus.unreadable_file", error=error.strerror)) from error
    if len(data) > SIZE_LIMIT:
        size = max(before.st_size, len(data))
        limit = round(SIZE_LIMIT / 1e6)
        raise UnreadableSource(Message("reader.too_large", size=size, limit=limit))
    if len(data) != before.st_size or _stamp(before) != _stamp(after):
        raise UnreadableSource(Message("corpus.changed_while_read"))
    source = source_of(path)
    return SourceFile(source, Path(source).name, data, path, read_sidecar(path))


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _refuse_special(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableSource(Message("corpus.closed_folder"))
    if not stat.S_ISREG(mode):
        raise UnreadableSource(Message("corpus.pipe_or_device"))


def source_of(path: Path) -> str:
    r"""Return the name a file is known by: its absolute path, the same however it is spelled.

    Bytes of a name that are not UTF-8 (from old archives) are shown as ``\xNN``.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 - absolute() keeps "..", resolve() follows links
    return os.fsencode(absolute).decode("utf-8", errors="backslashreplace")


def path_of(source: str) -> Path:
    """Return the path that a source was named after."""
    path = Path(source)
    if "\\x" not in source or path.exists():
        return path
    return Path(os.fsdecode(_BYTE.sub(lambda found: bytes([int(found[1], 16)]), source.encode())))


def prepare(
    file: SourceFile,
    *,
    identity: str | None = None,
    options: Mapping[str, Value] | None = None,
    by_hand: Mapping[str, Value] | None = None,
) -> NewDocument:
    """Read and split one source. Raises UnreadableSource.

    ``identity`` is the id of a document known under another name; ``options`` are facts given with
    the request that adds it, ``by_hand`` those set on the document before.
    """
    result = read(file)
    text = result.text
    title, facts = describe(result, file, options or {})
    title, facts = with_hand(title, facts, by_hand or {})
    _refuse_half_characters(text, title, facts)
    document = Document(
        id=identity or document_id(file.source),
        revision=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        title=title,
        source=file.source,
        media_type=result.media_type,
        text=text,
        metadata=facts,
        receipt=result.receipt,
    )
    paragraphs = split_paragraphs(document.id, result)
    return assemble(document, paragraphs, reading_key(file.given, options or {}))


def _refuse_half_characters(text: str, title: str, facts: Mapping[str, Fact]) -> None:
    """Half of a surrogate pair is no character: it can be neither stored nor shown nor cited."""
    said = json.dumps([title, {key: fact.value for key, fact in facts.items()}], ensure_ascii=False)
    for what, where in ((text, "corpus.its_text"), (said, "corpus.its_title_or_facts")):
        try:
            what.encode("utf-8")
        except UnicodeEncodeError as error:
            code = f"{ord(what[error.start]):04X}"
            raise UnreadableSource(
                Message("corpus.half_character", where=Message(where), code=code)
            ) from error


def assemble(document: Document, paragraphs: Sequence[Paragraph], reading: str) -> NewDocument:
    """Return a document with its passages, ready to be embedded and committed."""
    passages = split_passages(document, paragraphs)
    digests = [digest_of(embedded_text(document.title, p)) for p in passages]
    return NewDocument(document, paragraphs, passages, digests, reading)


def reading_key(given: Mapping[str, Value], options: Mapping[str, Value]) -> str:
    """Return what, beside its bytes, decides what a source becomes; equal keys: nothing to do."""
    beside = {**given, **{f"option:{key}": value for key, value in options.items()}}
    if not beside:
        return READING
    return f"{READING}-{digest_of(json.dumps(beside, sort_keys=True, ensure_ascii=False))[:8]}"
