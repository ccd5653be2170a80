"""One body for everything that goes wrong over HTTP: RFC 9457 ``application/problem+json``.

``KINDS`` is the one table from error class to status, slug and title; a class not in it is told
as its nearest base. ``STATUS_KINDS`` does the same for what Starlette raises by status.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.evaluations.states import NoSuchClaim, TooManyEvals
from api.http.headers import SECURITY_HEADERS, language_headers
from api.language import here
from api.schemas.plain import plain
from corpus.errors import (
    BadAddress,
    BadFact,
    BadFilter,
    CorpusError,
    LibraryBusy,
    StoreDamaged,
    StoreError,
    StoreReadOnly,
    StoreTooNew,
    UndecidedEncoding,
    UnknownCitation,
    UnknownDocument,
    UnreadableSource,
)
from corpus.messages.message import Message, message_of
from corpus.types import AddOutcome
from eval.errors import (
    BadRun,
    BadSet,
    EvalError,
    JudgeFailed,
    LibraryChanged,
    NoSuchRun,
    RunBusy,
    RunUnsaved,
)
from index.errors import (
    BadFactory,
    BadVectors,
    EmbedderMismatch,
    IndexDamaged,
    IndexingError,
    IndexUnwritable,
    ModelDamaged,
    ModelMissing,
)
from rag.errors import BadQuestion, BadText, GenerationFailed, ModelUnusable, RagError

logger = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
SLUG_PREFIX = "urn:judian:problem:"
BUSY_RETRY_SECONDS = 5  # adding a file takes about this long on two cores
HEALTH_PATH = "/healthz"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: the title never changes from one occurrence to the next."""

    status: int
    slug: str
    title: Message


class NothingAdded(Exception):
    """Every file of an upload was refused; ``outcomes`` says why, file by file."""

    def __init__(self, outcomes: Sequence[AddOutcome]) -> None:
        refused = [
            Message("http.refused_file", source=one.source, why=one.reason) for one in outcomes
        ]
        super().__init__(Message("http.nothing_added", refused=refused))
        self.outcomes = tuple(outcomes)


class NotHealthy(Exception):
    """The library cannot embed or search just now; the message says what failed."""


def _kind(status: int, slug: str) -> Kind:
    return Kind(status, slug, Message(f"http.title_{slug.replace('-', '_')}"))


KINDS: Mapping[type[Exception], Kind] = {
    CorpusError: _kind(500, "corpus"),
    UnreadableSource: _kind(422, "unreadable-source"),
    UndecidedEncoding: _kind(422, "undecided-encoding"),
    StoreError: _kind(503, "store-unusable"),
    StoreTooNew: _kind(503, "store-too-new"),
    StoreDamaged: _kind(503, "store-damaged"),
    StoreReadOnly: _kind(503, "store-read-only"),
    LibraryBusy: _kind(409, "library-busy"),
    UnknownDocument: _kind(404, "unknown-document"),
    BadFilter: _kind(422, "bad-filter"),
    BadFact: _kind(422, "bad-fact"),
    BadAddress: _kind(422, "bad-address"),
    UnknownCitation: _kind(404, "unknown-citation"),
    IndexingError: _kind(500, "index"),
    ModelMissing: _kind(503, "model-missing"),
    ModelDamaged: _kind(503, "model-damaged"),
    BadVectors: _kind(503, "bad-vectors"),
    BadFactory: _kind(500, "index-factory"),
    EmbedderMismatch: _kind(503, "embedder-mismatch"),
    IndexDamaged: _kind(503, "index-damaged"),
    IndexUnwritable: _kind(507, "index-unwritable"),
    RagError: _kind(500, "answering"),
    BadQuestion: _kind(422, "bad-question"),
    BadText: _kind(422, "bad-text"),
    GenerationFailed: _kind(502, "generation-failed"),
    ModelUnusable: _kind(503, "model-unusable"),
    EvalError: _kind(500, "evaluation"),
    BadSet: _kind(422, "bad-set"),
    RunUnsaved: _kind(507, "run-unsaved"),
    NoSuchRun: _kind(404, "no-such-run"),
    BadRun: _kind(409, "bad-run"),
    RunBusy: _kind(409, "run-busy"),
    LibraryChanged: _kind(409, "library-changed"),
    JudgeFailed: _kind(502, "judge-failed"),
    TooManyEvals: _kind(429, "too-many-evals"),
    NoSuchClaim: _kind(404, "no-such-claim"),
    NothingAdded: _kind(422, "nothing-added"),
    NotHealthy: _kind(503, "not-healthy"),
}

STATUS_KINDS: Mapping[int, Kind] = {
    400: _kind(400, "bad-request"),
    404: _kind(404, "not-found"),
    405: _kind(405, "method-not-allowed"),
    413: _kind(413, "too-large"),
}

INVALID = _kind(422, "invalid-request")
INTERNAL = _kind(500, "internal")
UNKNOWN_HOST = _kind(400, "unknown-host")
CROSS_ORIGIN = _kind(403, "cross-origin")

NOTHING_TO_TELL = Message("http.unforeseen")
PHRASES = frozenset(each.phrase for each in HTTPStatus)  # what Starlette says of its own


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence; ``more`` holds extension members.

    A detail that is a message brings two of them for programs: its code and its fields.
    """

    kind: Kind
    detail: str
    instance: str | None = None  # path of the request
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> str:
        """Return the problem as one line of JSON, in the reader's language."""
        body: dict[str, object] = {
            "type": SLUG_PREFIX + self.kind.slug,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.instance is not None:
            body["instance"] = self.instance
        if isinstance(self.detail, Message):
            body |= {"code": self.detail.code, "fields": self.detail.fields}
        # A field may be a path or a day.
        return json.dumps(plain(body | dict(self.more)), ensure_ascii=False, default=str)

    def reply(self) -> Response:
        """Return the problem as an HTTP reply."""
        return Response(
            # A lone surrogate echoed in a detail leaves as its JSON escape, not as an error.
            self.body().encode("utf-8", errors="backslashreplace"),
            status_code=self.kind.status,
            headers={**SECURITY_HEADERS, **self.headers},
            media_type=PROBLEM_TYPE,
        )


def kind_of(error_class: type[Exception]) -> Kind:
    """Return the kind of an error class: its own, or its nearest base's."""
    for base in error_class.__mro__:
        if base in KINDS:
            return KINDS[base]
    return INTERNAL


def install_problems(app: FastAPI) -> None:
    """Make every error of the app a problem."""
    for error_class in KINDS:
        app.add_exception_handler(error_class, tell_known)
    app.add_exception_handler(RequestValidationError, tell_invalid)
    app.add_exception_handler(HTTPException, tell_status)
    app.add_exception_handler(Exception, tell_unexpected)


def known_problem(error: Exception, path: str) -> Problem:
    """Return an error of one of the trees as a problem, in its own words."""
    kind = kind_of(type(error))
    # As the reply has them where something was added: a client draws both alike.
    more = {"outcomes": error.outcomes} if isinstance(error, NothingAdded) else {}
    waiting = isinstance(error, LibraryBusy | TooManyEvals)
    headers = {"Retry-After": str(BUSY_RETRY_SECONDS)} if waiting else {}
    return Problem(kind, message_of(error) or kind.title, path, more, headers)


async def tell_known(request: Request, error: Exception) -> Response:
    """Tell an error of one of the trees."""
    problem = known_problem(error, request.url.path)
    if problem.kind.status >= 500:
        logger.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
    return problem.reply()


async def tell_invalid(request: Request, error: Exception) -> Response:
    """Tell which fields of a request are wrong, without echoing what was sent."""
    assert isinstance(error, RequestValidationError)
    errors = [
        {"at": ".".join(str(step) for step in one["loc"][1:]), "message": _message(one)}
        for one in error.errors()
    ]
    detail = "; ".join(
        f"{one['at']}: {one['message']}" if one["at"] else one["message"] for one in errors
    )
    return Problem(INVALID, detail, request.url.path, {"errors": errors}).reply()


def _message(error: Mapping[str, Any]) -> str:
    """Return what is wrong with a field: what our own check says, else the library's words."""
    raised = error.get("ctx", {}).get("error")
    own = message_of(raised) if isinstance(raised, ValueError) else ""
    return here(own) if isinstance(own, Message) else str(error["msg"])


async def tell_status(request: Request, error: Exception) -> Response:
    """Tell what Starlette raises by status: no such path, wrong method, too large."""
    assert isinstance(error, HTTPException)
    kind = STATUS_KINDS.get(error.status_code)
    if kind is None:
        title = Message("http.title_status", status=error.status_code)
        kind = Kind(error.status_code, f"status-{error.status_code}", title)
    detail = kind.title if error.detail in PHRASES else error.detail
    return Problem(kind, detail, request.url.path, headers=error.headers or {}).reply()


async def tell_unexpected(request: Request, error: Exception) -> Response:
    """Tell nothing of an unforeseen error but that it was one; the log has the rest.

    Starlette raises it again after this reply, so that the server logs the traceback. A health
    check that fails in an unforeseen way has still failed as one: 503. No middleware sees the
    reply, so it brings its headers itself.
    """
    logger.error("%s at %s %s", type(error).__name__, request.method, request.url.path)
    kind = KINDS[NotHealthy] if request.url.path == HEALTH_PATH else INTERNAL
    headers = language_headers()
    return Problem(kind, NOTHING_TO_TELL, request.url.path, headers=headers).reply()
