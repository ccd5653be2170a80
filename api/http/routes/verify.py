"""Verification over HTTP. Blocking work, so a plain function."""

from __future__ import annotations

from fastapi import APIRouter

from api.schemas.models import out
from api.schemas.requests import VerifyIn
from api.scope import scope_of
from api.services import Services
from rag.verification.checker import GivenFact, TextReport


def verify_routes(services: Services) -> APIRouter:
    """Return the route that verifies."""
    routes = APIRouter(prefix="/v1", tags=["verification"])

    @routes.post("/verify", response_model=out(TextReport))
    def verify(asked: VerifyIn) -> TextReport:
        """Hold each sentence of a text against given facts, or against the library's documents.

        Each gets a verdict, its reasons, and the places that support it or come nearest to it.
        """
        scope = scope_of(asked.as_of, asked.where, asked.collections, asked.tags)
        if asked.facts is None:
            return services.checker.check(asked.text, scope=scope)
        facts = [GivenFact(one.text, one.title) for one in asked.facts]
        return services.checker.check_against(asked.text, facts)

    return routes
