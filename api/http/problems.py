"""One body for everything that goes wrong over HTTP: RFC 9457 ``application/problem+json``.

``KINDS`` is the one table from error class to status, slug and title; a class not in it is told
as its nearest base. ``STATUS_KINDS`` does the same for what Starlette raises by status.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.evaluations.states import NoSuchClaim, TooManyEvals
from api.http.headers import SECURITY_HEADERS
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
    title: str


class NothingAdded(Exception):
    """Every file of an upload was refused; ``outcomes`` says why, file by file."""

    def __init__(self, outcomes: Sequence[AddOutcome]) -> None:
        super().__init__("; ".join(f"{one.source}: {one.reason}" for one in outcomes))
        self.outcomes = tuple(outcomes)


class NotHealthy(Exception):
    """The library cannot embed or search just now; the message says what failed."""


KINDS: Mapping[type[Exception], Kind] = {
    CorpusError: Kind(500, "corpus", "文库出错 / The library failed"),
    UnreadableSource: Kind(422, "unreadable-source", "文件无法读取 / The file cannot be read"),
    UndecidedEncoding: Kind(
        422,
        "undecided-encoding",
        "文件编码无法确定 / The file's encoding cannot be told for certain",
    ),
    StoreError: Kind(503, "store-unusable", "文库暂不可用 / The library cannot be used"),
    StoreTooNew: Kind(
        503, "store-too-new", "文库由更新的版本写成 / A newer version wrote the library"
    ),
    StoreDamaged: Kind(503, "store-damaged", "文库文件已损坏 / The library's file is damaged"),
    StoreReadOnly: Kind(503, "store-read-only", "文库不可写 / The library cannot be written"),
    LibraryBusy: Kind(409, "library-busy", "文库正在写入 / The library is being written"),
    UnknownDocument: Kind(404, "unknown-document", "没有这份文件 / No such document"),
    BadFilter: Kind(422, "bad-filter", "筛选条件有误 / The filter cannot be understood"),
    BadFact: Kind(422, "bad-fact", "文件信息有误 / The fact cannot be set"),
    BadAddress: Kind(422, "bad-address", "条款地址有误 / The address cannot be understood"),
    UnknownCitation: Kind(404, "unknown-citation", "没有这条引文 / No such citation"),
    IndexingError: Kind(500, "index", "检索出错 / Searching failed"),
    ModelMissing: Kind(503, "model-missing", "缺少向量模型 / The embedding model is missing"),
    ModelDamaged: Kind(503, "model-damaged", "向量模型已损坏 / The embedding model is damaged"),
    BadVectors: Kind(503, "bad-vectors", "向量模型输出异常 / The embedding model gave bad vectors"),
    BadFactory: Kind(500, "index-factory", "索引类型的设置有误 / The index's kind is set wrongly"),
    EmbedderMismatch: Kind(
        503, "embedder-mismatch", "文库由另一模型建立 / Another model made the library"
    ),
    IndexDamaged: Kind(503, "index-damaged", "索引已损坏 / The index is damaged"),
    IndexUnwritable: Kind(507, "index-unwritable", "索引写不进去 / The index cannot be written"),
    RagError: Kind(500, "answering", "问答出错 / Answering failed"),
    BadQuestion: Kind(422, "bad-question", "问题无法受理 / The question cannot be asked"),
    BadText: Kind(422, "bad-text", "文字无法核对 / The text cannot be verified"),
    GenerationFailed: Kind(502, "generation-failed", "语言模型出错 / The language model failed"),
    ModelUnusable: Kind(503, "model-unusable", "模型无法使用 / The model cannot be used"),
    EvalError: Kind(500, "evaluation", "评测出错 / Evaluation failed"),
    BadSet: Kind(422, "bad-set", "问题集有误 / The question set cannot be used"),
    RunUnsaved: Kind(507, "run-unsaved", "评测结果写不进去 / The run cannot be written"),
    NoSuchRun: Kind(404, "no-such-run", "没有这次评测 / No such run"),
    BadRun: Kind(409, "bad-run", "这次评测不能这样用 / The run cannot be used for this"),
    RunBusy: Kind(409, "run-busy", "评测正在进行 / The run is being worked on"),
    LibraryChanged: Kind(409, "library-changed", "评测所用的库已改动 / The library has changed"),
    JudgeFailed: Kind(502, "judge-failed", "评判失败 / The judge failed"),
    TooManyEvals: Kind(429, "too-many-evals", "等候的评测太多 / Too many evaluations wait"),
    NoSuchClaim: Kind(404, "no-such-claim", "没有这条论断 / No such claim"),
    NothingAdded: Kind(422, "nothing-added", "文件均未收入 / No file was added"),
    NotHealthy: Kind(503, "not-healthy", "服务暂不可用 / The service is not healthy"),
}

STATUS_KINDS: Mapping[int, Kind] = {
    400: Kind(400, "bad-request", "请求有误 / Bad request"),
    404: Kind(404, "not-found", "没有这个地址 / Not found"),
    405: Kind(405, "method-not-allowed", "此地址不支持该方法 / Method not allowed"),
    413: Kind(413, "too-large", "请求过大 / The request is too large"),
}

INVALID = Kind(422, "invalid-request", "请求不合格式 / The request is not of the expected form")
INTERNAL = Kind(500, "internal", "服务内部出错 / Internal error")
UNKNOWN_HOST = Kind(400, "unknown-host", "主机名不被接受 / This host name is not served")
CROSS_ORIGIN = Kind(403, "cross-origin", "拒绝跨站请求 / Requests from other sites are refused")

NOTHING_TO_TELL = "详情见服务日志。 / The server's log has the details."


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence; ``more`` holds extension members."""

    kind: Kind
    detail: str
    instance: str | None = None  # path of the request
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> str:
        """Return the problem as one line of JSON."""
        body: dict[str, object] = {
            "type": SLUG_PREFIX + self.kind.slug,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        }
        if self.instance is not None:
            body["instance"] = self.instance
        return json.dumps(body | dict(self.more), ensure_ascii=False)

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
    more: dict[str, object] = {}
    if isinstance(error, NothingAdded):
        more["outcomes"] = [
            {"source": one.source, "state": one.state.value, "reason": one.reason}
            for one in error.outcomes
        ]
    waiting = isinstance(error, LibraryBusy | TooManyEvals)
    headers = {"Retry-After": str(BUSY_RETRY_SECONDS)} if waiting else {}
    return Problem(kind, str(error) or kind.title, path, more, headers)


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
        {"at": ".".join(str(step) for step in one["loc"][1:]), "message": one["msg"]}
        for one in error.errors()
    ]
    detail = "; ".join(
        f"{one['at']}: {one['message']}" if one["at"] else one["message"] for one in errors
    )
    return Problem(INVALID, detail, request.url.path, {"errors": errors}).reply()


async def tell_status(request: Request, error: Exception) -> Response:
    """Tell what Starlette raises by status: no such path, wrong method, too large."""
    assert isinstance(error, HTTPException)
    kind = STATUS_KINDS.get(error.status_code)
    if kind is None:
        kind = Kind(error.status_code, f"status-{error.status_code}", error.detail)
    return Problem(kind, error.detail, request.url.path, headers=error.headers or {}).reply()


async def tell_unexpected(request: Request, error: Exception) -> Response:
    """Tell nothing of an unforeseen error but that it was one; the log has the rest.

    Starlette raises it again after this reply, so that the server logs the traceback. A health
    check that fails in an unforeseen way has still failed as one: 503.
    """
    logger.error("%s at %s %s", type(error).__name__, request.method, request.url.path)
    kind = KINDS[NotHealthy] if request.url.path == HEALTH_PATH else INTERNAL
    return Problem(kind, NOTHING_TO_TELL, request.url.path).reply()
