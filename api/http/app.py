"""The HTTP interface."""

from __future__ import annotations

from fastapi import FastAPI

from api.http.guards import Guard, ReadersLanguage
from api.http.problems import PROBLEM_TYPE, install_problems
from api.http.routes.documents import document_routes
from api.http.routes.evals import eval_routes
from api.http.routes.questions import question_routes
from api.http.routes.service import program_version, service_routes
from api.http.routes.verify import verify_routes
from api.http.routes.web_files import page_routes
from api.schemas.models import ProblemOut
from api.services import Services

SUMMARY = "Cited, verified answers from official documents. 据典: 句句有出处的问答."
DESCRIPTION = (
    "All positions are Unicode code points, half-open `[start, end)`: in JavaScript slice "
    "`Array.from(text)`, not the string. Errors are `application/problem+json` (RFC 9457). "
    "An abstention is an answer, status 200."
)


def create_app(services: Services) -> FastAPI:
    """Return the app over a built object graph; it owns nothing and closes nothing."""
    problem = {
        "description": "What went wrong (RFC 9457).",
        "content": {PROBLEM_TYPE: {"schema": ProblemOut.model_json_schema()}},
    }
    app = FastAPI(
        title="据典 Judian",
        version=program_version(),
        summary=SUMMARY,
        description=DESCRIPTION,
        docs_url=None,  # both viewers load their scripts from a CDN
        redoc_url=None,
        responses={"4XX": problem, "5XX": problem},
    )
    install_problems(app)
    app.add_middleware(Guard, settings=services.settings)
    app.add_middleware(ReadersLanguage)  # around the guard, which refuses in words
    app.include_router(question_routes(services))
    app.include_router(verify_routes(services))
    app.include_router(document_routes(services))
    if services.evals is not None:
        app.include_router(eval_routes(services.evals))
    app.include_router(service_routes(services))
    app.include_router(page_routes())
    return app
