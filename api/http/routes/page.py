"""The page: static files of this package, and nothing from anywhere else."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from corpus.messages.message import Message

WEB = Path(__file__).parents[2] / "web"
# Told here and not guessed: some systems register .js as text/plain, which nosniff then refuses.
MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Ask again each time whether the file changed: page and server must be of one version.
REVALIDATE = {"Cache-Control": "no-cache"}


def page_routes() -> APIRouter:
    """Return the routes of the page and its files."""
    routes = APIRouter(include_in_schema=False)
    files = {path.name: path for path in WEB.iterdir() if path.suffix in MEDIA_TYPES}

    @routes.api_route("/", methods=["GET", "HEAD"])
    def page() -> FileResponse:
        """Return the page."""
        return served(files["index.html"])

    @routes.api_route("/evals", methods=["GET", "HEAD"])
    def evals() -> FileResponse:
        """Return the page of evaluation runs."""
        return served(files["evals.html"])

    @routes.api_route("/label", methods=["GET", "HEAD"])
    def label() -> FileResponse:
        """Return the page that labels claims."""
        return served(files["label.html"])

    @routes.api_route("/web/{name}", methods=["GET", "HEAD"])
    def web_file(name: str) -> FileResponse:
        """Return one of the page's files; a name that is not on the list is not looked for."""
        if name not in files:
            raise HTTPException(404, Message("http.no_such_file"))
        return served(files[name])

    return routes


def served(path: Path) -> FileResponse:
    """Return a file under its media type."""
    return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], headers=REVALIDATE)
