"""What ``judian doctor`` looks at."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from api.build import Judian
from corpus.errors import CorpusError
from index.errors import IndexingError
from rag.errors import RagError

LITTLE_DISK = 2_000_000_000  # bytes: under this an index of a few hundred laws may not fit


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    good: bool
    detail: str


def examine(judian: Judian) -> list[Finding]:
    """Return what was found, good or bad; looking never raises what it can report."""
    library = judian.library
    return [
        Finding(
            "版本 version", True, f"judian {version('judian')}, Python {platform.python_version()}"
        ),
        _try("库 store", lambda: _store(judian)),
        _try("嵌入模型 embedder", lambda: _embedder(judian)),
        *([_try("重排 reranker", lambda: _reranker(judian))] if judian.reranks else []),
        _language_model(judian),
        _try("索引 index", lambda: _index(judian)),
        Finding("隔离 quarantined", True, f"{len(library.quarantined())}"),
        _disk(judian),
    ]


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, look())
    except (CorpusError, IndexingError, RagError) as error:
        return Finding(what, False, str(error))


def _store(judian: Judian) -> str:
    wrong = judian.library.store.check()
    if wrong:
        raise CorpusError("; ".join(wrong[:3]))
    documents = judian.library.documents()
    passages = sum(one.passages for one in documents)
    return f"{judian.library.store.path}, {len(documents)} documents, {passages} passages"


def _embedder(judian: Judian) -> str:
    from index.embedders.select import describe

    return describe(judian.library.embedder)


def _reranker(judian: Judian) -> str:
    reranker = judian.library.reranker
    return reranker.name if reranker else ""


def _language_model(judian: Judian) -> Finding:
    what = "语言模型 language model"
    if judian.model is None:
        return Finding(what, True, "未设置，回答均为原文摘引 none: answers are quotes")
    return _try(what, judian.model.describe)


def _index(judian: Judian) -> str:
    judian.library.check()
    return f"index_version {judian.library.version}; {judian.library.describe_index()}"


def _disk(judian: Judian) -> Finding:
    free = shutil.disk_usage(judian.library.home).free
    return Finding("磁盘 disk", free > LITTLE_DISK, f"{free / 1e9:.1f} GB free")
