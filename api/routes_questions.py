"""Questions: ask, search, look a citation up. All work is blocking, so plain functions."""

from __future__ import annotations

from fastapi import APIRouter

from api.schemas import AnswerOut, CitedPlaceOut, HitsOut, QuestionIn
from api.services import Services
from rag.question import checked_text


def question_routes(services: Services) -> APIRouter:
    """Return the routes that read."""
    routes = APIRouter(prefix="/v1", tags=["questions"])

    @routes.post("/ask")
    def ask(asked: QuestionIn) -> AnswerOut:
        """Answer a question with citations, each sentence verified; or abstain with a reason."""
        return AnswerOut.model_validate(services.answerer.answer(asked.question, k=asked.k))

    @routes.post("/search")
    def search(asked: QuestionIn) -> HitsOut:
        """Return the passages nearest to a question, best first."""
        hits = services.library.search(checked_text(asked.question), asked.k)
        return HitsOut.model_validate(
            {"hits": hits, "index_version": services.library.version}, from_attributes=True
        )

    @routes.get("/citations/{citation_id}")
    def cite(citation_id: str) -> CitedPlaceOut:
        """Return a cited place as cited, and what has become of it since."""
        return CitedPlaceOut.model_validate(services.library.cite(citation_id))

    return routes
