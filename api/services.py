"""What the interfaces stand on: a library, an answerer, and how to serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.evaluations.queue import EvalJobs
    from index.library import Library
    from rag.answerer import Answerer
    from rag.verification.checker import TextChecker

MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 200 * MEGABYTE  # bytes of one upload, all its files together: a few thousand laws
JSON_LIMIT = 1 * MEGABYTE  # bytes of any other request: a question of 20,000 characters is 80 KB


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """What an operator may change about serving."""

    allowed_hosts: tuple[str, ...] = ()  # names beside loopback this server is reached by; "*": any
    upload_limit: int = UPLOAD_LIMIT  # bytes of one upload request
    json_limit: int = JSON_LIMIT  # bytes of any other request


@dataclass(frozen=True, slots=True)
class Services:
    """The object graph as the interfaces see it."""

    library: Library
    answerer: Answerer
    settings: ServeSettings
    checker: TextChecker
    evals: EvalJobs | None = None  # None: this server has no evaluations
