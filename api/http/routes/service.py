"""What operators ask: is it well, what is it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter

from api.http.problems import HEALTH_PATH, NotHealthy
from api.schemas.models import out
from api.schemas.shapes import HealthOut, InfoOut
from api.services import Services
from corpus.errors import CorpusError
from corpus.messages.message import message_of
from index.errors import IndexingError

DISTRIBUTION = "judian"
NOT_INSTALLED = "0+source"  # run from a checkout that is not installed


def service_routes(services: Services) -> APIRouter:
    """Return the routes about the service itself."""
    routes = APIRouter(tags=["service"])

    @routes.get(HEALTH_PATH, response_model=out(HealthOut))
    def health() -> HealthOut:
        """Embed a word and search for it. A failure is a problem with status 503."""
        try:
            services.library.check()
        except (CorpusError, IndexingError) as error:
            raise NotHealthy(message_of(error)) from error
        return HealthOut(status="ok", index_version=services.library.version)

    @routes.get("/v1/info", response_model=out(InfoOut))
    def info() -> InfoOut:
        """Return versions, and the facts of the library."""
        return InfoOut(
            name=DISTRIBUTION,
            version=program_version(),
            python=platform.python_version(),
            index_version=services.library.version,
            library=services.library.describe(),
        )

    return routes


def program_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return NOT_INSTALLED
