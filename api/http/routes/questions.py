"""Questions: ask, search, look a citation up. All work is blocking, so plain functions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.http.streaming import EventStream, stream_description
from api.schemas.models import out
from api.schemas.requests import AskIn, QuestionIn
from api.schemas.shapes import CitedPlaceOut, FoundClauseOut, HitsOut, clause_out, place_out
from api.scope import day_of, scope_of
from api.services import Services
from index.catalogue import Scope
from rag.question.followup import Turn
from rag.question.parse import checked_text
from rag.types import Answer


def question_routes(services: Services) -> APIRouter:
    """Return the routes that read."""
    routes = APIRouter(prefix="/v1", tags=["questions"])

    streamed: dict[int | str, dict[str, Any]] = {
        200: {"content": {EventStream.media_type: stream_description()}}
    }

    @routes.post("/ask", response_model=out(Answer), responses=streamed)
    def ask(asked: AskIn, request: Request) -> Answer | EventStream:
        """Answer a question with citations, each sentence verified; or abstain with a reason.

        With ``stream`` the answer comes as events: ``passages``, ``claim`` and ``verdict`` for
        each sentence once it is verified, and last ``done``, the answer as it comes without. What
        fails on the way is told as ``error``, a problem.
        """
        history = tuple(Turn(turn.question, turn.answer, turn.citations) for turn in asked.history)
        scope = scope_in(asked)
        answerer = services.answerer
        if asked.stream:
            events = answerer.stream(asked.question, k=asked.k, scope=scope, history=history)
            return EventStream(events, request.url.path)
        return answerer.answer(asked.question, k=asked.k, scope=scope, history=history)

    @routes.post("/search", response_model=out(HitsOut))
    def search(asked: QuestionIn) -> HitsOut:
        """Return the passages nearest to a question, best first."""
        hits = services.library.search(checked_text(asked.question), asked.k, scope_in(asked))
        return HitsOut(hits, services.library.version)

    @routes.get("/citations/{citation_id}", response_model=out(CitedPlaceOut))
    def cite(citation_id: str) -> CitedPlaceOut:
        """Return a cited place as cited, and what has become of it since."""
        return place_out(services.library.cite(citation_id))

    @routes.get("/clauses", response_model=out(FoundClauseOut))
    def clause(
        address: str, as_of: str | None = None, document: str | None = None
    ) -> FoundClauseOut:
        """Return the clause an address names, as 民法典第1084条第3款, in force on a day.

        ``document`` is the id of the one an address such as 本法第十条 is written in. A clause that
        does not exist is told as such, with status 200: it is an answer.
        """
        found = services.library.clause(address, as_of=day_of(as_of), within=document)
        return clause_out(found, services.library.facts)

    return routes


def scope_in(asked: QuestionIn) -> Scope:
    """Return the scope a request states. Raises BadFilter."""
    return scope_of(asked.as_of, asked.where, asked.collections, asked.tags)
